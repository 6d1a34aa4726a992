"""Every state a derived section can be in, and what the gate says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from opsrail.findings import Finding, Severity, in_order
from opsrail.gate.pipeline import _run
from opsrail.gate.registry import checks
from opsrail.gate.subject import Subject
from opsrail.tailor.catalog import Catalog
from opsrail.tailor.lock import LOCK_PATH
from opsrail.tailor.sync import Acceptance, plan_sync
from tests.tailor.held import HeldSnapshot, catalog_of, synced, written

TODAY = date(2026, 11, 22)
SOURCE = "content/sources/refunds.md"
PLAYBOOK = "playbooks/refunds/playbook.yaml"
PAGE = "playbooks/refunds/agent.md"
FORM = "playbooks/refunds/.generated/agent.md"
DERIVED = ("stale", "missing", "conflicted", "orphaned", "hand-broken", "edited", "lock-broken")

ROLES = "roles:\n  agent: {title: Agent, clearance: staff}\n"
BOOK = """title: Refunds
owner: billing
sections:
  - {from: content/sources/refunds.md#window, form: {agent: full}}
  - {from: content/sources/refunds.md#after, form: {agent: full}}
"""
TEXT = """---
title: Refunds
owner: billing
verified: 2026-11-01
review_by: 2027-01-31
---

# Refunds

## Window

Refunds are possible within **30 days** of the charge.

Be kind.

## After

Say when the money arrives. [Ask](nowhere.md) if unsure.
"""

Files = dict[str, str]


@pytest.fixture(scope="module")
def files() -> Files:
    return synced({"policies/roles.yaml": ROLES, PLAYBOOK: BOOK, SOURCE: TEXT})


def said(files: Files, base: Files | None = None) -> list[Finding]:
    """What the checks of derived sections find, in order."""
    subject = Subject(catalog_of(files), catalog_of(base) if base else None, TODAY, remembers=False)
    found = in_order(finding for check in checks() for finding in _run(check, subject))
    return [finding for finding in found if finding.code.startswith(DERIVED)]


def edited(files: Files, path: str, old: str, new: str) -> Files:
    assert old in files[path]
    return {**files, path: files[path].replace(old, new, 1)}


def test_what_is_in_step_says_nothing(files: Files) -> None:
    assert said(files) == []
    assert said(files, base=files) == []


def changed_source(files: Files) -> Files:
    return edited(files, SOURCE, "30 days", "14 days")


def without_a_section(files: Files) -> Files:
    start, end = (
        files[PAGE].index("<!-- derived: content/sources/refunds.md#after"),
        len(files[PAGE]),
    )
    return {**files, PAGE: files[PAGE][:start] + files[PAGE][end:]}


def without_the_page(files: Files) -> Files:
    return {path: text for path, text in files.items() if path != PAGE}


def dropped_but_edited(files: Files) -> Files:
    after = edited(files, PAGE, "when the money", "exactly when the money")
    return edited(after, PLAYBOOK, "#after, form: {agent: full}", "#after, form: {agent: omit}")


def changed_fact(files: Files) -> Files:
    return edited(files, PAGE, "30 days", "45 days")


def lost_fact(files: Files) -> Files:
    return edited(files, PAGE, " within **30 days** of the charge", "")


def reworded(files: Files) -> Files:
    return edited(files, PAGE, "Be kind.", "Be very kind.")


def added_fact(files: Files) -> Files:
    return edited(files, PAGE, "Be kind.", "Be kind. At night, wait until 22:00.")


def changed_form(files: Files) -> Files:
    return edited(files, FORM, "Be kind.", "Be rude.")


def lost_marker(files: Files) -> Files:
    return edited(files, PAGE, "<!-- /derived -->\n", "")


def merged_badly(files: Files) -> Files:
    return {**files, LOCK_PATH: "<<<<<<< ours\n" + files[LOCK_PATH]}


def both_changed(files: Files) -> Files:
    clash = edited(changed_source(files), PAGE, "within **30 days**", "inside of **30 days**")
    return written(clash, plan_sync(catalog_of(clash)))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (changed_source, ["14:29 stale-section error | 30 days of the charge → within 14 days"]),
        (without_a_section, ["12:1 missing-section error | “After” is not on the page of agent"]),
        (
            without_the_page,
            [
                "1:1 missing-section error | “After” is not",
                "1:1 missing-section error | “Refunds” is not",
                "1:1 missing-section error | “Window” is not",
            ],
        ),
        (dropped_but_edited, ["24:1 orphaned-section error | “After” is no longer part of"]),
        (changed_fact, ["14:29 hand-broken error | 30 days of the charge → within 45 days"]),
        (lost_fact, ["14:13 hand-broken error | departs from its source: removed"]),
        (reworded, ["16:4 edited-section note | “Window” carries a human edit"]),
        (added_fact, ["16:4 edited-section note | “Window” carries a human edit"]),
        (changed_form, ["12:1 hand-broken error | changed behind its back"]),
        (lost_marker, ["10:1 hand-broken error | the end marker of the derived section"]),
        (merged_badly, ["1:1 lock-broken error | this line is no lock entry"]),
        (both_changed, ["14:22 conflicted-section error | was edited here and has changed"]),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_each_state_has_its_finding(
    files: Files, change: Callable[[Files], Files], expected: list[str]
) -> None:
    found = [
        f"{f.location.line}:{f.location.column} {f.code} {f.severity} {f.message}"
        for f in said(change(files))
    ]
    for line, one in zip(expected, found, strict=True):
        head, words = line.split(" | ")
        assert one.startswith(head), found
        assert words in one, found


def test_a_pull_request_that_leaves_a_page_behind_is_closed(files: Files) -> None:
    assert {f.code for f in said(changed_source(files), base=files)} == {"stale-section"}


def test_what_is_accepted_stays_accepted_until_it_departs_otherwise(files: Files) -> None:
    departed = changed_fact(files)
    kept = written(departed, plan_sync(catalog_of(departed), accept=[Acceptance(PAGE, "window")]))
    assert [f.severity for f in said(kept)] == [Severity.NOTE]
    assert "45 days" in kept[PAGE]
    assert [f.severity for f in said(edited(kept, PAGE, "Be kind.", "Be brief."))] == [
        Severity.NOTE
    ]
    assert [f.code for f in said(edited(kept, PAGE, "45 days", "60 days"))] == ["hand-broken"]


def test_an_old_fault_of_a_touched_document_is_a_warning(files: Files) -> None:
    subject = Subject(catalog_of(changed_source(files)), catalog_of(files), TODAY, remembers=False)
    links = next(check for check in checks() if check.code == "broken-link")
    assert [f.severity for f in _run(links, subject)] == [Severity.WARNING]
    worse = edited(files, SOURCE, "Be kind.", "Be [kind](gone.md).")
    subject = Subject(
        Catalog(HeldSnapshot(worse)), Catalog(HeldSnapshot(files)), TODAY, remembers=False
    )
    assert [f.severity for f in _run(links, subject)] == [Severity.ERROR, Severity.WARNING]
