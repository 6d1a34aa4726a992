"""How trouble at a desk changes what happens to tickets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.example.arrivals import Tickets
from tests.example.clock import DAY, HOUR, random
from tests.example.lives import KINDS, LISBON, MANILA, NONE, Steps, joined
from tests.example.matters import AREAS
from tests.example.planted import MANILA_DOWN, NOT_ACCEPTED, NOT_NEEDED, STORMS, Storm

KIND = {name: number for number, name in enumerate(KINDS)}


def disturbed(steps: Steps, tickets: Tickets) -> Steps:
    """The steps as they happened after all."""
    steps = _unneeded(_unaccepted(steps))
    for since, until in MANILA_DOWN:
        steps = _without_manila(steps, since, until)
    return joined([steps, *(_storm(steps, tickets, storm) for storm in STORMS)])


def _without_manila(steps: Steps, since: int, until: int) -> Steps:
    """What Manila would have done, Lisbon does a third of; the rest waits for Manila's return."""
    dice = random(f"down {since}")
    hit = (steps.desk == MANILA) & (steps.time >= since) & (steps.time < until)
    taken_over = hit & (steps.time > since + 1_500) & (dice.random(len(hit)) < 0.35)
    waits = hit & ~taken_over
    later = until + dice.integers(60, 2 * HOUR, len(hit))
    return replace(
        steps,
        desk=np.where(taken_over, LISBON, steps.desk),
        time=np.where(waits, later, steps.time),
    )


def _unaccepted(steps: Steps) -> Steps:
    """Hand-overs of a few hours are accepted, and the tickets solved, hours later."""
    dice = random("unaccepted")
    since, until = NOT_ACCEPTED
    late = (steps.kind == KIND["handed-over"]) & (steps.time >= since) & (steps.time < until)
    concerned = np.isin(steps.ticket, steps.ticket[late]) & (steps.time > since)
    delayed = concerned & np.isin(steps.kind, [KIND["accepted"], KIND["solved"]])
    wait = np.where(delayed, dice.integers(3 * HOUR, 5 * HOUR, len(delayed)), 0)
    return replace(steps, time=steps.time + wait)


def _unneeded(steps: Steps) -> Steps:
    """A week in which every fifth hand-over could have been solved where it was."""
    dice = random("unneeded")
    since, until = NOT_NEEDED
    then = (steps.teach != NONE) & (steps.time >= since) & (steps.time < until)
    taught = then & (dice.random(len(then)) < 0.17)
    return replace(steps, teach=np.where(taught, 1, steps.teach))


def _storm(steps: Steps, tickets: Tickets, storm: Storm) -> Steps:
    """Tickets of an area that were solved in the three days before come back at once."""
    dice = random(f"storm {storm.area}")
    solved = (steps.kind == KIND["solved"]) & (steps.time < storm.since)
    solved &= (steps.time >= storm.since - 3 * DAY) & (
        tickets.area[steps.ticket] == AREAS.index(storm.area)
    )
    back = dice.choice(np.unique(steps.ticket[solved]), storm.tickets, replace=False)
    at = dice.integers(storm.since, storm.until, storm.tickets)
    again = at + dice.integers(HOUR, 8 * HOUR, storm.tickets)
    return joined([Steps.of("reopened", at, back), Steps.of("solved", again, back, MANILA)])
