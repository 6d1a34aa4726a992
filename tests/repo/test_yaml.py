from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from opsrail.findings import Finding, Location, Unreadable
from opsrail.repo.yaml import LARGEST, YamlText
from opsrail.repo.yaml_nodes import DEEPEST, MOST_REPEATED

PLAYBOOK = """\
# How refunds reach each role.
title: Handle a refund request
owner: &owner billing-support
review: {every: 90d, by: *owner}
sections:
  - from: content/sources/refunds.md#refund-a-charge
    form: {tier-1: steps, "escalation": full}
  - from: content/sources/billing.md#invoices
shared: &shared
  clearance: partner
  since: 2026-11-02
tier-2:
  <<: *shared
  since: 2026-12-01
"""


def finding_of(text: str, *, line_offset: int = 0) -> Finding:
    with pytest.raises(Unreadable) as raised:
        YamlText.parse("f.yaml", text, line_offset=line_offset)
    return raised.value.finding


def test_value_is_what_the_library_reads() -> None:
    assert YamlText.parse("f.yaml", PLAYBOOK).value == YAML(typ="safe").load(PLAYBOOK)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# only a comment\n", None),
        ("---\n...\n", None),
        ("~", None),
        ("yes", "yes"),
        ("on: off", {"on": "off"}),
        ("[true, False, no, y]", [True, False, "no", "y"]),
        ("010", 10),
        ("[0x1F, 0o17, 0b11, 1_000, -7, +7]", [31, 15, 3, 1000, -7, 7]),
        ("[1.5, 1e3, -.5]", [1.5, 1000.0, -0.5]),
        ("12:30", "12:30"),
        ("2026-11-02", date(2026, 11, 2)),
        ("'2026-11-02'", "2026-11-02"),
        ("2026-11-02T10:00:00+02:00", datetime(2026, 11, 2, 8, tzinfo=UTC)),
        ("!!str 3", "3"),
        ("!!int '3'", 3),
        ("! 3", "3"),
        ("=", "="),
        ("404: not found", {404: "not found"}),
        ("%YAML 1.1\n---\nyes", "yes"),
        ("\ufeffa: 1", {"a": 1}),
        ("a: [&x 1, &x 2, *x]", {"a": [1, 2, 2]}),
        ("'<<': 1", {"<<": 1}),
    ],
)
def test_plain_values(text: str, value: object) -> None:
    read = YamlText.parse("f.yaml", text).value
    assert read == value
    assert type(read) is type(value)


def test_merge_keys_yield_to_own_keys_and_to_earlier_ones() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc: {<<: [*a, *b], y: 3}\n"
    value = YamlText.parse("f.yaml", text).value
    assert isinstance(value, dict)
    assert value["c"] == {"x": 1, "y": 3, "z": 2}


