"""Tickets as they arrive: the usual ones, and the waves of incidents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from tests.example.clock import END, HOUR, HOURS, START, Seconds, busy, random
from tests.example.matters import (
    AREA_OF_TOPIC,
    AREA_SHARES,
    PRIORITY_SHARES,
    REGION_SHARES,
    REGIONS,
    TOPICS,
    Customers,
    topics_of,
)

WEEKLY: Final = 4_400
"""Tickets of a usual week, as many as the contract with the vendor desk foresees."""


@dataclass(frozen=True, slots=True)
class Tickets:
    """Tickets by column. Customer, area, topic, region and channel are numbers in their lists."""

    created: Seconds
    customer: Seconds
    area: Seconds
    topic: Seconds
    region: Seconds
    priority: Seconds
    channel: Seconds

    def taken(self, which: Seconds) -> Tickets:
        """Those tickets, in that order."""
        return Tickets(*(getattr(self, one.name)[which] for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Wave:
    """Many tickets of one kind within a short time. `customers`: how many accounts they are of;
    as many as there are tickets if None.
    """

    since: int
    until: int
    tickets: int
    topics: tuple[str, ...]
    region: str | None = None
    customers: int | None = None
    priorities: tuple[float, float, float, float] = PRIORITY_SHARES


def usual(customers: Customers) -> Tickets:
    """The tickets of the whole time, with more of them in some hours than chance explains."""
    dice = random("arrivals")
    rate = np.stack(
        [busy(name) * share for name, share in zip(REGIONS, REGION_SHARES, strict=True)]
    )
    rate = rate[:, None, :] * AREA_SHARES[None, :, None] * (WEEKLY / 168)
    mood = dice.gamma(30, 1 / 30, rate.shape) * dice.gamma(60, 1 / 60, HOURS)
    number = dice.poisson(rate * mood)
    region, area, hour = (
        np.repeat(index.ravel(), number.ravel()) for index in np.indices(number.shape)
    )
    created = START + hour * HOUR + dice.integers(0, HOUR, len(hour))
    return Tickets(
        created=created,
        customer=_writers(dice, region, customers),
        area=area,
        topic=topics_of(dice, area),
        region=region,
        priority=dice.choice([1, 2, 3, 4], len(area), p=PRIORITY_SHARES),
        channel=_channels(dice, len(area)),
    )


def wave(one: Wave, customers: Customers, dice: np.random.Generator) -> Tickets:
    """The tickets of a wave: slow at first, most in its first half."""
    size = one.tickets
    when = one.since + (one.until - one.since) * dice.beta(1.3, 1.9, size)
    if one.region is None:
        region = dice.choice(3, size, p=REGION_SHARES)
    else:
        region = np.full(size, REGIONS.index(one.region))
    writers = _writers(dice, region, customers, different=True)
    if one.customers is not None:
        writers = writers[dice.integers(0, one.customers, size)]
    topic = np.array([TOPICS.index(name) for name in one.topics])[
        dice.integers(0, len(one.topics), size)
    ]
    return Tickets(
        created=when.astype(np.int64),
        customer=writers,
        area=AREA_OF_TOPIC[topic],
        topic=topic,
        region=region,
        priority=dice.choice([1, 2, 3, 4], size, p=one.priorities),
        channel=_channels(dice, size),
    )


def together(parts: Iterable[Tickets]) -> Tickets:
    """All of them in order of time, without those of another time."""
    listed = list(parts)
    joined = Tickets(
        *(np.concatenate([getattr(part, one.name) for part in listed]) for one in fields(Tickets))
    )
    order = np.argsort(joined.created, kind="stable")
    return joined.taken(order[(joined.created[order] >= START) & (joined.created[order] < END)])


def _writers(
    dice: np.random.Generator, region: Seconds, customers: Customers, *, different: bool = False
) -> Seconds:
    """An account of the right region for each ticket."""
    chosen = np.zeros(len(region), dtype=np.int64)
    for number in range(len(REGIONS)):
        here = np.flatnonzero(region == number)
        accounts = np.flatnonzero(customers.region == number)
        weight = customers.weight[accounts]
        chosen[here] = dice.choice(
            accounts, len(here), replace=not different, p=weight / weight.sum()
        )
    return chosen


def _channels(dice: np.random.Generator, size: int) -> Seconds:
    return dice.choice(4, size, p=[0.62, 0.24, 0.05, 0.09])
