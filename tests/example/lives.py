"""What becomes of a ticket: answers, hand-overs, refunds, ends, and second beginnings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.example.arrivals import Tickets
from tests.example.clock import DAY, HOUR, Seconds, hour_of_day, random, spread
from tests.example.matters import AREAS, TOPICS, Customers

KINDS: Final = (
    "created",
    "replied",
    "handed-over",
    "accepted",
    "solved",
    "reopened",
    "refunded",
    "deletion-report",
)
DESKS: Final = ("manila", "lisbon", "toronto", "escalation", "trust", "privacy")
RESULTS: Final = ("done", "failed")
NONE: Final = -1
MANILA, LISBON, TORONTO = 0, 1, 2

# First answers in hours, by priority and plan, as promised in content/sources/service-levels.md.
TARGETS: Final = np.array([[2, 1, 0.25], [8, 4, 1], [48, 24, 8], [120, 72, 48]]) * HOUR

# Charges that are given back most often, in USD: plans, seats, bundles of texts, years.
AMOUNTS: Final = np.array([19, 49, 149, 6, 5, 12, 20, 40, 159.5, 449.17, 1_241.67])
AMOUNT_SHARES: Final = np.array([30, 24, 9, 8, 5, 5, 9, 3, 4, 2, 1]) / 100


@dataclass(frozen=True, slots=True)
class Steps:
    """What happened to tickets, by column; `NONE` where a step has no such thing."""

    time: Seconds
    kind: Seconds
    ticket: Seconds
    desk: Seconds
    amount: NDArray[np.float64]
    teach: Seconds
    result: Seconds

    @classmethod
    def of(
        cls,
        kind: str,
        time: Seconds,
        ticket: Seconds,
        desk: Seconds | int = NONE,
        amount: NDArray[np.float64] | None = None,
        teach: Seconds | int = NONE,
        result: int = NONE,
    ) -> Steps:
        """Steps of one kind."""
        size = len(time)
        return cls(
            time=time.astype(np.int64),
            kind=np.full(size, KINDS.index(kind)),
            ticket=ticket,
            desk=np.broadcast_to(np.asarray(desk), size).astype(np.int64),
            amount=np.full(size, np.nan) if amount is None else amount,
            teach=np.broadcast_to(np.asarray(teach), size).astype(np.int64),
            result=np.full(size, result),
        )

    def taken(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Steps:
        """Those steps."""
        return Steps(*(getattr(self, one.name)[which] for one in fields(self)))


def joined(parts: Iterable[Steps]) -> Steps:
    """All of these steps."""
    listed = list(parts)
    return Steps(
        *(np.concatenate([getattr(part, one.name) for part in listed]) for one in fields(Steps))
    )


def lives(tickets: Tickets, customers: Customers) -> Steps:
    """Every step of every ticket."""
    dice = random("lives")
    number = np.arange(len(tickets.created))
    replied = tickets.created + _first_answer(dice, tickets, customers)
    parts = [
        Steps.of("created", tickets.created, number),
        Steps.of("replied", replied, number, _worked_by(dice, tickets, replied)),
    ]
    handed, last = _hand_overs(dice, tickets, replied)
    parts += handed
    again = np.flatnonzero(dice.random(len(number)) < 0.5)
    last[again] += _lengths(dice, 6 * HOUR, 1.0, len(again))
    parts.append(Steps.of("replied", last[again], again, _worked_by(dice, tickets, last)[again]))
    parts += _refunds(dice, tickets, last)
    parts += _deletions(dice, tickets)
    parts += _ends(dice, tickets, last)
    return joined(parts)


def _first_answer(dice: np.random.Generator, tickets: Tickets, customers: Customers) -> Seconds:
    """How long until a person answers: nearly always well within the target."""
    target = TARGETS[tickets.priority - 1, customers.plan[tickets.customer]]
    waits = spread(dice, np.minimum(target * 0.3, 5 * HOUR), 0.8, len(target))
    return np.clip(waits, 40, target * 0.92).astype(np.int64)


def _lengths(dice: np.random.Generator, median: float, sigma: float, size: int) -> Seconds:
    return np.maximum(spread(dice, median, sigma, size), 30).astype(np.int64)


def tier_1(dice: np.random.Generator, time: Seconds) -> Seconds:
    """Lisbon or Toronto, whichever is there; Manila between 01:00 and 07:00."""
    hour = hour_of_day(time)
    morning, evening = (hour >= 7) & (hour < 13), (hour >= 19) | (hour < 1)
    both = dice.choice([LISBON, TORONTO], len(time), p=[0.55, 0.45])
    desk = np.where(morning, LISBON, np.where(evening, TORONTO, both))
    return np.where((hour >= 1) & (hour < 7), MANILA, desk)


def _worked_by(dice: np.random.Generator, tickets: Tickets, time: Seconds) -> Seconds:
    desk = np.where(dice.random(len(time)) < 0.92, MANILA, tier_1(dice, time))
    desk = np.where(tickets.area == AREAS.index("trust"), DESKS.index("trust"), desk)
    return np.where(tickets.area == AREAS.index("privacy"), DESKS.index("privacy"), desk)


def _hand_overs(
    dice: np.random.Generator, tickets: Tickets, replied: Seconds
) -> tuple[list[Steps], Seconds]:
    """Hand-overs from Manila to Tier 1 while it is there, and each ticket's last step so far."""
    at = replied + dice.integers(60, 1_200, len(replied))
    hour = hour_of_day(at)
    ordinary = tickets.area < AREAS.index("trust")
    which = np.flatnonzero((dice.random(len(at)) < 0.1) & (hour >= 7) & (hour < 23) & ordinary)
    wait = np.clip(_lengths(dice, 18 * 60, 0.7, len(which)), 60, 105 * 60)
    accepted = at[which] + wait
    taught = (dice.random(len(which)) < 0.06).astype(np.int64)
    last = replied.copy()
    last[which] = accepted
    return [
        Steps.of("handed-over", at[which], which, MANILA),
        Steps.of("accepted", accepted, which, tier_1(dice, accepted), teach=taught),
    ], last