@pytest.mark.parametrize(
    ("text", "place", "code", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1", "yaml-duplicate-key", "`a` is given twice"),
        ("a: {x: 1, 'x': 2}\n", "1:11", "yaml-duplicate-key", "`x`"),
        ("<<: {a: 1}\n<<: {b: 1}\n", "2:1", "yaml-duplicate-key", "`<<`"),
        ("a: !secret x\n", "1:4", "yaml-tag", "`!secret`"),
        ("a: !!python/name:os.system\n", "1:4", "yaml-tag", "`!!python/name:os.system`"),
        ("!!set {a}\n", "1:1", "yaml-tag", "`!!set`"),
        ("a: !!binary eA==\n", "1:4", "yaml-tag", "`!!binary`"),
        ("a: !e!x 1\n", "1:4", "yaml-syntax", "tag is not known"),
        ("a: 2026-02-30\n", "1:4", "yaml-value", "not a date that exists"),
        ("a: .nan\n", "1:4", "yaml-value", "not a finite number"),
        ("a: .inf\n", "1:4", "yaml-value", "not a finite number"),
        ("a: 1e999\n", "1:4", "yaml-value", "not a finite number"),
        ("a: " + "9" * 5000, "1:4", "yaml-value", "not a whole number"),
        ("a: !!bool yes\n", "1:4", "yaml-value", "not true or false"),
        ("a:\n  b: *c\n", "2:6", "yaml-syntax", "`*c` refers to `&c`"),
        ("a: &x\n  b: *x\n", "2:6", "yaml-alias-bomb", "contain itself"),
        ("é🎉: [1,\n a: x\x07]", "2:6", "yaml-control-character", "U+0007"),
        ("a: b\x00", "1:5", "yaml-control-character", "U+0000"),
        ("a: \udcff", "1:4", "yaml-control-character", "U+DCFF"),
        ("title: Refunds: how\n", "1:15", "yaml-syntax", "`:` starts a value"),
        ("a:\n\tb: 1\n", "2:1", "yaml-syntax", "a tab cannot indent"),
        ("a: @team\n", "1:4", "yaml-syntax", "cannot start with `@`"),
        ('a: 1\nb: "x\nc: 1\n', "2:4", "yaml-syntax", "never closed"),
        ("a: 'x' y\n", "1:8", "yaml-syntax", "does not line up"),
        ("a: 1\nb\nc: 1\n", "2:1", "yaml-syntax", "no `:` follows it"),
        ("a: [1, 2\nb: 3\n", "2:2", "yaml-syntax", "is not closed"),
        ("{{ name }}: 1\n", "1:1", "yaml-syntax", "a key has to be a single text"),
        ("&l []: 1\n", "1:1", "yaml-syntax", "a key has to be a single text"),
        ("a: &l []\n*l : 1\n", "2:1", "yaml-syntax", "a key has to be a single text"),
        ("<<: 3\n", "1:5", "yaml-syntax", "takes keys over"),
        ("%FOO\na: 1", "1:5", "yaml-syntax", "unknown directive"),
        ("a: 1\n---\nb: 1\n", "3:1", "yaml-syntax", "second document"),
        ("a: x\u2028  y\nb: *c\n", "2:4", "yaml-syntax", "`*c`"),
        ("a: 1\r\nb: *c\r\n", "2:4", "yaml-syntax", "`*c`"),
    ],
)
def test_faults_are_findings_at_their_place(text: str, place: str, code: str, words: str) -> None:
    finding = finding_of(text)
    assert str(finding.location) == f"f.yaml:{place}"
    assert finding.code == code
    assert words in finding.message
    assert "\n" not in finding.message + finding.hint


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("a: {from: Fri 17:00}\n", "1:17", 'a time inside {…} needs quotes: {from: "Fri 17:00"}'),
        ("a: {x: 1,\n  from: 9:30}\n", "2:10", "a time inside {…} needs quotes"),
        ("a: {b: x:y, c: '17:00'}\n", "1:9", "text with a `:` inside {…} or […] needs quotes"),
    ],
)
def test_a_colon_inside_braces_says_what_needs_quotes(text: str, place: str, hint: str) -> None:
    finding = finding_of(text)
    assert str(finding.location) == f"f.yaml:{place}"
    assert finding.message == "this `:` cannot stand here"
    assert finding.hint.startswith(hint)


def test_duplicate_key_points_at_the_first_one_too() -> None:
    assert finding_of("a: 1\na: 2\n", line_offset=1).related == (
        (Location("f.yaml", 2, 1), "given first here"),
    )


def test_text_before_the_yaml_counts_as_lines() -> None:
    assert finding_of("a: 1\na: 2\n", line_offset=10).location == Location("f.yaml", 12, 1)
    yaml = YamlText.parse("f.yaml", "a: 1\nb: 2\n", line_offset=1)
    assert yaml.place(["b"]) == Location("f.yaml", 3, 4)


def bomb(levels: int, width: int) -> str:
    lines = ["l0: &l0 [x]"]
    for level in range(1, levels):
        aliases = ", ".join([f"*l{level - 1}"] * width)
        lines.append(f"l{level}: &l{level} [{aliases}]")
    return "\n".join(lines)


def test_alias_bomb_is_refused_before_it_grows() -> None:
    finding = finding_of(bomb(40, 9))
    assert finding.code == "yaml-alias-bomb"
    assert f"{MOST_REPEATED:,}" in finding.message


def test_aliases_within_bounds_are_read() -> None:
    assert isinstance(YamlText.parse("f.yaml", bomb(4, 9)).value, dict)


@pytest.mark.parametrize("text", ["[" * DEEPEST + "]" * DEEPEST, "- " * (DEEPEST - 1) + "- x"])
def test_deep_nesting_within_bounds_is_read(text: str) -> None:
    assert isinstance(YamlText.parse("f.yaml", text).value, list)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "!!seq ["])
