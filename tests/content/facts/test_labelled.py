from __future__ import annotations

import pytest

from opsrail.content.facts import FactKind
from tests.bench.facts import (
    BLIND,
    CASES,
    HELD_OUT,
    Sentence,
    developed_on,
    read_sentences,
    score,
)

SETS = {"developed on": developed_on(), "held out": [CASES / HELD_OUT]}
ALL = sorted(CASES.glob("*.yaml"))


@pytest.fixture(params=SETS, ids=str)
def sentences(request: pytest.FixtureRequest) -> list[Sentence]:
    return read_sentences(SETS[request.param])


def test_there_are_enough_sentences_and_traps() -> None:
    every = read_sentences(ALL)
    assert len(every) >= 300
    assert sum(not sentence.facts for sentence in every) >= 75
    assert {fact.kind for sentence in every for fact in sentence.facts} == set(FactKind)
    assert len({sentence.text for sentence in every}) == len(every)


def test_precision_and_recall_over_all_sets() -> None:
    total = score(read_sentences(ALL))
    assert total.precision() >= 0.95, total.wrong
    assert total.recall() >= 0.90, total.wrong
    assert total.binding("comparator") >= 0.95, total.wrong
    assert total.binding("noun") >= 0.90, total.wrong


def test_the_blind_set() -> None:
    sentences = read_sentences([CASES / BLIND])
    assert len(sentences) >= 80
    assert {fact.kind for sentence in sentences for fact in sentence.facts} == set(FactKind)
    total = score(sentences)
    assert total.precision() >= 0.85, total.wrong
    assert total.recall() >= 0.80, total.wrong


def test_precision_and_recall(sentences: list[Sentence]) -> None:
    total = score(sentences)
    assert total.precision() >= 0.95, total.wrong
    assert total.recall() >= 0.90, total.wrong


def test_no_kind_falls_behind(sentences: list[Sentence]) -> None:
    total = score(sentences)
    weak = {k: total.wrong for k in FactKind if min(total.precision(k), total.recall(k)) < 0.85}
    assert not weak


def test_binding(sentences: list[Sentence]) -> None:
    total = score(sentences)
    assert total.binding("comparator") >= 0.95, total.wrong
    assert total.binding("noun") >= 0.90, total.wrong


def test_a_wrong_answer_lowers_the_score() -> None:
    wrong = [Sentence("Wait two weeks.", ()), *read_sentences([CASES / "deontic.yaml"])[:1]]
    assert score(wrong).precision() == 0.5


def test_every_trap_holds() -> None:
    assert score(read_sentences([CASES / "traps.yaml"])).wrong == []
