"""Judged suites look as the files beside say, byte for byte."""

from __future__ import annotations

import pytest

from opsrail.evals.judging.judged import Judged
from opsrail.evals.model import Verdict
from tests.evals.told.goldens import FOLDER, told

NAMES = sorted(place.name for place in FOLDER.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_judged_suites_look_as_expected(everything: Judged, hostile: Judged, name: str) -> None:
    assert told(everything, hostile)[name] == (FOLDER / name).read_bytes().decode("utf-8")


def test_every_golden_and_every_kind_of_outcome_is_there(
    everything: Judged, hostile: Judged
) -> None:
    assert set(told(everything, hostile)) == set(NAMES)
    assert {one.verdict for one in everything.outcomes} == set(Verdict)
    assert any(one.decided for one in everything.outcomes)
    assert any(one.set_aside for one in everything.outcomes)
    assert everything.unread
    assert everything.weakened
