"""What customers write about, and who the customers are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tests.example.clock import Numbers, Seconds, random

REGIONS: Final = ("eu-1", "us-1", "ap-1")
REGION_SHARES: Final = (0.45, 0.36, 0.19)
PLANS: Final = ("bench", "studio", "house")
CHANNELS: Final = ("contact", "chat", "phone", "mail")

# Product area → its share of all tickets in percent, and the shares of its topics. Tickets that
# nobody has sorted yet have neither.
MATTERS: Final[dict[str | None, tuple[float, dict[str | None, float]]]] = {
    "sso": (3, {"sign-in-loop": 50, "sign-in-denied": 50}),
    "password": (
        9,
        {
            "sign-in-locked": 30,
            "sign-in-reset-link": 38,
            "sign-in-second-factor": 22,
            "second-factor-reset": 7,
            "owner-change": 3,
        },
    ),
    "calendar": (
        22,
        {"appointment-missing": 12, "calendar-link": 30, "opening-hours": 43, "calendar-error": 15},
    ),
    "reminders": (
        12,
        {"reminder-late": 30, "reminder-missing": 20, "reminder-settings": 30, "text-bundle": 20},
    ),
    "invoicing": (
        13,
        {"invoice-number": 37, "tax-label": 30, "invoice-error": 15, "invoice-template": 18},
    ),
    "payments": (
        13,
        {
            "charge-question": 37,
            "refund-request": 30,
            "payout-late": 12,
            "payout-failed": 3,
            "payment-failed": 10,
            "payout-account-change": 8,
        },
    ),
    "plans": (8, {"plan-change": 45, "plan-cancel": 30, "plan-seats": 25}),
    "api": (6, {"api-5xx": 25, "api-limit": 45, "api-webhook": 30}),
    "mobile": (8, {"app-crash": 20, "app-sync": 40, "sign-in-app": 40}),
    "trust": (
        2.2,
        {"false-invoice": 20, "unwanted-messages": 40, "stolen-cards": 6, "quarrel": 34},
    ),
    "privacy": (0.8, {"deletion-request": 35, "data-export": 50, "authority-request": 15}),
    None: (3, {None: 100}),
}
AREAS: Final = tuple(MATTERS)
TOPICS: Final = tuple(topic for _, topics in MATTERS.values() for topic in topics)

AREA_OF_TOPIC: Final = np.array(
    [number for number, (_, topics) in enumerate(MATTERS.values()) for _ in topics]
)

AREA_SHARES: Final = np.array([share for share, _ in MATTERS.values()]) / 100
PRIORITY_SHARES: Final = (0.03, 0.15, 0.50, 0.32)

CUSTOMERS: Final = 6_000
FIRST_CUSTOMER: Final = 1_000


@dataclass(frozen=True, slots=True)
class Customers:
    """The accounts: where each is, its plan, and how often it writes."""

    region: Seconds
    plan: Seconds
    weight: Numbers


def customers() -> Customers:
    """All accounts. A House account has many seats and writes most."""
    dice = random("customers")
    plan = dice.choice(3, CUSTOMERS, p=[0.57, 0.34, 0.09])
    often = dice.gamma(1.5, 1.0, CUSTOMERS) * np.array([0.8, 1.3, 2.0])[plan]
    return Customers(
        region=dice.choice(3, CUSTOMERS, p=REGION_SHARES),
        plan=plan,
        weight=often,
    )


def customer_id(number: int) -> str:
    """`c-1042` of the 42nd account."""
    return f"c-{FIRST_CUSTOMER + number}"


def topics_of(dice: np.random.Generator, area: Seconds) -> Seconds:
    """A topic for each ticket, by the shares of its area."""
    topic = np.zeros(len(area), dtype=np.int64)
    for number, (_, topics) in enumerate(MATTERS.values()):
        here = np.flatnonzero(area == number)
        shares = np.array(list(topics.values()))
        choice = dice.choice(len(shares), len(here), p=shares / shares.sum())
        topic[here] = np.array([TOPICS.index(name) for name in topics])[choice]
    return topic
