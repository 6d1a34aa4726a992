"""The other parts of a told plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opsrail.content.changes import Weight
from opsrail.findings import Finding, Location
from opsrail.gate.plan.model import Impact, Proof
from opsrail.gate.plan.rendering import render
from opsrail.gate.plan.told.losses import MOST_ROWS
from opsrail.gate.plan.told.model import (
    MOST_LINES,
)
from opsrail.governance.changes import Change
from tests.gate.plan.plans import (
    CHANGES,
    FOUND,
    NOW,
    REFUNDS,
    RISK,
    changed,
    closed,
    plan,
    rollback,
    waiting,
)
from tests.gate.plan.reading import destructive, huge, part, told, verdict, words


def test_changes_are_told_by_weight_and_wording_only_counted() -> None:
    one = words(part(waiting(), "CHANGES"))
    assert one.startswith(
        "3 others in 1 file: 1 must re-read, 1 worth knowing, 1 wording · 3 pages"
    )
    assert "1 keeps a person's words (playbooks/refunds/tier-1.md)" in one
    assert one.index("must re-read refunds.md:12") < one.index("worth knowing refunds.md:40")
    assert "Say sorry" not in one


def test_a_page_and_its_generated_form_are_one_and_the_lock_is_none() -> None:
    pages = tuple(
        Change(f"playbooks/refunds/{form}{role}.md", what)
        for role, what in (("tier-1", "page regenerated"), ("old", "page removed"))
        for form in ("", ".generated/")
    )
    lock = Change("playbooks/opsrail.lock", "lock regenerated", weight=Weight.WORDING)
    one = plan(change=changed(CHANGES[1], lock, *pages))
    assert words(part(one, "CHANGES")).startswith(
        "2 changes in 2 files: 1 must re-read, 1 worth knowing · 1 page written anew"
    )


def test_impact_has_its_denominators_and_no_names_without_end() -> None:
    roles = tuple(f"role-{number}" for number in range(10))
    one = replace(waiting(), impact=replace(waiting().impact, roles=roles, all_roles=12))
    told_words = words(part(one, "IMPACT"))
    assert "142 of 310 people must re-read" in told_words
    assert "9 of 47 pages" in told_words
    assert "10 of 12 roles (role-0, role-1, role-2, role-3 and 6 more)" in told_words


def test_a_change_that_reaches_nobody_says_so() -> None:
    one = replace(waiting(), impact=Impact())
    assert words(part(one, "IMPACT")) == "reaches no page, flow, suite or rule"


def test_proofs_that_fail_come_first_and_whose_word_it_is_is_said() -> None:
    one = words(part(closed(), "PROOFS"))
    assert one.startswith("1 of 6 fails: suite promises 118 → 110 of 120, fail\nhold: checks 24 of")
    assert "suite refund-suite 118 → 118 of 120, pass (by the request's own run)" in one


def test_a_proof_of_nothing_is_none() -> None:
    one = replace(waiting(), proofs=(Proof("timed tests of rules", 0, 0),))
    assert "timed tests of rules nothing to try" in words(part(one, "PROOFS"))
    assert words(part(replace(waiting(), proofs=()), "PROOFS")) == "nothing was tried"


def test_one_finding_of_each_code_is_told_before_a_second_of_any() -> None:
    many = tuple(Finding(Location("a.md", line), "links", "dead link") for line in range(1, 3_000))
    one = replace(waiting(), findings=(*many, *FOUND))
    told_words = words(part(one, "FINDINGS"))
    assert told_words.startswith("3,002 close the gate: links 2,999, must-pass 1, source-fact 1")
    for code in ("links", "must-pass", "source-fact", "stale-section"):
        assert f" {code}: " in told_words
    assert told_words.endswith(" more findings: `opsrail check --base main` shows all")
    assert "findings. `opsrail plan --format json`" in told(one).rest


@pytest.mark.parametrize("codes", [1, 3, 6])
def test_a_finding_of_each_code_stays_however_much_is_destructive(codes: int) -> None:
    findings = tuple(
        Finding(Location(f"{at}/{'a' * 200}.md", at + 1), f"code-{at % codes}", "word " * 90)
        for at in range(300)
    )
    one = replace(huge(), findings=findings, change=changed(*destructive(MOST_ROWS)))
    shown = part(one, "FINDINGS")
    assert all(f" code-{at}: " in words(shown) for at in range(codes))
    assert len(part(one, "DESTRUCTIVE").lines) == MOST_ROWS
    assert render(one, "text", now=NOW).count("\n") <= MOST_LINES


def test_what_only_advises_is_not_counted_among_what_fails() -> None:
    fails, advises = Proof("suite a", 0, 1, "1 of 2"), Proof("suite b", 0, 1, is_advisory=True)
    one = replace(waiting(), proofs=(fails, advises, Proof("checks", 70, 72, "(links, pages)")))
    assert words(part(one, "PROOFS")).startswith("2 of 2 fail: checks 70 of 72 (links, pages)\n")
    one = replace(waiting(), proofs=(Proof("checks", 9, 9),))
    assert words(part(one, "PROOFS")) == "it holds: checks 9 of 9"
    one = replace(waiting(), proofs=(advises,))
    assert "only advises" in words(part(one, "PROOFS"))


def test_risk_tells_its_evidence_and_the_mitigation_or_that_one_is_missing() -> None:
    one = words(part(waiting(), "RISK"))
    assert "people, high: 142 people must read it again · 61 of them at vendors; mitigated:" in one
    assert "(support-leads, policies/mitigations.yaml:12)" in one
    factor = replace(RISK.factors[0], mitigations=(), unmitigated=(REFUNDS,))
    bare = replace(waiting(), risk=replace(RISK, factors=(factor,)))
    missing = f"no mitigation for {REFUNDS}: write it into policies/mitigations.yaml"
    assert missing in words(part(bare, "RISK"))


def test_a_rollout_is_told_only_where_stages_are_demanded() -> None:
    assert "in three stages at least" in words(part(waiting(), "ROLLOUT"))
    labels = [one.label for one in told(rollback()).parts]
    assert "ROLLOUT" not in labels


def test_a_proved_rollback_says_so_in_its_verdict() -> None:
    assert "It takes back 9c8b7a6, which is proved." in verdict(rollback()).split("\n")[0]


def test_what_no_revert_brings_back_is_told() -> None:
    assert "does not come back: clearance widened" in words(part(rollback(), "ROLLBACK"))
