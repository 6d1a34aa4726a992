from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.content.changes import Weight
from opsrail.findings import Finding, Location
from opsrail.gate.plan.model import Impact, Plan, Proof
from opsrail.gate.plan.rendering import render
from opsrail.gate.plan.telling import is_too_large, tell
from opsrail.gate.plan.told.losses import MOST_ROWS
from opsrail.gate.plan.told.model import (
    COLUMNS,
    LABEL,
    MOST_CHARACTERS,
    MOST_LINES,
    State,
    ToldPart,
    ToldPlan,
    line,
)
from opsrail.gate.plan.told.quoting import said, short_names, sides, when
from opsrail.governance.changes import Change
from opsrail.governance.model import (
    Approval,
    Decision,
    Discounted,
    GlassBroken,
    RuleOutcome,
    RuleState,
)
from opsrail.governance.vocabulary import TERMS
from tests.gate.plan.plans import (
    CHANGES,
    FOUND,
    NASTY,
    NOW,
    PLANS,
    POLICY,
    REFUNDS,
    RISK,
    changed,
    closed,
    frozen,
    glass,
    nothing,
    opened,
    owners,
    packed,
    plan,
    risk_owners,
    rollback,
    too_large,
    unmeetable,
    waiting,
    without_policy,
)

DESTRUCTIVE = sorted(name for name, term in TERMS.items() if term.danger)


def told(one: Plan) -> ToldPlan:
    return tell(one, NOW)


def verdict(one: Plan) -> str:
    return "\n".join(line.words for line in told(one).verdict)


def part(one: Plan, label: str) -> ToldPart:
    (found,) = [part for part in told(one).parts if part.label == label]
    return found


def words(one: ToldPart) -> str:
    return "\n".join(line.words for line in (one.head, *one.told))


# The verdict


@pytest.mark.parametrize(
    ("build", "state", "beginning"),
    [
        (waiting, State.WAITING, "WAITING for 1 of 2: have maya (billing-support); needs one of"),
        (opened, State.OPEN, "OPEN: all 2 approvals given, maya (billing-support), ana (risk-own"),
        (closed, State.CLOSED, "CLOSED by must-pass, source-fact, stale-section."),
        (frozen, State.CLOSED, "CLOSED by freeze “weekend” until Mon 07 Dec 08:00 UTC."),
        (
            glass,
            State.OPEN,
            "OPEN by break-glass (grace, jon) until Wed 02 Dec 13:30 UTC: “refunds",
        ),
        (without_policy, State.CLOSED, "CLOSED: there is no sound policies/governance.yaml"),
        (too_large, State.CLOSED, "CLOSED: too large to review on one screen (412 destructive"),
        (unmeetable, State.CLOSED, "CLOSED: rule risk (policies/governance.yaml:32) cannot be met"),
        (nothing, State.OPEN, "OPEN: nothing changes."),
        (rollback, State.WAITING, "WAITING for 1 of 1: needs one of support-leads"),
    ],
)
def test_the_verdict_comes_first_and_in_one_sentence(
    build: Callable[[], Plan], state: State, beginning: str
) -> None:
    assert told(build()).state is state
    assert verdict(build()).startswith(beginning)


def test_a_plan_is_open_only_if_its_value_is_and_it_can_be_weighed() -> None:
    for build in PLANS.values():
        one = build()
        assert (told(one).state is State.OPEN) == (one.is_open and not is_too_large(one))


def test_what_closes_stands_before_what_it_waits_for() -> None:
    held = replace(waiting().decision, frozen=frozen().decision.frozen, ahead=None)
    one = replace(frozen(), findings=FOUND, decision=held)
    first, *rest = verdict(one).split("\n")
    assert first == (
        "CLOSED by freeze “weekend” until Mon 07 Dec 08:00 UTC,"
        " must-pass, source-fact, stale-section."
    )
    assert rest[0].startswith("Also waits for 1 of 2: have maya")


def test_no_reason_at_all_still_means_no() -> None:
    one = plan(Decision(is_open=False))
    assert verdict(one).startswith("CLOSED: no rule says that it may land.")


def test_it_names_who_is_missing_why_and_the_line_of_the_rule() -> None:
    assert "needs one of risk-owners (ana, jon, lena)." in verdict(waiting())
    line = "Needs risk-owners because of money raised; rule risk (policies/governance.yaml:32)."
    assert line in verdict(waiting())


def test_what_only_the_risk_demands_says_so() -> None:
    asked = replace(risk_owners(), is_for_risk=True)
    one = plan(replace(waiting().decision, outcomes=(asked,)))
    line = "Needs risk-owners because the risk is medium; rule risk (policies/governance.yaml:32)."
    assert line in verdict(one)