def test_bottomless_nesting_is_a_finding(opening: str) -> None:
    assert finding_of(opening * 200_000).code == "yaml-depth"


def test_size_is_bounded() -> None:
    assert finding_of("x" * (LARGEST + 1)).code == "yaml-too-large"


@pytest.mark.parametrize(
    ("route", "key", "place"),
    [
        ((), False, "2:1"),
        (("title",), False, "2:8"),
        (("title",), True, "2:1"),
        (("review", "by"), False, "3:8"),
        (("review", "by"), True, "4:22"),
        (("sections",), False, "6:3"),
        (("sections", 1), False, "8:5"),
        (("sections", 0, "form", "escalation"), False, "7:41"),
        (("sections", 0, "form", "escalation"), True, "7:27"),
        (("sections", 0, "form", "customer"), False, "7:5"),
        (("sections", 1, "form", "customer"), False, "8:5"),
        (("sections", 9), False, "5:1"),
        (("missing", "below"), False, "2:1"),
        (("title", "below"), False, "2:1"),
        (("tier-2", "clearance"), False, "10:14"),
        (("tier-2", "since"), False, "14:10"),
    ],
)
def test_places(route: tuple[str | int, ...], key: bool, place: str) -> None:
    yaml = YamlText.parse("playbook.yaml", PLAYBOOK)
    assert str(yaml.place(route, key=key)) == f"playbook.yaml:{place}"


def test_several_documents_each_know_their_places() -> None:
    first, second = YamlText.parse_all("rule.yaml", "a: 1\n---\nb: [1, 2]\n")
    assert (first.value, second.value) == ({"a": 1}, {"b": [1, 2]})
    assert first.place(["a"]) == Location("rule.yaml", 1, 4)
    assert second.place(["b", 1]) == Location("rule.yaml", 3, 8)
    assert YamlText.parse_all("rule.yaml", "") == ()


def outcome(text: str) -> object:
    try:
        documents = YamlText.parse_all("f.yaml", text)
    except Unreadable as unreadable:
        place = unreadable.finding.location
        lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 2
        return unreadable.finding
    for document in documents:
        document.place(["a", 0, "b"])
    return [document.value for document in documents]


@given(st.text())
def test_any_text_is_data_or_a_finding(text: str) -> None:
    assert outcome(text) == outcome(text)


@given(st.text(alphabet="ab01:-?[]{}&*!|>'\"%@`#,. \n\t~<=\\", max_size=60))
def test_any_text_of_yaml_signs_is_data_or_a_finding(text: str) -> None:
    assert outcome(text) == outcome(text)


@given(st.data())
def test_a_damaged_file_is_data_or_a_finding(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(PLAYBOOK)))
    end = data.draw(st.integers(start, len(PLAYBOOK)))
    put = data.draw(st.text(alphabet="a:-[]{}&*!|\"' \n\t\x00\u2028\ud800", max_size=4))
    outcome(PLAYBOOK[:start] + put + PLAYBOOK[end:])


@given(st.binary(max_size=80))
def test_any_bytes_are_data_or_a_finding(raw: bytes) -> None:
    outcome(raw.decode("utf-8", "surrogateescape"))
    outcome(raw.decode("latin-1"))


PLAIN_DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet="abc :-'\"é🎉\n#", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abcé ", max_size=4), inner)
    ),
    max_leaves=12,
)


@given(PLAIN_DATA)
def test_places_are_those_of_the_round_trip_loader(data: object) -> None:
    stream = io.StringIO()
    YAML(typ="safe").dump(data, stream)
    yaml = YamlText.parse("f.yaml", stream.getvalue())
    assert yaml.value == data
    compare_places(yaml, YAML().load(stream.getvalue()), ())


def compare_places(yaml: YamlText, loaded: object, route: tuple[str | int, ...]) -> None:
    if isinstance(loaded, CommentedMap):
        for name, inner in loaded.items():
            assert at(yaml.place((*route, name), key=True)) == loaded.lc.key(name)
            assert at(yaml.place((*route, name))) == loaded.lc.value(name)
            compare_places(yaml, inner, (*route, name))
    if isinstance(loaded, CommentedSeq):
        for number, inner in enumerate(loaded):
            assert at(yaml.place((*route, number))) == loaded.lc.item(number)
            compare_places(yaml, inner, (*route, number))


def at(place: Location) -> tuple[int, int]:
    return place.line - 1, place.column - 1
