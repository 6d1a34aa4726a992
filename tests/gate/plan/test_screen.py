"""One screen, whatever comes, and a count of what it hides."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from opsrail.findings import Location
from opsrail.gate.plan.model import Proof
from opsrail.gate.plan.rendering import render
from opsrail.gate.plan.telling import is_too_large
from opsrail.gate.plan.told.losses import MOST_ROWS
from opsrail.gate.plan.told.model import (
    MOST_CHARACTERS,
    MOST_LINES,
)
from opsrail.governance.changes import Change
from opsrail.governance.model import (
    GlassBroken,
)
from tests.gate.plan.plans import (
    FOUND,
    NASTY,
    NOW,
    PLANS,
    POLICY,
    changed,
    closed,
    plan,
    risk_owners,
    waiting,
)
from tests.gate.plan.reading import destructive, huge, part, told, words


def test_whatever_comes_it_fits_on_one_screen_and_counts_what_is_hidden() -> None:
    one = huge()
    for form in ("text", "markdown"):
        shown = render(one, form, now=NOW)
        assert shown.count("\n") <= MOST_LINES
        assert len(shown) <= MOST_CHARACTERS
        assert max(len(line) for line in shown.split("\n")) <= 3_000
    assert len(json.loads(render(one, "json", now=NOW))["changes"]) == 5_020
    counted = sum(each.hidden for each in told(one).parts if each.label == "CHANGES")
    shown_changes = sum(line.counts for line in part(one, "CHANGES").lines)
    assert counted + shown_changes == 5_000
    assert f"{counted:,} changes" in told(one).rest


@pytest.mark.parametrize("lost", [0, 10, 20, 26])
def test_what_is_hidden_is_counted_by_things_and_not_by_lines(lost: int) -> None:
    others = tuple(
        Change(f"rules/r{at % 30}.yaml", "rule changed", f"§ {at}", line=at + 1)
        for at in range(300)
    )
    changes = part(plan(change=changed(*destructive(lost), *others)), "CHANGES")
    assert max(line.counts for line in changes.lines) > 1
    assert changes.hidden + sum(line.counts for line in changes.lines) == 300
    assert f"and {changes.hidden} more changes" in words(changes)


@pytest.mark.parametrize("text", NASTY)
def test_the_dearest_letters_still_fit(text: str) -> None:
    dear = (text * 400)[:400]
    changes = tuple(
        Change(f"content/sources/{at}.md", "money raised", dear, dear, f"{dear}!")
        for at in range(8)
    )
    one = replace(closed(), change=changed(*changes), notes=(dear,) * 9)
    assert len(render(one, "markdown", now=NOW)) <= MOST_CHARACTERS


def test_rows_of_the_screen_are_counted_not_only_lines() -> None:
    for build in PLANS.values():
        one = told(build())
        rows = sum(line.rows for line in one.verdict) + sum(each.rows for each in one.parts)
        assert rows <= MOST_LINES - 8


def test_the_longest_verdict_above_the_most_destruction_still_fits() -> None:
    text = "y" * 400
    outcomes = tuple(
        replace(risk_owners(), groups=(f"t{at}",), place=Location(POLICY, at), changes=())
        for at in range(1, 9)
    )
    broken = GlassBroken(("ana",), 2, "outage", NOW, None, holds=False)
    decision = replace(
        waiting().decision,
        outcomes=outcomes,
        objections=("olu",),
        glass=broken,
        problems=("a", "b", "c", "d", "e", "f"),
        decides_again=NOW + timedelta(days=400),
        unknown=("x",),
    )
    one = plan(decision, changed(*destructive(MOST_ROWS)))
    one = replace(
        one,
        findings=FOUND * 9,
        proofs=(Proof(text, 0, 1, text),) * 9,
        notes=(text,) * 9,
        back=replace(one.back, words=text, final=(text,) * 9),
    )
    assert not is_too_large(one)
    assert len(part(one, "DESTRUCTIVE").lines) == MOST_ROWS
    for form in ("text", "markdown"):
        assert render(one, form, now=NOW).count("\n") <= MOST_LINES


def test_where_everything_is_shown_nothing_is_said_of_hidden_things() -> None:
    assert told(waiting()).rest == ""
    assert all(not each.hidden for each in told(waiting()).parts)
