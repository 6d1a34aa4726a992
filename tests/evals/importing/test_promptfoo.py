from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from fnmatch import fnmatch
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.evals.formats import EvalSuiteFile
from opsrail.evals.importing import Imported, Wishes, imported
from opsrail.evals.importing.assertions import KNOWN
from opsrail.evals.importing.writing import block
from opsrail.evals.reading.asserted import setting_fault
from opsrail.evals.scorers.registry import COMMON
from opsrail.findings import Severity, Unreadable
from opsrail.repo.yaml import YamlText

PATH = "promptfoo.yaml"
JSON_ANSWERS = ["object", "array", "number", "boolean", "null"]
WISHES = Wishes({"python": "policies/evals/a.py:answer"}, "quality")


def take(text: str, files: Mapping[str, str] | None = None, path: str = PATH) -> Imported:
    held = files or {}
    return imported(
        path, text, lambda name: {one: held[one] for one in held if fnmatch(one, name)}, WISHES
    )


def suite(made: Imported) -> EvalSuiteFile:
    """The suite as it is read; every setting of it can be used."""
    read = EvalSuiteFile.model_validate(YamlText.parse("suite.yaml", made.text).value)
    every = [*read.scorers, *(one for case in read.cases for one in case.expect)]
    for assertion in every:
        (name,) = set(assertion.root) - set(COMMON)
        assert setting_fault(name, assertion.root[name]) == "", assertion
    assert len(read.cases) == made.cases
    return read


def expectations(*asserts: Mapping[str, Any], **variables: object) -> list[dict[str, Any]]:
    """What the assertions of one test become."""
    made = take(json.dumps({"tests": [{"vars": {"ask": "x", **variables}, "assert": asserts}]}))
    return [one.root for case in suite(made).cases for one in case.expect] if made.text else []


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"type": "equals", "value": "a"}, {"equals": "a"}),
        ({"type": "not-equals", "value": {"a": 1}}, {"not_equals": {"a": 1}}),
        ({"type": "contains", "value": 30}, {"contains": 30}),
        ({"type": "icontains", "value": "a", "weight": 2}, {"icontains": "a", "weight": 2}),
        ({"type": "contains-all", "value": ["a", "b"]}, {"contains_all": ["a", "b"]}),
        ({"type": "contains-any", "value": 'a, "b, c"'}, {"contains_any": ["a", "b, c"]}),
        ({"type": "not-icontains-any", "value": ["a"]}, {"not_icontains_any": ["a"]}),
        ({"type": "regex", "value": "a+"}, {"regex": "a+"}),
        ({"type": "not-regex", "value": "a+"}, {"not_regex": "a+"}),
        ({"type": "starts-with", "value": "A (b)"}, {"regex": r"\AA\ \(b\)"}),
        ({"type": "latency", "threshold": 1500}, {"latency": {"most": 1.5}}),
        ({"type": "is-json", "value": {"type": "object"}}, {"json_schema": {"type": "object"}}),
        (
            {"type": "is-json", "value": {"required": ["a"]}},
            {"json_schema": {"type": JSON_ANSWERS, "required": ["a"]}},
        ),
        ({"type": "is-json"}, {"json_schema": {"type": JSON_ANSWERS}}),
        ({"type": "is-json", "value": "type: array"}, {"json_schema": {"type": "array"}}),
        (
            {"type": "word-count", "value": {"min": 2, "max": 9}},
            {"length": {"least": 2, "most": 9, "in": "words"}},
        ),
        ({"type": "contains", "value": "for {{plan}}"}, {"contains": "for Studio"}),
    ],
)
def test_what_means_the_same_is_taken_over(theirs: dict[str, Any], ours: dict[str, Any]) -> None:
    assert expectations(theirs, plan="Studio") == [ours]


@pytest.mark.parametrize(
    ("theirs", "why"),
    [
        ({"type": "llm-rubric", "value": "is kind"}, "a model judges it"),
        ({"type": "not-similar", "value": "x"}, "a model judges it"),
        ({"type": "javascript", "value": "output.length"}, "it is code of your own"),
        ({"type": "python", "value": "file://a.py"}, "it is code of your own"),
        ({"type": "rouge-n", "value": "x"}, "no scorer that means the same"),
        ({"type": "cost", "threshold": 1}, "no scorer that means the same"),
        ({"type": "not-is-json"}, "no scorer that means the opposite"),
        ({"type": "not-latency", "threshold": 3}, "no scorer that means the opposite"),
        ({"type": "invented"}, "it is not known"),
        ({"value": "x"}, "it is not known"),
        ("text", "no mapping"),
        ({"type": "contains"}, "it has no value"),
        ({"type": "contains", "value": ["a"]}, "this is a list"),
        ({"type": "latency"}, "no threshold in milliseconds"),
        ({"type": "regex", "value": "(?=a)"}, "cannot look ahead"),
        ({"type": "is-json", "value": {"type": "objekt"}}, "this is no JSON Schema"),
        ({"type": "is-json", "value": "a: ["}, "no JSON Schema"),
        ({"type": "contains", "value": "x", "weight": 0}, "its weight is 0"),
        ({"type": "contains", "value": "x", "transform": "output.a"}, "code changes the answer"),
        ({"type": "contains", "value": "{{ ask | upper }}"}, "more than a name"),
        ({"type": "contains", "value": "{{other}}"}, "which is no variable of the test"),
        ({"type": "contains", "value": "a {input.ask}"}, "would stand for a part of the case"),
        ({"type": "contains", "value": "file://a.js"}, "is no file of data"),
        (
            {"type": "assert-set", "threshold": 0.5, "assert": [{"type": "cost"}]},
            "a share of its assertions",
        ),
    ],
)
def test_what_does_not_is_told_at_its_place_and_stands_as_a_comment(
    theirs: object, why: str
) -> None:
    kept = {"type": "contains", "value": "kept"}
    text = json.dumps({"tests": [{"vars": {"ask": "x"}, "assert": [kept, theirs]}]}, indent=1)
    made = take(text)
    (found,) = made.left
    assert why in found.message
    assert found.severity is Severity.WARNING
    assert found.location.line > text[: text.index("kept")].count("\n")
    assert f"# not taken over ({found.location}): " in made.text
    assert [one.root for one in suite(made).cases[0].expect] == [{"contains": "kept"}]


