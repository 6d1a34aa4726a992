from __future__ import annotations

import random
from dataclasses import fields, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from opsrail.governance.formats import Demand, RiskLevel, RiskPolicy
from opsrail.governance.risk.assess import assess, demanded
from opsrail.governance.risk.evidence import Evidence, Readers
from opsrail.governance.risk.mitigating import Filed
from opsrail.governance.risk.model import Risk
from tests.governance.risk.made import (
    NOW,
    evidence,
    filed,
    levels,
    mitigations,
    newcomers,
    occasions,
    policies,
    readers,
    reviews,
    traffic,
    tried,
    watched,
)


def weigh(found: Evidence, policy: RiskPolicy, *on_file: Filed) -> Risk:
    return assess(found, policy, on_file, NOW)


def is_at_least(risk: Risk, other: Risk) -> bool:
    pairs = zip(risk.factors, other.factors, strict=True)
    each = all(one.level.rank >= two.level.rank for one, two in pairs)
    return each and risk.score >= other.score and risk.level.rank >= other.level.rank


@given(evidence, readers, policies)
def test_more_readers_never_lower_the_score(
    found: Evidence, one: Readers, policy: RiskPolicy
) -> None:
    more = replace(found, readers=(*found.readers, one))
    assert is_at_least(weigh(more, policy), weigh(found, policy))


@given(evidence, st.integers(0, 1_000), policies)
def test_more_people_in_a_role_never_lower_the_score(
    found: Evidence, people: int, policy: RiskPolicy
) -> None:
    grown = tuple(replace(one, people=one.people + people) for one in found.readers)
    assert is_at_least(weigh(replace(found, readers=grown), policy), weigh(found, policy))


@given(
    evidence,
    st.one_of(
        st.tuples(st.just("traffic"), traffic),
        st.tuples(st.just("occasions"), occasions),
        st.tuples(st.just("tried"), tried),
        st.tuples(st.just("newcomers"), newcomers),
        st.tuples(st.just("watched"), watched),
        st.tuples(st.just("reviews"), reviews),
    ),
    policies,
)
def test_whatever_else_is_known_it_never_lowers_the_score(
    found: Evidence, one: tuple[str, object], policy: RiskPolicy
) -> None:
    name, item = one
    grown: dict[str, Any] = {name: (*getattr(found, name), item)}
    more = replace(found, **grown)
    assert is_at_least(weigh(more, policy), weigh(found, policy))


@given(evidence, st.lists(mitigations, max_size=4), mitigations, policies)
def test_another_mitigation_opens_no_factor_and_leaves_the_score(
    found: Evidence, on_file: list[Filed], one: Filed, policy: RiskPolicy
) -> None:
    before, after = weigh(found, policy, *on_file), weigh(found, policy, *on_file, one)
    assert after.score == before.score
    for old, new in zip(before.factors, after.factors, strict=True):
        assert set(new.unmitigated) <= set(old.unmitigated)


@given(evidence, st.lists(mitigations, max_size=4), policies, st.randoms())
def test_the_order_of_evidence_and_mitigations_says_nothing(
    found: Evidence, on_file: list[Filed], policy: RiskPolicy, chance: random.Random
) -> None:
    def shuffled(values: Any) -> Any:  # noqa: ANN401 - any field
        return tuple(chance.sample(values, len(values))) if isinstance(values, tuple) else values

    other = Evidence(**{one.name: shuffled(getattr(found, one.name)) for one in fields(found)})
    turned = chance.sample(on_file, len(on_file))
    assert weigh(other, policy, *turned) == weigh(found, policy, *on_file)


@given(evidence, policies)
def test_a_factor_below_the_policys_level_needs_no_mitigation(
    found: Evidence, policy: RiskPolicy
) -> None:
    for one in weigh(found, policy).factors:
        if one.level.rank < policy.mitigate.rank:
            assert not one.is_open
        assert set(one.unmitigated) <= set(one.paths)


@given(evidence, policies)
def test_every_factor_says_why(found: Evidence, policy: RiskPolicy) -> None:
    for one in weigh(found, policy).factors:
        assert one.evidence
        assert all(sentence.strip() for sentence in one.evidence)
        assert not any("\n" in sentence for sentence in one.evidence)


@given(st.dictionaries(levels, st.integers(1, 10)), levels, levels)
def test_a_graver_risk_never_demands_less(
    stages: dict[RiskLevel, int], one: RiskLevel, other: RiskLevel
) -> None:
    demands = {
        level: Demand(needs=(f"rule-{level}",), stages=number) for level, number in stages.items()
    }
    policy = RiskPolicy(demands=demands)
    less, more = sorted((one, other), key=lambda level: level.rank)
    assert set(demanded(policy, less)[0]) <= set(demanded(policy, more)[0])
    assert demanded(policy, less)[1] <= demanded(policy, more)[1]


@given(evidence, policies)
def test_a_mitigation_for_everything_leaves_nothing_open(
    found: Evidence, policy: RiskPolicy
) -> None:
    names = [one.name for one in weigh(found, policy).factors]
    covered = weigh(found, policy, *(filed(name, "**") for name in names))
    assert [one.name for one in covered.factors if one.is_open] == []
