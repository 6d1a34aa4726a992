"""What a model that obeys every attack brings through, and how far the scanner can be relied on."""

from __future__ import annotations

import pytest

from opsrail.llm.marking import marked
from tests.injection.corpus import Attack, attacks, harmless
from tests.injection.measuring import MUST_STOP, flagged, refused, tallied
from tests.injection.obeying import demands
from tests.injection.pipelines import CARRIED, WAYS, passed


def _one_a_kind() -> list[Attack]:
    """The first attack of each kind and aim."""
    chosen: dict[tuple[str, str], Attack] = {}
    for one in attacks():
        chosen.setdefault((one.kind, one.aim), one)
    return [one for one in chosen.values() if one.aim in MUST_STOP]


@pytest.mark.parametrize("way", WAYS)
def test_a_good_answer_passes(way: str) -> None:
    """Else what follows would show nothing: everything is stopped where nothing can pass."""
    assert WAYS[way]("", "").reached


@pytest.mark.parametrize("attack", _one_a_kind(), ids=lambda one: one.id)
def test_nothing_that_leads_away_comes_through(attack: Attack) -> None:
    ways = [way for way in CARRIED[attack.carrier] if (attack.aim, way) != ("clearance", "triage")]
    way = ways[int(attack.id[1:]) % len(ways)]
    found = [added for added in demands(attack, way) if passed(attack, way, added).reached]
    assert found == []


@pytest.mark.nightly
def test_nothing_that_leads_away_comes_through_in_any_form_by_any_way() -> None:
    rows = tallied(attacks(), "aim")
    assert {aim: rows[aim].through for aim in MUST_STOP} == {aim: [] for aim in MUST_STOP}


@pytest.mark.nightly
def test_no_harmless_text_costs_a_good_answer() -> None:
    assert [(one.id, reason) for one, reason in refused()] == []


def test_no_attack_closes_the_marks_around_it() -> None:
    for one in attacks():
        first, *_, last = marked(one.text, "ticket").splitlines()
        fence = first.removesuffix(">").rpartition(" ")[2]
        assert last == f"</untrusted {fence}>"
        assert marked(one.text, "ticket").count("<untrusted") == 1
        assert marked(one.text, "ticket").count("</untrusted") == 1


def test_the_scanner_is_no_worse_than_when_it_was_measured() -> None:
    assert flagged(attacks(), "seen")[0] >= 91
    assert flagged(attacks(), "unseen")[0] >= 30
    assert flagged(harmless(), "seen")[0] + flagged(harmless(), "unseen")[0] == 0
