from __future__ import annotations

import pytest

from opsrail.gate.plan.taking_back import take_back_of
from opsrail.governance.changes import Change
from tests.gate.plan.plans import REFUNDS, changed

MEANWHILE = "Git takes the words back, not what was done meanwhile."


@pytest.mark.parametrize(
    "what",
    [
        "money raised",
        "budget raised",
        "permission granted",
        "clearance widened",
        "readership widened",
        "member added",
    ],
)
def test_what_was_done_meanwhile_is_not_taken_back_with_the_words(what: str) -> None:
    assert MEANWHILE in take_back_of(changed(Change(REFUNDS, what))).words


def test_words_alone_come_back_whole() -> None:
    back = take_back_of(changed(Change(REFUNDS, "section reworded")))
    assert back.words == "clean today: nothing depends on it"
    assert take_back_of(changed()).words == "nothing to take back"
