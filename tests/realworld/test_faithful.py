"""The judge of derived text on a real handbook: no false closure, and false edits are seen.

The totals are of one folder's newest state; `python -m tests.realworld.faithful` judges all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.realworld.faithful import Recall, Tally, derived, judged, recalled, sample
from tests.realworld.faithful_edits import EDITS, HARMLESS
from tests.realworld.handbook import BUNDLE, SUPPORT, clone

pytestmark = pytest.mark.realworld


@pytest.fixture(scope="module")
def tally(real_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Tally:
    handbook = clone(real_data(BUNDLE), tmp_path_factory.mktemp("real") / "handbook")
    return judged(derived(handbook, f"{SUPPORT}/process/support", newest=1))


@pytest.fixture(scope="module")
def recall(tally: Tally) -> Recall:
    return recalled(sample(tally, 70))


def test_what_the_engine_selects_closes_nothing(tally: Tally) -> None:
    assert (tally.commits, tally.sections) == (1, 200)
    assert [one.message for _, one in tally.false] == []


def test_every_false_edit_is_seen(recall: Recall) -> None:
    assert sum(recall.made[name] for name in EDITS) > 60
    assert [(name, section.page) for name, section, _ in recall.missed] == []


def test_no_harmless_edit_closes(recall: Recall) -> None:
    assert sum(recall.made[name] for name in HARMLESS) > 100
    assert [(name, one.message) for name, _, one in recall.false] == []