def test_what_only_follows_is_no_reason_beside_a_real_one() -> None:
    follows = Change("playbooks/refunds/tier-1.md", "page regenerated")
    asked = replace(risk_owners(), changes=(follows, CHANGES[0]))
    one = replace(plan(replace(waiting().decision, outcomes=(asked,))), risk=None)
    assert "because of money raised;" in verdict(one)
    alone = replace(asked, changes=(follows,))
    one = replace(plan(replace(waiting().decision, outcomes=(alone,))), risk=None)
    assert "because of page regenerated;" in verdict(one)


def test_it_says_whose_yes_does_not_count_and_why() -> None:
    line = "Does not count: bao (wrote part of it), jon (agreed before refunds.md changed)."
    assert line in verdict(waiting())


def test_six_candidates_are_named_and_the_others_counted() -> None:
    names = tuple(f"p{number}" for number in range(10))
    outcome = replace(risk_owners(), candidates=names)
    one = plan(replace(waiting().decision, outcomes=(outcome,)))
    assert "(p0, p1, p2, p3, p4, p5 and 4 more)" in verdict(one)


def test_rules_that_ask_the_same_people_ask_once() -> None:
    twice = (risk_owners(), replace(risk_owners(), rule="second", place=Location(POLICY, 40)))
    one = plan(replace(waiting().decision, outcomes=twice))
    assert verdict(one).startswith("WAITING for 1 of 1: needs one of risk-owners (ana, jon, lena).")
    assert "rules risk (policies/governance.yaml:32), second (:40)." in verdict(one)


def test_rules_that_ask_others_ask_apart() -> None:
    other = replace(risk_owners(), candidates=("lena",))
    one = plan(replace(waiting().decision, outcomes=(risk_owners(), other)))
    assert verdict(one).startswith("WAITING for 2 of 2: needs one of risk-owners (ana, jon, lena)")
    assert "and one of risk-owners (lena)." in verdict(one)


def test_an_objection_alone_keeps_it_waiting() -> None:
    one = plan(replace(opened().decision, is_open=False, objections=("olu", "ana")))
    assert verdict(one).startswith("WAITING for ana, olu, who ask for changes. Have maya")
    assert "Only ana, olu can take that back." in verdict(one)


def test_many_teams_are_counted_and_the_first_named() -> None:
    outcomes = tuple(
        replace(risk_owners(), groups=(f"team-{number}",), place=Location(POLICY, 30 + number))
        for number in range(9)
    )
    one = plan(replace(waiting().decision, outcomes=outcomes))
    assert verdict(one).startswith("WAITING for 9 of 9: needs people of 9 teams.")
    assert all(f"team-{number}" in verdict(one) for number in range(9))
    assert " more teams: team-" in verdict(one)


def test_nothing_of_a_large_verdict_is_left_out_without_a_count() -> None:
    outcomes = tuple(
        replace(
            risk_owners(),
            groups=(f"team-{number}",),
            place=Location(POLICY, 30 + number),
            candidates=tuple(f"team-{number}-{who}" for who in "abcdefgh"),
        )
        for number in range(40)
    )
    frozen_too = replace(frozen().decision, outcomes=outcomes, is_open=False, objections=("olu",))
    one = replace(plan(frozen_too), findings=FOUND)
    words_ = verdict(one)
    assert words_.startswith("CLOSED by freeze “weekend” until Mon 07 Dec 08:00 UTC, must-pass")
    assert "Also waits for people of 40 teams; and for olu, who asks for changes." in words_
    (packed_,) = [line for line in words_.split("\n") if " more teams: " in line]
    named = sum(line.startswith("Needs one of team-") for line in words_.split("\n"))
    told_packed = packed_.split(": ")[1]
    hidden = int(told_packed.split(" and ")[1].split()[0]) if " and " in told_packed else 0
    assert named + told_packed.count("team-") + hidden == 40
    assert "more remark" in words_


def test_break_glass_that_does_not_hold_opens_nothing() -> None:
    broken = GlassBroken(("ana",), 2, "outage", NOW, None, holds=False)
    one = plan(replace(waiting().decision, glass=broken))
    assert told(one).state is State.WAITING
    line = "Break-glass (ana, 1 of 2 people) which ran out on Wed 02 Dec 09:30 UTC: “outage”"
    assert line in verdict(one)


def test_break_glass_does_not_stand_against_findings() -> None:
    one = replace(glass(), findings=FOUND)
    assert told(one).state is State.CLOSED
    assert "stands; findings count all the same." in verdict(one)


