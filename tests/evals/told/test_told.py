"""What holds of each format, whatever was judged."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt

from opsrail.evals.comparing.weakening import Weakening
from opsrail.evals.judging.judged import Judged, Outcome
from opsrail.evals.model import Verdict
from opsrail.evals.parts import Tier
from opsrail.evals.told import FORMATS, render
from opsrail.evals.told.telling import MOST_CASES, tally
from opsrail.report.markdown import MOST_CHARACTERS
from tests.report.reports import NASTY

REUSED = [HealthCheck.function_scoped_fixture]


def named(judged: Judged, name: str) -> Outcome:
    return next(one for one in judged.outcomes if one.suite.name == name)


def only(judged: Judged, *names: str) -> Judged:
    return Judged(tuple(named(judged, name) for name in names))


def with_text(judged: Judged, text: str) -> Judged:
    """The same suites, with every text that people write replaced."""
    return replace(
        judged,
        outcomes=tuple(_with_text(one, text) for one in judged.outcomes),
        weakened={text: (Weakening(text, text, text),)},
    )


def _with_text(one: Outcome, text: str) -> Outcome:
    cases = tuple(
        replace(case, ask=text, role=text, place=replace(case.place, path=text))
        for case in one.suite.cases
    )
    judge = replace(one.suite, name=text, title=text, owner=text, path=text, cases=cases)
    head = {
        name: replace(
            result,
            answer=text,
            marks=tuple(replace(mark, reason=text) for mark in result.marks),
            error=text if result.error else "",
        )
        for name, result in one.head.items()
    }
    matched = replace(one.matched, judge=judge)
    return replace(one, matched=matched, head=head, words=text, decided=one.decided and text)


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_suites_give_the_same_bytes(everything: Judged, form: str) -> None:
    assert render(everything, form) == render(everything, form)
    assert render(everything, form).endswith("\n")


@settings(max_examples=15, suppress_health_check=REUSED)
@given(text=NASTY)
def test_whatever_people_write_every_format_stays_what_it_is(everything: Judged, text: str) -> None:
    judged = with_text(only(everything, "promises", "missing", "settled", "fine"), text)
    ET.fromstring(render(judged, "junit"))  # noqa: S314 - our own text, and what it is about
    json.loads(render(judged, "json"))
    for form in ("text", "markdown", "junit"):
        told = render(judged, form)
        acting = {char for char in told if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}}
        assert acting <= {"\n"}, form
        told.encode("utf-8")
    for line in render(judged, "text", width=80).splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


def test_no_line_becomes_a_command_where_it_is_broken(everything: Judged) -> None:
    judged = with_text(only(everything, "promises", "settled"), "a b ::error file=x::y " * 4)
    for width in range(40, 100):
        for line in render(judged, "text", width=width).splitlines():
            assert not line.lstrip().startswith("::")


@settings(max_examples=25, suppress_health_check=REUSED)
@given(text=NASTY)
def test_in_markdown_nothing_of_other_people_acts(everything: Judged, text: str) -> None:
    plain = render(with_text(only(everything, "promises", "settled"), "words"), "markdown")
    told = render(with_text(only(everything, "promises", "settled"), text), "markdown")
    reader = MarkdownIt("commonmark").enable("table")
    kinds = {token.type for token in reader.parse(plain)}
    acting = {"link_open", "image", "html_inline", "heading_open", "blockquote_open", "hr"}
    for token in reader.parse(told):
        # Where a text is empty, a kind of block may be missing; none may be added.
        assert token.type in kinds
        for child in token.children or ():
            assert child.type not in acting
    folded = [token.content for token in reader.parse(told) if token.type == "html_block"]
    assert all(re.match(r"</?details", block) for block in folded)
    assert told.count("<details>") == told.count("</details>\n") == 2


@pytest.mark.parametrize("width", [40, 60, 100])
def test_no_line_is_wider_than_the_terminal_unless_a_word_is(
    everything: Judged, width: int
) -> None:
    for line in render(everything, "text", width=width).splitlines():
        if not re.match(r" {4}(worse|same|better|policies/)|.* not comparable", line):
            words = max(len(word) for word in line.split(" "))
            assert len(line) <= width or words > width // 3, line


def test_a_number_keeps_its_unit_on_its_line(everything: Judged) -> None:
    for width in range(50, 110, 7):
        for line in render(everything, "text", width=width).splitlines():
            assert not re.match(r"\s+(%|points?)\b", line), line


def test_a_passing_suite_is_one_line(everything: Judged) -> None:
    text = render(only(everything, "better", "fine"), "text", width=70)
    lines = text.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["better", "pass"], ["fine", "pass"]]
    assert lines[2:] == ["", "2 suites: 2 pass · 202 cases"]
    assert lines[1].endswith("· 1 set aside")


def test_at_most_ten_cases_of_a_suite_are_told_and_the_others_counted(everything: Judged) -> None:
    for form in ("text", "markdown"):
        told = render(only(everything, "worse"), form)
        assert len(re.findall(r"policies/evals/worse\.yaml:\d", told)) == MOST_CASES
        assert "and 20 more: " in told
    content = json.loads(render(only(everything, "worse"), "json"))
    assert len(content["suites"][0]["cases"]) == 60


def test_cases_without_a_score_for_one_reason_are_told_together(everything: Judged) -> None:
    outcome = named(everything, "missing")
    twin = replace(outcome.suite.cases[1], id="who-else", role="vendor-agent")
    judge = replace(outcome.suite, cases=(*outcome.suite.cases, twin))
    lost = replace(outcome.head["who"], id="who-else")
    both = replace(
        outcome,
        matched=replace(outcome.matched, judge=judge),
        head={**outcome.head, "who-else": lost},
        base={**outcome.base, "who-else": lost},
    )
    text = render(Judged((both,)), "text")
    assert text.count("there is no page") == outcome.words.count("there is no page") + 2
    assert "alike   who-else" in text


def test_a_case_that_is_set_aside_is_no_reason_why_nothing_compares(everything: Judged) -> None:
    outcome = named(everything, "missing")
    both = replace(outcome, set_aside=frozenset({"who"}))
    assert "missing.yaml:5: who" in render(Judged((outcome,)), "text")
    assert "missing.yaml:5: who" not in render(Judged((both,)), "text")


def test_colours_say_what_the_words_say(everything: Judged) -> None:
    shown = render(everything, "text", width=100, colour=True)
    marks = {
        Verdict.PASS: "\x1b[1;32mpass",
        Verdict.FAIL: "\x1b[1;31mfail",
        Verdict.INCONCLUSIVE: "\x1b[1;33minconclusive",
        Verdict.NOT_COMPARABLE: "\x1b[1;35mnot comparable",
    }
    assert all(mark in shown for mark in marks.values())
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    bare = [line.rstrip() for line in plain.splitlines()]
    assert bare == render(everything, "text", width=100).splitlines()


def test_markdown_is_as_short_as_a_comment_may_be(everything: Judged) -> None:
    one = named(everything, "worse")

    def copy(at: int) -> Outcome:
        judge = replace(one.suite, name=f"worse-{at:04}")
        return replace(one, matched=replace(one.matched, judge=judge))

    many = render(Judged(tuple(copy(at) for at in range(500))), "markdown")
    assert len(many) <= MOST_CHARACTERS
    hidden = [int(found) for found in re.findall(r"\*(\d+) more suites not shown here\*", many)]
    rows, details = many.count("| **fail** |"), many.count("<details>")
    assert hidden == [500 - rows, 500 - details]
    assert rows > 0
    assert details > 0


def test_a_build_server_is_as_red_as_the_gate(everything: Judged) -> None:
    root = ET.fromstring(render(everything, "junit"))  # noqa: S314 - our own text
    wrong = {
        suite.get("name"): [
            (case.get("name"), found.tag)
            for case in suite.findall("testcase")
            for found in case
            if found.tag in {"failure", "error", "skipped"}
        ]
        for suite in root
    }
    assert wrong == {
        "advice": [],
        "better": [],
        "broken": [("verdict", "error")],
        "fine": [("flips", "skipped")],
        "floored": [("verdict", "failure")],
        "missing": [("who", "error"), ("verdict", "error")],
        "promises": [("above", "failure"), ("note", "failure"), ("window", "failure")],
        "settled": [],
        "unsure": [("verdict", "failure")],
        "worse": [("verdict", "failure")],
    }
    for name in ("tests", "failures", "errors", "skipped"):
        assert int(root.get(name, "")) == sum(int(suite.get(name, "")) for suite in root)


def test_json_says_what_closes_and_what_each_side_had(everything: Judged) -> None:
    content = json.loads(render(everything, "json"))
    assert content["open"] is False
    assert content["closed_by"] == [
        *("broken", "floored", "missing", "promises", "unsure", "worse")
    ]
    suites = {one["name"]: one for one in content["suites"]}
    cases = {one["id"]: one for one in suites["promises"]["cases"]}
    assert [name for name, one in cases.items() if one["closes"]] == ["above", "note", "window"]
    assert cases["window"]["base"]["state"] == "passes"
    assert cases["note"]["base"] is None
    assert suites["worse"]["comparison"]["worse"] == 30
    assert suites["floored"]["floor"]["verdict"] == "fail"
    assert suites["promises"]["comparison"] is None
    assert {one["suite"] for one in content["weakened"]} == {"better", "gone"}
    assert content["unread"][0]["findings"][0]["line"] == 4


def test_the_tally_says_one_and_many_and_what_only_advises(everything: Judged) -> None:
    assert tally(only(everything, "fine")) == "1 suite: 1 passes · 2 cases"
    assert tally(only(everything, "advice", "fine")) == (
        "2 suites: 1 passes, 1 fails (advisory) · 62 cases"
    )
    assert tally(Judged(())) == "no suites"
    assert named(everything, "advice").suite.tier is Tier.ADVISORY
