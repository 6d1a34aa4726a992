"""The floor: who is signed in, how long the queues are, and what is released."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from tests.example.clock import DAY, END, HOUR, START, Numbers, Seconds, busy, hour_of_day, random
from tests.example.columns import table, whole, words
from tests.example.matters import REGION_SHARES, REGIONS
from tests.example.planted import BACKLOGS, RELEASES, SHORT_OF_PEOPLE

GRACE: Final = 300
MINUTE: Final = 60

# Desk → people on a weekday and on a weekend day; Manila at all hours, the others for twelve.
DESKS: Final = {"manila": (20, 17), "lisbon": (14, 5), "toronto": (11, 4)}
OPEN: Final = {"manila": (0, 24), "lisbon": (7, 19), "toronto": (13, 25)}
CHANGES: Final = (6, 14, 22)
"""Hours at which Manila's shifts change, with 15 minutes of overlap."""

# Queue → minutes that the oldest unanswered ticket usually waits, and tickets that wait.
QUEUES: Final = {
    "front-door": (9, 16),
    "access": (24, 9),
    "billing": (32, 14),
    "calendar": (20, 12),
    "invoicing": (28, 8),
    "api": (38, 5),
}


def desks() -> pa.Table:
    """Signed-in people every five minutes of a desk's hours."""
    parts = [_desk(number, name) for number, name in enumerate(DESKS)]
    time, desk, people = (np.concatenate(column) for column in zip(*parts, strict=True))
    change = np.isin(hour_of_day(time), CHANGES) & (time % HOUR < 15 * MINUTE) & (desk == 0)
    return table(
        time,
        "desks",
        GRACE,
        {
            "desk": words(list(DESKS), desk),
            "shift_change": pa.array(change),
            "signed_in": whole(people),
        },
        steady=True,
    )


def _desk(number: int, name: str) -> tuple[Seconds, Seconds, Seconds]:
    dice = random(f"desk {name}")
    time = np.arange(START, END, 5 * MINUTE)
    opens, closes = OPEN[name]
    hour = hour_of_day(time)
    time = time[(hour - opens) % 24 < closes - opens]
    weekend = _weekday(time) >= 5
    usual = np.where(weekend, DESKS[name][1], DESKS[name][0])
    shift = (time - 6 * HOUR) // (8 * HOUR)
    people = usual + dice.integers(-2, 3, int(shift.max() - shift.min()) + 1)[shift - shift.min()]
    people -= dice.random(len(time)) < 0.3  # somebody has a break
    change = np.isin(hour_of_day(time), CHANGES) & (time % HOUR < 15 * MINUTE)
    people = np.where(change, people // 2 if name == "manila" else people, people)
    if name == "manila":
        for since, until, left in SHORT_OF_PEOPLE:
            people = np.where((time >= since) & (time < until), np.minimum(people, left), people)
    return time, np.full(len(time), number), np.maximum(people, 0)


def queues() -> pa.Table:
    """The length of each queue every 15 minutes."""
    parts = [_queue(number, name) for number, name in enumerate(QUEUES)]
    time, queue, waiting, oldest = (np.concatenate(column) for column in zip(*parts, strict=True))
    hour = hour_of_day(time)
    return table(
        time,
        "queues",
        GRACE,
        {
            "queue": words(list(QUEUES), queue),
            "desk_hours": pa.array((queue == 0) | (hour >= 7) | (hour < 1)),
            "waiting": whole(waiting),
            "oldest_minutes": whole(oldest),
        },
        steady=True,
    )


def _queue(number: int, name: str) -> tuple[Seconds, Seconds, Seconds, Seconds]:
    dice = random(f"queue {name}")
    time = np.arange(START, END, 15 * MINUTE)
    minutes, tickets = QUEUES[name]
    load = sum(busy(one) * share for one, share in zip(REGIONS, REGION_SHARES, strict=True))
    level = 0.6 + 0.4 * np.asarray(load)[(time - START) // HOUR]
    oldest = minutes * level * np.exp(0.28 * _drifting(dice, len(time)))
    for queue, since, until, worst in BACKLOGS:
        if queue == name:
            oldest = np.maximum(oldest, worst * _hump((time - since) / (until - since)))
    waiting = tickets * level * (oldest / minutes) ** 0.7
    hour = hour_of_day(time)
    night = (hour >= 1) & (hour < 7) & (name != "front-door")
    oldest = np.where(night, oldest + (hour - 1) * 60 + time % HOUR // 60, oldest)
    return time, np.full(len(time), number), waiting.astype(np.int64), oldest.astype(np.int64)


def _hump(share: Numbers) -> Numbers:
    """Rises for two thirds of the time, then falls; 0 outside of it."""
    return np.clip(np.minimum(share / 0.66, (1 - share) / 0.34), 0, 1)


def _drifting(dice: np.random.Generator, size: int) -> Numbers:
    """Noise that stays a while where it is; variance 1."""
    drift = np.convolve(dice.standard_normal(size + 7), np.full(8, 1 / np.sqrt(8)), "valid")
    return drift[:size]


def deploys() -> pa.Table:
    """Releases: most weekdays a few, and the ones that something followed."""
    dice = random("deploys")
    services = [("identity", "password"), *((service, area) for service, area, _ in RELEASES)]
    services += [("payments", "payments"), ("api-gateway", "api"), ("plans", "plans")]
    days = np.arange(START, END, DAY)
    weekdays = days[_weekday(days) < 5]
    started = np.repeat(weekdays, 3) + dice.integers(8 * HOUR, 16 * HOUR, 3 * len(weekdays))
    which = dice.integers(0, len(services), len(started))
    calm = ~_near_a_release(started)
    started, which = started[calm], which[calm]
    lasts = dice.integers(4 * MINUTE, 15 * MINUTE, len(started))
    finished = np.array([at for _, _, at in RELEASES])
    started = np.concatenate([started, finished - 9 * MINUTE])
    which = np.concatenate([which, np.arange(1, len(RELEASES) + 1)])
    lasts = np.concatenate([lasts, np.full(len(RELEASES), 9 * MINUTE)])
    bad = np.where(np.arange(len(started)) < calm.sum(), dice.random(len(started)) < 0.04, False)
    ended = np.where(bad, 2, 1)
    version = np.tile(np.argsort(np.argsort(started, kind="stable"), kind="stable"), 2)
    return table(
        np.concatenate([started, started + lasts]),
        "deploys",
        GRACE,
        {
            "service": words([name for name, _ in services], np.tile(which, 2)),
            "version": words([f"2026.{number}" for number in range(1_000)], version),
            "product_area": words([area for _, area in services], np.tile(which, 2)),
            "status": words(
                ("started", "finished", "failed"), np.concatenate([np.zeros_like(ended), ended])
            ),
        },
    )


def _near_a_release(started: Seconds) -> Seconds:
    """Whether one of the releases that something followed was in the six hours around."""
    at = np.array([at for _, _, at in RELEASES])
    near: Seconds = (np.abs(started[:, None] - at[None, :]) < 6 * HOUR).any(axis=1)
    return near


def _weekday(time: Seconds) -> Seconds:
    """0 for Monday; 1 January 1970 was a Thursday."""
    return (time // DAY + 3) % 7
