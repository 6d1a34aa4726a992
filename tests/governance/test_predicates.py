"""Which changes words and predicates fit, and the tier that comes of it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from opsrail.content.changes import Weight
from opsrail.governance.changes import Change
from opsrail.governance.formats import GovernanceFile, Predicate
from opsrail.governance.predicates import fits, tier_of

RAISED = Change(
    "content/sources/refunds.md",
    "money raised",
    weight=Weight.MUST_REREAD,
    owners=("billing-support", "risk-owners"),
    roles=("tier-1", "vendor-agent"),
)


@pytest.mark.parametrize(
    ("said", "does"),
    [
        ({}, True),
        ({"change": "anything"}, True),
        ({"change": "money raised"}, True),
        ({"change": "money"}, True),
        ({"change": "money lowered"}, False),
        ({"change": ["deontic", "money"]}, True),
        ({"change": ["deontic", "date"]}, False),
        ({"kind": "source"}, True),
        ({"kind": ["rule", "source"]}, True),
        ({"kind": "rule"}, False),
        ({"files": "content/**"}, True),
        ({"files": ["rules/**", "content/sources/*.md"]}, True),
        ({"files": "content/*.md"}, False),
        ({"owner": "risk-owners"}, True),
        ({"owner": ["somebody", "billing-support"]}, True),
        ({"owner": "somebody"}, False),
        ({"weight": "must re-read"}, True),
        ({"weight": ["wording", "worth knowing"]}, False),
        ({"reaches": "vendor-agent"}, True),
        ({"reaches": ["lead", "tier-1"]}, True),
        ({"reaches": "lead"}, False),
        ({"change": "money", "kind": "rule"}, False),
        ({"change": "money", "owner": "somebody"}, False),
        ({"change": "money", "kind": "source", "reaches": "tier-1", "files": "**"}, True),
    ],
)
def test_all_that_a_predicate_says_must_fit(said: dict[str, object], does: bool) -> None:
    assert fits(Predicate.model_validate(said), RAISED) is does


@pytest.mark.parametrize(
    ("word", "does"),
    [("anything", True), ("money", True), ("money raised", True), ("deontic", False)],
)
def test_a_word_fits_its_terms(word: str, does: bool) -> None:
    assert fits(word, RAISED) is does


def test_a_change_that_nobody_owns_and_nobody_reads_fits_no_owner_and_no_role() -> None:
    alone = Change("rules/a.yaml", "rule changed")
    assert not fits(Predicate(owner="risk-owners"), alone)
    assert not fits(Predicate(reaches="tier-1"), alone)


def test_the_first_tier_that_fits_is_the_tier() -> None:
    policy = GovernanceFile.model_validate(
        {
            "approvals": {"any": {"from": "owners"}},
            "tiers": [
                {"tier": 2, "title": "Two", "when": ["deontic", "money raised"], "needs": ["any"]},
                {"tier": 1, "title": "One", "when": [{"kind": "source"}], "needs": ["any"]},
            ],
        }
    )
    found = tier_of(policy, RAISED)
    assert found is not None
    assert found.tier == 2
    other = tier_of(policy, Change("content/sources/refunds.md", "money lowered"))
    assert other is not None
    assert other.tier == 1
    assert tier_of(policy, Change("rules/a.yaml", "rule changed")) is None


def test_a_misspelt_word_is_refused() -> None:
    with pytest.raises(ValidationError, match="no change that anybody knows"):
        Predicate(change="money raized")