def _refunds(dice: np.random.Generator, tickets: Tickets, last: Seconds) -> list[Steps]:
    asked = np.flatnonzero(tickets.topic == TOPICS.index("refund-request"))
    which = asked[dice.random(len(asked)) < 0.4]
    amount = dice.choice(AMOUNTS, len(which), p=AMOUNT_SHARES)
    at = last[which] + dice.integers(30, 600, len(which))
    # Over USD 50 Tier 1 refunds, from 07:00 on; the vendor desk may not.
    small, night = amount <= 50, (hour_of_day(at) >= 1) & (hour_of_day(at) < 7)
    at = np.where(night & ~small, at - at % DAY + 7 * HOUR + at % HOUR, at)
    desk = np.where(small, _worked_by(dice, tickets, last)[which], tier_1(dice, at))
    return [Steps.of("refunded", at, which, desk, amount=amount)]


def _deletions(dice: np.random.Generator, tickets: Tickets) -> list[Steps]:
    """Deletions take eight days at least: seven to reconsider and one to confirm."""
    which = np.flatnonzero(tickets.topic == TOPICS.index("deletion-request"))
    wait = np.clip(_lengths(dice, 11 * DAY, 0.2, len(which)), 8 * DAY, 21 * DAY)
    at = tickets.created[which] + wait
    return [Steps.of("deletion-report", at, which, DESKS.index("privacy"), result=0)]


def _ends(dice: np.random.Generator, tickets: Tickets, last: Seconds) -> list[Steps]:
    size = len(last)
    solved = last + _lengths(dice, 3 * HOUR, 1.1, size)
    done = np.flatnonzero(dice.random(size) < 0.95)
    back = done[dice.random(len(done)) < 0.05]
    reopened = solved + np.clip(_lengths(dice, 9 * HOUR, 0.9, size), 300, 3 * DAY)
    answered = reopened + _lengths(dice, 2 * HOUR, 0.8, size)
    again = answered + _lengths(dice, 2 * HOUR, 1.0, size)
    return [
        Steps.of("solved", solved[done], done, _worked_by(dice, tickets, solved)[done]),
        Steps.of("reopened", reopened[back], back),
        Steps.of("replied", answered[back], back, _worked_by(dice, tickets, answered)[back]),
        Steps.of("solved", again[back], back, _worked_by(dice, tickets, again)[back]),
    ]
