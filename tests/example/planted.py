"""What went wrong in these months, and what only looked like it.

Each trouble is told in content/incidents/, and its releases, waves and gaps stand here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.example.arrivals import Wave
from tests.example.clock import moment
from tests.example.matters import PRIORITY_SHARES

URGENT: Final = (0.45, 0.40, 0.13, 0.02)


def _wave(
    day: str,
    hours: str,
    tickets: int,
    *topics: str,
    region: str | None = None,
    customers: int | None = None,
    urgent: bool = False,
) -> Wave:
    """Tickets of a day, from when to when: how many, and about what."""
    since, until = (moment(f"{day} {hour}") for hour in hours.split("-"))
    shares = URGENT if urgent else PRIORITY_SHARES
    return Wave(since, until, tickets, topics, region, customers, shares)


TROUBLE: Final = (
    # Sign-in after a release, and a lock that was too eager.
    _wave(
        "2026-08-12",
        "08:12-09:25",
        150,
        "sign-in-loop",
        "sign-in-denied",
        region="eu-1",
        urgent=True,
    ),
    _wave("2026-09-22", "14:30-15:40", 170, "sign-in-locked", region="us-1", urgent=True),
    # Texts with codes that don't arrive, a customer's own provider, an expired certificate.
    _wave("2026-08-21", "17:40-19:10", 110, "sign-in-second-factor", region="us-1"),
    _wave("2026-09-15", "13:05-14:00", 80, "sign-in-denied", region="us-1", urgent=True),
    _wave("2026-10-23", "00:30-01:40", 90, "sign-in-app", region="ap-1", urgent=True),
    # Two outages of a whole region.
    _wave(
        "2026-10-14",
        "09:40-11:10",
        170,
        "calendar-error",
        "appointment-missing",
        region="eu-1",
        urgent=True,
    ),
    _wave("2026-10-14", "09:42-11:10", 100, "reminder-missing", region="eu-1"),
    _wave("2026-10-14", "09:45-11:10", 100, "invoice-error", region="eu-1"),
    _wave("2026-10-14", "09:47-11:15", 90, "app-crash", region="eu-1"),
    _wave("2026-08-18", "16:00-17:20", 150, "calendar-error", region="us-1", urgent=True),
    _wave("2026-08-18", "16:04-17:20", 80, "invoice-error", region="us-1"),
    _wave("2026-08-18", "16:05-17:25", 90, "app-crash", region="us-1"),
    # One area at a time; those of calendar and mobile after a release.
    _wave("2026-08-06", "09:00-10:40", 110, "invoice-error"),
    _wave("2026-08-27", "12:15-14:00", 150, "calendar-error", "appointment-missing"),
    _wave("2026-09-30", "15:20-17:00", 100, "app-crash"),
    # Money.
    _wave("2026-09-03", "08:00-12:00", 80, "payout-failed"),
    _wave("2026-10-06", "13:00-15:00", 50, "payment-failed", region="eu-1"),
    # Planned work on a Sunday evening: expected, and silent.
    _wave("2026-09-27", "21:05-22:50", 70, "calendar-error", region="eu-1"),
)
API_TROUBLE: Final = _wave("2026-10-01", "15:10-16:50", 70, "api-5xx")
"""Developers wrote by mail, so that nobody knew their region."""

HARMLESS: Final = (
    _wave("2026-08-20", "13:00-13:40", 45, "sign-in-denied", region="us-1", customers=1),
    _wave("2026-08-31", "09:00-17:00", 80, "payout-late"),  # a bank holiday
    _wave("2026-09-10", "10:00-13:00", 230, "plan-change", "plan-seats"),  # a marketing mail
    _wave("2026-09-09", "09:00-10:10", 85, "sign-in-reset-link"),  # "time for a new password"
    _wave("2026-10-08", "08:00-18:00", 90, "reminder-late"),  # KI-42
    _wave("2026-10-26", "07:00-17:00", 190, "calendar-link"),  # KI-31
    _wave("2026-10-28", "07:00-20:00", 620, "plan-cancel", "charge-question"),  # a price letter
)


@dataclass(frozen=True, slots=True)
class Storm:
    """Solved tickets of one area that come back together."""

    since: int
    until: int
    tickets: int
    area: str


STORMS: Final = (
    Storm(moment("2026-09-17 16:00"), moment("2026-09-17 17:40"), 70, "calendar"),
    Storm(moment("2026-10-29 17:10"), moment("2026-10-29 20:30"), 22, "reminders"),
    Storm(moment("2026-08-25 13:00"), moment("2026-08-25 15:30"), 20, "invoicing"),
)

MANILA_DOWN: Final = (
    (moment("2026-09-13 02:20"), moment("2026-09-13 04:10")),  # a typhoon
    (moment("2026-10-19 07:30"), moment("2026-10-19 08:25")),  # the floor's network
)
NOT_ACCEPTED: Final = (moment("2026-09-16 13:00"), moment("2026-09-16 17:00"))
"""Hand-overs of this time waited for hours."""

NOT_NEEDED: Final = (moment("2026-10-08 00:00"), moment("2026-10-15 00:00"))
"""A week of hand-overs that weren't needed, after a page had changed without a briefing."""

RATED_BADLY: Final = ("manila", moment("2026-09-28 00:00"), moment("2026-10-04 18:00"))
SCORED_BADLY: Final = ("toronto", moment("2026-08-24 13:00"), moment("2026-08-31 01:00"))

SHORT_OF_PEOPLE: Final = (
    *((since, until, 1) for since, until in MANILA_DOWN),
    (moment("2026-08-29 22:20"), moment("2026-08-30 01:00"), 7),  # no buses
)
"""Manila: from, to, agents left."""

# Queue, from, to, minutes that the oldest ticket waits at the worst.
BACKLOGS: Final = (
    ("billing", moment("2026-08-19 14:00"), moment("2026-08-20 01:00"), 330),
    ("front-door", moment("2026-09-13 02:20"), moment("2026-09-13 06:30"), 175),
    ("front-door", moment("2026-10-19 07:30"), moment("2026-10-19 10:30"), 95),
    ("front-door", moment("2026-10-05 08:00"), moment("2026-10-05 12:30"), 75),
    ("access", moment("2026-09-22 14:40"), moment("2026-09-22 20:30"), 560),
)

# Region, from, to, percent of payments that fail, reason.
PAYMENTS_FAILING: Final = (
    ("eu-1", moment("2026-10-06 13:00"), moment("2026-10-06 15:00"), 24.0, "processing_error"),
    ("us-1", moment("2026-08-11 18:30"), moment("2026-08-11 19:45"), 17.0, "invalid_request"),
)

# Service, product area, when it was finished: releases that something followed.
RELEASES: Final = (
    ("identity", "sso", moment("2026-08-12 08:02")),
    ("calendar", "calendar", moment("2026-08-27 12:05")),
    ("mobile", "mobile", moment("2026-09-30 15:05")),
    ("reminders", "reminders", moment("2026-10-29 15:45")),
    ("invoicing", "invoicing", moment("2026-08-25 11:20")),
)
