"""Fifty clients on the living example's ticket flow: for a minute each night."""

from __future__ import annotations

import pytest

from tests.bench.serve import CLIENTS, GROWTH, minute


@pytest.mark.nightly
def test_fifty_clients_for_a_minute_lose_nothing_and_see_nothing_of_each_other() -> None:
    seen = minute()
    for tally in (seen.alone, seen.crowd):
        assert (tally.lost, tally.leaked, tally.wrong) == ([], [], [])
    assert seen.code == 0
    assert len(seen.crowd.seconds) > CLIENTS
    assert seen.log_faults == ()
    assert seen.on_record >= seen.alone.requests | seen.crowd.requests
    assert seen.late <= seen.early * GROWTH
