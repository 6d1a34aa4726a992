"""What has to hold of every decision, whatever the policy, the change and the reviews."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st

import opsrail.governance
from opsrail.governance.changes import ChangeSet, share_of
from opsrail.governance.formats import GovernanceFile
from opsrail.governance.model import Decision, RuleState
from opsrail.governance.policy import Policy
from opsrail.governance.request import ReviewState
from tests.governance.requests import FREEZES, PATHS, PEOPLE, World, review, reviews_of, worlds


def _met(decision: Decision) -> dict[tuple[str, tuple[str, ...]], set[str]]:
    """Who agreed and counts, by rule and team."""
    return {
        (one.rule, one.groups): {given.person for given in one.given} for one in decision.outcomes
    }


@given(worlds(), st.data())
def test_one_more_approval_never_closes(world: World, data: st.DataObject) -> None:
    assume(world.decide().is_open)
    more = data.draw(reviews_of(world.change, state=ReviewState.APPROVED))
    assert world.with_reviews([*world.request.reviews, more]).decide().is_open


@given(worlds(), st.data())
def test_one_more_approval_takes_nobody_away(world: World, data: st.DataObject) -> None:
    more = data.draw(reviews_of(world.change, state=ReviewState.APPROVED))
    before = _met(world.decide())
    after = _met(world.with_reviews([*world.request.reviews, more]).decide())
    assert all(before[rule] <= after[rule] for rule in before)


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_in_which_reviews_are_told_changes_nothing(world: World, random: object) -> None:
    shuffled = list(world.request.reviews)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis's Random
    assert world.with_reviews(shuffled).decide() == world.decide()


@given(worlds(), st.integers(0, 300))
def test_the_author_s_approval_changes_nothing(world: World, ago: int) -> None:
    author = world.request.author
    reviews = [one for one in world.request.reviews if one.by.partition("@")[0].lower() != author]
    without = world.with_reviews(reviews)
    own = review(author, world.change, ago=ago, text="/break-glass mine")
    decided = without.with_reviews([*reviews, own]).decide()
    assert decided.is_open == without.decide().is_open
    assert _met(decided) == _met(without.decide())


@given(worlds(), FREEZES)
def test_one_more_freeze_never_opens(world: World, freeze: dict[str, object]) -> None:
    assume(not world.decide().is_open)
    told = world.policy.file.model_dump(by_alias=True, mode="json")
    told["freezes"] = [*told["freezes"], {**freeze, "name": "third"}]
    frozen = replace(world, policy=Policy(GovernanceFile.model_validate(told)))
    assert not frozen.decide().is_open


@given(worlds())
def test_a_push_of_nothing_keeps_every_approval(world: World) -> None:
    pushed = replace(world, change=replace(world.change, head="d" * 40))
    assert pushed.decide() == world.decide()


@given(worlds(), st.sampled_from(PATHS))
def test_touching_a_file_drops_only_what_is_about_it(world: World, path: str) -> None:
    assume(path in world.change.shares)
    shares = {**world.change.shares, path: share_of(path, "before", "something else")}
    touched = replace(world, change=ChangeSet("a", "b", world.change.changes, shares))
    before, after = world.decide(), touched.decide()
    for was, now in zip(before.outcomes, after.outcomes, strict=True):
        about = {change.path for change in was.changes}
        agreed = {given.person for given in was.given}
        # Nobody has seen the file as it is now.
        expected = set() if path in about else agreed
        assert {given.person for given in now.given} == expected


@given(worlds())
def test_nothing_that_is_still_to_come_counts(world: World) -> None:
    said = [one for one in world.request.reviews if one.at <= world.now]
    assert _met(world.with_reviews(said).decide()) == _met(world.decide())
    assert world.with_reviews(said).decide().is_open == world.decide().is_open


@given(worlds())
def test_the_answer_stays_until_it_says_that_it_can_change(world: World) -> None:
    decided = world.decide()
    until = decided.decides_again
    later = (until or world.now + timedelta(days=90)) - timedelta(microseconds=1)
    # What is dated later would be said in the meantime.
    said = world.with_reviews([one for one in world.request.reviews if one.at <= world.now])
    assume(later >= world.now)
    assert replace(said, now=later).decide().is_open == said.decide().is_open


@given(worlds())
def test_open_means_that_each_rule_is_met_or_the_glass_is_broken(world: World) -> None:
    decided = world.decide()
    assume(decided.is_open)
    met = all(one.state is RuleState.APPROVED for one in decided.active)
    assert (met and decided.active and not decided.frozen) or (
        decided.glass is not None and decided.glass.holds
    )
    assert not decided.objections
    assert not decided.problems


@given(worlds())
def test_whoever_could_agree_is_somebody_who_counts(world: World) -> None:
    decided = world.decide()
    for one in decided.active:
        for who in one.candidates:
            assert who in PEOPLE
            others = [two for two in world.request.reviews if two.by.lower()[:3] != who[:3]]
            agreed = world.with_reviews([*others, review(who, world.change, ago=0)]).decide()
            same = next(
                two for two in agreed.active if (two.rule, two.groups) == (one.rule, one.groups)
            )
            assert who in {given.person for given in same.given}


def test_governance_reads_no_clock_no_file_and_no_environment() -> None:
    forbidden = {"now", "today", "utcnow", "environ", "getenv", "open", "read_text"}
    folder = Path(opsrail.governance.__file__).parent
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                assert name not in forbidden, f"{path.name}:{node.lineno} calls {name}"
