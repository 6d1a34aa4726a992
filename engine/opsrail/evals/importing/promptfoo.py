"""promptfoo's YAML, JSON and CSV files as a suite of ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from opsrail.evals.importing.cases import cases_of, common_of, named_apart
from opsrail.evals.importing.model import Find, Imported, NotTaken, Taken, Wishes, left_out
from opsrail.evals.importing.reading import config_of
from opsrail.evals.importing.writing import block, suite_text
from opsrail.evals.texts.passages import clipped
from opsrail.findings import Finding, Location, in_order


def imported(path: str, text: str, find: Find, wishes: Wishes) -> Imported:
    """A suite that asks and expects what the promptfoo file does, as far as that is possible.

    `find` gives the texts of the files that it names (`file://…`). What has no counterpart is
    left out, told as a finding at its place, and stands in the suite as a comment. A test of
    which no assertion is left is a comment as a whole: it could only pass. Raises `Unreadable`
    where a file cannot be read.
    """
    config = config_of(path, text, find)
    scorers, left = common_of(config.default, find)
    every = [case for test in config.tests for case in cases_of(config.default, test, find)]
    told = [_writable(case, test_path=path) for case in every]
    useful = [_with_role(case, wishes) for case in told if _is_useful(case, scorers)]
    kept = named_apart(useful)
    empty = [case for case in told if not _is_useful(case, scorers)]
    left = [*config.left, *left, *_findings((*kept, *empty))]
    if not kept:
        return Imported("", 0, in_order(left))
    title = clipped(wishes.title or config.title, 200) or clipped(f"Taken over from {path}", 200)
    head: dict[str, Any] = {"title": title, "owner": wishes.owner, "target": dict(wishes.target)}
    if scorers:
        head["scorers"] = scorers
    general = [one for one in left if one not in set(_findings((*kept, *empty)))]
    notes = [
        f"Taken over from {path} (promptfoo).",
        *(f"not taken over ({found.location}): {found.message}" for found in general),
    ]
    return Imported(suite_text(head, notes, kept, empty), len(kept), in_order(left))


def _is_useful(case: Taken, scorers: list[dict[str, Any]]) -> bool:
    return "ask" in case.entry and (case.expects or bool(scorers))


def _with_role(case: Taken, wishes: Wishes) -> Taken:
    given = case.entry.get("input", {}).get("role", wishes.role)
    if "playbook" not in wishes.target or not isinstance(given, str) or not given:
        return case
    return Taken({**case.entry, "role": given}, case.left)


def _writable(case: Taken, *, test_path: str) -> Taken:
    """The case, or only its findings where it holds what no YAML file can hold."""
    try:
        block([dict(case.entry)])
    except ValueError as error:
        place = case.left[0].location if case.left else Location(test_path)
        found = left_out(place, "a test", NotTaken(str(error)))
        return Taken({}, (*case.left, found))
    return case


def _findings(cases: Iterable[Taken]) -> list[Finding]:
    return [found for case in cases for found in case.left]
