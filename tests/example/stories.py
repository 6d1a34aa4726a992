"""Single tickets that matter by themselves, told step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tests.example.arrivals import Tickets
from tests.example.clock import HOUR, moment
from tests.example.lives import DESKS, NONE, RESULTS, Steps, joined
from tests.example.matters import AREA_OF_TOPIC, FIRST_CUSTOMER, TOPICS, Customers


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what, how many hours after the ticket was made, by which desk."""

    kind: str
    hours: float
    desk: str | None = None
    amount: float | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A ticket and all that happened to it."""

    account: str | None
    day: str
    topic: str
    steps: tuple[Step, ...]
    priority: int = 3
    reported: str | None = None


def _answered(hours: float = 0.4, desk: str = "manila") -> tuple[Step, ...]:
    return (Step("replied", hours, desk), Step("solved", hours + 3, desk))


def _refunded(account: str, day: str, amount: float, desk: str = "manila") -> Story:
    return Story(
        account,
        day,
        "refund-request",
        (Step("replied", 0.3, desk), Step("refunded", 0.5, desk, amount), Step("solved", 1, desk)),
    )


def _asked(account: str, day: str, topic: str) -> Story:
    return Story(account, day, topic, _answered())


def _back(times: int, hours: float) -> tuple[Step, ...]:
    """Solved and reopened so many times, so many hours apart."""
    steps = [Step("replied", 0.5, "manila")]
    for number in range(times):
        at = 2 + number * hours
        steps += [Step("solved", at, "manila"), Step("reopened", at + hours / 2)]
    return (*steps, Step("solved", 3 + times * hours, "lisbon"))


def _deleted(hours: float, *, failed: float | None = None) -> tuple[Step, ...]:
    """A deletion done after so long; its first report may have failed."""
    steps = [Step("replied", 5, "privacy")]
    if failed is not None:
        steps.append(Step("deletion-report", failed, "privacy", result="failed"))
    return (*steps, Step("deletion-report", hours, "privacy", result="done"))


STORIES: Final = (
    # A charge split to fit the lower band of refunds (content/sources/refunds.md).
    _refunded("c-2871", "2026-09-08 08:05", 49),
    _refunded("c-2871", "2026-09-08 10:20", 49),
    _refunded("c-2871", "2026-09-08 13:10", 40),
    _refunded("c-5120", "2026-10-12 15:00", 45),
    _refunded("c-5120", "2026-10-13 09:30", 20),
    # The same, and in order: small sums, and a large one that a lead decided.
    _refunded("c-3308", "2026-09-15 09:00", 19),
    _refunded("c-3308", "2026-09-15 11:00", 25),
    _refunded("c-4410", "2026-09-21 14:00", 149, "lisbon"),
    _refunded("c-4410", "2026-09-21 15:00", 19),
    # Refunded once, disputed later (see money.py).
    _refunded("c-1934", "2026-08-09 10:00", 49),
    _refunded("c-6055", "2026-09-19 18:00", 149, "toronto"),
    # Deletions that nobody finished in time, and one that failed.
    Story("c-2417", "2026-08-20 09:10", "deletion-request", _deleted(29 * 24)),
    Story("c-6402", "2026-09-28 14:00", "deletion-request", _deleted(27.5 * 24)),
    Story("c-3590", "2026-09-24 10:30", "deletion-request", _deleted(14 * 24, failed=12.8 * 24)),
    # Somebody wants the owner's address changed and the second factor removed.
    _asked("c-4120", "2026-10-03 22:10", "second-factor-reset"),
    _asked("c-4120", "2026-10-03 22:55", "owner-change"),
    _asked("c-4120", "2026-10-04 00:40", "payout-account-change"),
    _asked("c-1765", "2026-08-16 11:00", "owner-change"),
    _asked("c-1765", "2026-08-17 08:20", "second-factor-reset"),
    # Locks that come back within days.
    *(_asked("c-2290", day, "sign-in-locked") for day in ("2026-09-01 08:00", "2026-09-02 08:10")),
    _asked("c-2290", "2026-09-05 07:50", "sign-in-locked"),
    *(_asked("c-5713", day, "sign-in-locked") for day in ("2026-10-20 13:00", "2026-10-21 13:20")),
    _asked("c-5713", "2026-10-21 20:00", "sign-in-locked"),
    # Tickets that come back again and again.
    Story("c-3017", "2026-08-10 10:00", "invoice-template", _back(4, 20)),
    Story("c-4801", "2026-10-15 15:00", "calendar-link", _back(3, 30)),
    Story("c-2002", "2026-09-23 09:00", "tax-label", _back(2, 24)),
    # House accounts whose work had stopped, found late.
    Story("house-1", "2026-08-05 05:52", "calendar-error", _answered(1.3, "lisbon"), priority=1),
    Story("house-2", "2026-08-05 05:58", "sign-in-denied", _answered(1.25, "lisbon"), priority=1),
    Story("house-3", "2026-10-10 22:04", "payment-failed", _answered(0.6, "toronto"), priority=1),
    # False invoices in the name of one account, and a landlord whom many quarrel with.
    *(
        Story(None, f"2026-09-24 {11 + number // 5}:{11 * (number % 5):02}", "false-invoice",
              _answered(0.5, "trust"), 1, "c-2211")
        for number in range(13)
    ),
    *(
        Story(None, f"2026-08-14 {9 + number:02}:20", "quarrel", _answered(3, "trust"), 4, "c-1777")
        for number in range(8)
    ),
)  # fmt: skip


def told(customers: Customers, first: int) -> tuple[Tickets, Steps, list[str | None]]:
    """The stories' tickets, numbered from `first`, their steps, and whom they report."""
    accounts = np.array([_account(one.account, customers) for one in STORIES])
    topics = np.array([TOPICS.index(one.topic) for one in STORIES])
    created = np.array([moment(one.day) for one in STORIES])
    tickets = Tickets(
        created=created,
        customer=accounts,
        area=AREA_OF_TOPIC[topics],
        topic=topics,
        region=np.where(accounts == NONE, NONE, customers.region[accounts]),
        priority=np.array([one.priority for one in STORIES]),
        channel=np.zeros(len(STORIES), dtype=np.int64),
    )
    numbers = np.arange(first, first + len(STORIES))
    parts = [Steps.of("created", created, numbers)]
    for number, story in zip(numbers, STORIES, strict=True):
        parts += [_steps(int(number), moment(story.day), step) for step in story.steps]
    return tickets, joined(parts), [one.reported for one in STORIES]


def _account(name: str | None, customers: Customers) -> int:
    """The number of an account; `house-2` is the second that is on House."""
    if name is None:
        return NONE
    kind, number = name.split("-")
    if kind == "house":
        return int(np.flatnonzero(customers.plan == 2)[int(number)])
    return int(number) - FIRST_CUSTOMER


def _steps(ticket: int, start: int, step: Step) -> Steps:
    return Steps.of(
        step.kind,
        np.array([start + round(step.hours * HOUR)]),
        np.array([ticket]),
        NONE if step.desk is None else DESKS.index(step.desk),
        amount=None if step.amount is None else np.array([float(step.amount)]),
        result=NONE if step.result is None else RESULTS.index(step.result),
    )
