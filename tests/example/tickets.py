"""The stream of tickets, as a table."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tests.example.arrivals import Tickets, together, usual, wave
from tests.example.clock import END, Seconds, random
from tests.example.columns import decimals, table, whole, words
from tests.example.disturbed import disturbed
from tests.example.lives import DESKS, KINDS, NONE, RESULTS, Steps, joined, lives
from tests.example.matters import (
    AREAS,
    CHANNELS,
    CUSTOMERS,
    PLANS,
    REGIONS,
    TOPICS,
    Customers,
    customer_id,
)
from tests.example.planted import API_TROUBLE, HARMLESS, TROUBLE
from tests.example.stories import told

GRACE: Final = 300
FIRST_TICKET: Final = 310_001
MAIL: Final = CHANNELS.index("mail")
TRUST: Final = AREAS.index("trust")
NAMED: Final = [KINDS.index(name) for name in ("reopened", "refunded", "deletion-report")]
"""Steps whose records name the account; topic, region and plan stand where the ticket begins."""


def all_tickets(customers: Customers) -> Tickets:
    """Usual tickets and those of every wave."""
    dice = random("waves")
    waves = [wave(one, customers, dice) for one in (*TROUBLE, *HARMLESS)]
    by_mail = wave(API_TROUBLE, customers, dice)
    by_mail = replace(by_mail, channel=np.full(len(by_mail.created), MAIL))
    return together([usual(customers), *waves, by_mail])


def happened(customers: Customers) -> tuple[Tickets, Steps, list[str | None]]:
    """All tickets, their steps in order of time, and for each ticket whom it reports."""
    ordinary = all_tickets(customers)
    steps = disturbed(lives(ordinary, customers), ordinary)
    size = len(ordinary.created)
    special, more, reported = told(customers, size)
    tickets = Tickets(
        *(
            np.concatenate([getattr(ordinary, name), getattr(special, name)])
            for name in Tickets.__slots__
        )
    )
    every = joined([steps, more])
    every = every.taken(np.lexsort((every.kind, every.ticket, every.time)))
    return tickets, every.taken(every.time < END), [*_reported(ordinary, customers), *reported]


def _reported(tickets: Tickets, customers: Customers) -> list[str | None]:
    """Whom a report of misuse is about; nobody for tickets that are no report."""
    dice = random("reported")
    whom = dice.choice(CUSTOMERS, len(tickets.created), p=customers.weight / customers.weight.sum())
    return [
        customer_id(int(account)) if area == TRUST else None
        for account, area in zip(whom, tickets.area, strict=True)
    ]


def ticket_numbers(tickets: Tickets) -> Seconds:
    """Numbers in the order in which the tickets were made."""
    rank = np.empty(len(tickets.created), dtype=np.int64)
    rank[np.argsort(tickets.created, kind="stable")] = np.arange(len(rank))
    return FIRST_TICKET + rank


def stream(customers: Customers) -> tuple[pa.Table, pa.Table]:
    """The tickets stream, and the solved tickets that people are asked about."""
    tickets, steps, reported = happened(customers)
    ticket = steps.ticket
    first = steps.kind == KINDS.index("created")
    named = first | np.isin(steps.kind, NAMED)
    account = np.where(tickets.area == TRUST, NONE, tickets.customer)[ticket]
    region = np.where(tickets.channel == MAIL, NONE, tickets.region)[ticket]
    columns = {
        "event_id": whole(np.arange(1, len(ticket) + 1)),
        "event_type": words(KINDS, steps.kind),
        "ticket_id": whole(ticket_numbers(tickets)[ticket]),
        "customer_id": words(
            [customer_id(number) for number in range(CUSTOMERS)], _where(named, account)
        ),
        "product_area": words(AREAS, tickets.area[ticket]),
        "topic": words(TOPICS, _where(first, tickets.topic[ticket])),
        "channel": words(CHANNELS, _where(first, tickets.channel[ticket])),
        "region": words(REGIONS, _where(first, region)),
        "plan": words(PLANS, _where(first & (account >= 0), customers.plan[account])),
        "priority": words(("P1", "P2", "P3", "P4"), tickets.priority[ticket] - 1),
        "desk": words(DESKS, steps.desk),
        "amount": decimals(steps.amount),
        "reported_id": pa.array(reported, pa.string()).take(pa.array(ticket, mask=~first)),
        "teach": whole(steps.teach),
        "result": words(RESULTS, steps.result),
    }
    once = table(steps.time, "tickets", GRACE, columns)
    return _with_repeats(once), once.filter(pc.equal(once["event_type"], "solved"))


def _where(there: NDArray[np.bool_], numbers: Seconds) -> Seconds:
    return np.where(there, numbers, NONE)


def _with_repeats(once: pa.Table) -> pa.Table:
    """Counter delivers one record in five thousand twice, the second time a little later."""
    dice = random("repeats")
    size = once.num_rows
    again = np.sort(dice.choice(size, size // 5_000, replace=False))
    repeats = once.take(pa.array(again))
    arrived = repeats["ingested_at"].combine_chunks().cast(pa.int64()).to_numpy() + 7_000
    repeats = repeats.set_column(
        1, "ingested_at", pa.array(arrived).cast(pa.timestamp("ms", tz="UTC"))
    )
    both = pa.concat_tables([once, repeats])
    return both.sort_by(
        [("occurred_at", "ascending"), ("event_id", "ascending"), ("ingested_at", "ascending")]
    )
