"""Suites as files: what can be read, and where what cannot is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsrail.evals.parts import Judging
from opsrail.evals.reading.suite import ReadSuite, read_suite
from tests.evals.repositories import commit, side

PATH = "policies/evals/triage.yaml"
HEAD = """\
title: Triage
owner: desk
target: {python: "policies/evals/triage.py:answer"}
"""


def read(folder: Path, suite: str, **files: str) -> ReadSuite:
    named = {f"policies/evals/{name.replace('_', '.')}": text for name, text in files.items()}
    commit(folder, {PATH: suite, **named})
    return read_suite(side(folder).catalog.snapshot, PATH)


def told(found: ReadSuite) -> list[str]:
    return [
        f"{one.location.path.rsplit('/')[-1]}:{one.location.line}: {one.message}"
        for one in found.findings
    ]


def test_cases_stand_inline_in_jsonl_and_in_tables(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        HEAD
        + """\
scorers: [{equals: "{expected}"}]
cases_from:
  - policies/evals/more.jsonl
  - {file: policies/evals/bank.csv, columns: {ask: text, expected: category}}
cases:
  - {id: one, ask: "Where is my card?", expected: card}
""",
        more_jsonl='{"id": "two", "ask": "Refund?", "expected": "refund", "cluster": "c1"}\n',
        bank_csv='text,category\n"Hello, you",greeting\nBye,greeting\n',
    )
    assert not found.findings
    assert found.suite is not None
    assert [case.id for case in found.suite.cases][:1] == ["one"]
    by_ask = {case.ask: case for case in found.suite.cases}
    assert by_ask["Hello, you"].expected == "greeting"
    assert by_ask["Hello, you"].id.startswith("row-")
    assert by_ask["Refund?"].cluster == "c1"
    assert by_ask["Bye"].place.line == 3
    assert by_ask["Refund?"].place.line == 1
    assert found.suite.judging is Judging.EACH


def test_a_row_keeps_its_name_wherever_it_stands(tmp_path: Path) -> None:
    suite = HEAD + "scorers: [{equals: a}]\ncases_from: [policies/evals/b.csv]\n"
    first = read(tmp_path / "1", suite, b_csv="ask\nx\ny\n").suite
    other = read(tmp_path / "2", suite, b_csv="ask\nnew\ny\nx\n").suite
    assert first
    assert other
    assert {case.id for case in first.cases} < {case.id for case in other.cases}


@pytest.mark.parametrize(
    ("suite", "line", "words"),
    [
        (HEAD + "cases:\n  - {id: a, ask: x}\n", 5, "nothing is asked of the answer"),
        (HEAD + "cases: []\n", 1, "has no cases"),
        (HEAD + "cases:\n  - id: a\n    expect: [{contain: x}]\n", 6, "contain"),
        (
            HEAD + "cases:\n  - id: a\n    expect: [{contains: x, regex: y}]\n",
            6,
            "names one scorer",
        ),
        (HEAD + "cases:\n  - id: a\n    expect:\n      - at_least: 0.5\n", 7, "names no scorer"),
        (HEAD + "cases:\n  - id: a\n    expect: [{regex: '('}]\n", 6, "regex"),
        (
            HEAD + "cases:\n  - id: a\n    expect: [{equals: '{expected.x}'}]\n",
            5,
            "expected.x|a part",
        ),
        (HEAD + "scorers: [{equals: 1}]\ncases:\n  - {id: a}\n  - {id: a}\n", 7, "two cases"),
        (HEAD + "repeats: 3\njudge: each\nscorers: [{equals: 1}]\ncases: [{id: a}]\n", 5, "vary"),
        (
            HEAD + "scorers: [{equals: 1}]\ncases: [{id: a, role: tier-1}]\n",
            5,
            "`role` means nothing",
        ),
        (HEAD + "scorers: [{equals: 1}]\ncases_from: [policies/evals/no.csv]\n", 5, "no file"),
        (HEAD.replace("python", "pyton"), 3, "pyton"),
        (
            "title: x\nowner: y\ntarget: {playbook: p}\nscorers: [{equals: 1}]\ncases: [{id: a}]\n",
            5,
            "whose page",
        ),
    ],
)
def test_what_is_wrong_is_found_at_its_line(
    tmp_path: Path, suite: str, line: int, words: str
) -> None:
    found = read(tmp_path, suite)
    assert found.suite is None
    assert any(
        one.location.line == line and any(word in one.message for word in words.split("|"))
        for one in found.findings
    ), told(found)


def test_lines_of_jsonl_and_rows_of_tables_are_located(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        HEAD
        + "scorers: [{equals: 1}]\ncases_from: [policies/evals/a.jsonl, policies/evals/b.csv]\n",
        a_jsonl='{"id": "a"}\n{"id": \n\n[1]\n{"id": "b", "tag": "x"}\n{"id": "c", "tags": "x"}\n',
        b_csv='id,ask,must_pass\nd,"one\nline",yes\ne,two,perhaps\nf,three\n',
    )
    places = {(one.location.path.rsplit("/")[-1], one.location.line) for one in found.findings}
    assert places == {
        ("a.jsonl", 2),
        ("a.jsonl", 4),
        ("a.jsonl", 5),
        ("a.jsonl", 6),
        ("b.csv", 4),
        ("b.csv", 5),
    }, told(found)


def test_a_table_with_a_foreign_column_says_how_to_name_it(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        HEAD + "scorers: [{equals: 1}]\ncases_from: [policies/evals/b.csv]\n",
        b_csv="text\nhello\n",
    )
    assert any("no key `text`" in one.message and "columns" in one.hint for one in found.findings)


def test_dotted_columns_fill_parts_of_the_input(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        HEAD + "scorers: [{equals: '{expected.intent}', of: intent}]\n"
        "cases_from: [policies/evals/b.csv]\n",
        b_csv="id,input.subject,input.body,expected.intent\na,Card,Lost it,lost\n",
    )
    assert not found.findings
    assert found.suite
    assert found.suite.cases[0].input == {"subject": "Card", "body": "Lost it"}


def test_a_suite_that_repeats_is_a_sample(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD + "repeats: 3\nscorers: [{equals: 1}]\ncases: [{id: a}]\n")
    assert found.suite
    assert found.suite.judging is Judging.SAMPLE
    assert not found.suite.is_deterministic


def test_the_order_of_cases_changes_nothing(tmp_path: Path) -> None:
    cases = ["  - {id: a, ask: x}\n", "  - {id: b, ask: y}\n"]
    suite = HEAD + "scorers: [{equals: 1}]\ncases:\n"
    one = read(tmp_path / "1", suite + "".join(cases)).suite
    other = read(tmp_path / "2", suite + "".join(reversed(cases))).suite
    assert one
    assert other
    assert one.digest == other.digest
    assert [case.digest for case in one.cases] == [case.digest for case in other.cases]
