"""What customers and readers think: answers to the survey, and scores on the quality card."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from tests.example.clock import DAY, END, HOUR, START, Seconds, random
from tests.example.columns import decimals, table, whole, words
from tests.example.planted import RATED_BADLY, SCORED_BADLY

USUAL: Final = (0.025, 0.03, 0.06, 0.155, 0.73)
BAD: Final = (0.13, 0.11, 0.11, 0.19, 0.46)

# Desk → agents whose conversations are read: five of each a week, three of them by the vendor.
READ: Final = {"manila": 64, "lisbon": 27, "toronto": 21}


def csat(solved: pa.Table) -> pa.Table:
    """One of six answers, most within a day."""
    dice = random("csat")
    which = np.flatnonzero(dice.random(solved.num_rows) < 0.16)
    asked = solved.take(pa.array(which))
    when = _seconds(asked) + dice.exponential(6 * HOUR, len(which)).astype(np.int64) + 60
    desk, since, until = RATED_BADLY
    bad = np.array([name == desk for name in asked["desk"].to_pylist()])
    bad &= (when >= since) & (when < until)
    rating = np.where(bad, dice.choice(5, len(which), p=BAD), dice.choice(5, len(which), p=USUAL))
    kept = ("ticket_id", "product_area", "desk")
    columns = {name: asked[name].combine_chunks() for name in kept}
    return table(when, "csat", HOUR, {**columns, "rating": whole(rating + 1)})


def qa(solved: pa.Table) -> pa.Table:
    """Five conversations of each agent and week, read on weekdays between 09:00 and 17:00."""
    dice = random("qa")
    desks = np.repeat(np.arange(len(READ)), list(READ.values()))
    agents = np.tile(np.repeat(np.arange(len(desks)), 5), (END - START) // DAY // 7 + 1)
    size = len(agents)
    week = np.arange(size) // (len(desks) * 5)
    day = dice.integers(2, 7, size)  # the history begins on a Saturday
    when = START + (week * 7 + day) * DAY + dice.integers(9 * HOUR, 17 * HOUR, size)
    desk, since, until = SCORED_BADLY
    bad = (desks[agents] == list(READ).index(desk)) & (when >= since) & (when < until)
    score = np.clip(dice.normal(np.where(bad, 82.5, 92.6), 6.0), 40, 100).round()
    vendor = (desks[agents] == 0) & (np.arange(size) % 5 < 3)
    tickets = solved["ticket_id"].combine_chunks().to_numpy(zero_copy_only=False)
    return table(
        when,
        "qa",
        6 * HOUR,
        {
            "review_id": whole(np.arange(1, size + 1)),
            "ticket_id": whole(tickets[_before(_seconds(solved), when, dice)]),
            "desk": words(list(READ), desks[agents]),
            "reader": words(("larkspindle", "harbourline"), vendor.astype(np.int64)),
            "agent_id": words([f"a-{number:03}" for number in range(len(desks))], agents),
            "score": decimals(score),
        },
    )


def _before(solved: Seconds, when: Seconds, dice: np.random.Generator) -> Seconds:
    """A ticket solved in the days before each moment."""
    last = np.searchsorted(np.sort(solved), when) - 1
    chosen: Seconds = np.maximum(last - dice.integers(0, 2_000, len(when)), 0)
    return chosen


def _seconds(rows: pa.Table) -> Seconds:
    moments = rows["occurred_at"].combine_chunks().cast(pa.int64())
    seconds: Seconds = moments.to_numpy() // 1_000
    return seconds