def test_when_it_can_change_by_itself_is_said_once() -> None:
    assert verdict(frozen()).count("Mon 07 Dec 08:00 UTC") == 1
    later = replace(waiting().decision, decides_again=datetime(2027, 1, 4, 8, tzinfo=UTC))
    line = "The answer can change by itself on Mon 04 Jan 2027 08:00 UTC."
    assert line in verdict(plan(later))


@given(st.integers(0, 4), st.integers(0, 4))
def test_a_further_yes_never_makes_more_people_missing(needed: int, given_: int) -> None:
    def missing(count: int) -> str:
        yes = tuple(Approval(f"p{number}", NOW) for number in range(count))
        outcome = RuleOutcome(
            "r", Location(POLICY), RuleState.PENDING, ("g",), needed, yes, candidates=("z",)
        )
        return verdict(plan(Decision(is_open=False, outcomes=(outcome,)))).split("\n")[0]

    before, after = missing(given_), missing(given_ + 1)
    if needed > given_ + 1:
        assert before.startswith(f"WAITING for {needed - given_} of {needed}")
        assert after.startswith(f"WAITING for {needed - given_ - 1} of {needed}")


# What is destructive


def losses(*changes: Change) -> str:
    return words(part(plan(change=changed(*changes)), "DESTRUCTIVE"))


def destructive(count: int, files: int = 1, text: str = "") -> tuple[Change, ...]:
    return tuple(
        Change(
            f"content/sources/s{at % files:04d}.md",
            DESTRUCTIVE[at % 3],
            f"§ Part {at}",
            text,
            f"{text}!",
            at + 1,
            Weight.MUST_REREAD,
        )
        for at in range(count)
    )


@given(st.integers(1, 120), st.integers(1, 12), st.sampled_from(["", "USD 50", "x" * 300]))
def test_every_destructive_change_is_told_or_the_plan_is_closed(
    count: int, files: int, text: str
) -> None:
    changes = destructive(count, files, text)
    one = plan(opened().decision, changed(*changes))
    whole = part(one, "DESTRUCTIVE")
    assert not whole.hidden
    if is_too_large(one):
        assert told(one).state is State.CLOSED
        assert f"{count} destructive changes in {min(files, count)} file" in verdict(one)
        assert f"{count} changes in" in words(whole)
        assert "Not shown" in told(one).rest
    else:
        assert told(one).state is State.OPEN
        assert all(f"{each.subject}" in words(whole) for each in changes)
        assert sum(line.counts for line in whole.lines or (whole.head,)) == count
        assert sum(line.rows for line in whole.lines) <= MOST_ROWS


def test_each_says_what_is_lost_by_it() -> None:
    for name in DESTRUCTIVE:
        assert TERMS[name].danger in losses(Change("rules/a.yaml", name))


def test_what_is_lost_is_said_once_of_changes_of_one_sort() -> None:
    one = losses(*(replace(CHANGES[0], line=at) for at in (3, 4, 5)))
    assert one.count("more money can be given away") == 1


def test_the_name_of_a_row_is_not_said_beside_the_same_value() -> None:
    row = replace(CHANGES[0], subject="USD 80 or less", old="USD 50 or less", new="USD 80 or less")
    assert losses(row).count("USD 80 or less") == 1


def test_a_row_known_by_what_changes_in_it_is_told_by_its_old_side() -> None:
    assert sides("USD 80 or less: USD 50 or less", "USD 80 or less") == (
        "USD 50 or less → USD 80 or less"
    )
    assert sides("tier 1: USD 50", "USD 80") == "tier 1: USD 50 → USD 80"


def test_packed_ones_are_told_by_file_and_what_is_lost_is_counted() -> None:
    one = words(part(packed(), "DESTRUCTIVE"))
    assert (
        "38 changes in 4 files: a duty is no longer said 19, more money can be given away 19" in one
    )
    assert "area-1.md: deontic removed § Part 1: must · deontic removed § Part 5" in one


def test_too_many_are_counted_by_term_and_file() -> None:
    one = words(part(too_large(), "DESTRUCTIVE"))
    assert "money raised 138 in 37 files: area-00.md 4, area-01.md 4" in one


def test_many_terms_are_counted_to_the_last() -> None:
    changes = tuple(
        Change(f"rules/r{at}.yaml", name, line=at + 1)
        for name in DESTRUCTIVE
        for at in range(DESTRUCTIVE.index(name) + 5)
    )
    one = losses(*changes)
    assert all(f"{name} {DESTRUCTIVE.index(name) + 5:,}" in one for name in DESTRUCTIVE)


def test_a_long_side_is_told_from_where_it_differs() -> None:
    same = "the agent may refund at most " * 20
    one = losses(Change(REFUNDS, "money raised", "§ Limits", f"{same}USD 50", f"{same}USD 8000"))
    assert "USD 50 → …" in one
    assert "USD 8000 (" in one
    assert "characters" not in one