def test_every_kind_of_assertion_is_taken_over_or_told() -> None:
    kept = {"type": "contains", "value": "kept"}
    for kind in sorted(KNOWN):
        entry = {"type": kind, "value": "x", "threshold": 1}
        made = take(json.dumps({"tests": [{"vars": {"ask": "x"}, "assert": [kept, entry]}]}))
        taken = len(suite(made).cases[0].expect) - 1
        assert taken + len(made.left) == 1, kind


CONFIG = """\
description: Refund answers
prompts: ["Answer: {{question}}"]
providers: [echo]
assertionTemplates:
  polite: {type: icontains, value: please}
defaultTest:
  vars: {tone: friendly}
  assert:
    - {type: latency, threshold: 1500}
    - {type: icontains, value: "{{must_say}}"}
tests:
  - description: Refund window
    vars: {question: "How long?", must_say: 30 days}
    assert:
      - $ref: "#/assertionTemplates/polite"
      - {type: assert-set, assert: [{type: contains, value: a}, {type: cost, threshold: 1}]}
  - description: Greets {{name}}
    threshold: 0.5
    vars: {name: [Ana, Jon], must_say: "{{name}}"}
  - vars: {question: "file://long.txt", must_say: x, when: 2026-01-05}
    metadata: {area: [billing, refunds]}
"""


def test_a_config_becomes_a_suite() -> None:
    made = take(CONFIG, {"long.txt": "First line\n\n  second: line\n"})
    read = suite(made)
    assert (read.title, read.owner) == ("Refund answers", "quality")
    assert [one.root for one in read.scorers] == [{"latency": {"most": 1.5}}]
    assert [case.id for case in read.cases] == [
        "Refund window",
        "Greets Ana · Ana",
        "Greets Jon · Jon",
        "First line second: line",
    ]
    window, ana, _, last = read.cases
    assert [one.root for one in window.expect] == [
        {"icontains": "please"},
        {"contains": "a"},
        {"icontains": "30 days"},
    ]
    assert window.input == {"tone": "friendly", "question": "How long?", "must_say": "30 days"}
    assert (window.ask, ana.ask) == ("How long?", "Greets Ana")
    assert ana.input["must_say"] == "Ana"
    assert last.ask == "First line\n\n  second: line"
    assert last.input["when"] == "2026-01-05"
    assert last.tags == ("area: billing", "area: refunds")
    assert [str(found.location).removeprefix(f"{PATH}:") for found in made.left] == [
        "2:1",
        "3:1",
        "16:65",
        "18:16",
    ]


TABLE = '''\
question,__expected,__expected2,__description,__metadata:kind,__provider
"How
long?","icontains-any: 30 days, ""a, b""",latency(2000),Row one,fast,
Plain,exactly this,,,,
Model,grade: be kind,contains: x,Row three,,echo
Code,fn: output.length,,Row four,,
'''


@pytest.mark.parametrize("path", ["more.csv", PATH])
def test_a_table_is_read_beside_its_config_and_alone(path: str) -> None:
    made = take("tests: file://more.csv", {"more.csv": TABLE})
    if path == "more.csv":
        alone = take(TABLE, path=path)
        assert alone.left == made.left
        assert suite(alone).cases == suite(made).cases
    read = suite(made)
    assert [case.id for case in read.cases] == ["Row one", "Plain", "Row three"]
    assert [one.root for case in read.cases for one in case.expect] == [
        {"icontains_any": ["30 days", "a, b"]},
        {"latency": {"most": 2.0}},
        {"equals": "exactly this"},
        {"contains": "x"},
    ]
    assert read.cases[0].tags == ("kind: fast",)
    assert [(found.location.line, found.message.split(" ")[0]) for found in made.left] == [
        (5, "__provider:"),
        (5, "llm-rubric"),
        (6, "javascript"),
    ]


