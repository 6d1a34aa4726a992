from __future__ import annotations

import pytest

from opsrail.content.changes import Weight
from opsrail.gate.changing.leftovers import MOST_VALUES
from tests.gate.changing.cases import changes_between

INCIDENT = "content/incidents/i-1/incident.yaml"


def told(path: str, before: str, after: str) -> list[tuple[str, str]]:
    changes = changes_between({path: before}, {path: after})
    return [(one.what, one.weight) for one in changes]


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (INCIDENT, "title: A\n", "# a remark\ntitle: 'A'\n"),
        (INCIDENT, "a: [1, 2]\n", "a:\n  - 1\n  - 2\n"),
        ("content/a.md", "# A\n\nOne two.\n", "# A\n\nOne\ntwo.\n"),
        ("content/a.md", "---\ntitle: A\n---\n# A\n", "---\ntitle:   A\n---\n\n# A\n"),
        ("content/a.txt", "one\n", "one\r\n"),
        ("policies/content.yaml", "glossary: {}\n", "glossary: {}  # none\n"),
    ],
)
def test_what_says_the_very_same_is_wording(path: str, before: str, after: str) -> None:
    assert told(path, before, after) == [("file changed", Weight.WORDING)]


MANY = "".join(f"k{number}: {{}}\n" for number in range(MOST_VALUES + 1))


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (INCIDENT, "title: A\n", "title: B\n"),
        (INCIDENT, "a: 1\nb: 2\n", "b: 2\na: 1\n"),
        (INCIDENT, "a: 1\n", 'a: "1"\n'),
        (INCIDENT, MANY.format(*[0] * 99), MANY.replace("{}", "1")),
        (INCIDENT, "a: 1\n", "a: 1\n---\nb: 1\n"),
        ("content/a.md", "## A\n\nOne.\n", "### A\n\nOne.\n"),
        ("content/data.json", "{}\n", '{"a": 1}\n'),
        ("content/picture.png", "one", "two"),
    ],
)
def test_anything_else_is_more(path: str, before: str, after: str) -> None:
    (one,) = told(path, before, after)
    assert one == ("file changed", Weight.WORTH_KNOWING)


def test_many_values_are_counted_and_few_are_told() -> None:
    few = changes_between({INCIDENT: "a: 1\nb: 2\n"}, {INCIDENT: "a: 2\nb: 3\n"})
    assert [(one.subject, one.old, one.new, one.line) for one in few] == [
        ("a", "1", "2", 1),
        ("b", "2", "3", 2),
    ]
    (many,) = changes_between(
        {INCIDENT: MANY.format(*[0] * 99)}, {INCIDENT: MANY.replace("{}", "1")}
    )
    assert many.new == f"{MOST_VALUES + 1} values"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("content/a.md", "a\0b"),
        ("policies/x.yaml", "a: ["),
        ("policies/x.yaml", "a: 1\na: 2\n"),
        ("policies/x.yaml", "a: !!python/object:os.system x\n"),
        ("content/long.md", "x" * 30_000),
        ("rules/x.yml", "\t:"),
    ],
)
def test_what_cannot_be_read_is_told_as_that_whatever_it_was(path: str, text: str) -> None:
    for before in ({}, {path: "# A\n\nAt most USD 5.\n"}):
        (one,) = changes_between(before, {path: text})
        assert (one.what, one.is_destructive) == ("file unreadable", True)