def test_files_of_one_name_are_told_apart() -> None:
    one = losses(
        Change("content/sources/a/x.md", "section removed", "§ A"),
        Change("content/sources/b/x.md", "section removed", "§ A"),
    )
    assert "a/x.md:1 § A" in one
    assert "b/x.md:1 § A" in one


# The other parts


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


# One screen

HUGE = "x" * 200_000


def huge() -> Plan:
    changes = (
        *destructive(20, 20, HUGE[:3_000]),
        *(
            Change(
                f"content/sources/{at}/{HUGE[:200]}.md",
                "number changed",
                HUGE[:500],
                HUGE[:5_000],
                "y",
            )
            for at in range(5_000)
        ),
    )
    people = tuple(f"person-{at}-{HUGE[:200]}" for at in range(40))
    outcomes = tuple(
        RuleOutcome(
            f"rule-{at}-{HUGE[:200]}",
            Location(POLICY, at + 1),
            (RuleState.PENDING, RuleState.ERROR)[at % 2],
            (f"team-{at}",),
            2,
            (Approval(f"a{at}", NOW - timedelta(seconds=at)),),
            (Discounted(f"d{at}", HUGE[:2_000]),),
            people,
            changes[at * 10 : at * 10 + 10],
            HUGE[:2_000],
        )
        for at in range(400)
    )
    findings = tuple(
        Finding(Location(f"a/{at}.md", 1), f"code-{at % 90}", HUGE[:2_000], hint=HUGE[:2_000])
        for at in range(3_000)
    )
    tiers = {2: changes[:20], 1: changes[20:]}
    decision = replace(waiting().decision, outcomes=outcomes, problems=(HUGE,) * 50, tiers=tiers)
    one = plan(decision)
    return replace(
        one,
        change=changed(*changes),
        findings=findings,
        proofs=tuple(Proof(f"{at}{HUGE[:200]}", 0, 1, HUGE) for at in range(200)),
        risk=replace(RISK, factors=RISK.factors * 100),
        notes=(HUGE,) * 100,
        request=replace(one.request, title=HUGE, number=HUGE),
        back=replace(one.back, words=HUGE, final=(HUGE,) * 100),
        impact=replace(one.impact, edited=people, roles=people, playbooks=people, flows=people),
    )


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


# Words


@given(st.text(), st.integers(1, 50))
def test_what_is_quoted_is_on_one_line_and_short_and_shows_where_it_is_cut(
    text: str, most: int
) -> None:
    shown = said(text, most)
    assert "\n" not in shown
    assert len(shown) <= most + 25
    assert shown == text or shown.endswith("…") or "\\" in shown


def test_a_long_text_is_cut_once_and_at_a_word() -> None:
    text = "and the lead answers for what the desk wrote, within two days " * 5
    assert said(text, 40) == "and the lead answers for what the desk…"
    assert line(f": {said(text, 250)} (refunds.md)", "deontic changed").words.count("…") == 1
    assert "characters" not in verdict(huge())


@given(st.lists(st.text("ab/", min_size=1, max_size=12), max_size=12))
def test_short_names_are_ends_of_their_paths_and_differ(paths: list[str]) -> None:
    names = short_names(paths)
    assert names.keys() == set(paths)
    assert all(path.endswith(name) for path, name in names.items())
    assert len(set(names.values())) == len(names)


@given(st.text("ab", max_size=300), st.text("ab", max_size=300))
def test_two_sides_that_differ_look_different(old: str, new: str) -> None:
    shown = sides(old, new)
    if old and new and old != new:
        left, right = shown.split(" → ")
        assert left != right


def test_a_time_has_its_zone_and_its_year_only_if_it_is_another() -> None:
    assert when(NOW, NOW) == "Wed 02 Dec 09:30 UTC"
    assert when(NOW.replace(tzinfo=None), NOW) == "Wed 02 Dec 09:30 UTC"
    assert when(datetime(2027, 3, 1, tzinfo=UTC), NOW) == "Mon 01 Mar 2027 00:00 UTC"


def test_the_screen_leaves_room_for_labels() -> None:
    labels = {each.label for build in PLANS.values() for each in told(build()).parts}
    assert max(map(len, labels)) < LABEL < COLUMNS // 2


def test_an_owner_who_agreed_is_named_once_for_all_their_teams() -> None:
    also = replace(owners(), rule="second", groups=("support-leads",), place=Location(POLICY, 40))
    one = plan(replace(waiting().decision, outcomes=(owners(), also, risk_owners())))
    assert "have maya (billing-support, support-leads); needs" in verdict(one)