def test_lists_of_tests_and_globs_are_read() -> None:
    files = {
        "tests/a.yaml": "- {vars: {ask: A}, assert: [{type: equals, value: a}]}\n",
        "tests/b.json": '{"vars": {"ask": "B"}, "assert": [{"type": "equals", "value": "b"}]}',
    }
    named = ["file://tests/*.yaml", "tests/b.json", "file://none.yaml", "https://a.b/c"]
    made = take(json.dumps({"tests": named}), files)
    assert [case.ask for case in suite(made).cases] == ["A", "B"]
    assert ["none.yaml" in found.message for found in made.left] == [True, False]
    assert [case.ask for case in suite(take(files["tests/a.yaml"])).cases] == ["A"]


def test_a_test_of_which_nothing_is_left_is_a_comment() -> None:
    text = """\
tests:
  - {description: Kind, vars: {ask: a}, assert: [{type: llm-rubric, value: is kind}]}
  - {description: Right, vars: {ask: a}, assert: [{type: equals, value: b}]}
"""
    made = take(text)
    assert [case.id for case in suite(made).cases] == ["Right"]
    assert made.text.endswith(
        "# Nothing is left of these tests:\n# Kind\n"
        "# not taken over (promptfoo.yaml:2:50): llm-rubric “is kind”: a model judges it\n"
    )


@pytest.mark.parametrize(
    "text", ["", "tests: []", "prompts: [a]", "tests: [{vars: {a: b}}]", "tests: {vars: 3}"]
)
def test_without_anything_to_ask_there_is_no_suite(text: str) -> None:
    assert take(text).text == ""


def test_a_file_that_is_no_yaml_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        take("tests: [")


def test_cases_of_the_same_name_are_told_apart() -> None:
    one = {"description": "A #1\nx", "assert": [{"type": "equals", "value": "a"}]}
    ids = [case.id for case in suite(take(json.dumps({"tests": [one, one, one]}))).cases]
    assert ids == ["A 1 x", "A 1 x (2)", "A 1 x (3)"]


def test_too_many_combinations_are_told() -> None:
    several = {name: list(range(20)) for name in "abc"}
    made = take(json.dumps({"tests": [{"vars": several}]}))
    assert "8,000 combinations" in made.left[0].message


def test_a_page_of_a_playbook_needs_a_role() -> None:
    wishes = Wishes({"playbook": "refunds"}, role="tier-1")
    asserts = [{"type": "contains", "value": "b"}]
    several = [{"ask": "a"}, {"ask": "c", "role": "lead"}]
    text = json.dumps([{"vars": one, "assert": asserts} for one in several])
    made = imported(PATH, text, lambda _name: {}, wishes)
    assert [case.role for case in suite(made).cases] == ["tier-1", "lead"]


ODD = (
    *("{{a}}", "{input}", "yes", "2026-01-05", "# no", "a: b\n c", "file://x.yaml", "'", "null"),
    *("\t", "-", "\xa0", "😀", "1e3", "012", " a ", "a\n\n b\n", "|", "x" * 200),
)
READABLE = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co"))
WORDS = st.text(READABLE, max_size=8) | st.sampled_from(ODD)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSONS = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
LIKELY = st.sampled_from("equals contains not-icontains contains-any not-regex is-json".split())
ASSERTS = st.fixed_dictionaries(
    {"type": LIKELY | st.sampled_from(sorted(KNOWN)) | WORDS, "value": WORDS | JSONS},
    optional={"threshold": JSONS, "weight": JSONS, "metric": WORDS},
)
TESTS = st.fixed_dictionaries(
    {},
    optional={
        "description": JSONS,
        "vars": st.dictionaries(WORDS | st.just("a"), WORDS | JSONS, max_size=3),
        "assert": st.lists(ASSERTS, min_size=1, max_size=3),
        "metadata": JSONS,
        "options": JSONS,
    },
)
ODD_TESTS = st.fixed_dictionaries({}, optional={"vars": JSONS, "assert": JSONS})
CONFIGS = st.fixed_dictionaries(
    {"tests": st.lists(TESTS | ODD_TESTS, min_size=1, max_size=3)},
    optional={"description": JSONS, "defaultTest": TESTS | JSONS, "assertionTemplates": JSONS},
)


@given(st.lists(st.text(max_size=20) | st.sampled_from(ODD), min_size=1, max_size=3))
def test_a_block_of_yaml_reads_as_what_was_written(texts: list[str]) -> None:
    value = {"texts": [*texts, "\n two\n lines \n", "a\n\n  b\n\n"], "one": {"a": texts[0]}}
    with contextlib.suppress(ValueError):  # YAML cannot hold every character
        assert YamlText.parse("", block(value)).value == value
    safe = {"a": ["\n two\n lines \n", "yes", "1e3", "# no"]}
    assert YamlText.parse("", block(safe)).value == safe


@given(CONFIGS, WORDS)
def test_whatever_is_imported_validates(config: dict[str, Any], held: str) -> None:
    try:
        made = take(json.dumps(config, ensure_ascii=False), {"x.yaml": held})
    except Unreadable:
        return
    if made.text:
        suite(made)
    written = [test.get("assert") for test in config["tests"]]
    assert made.left or made.cases or not any(written)
