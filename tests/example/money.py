"""Payments by region and quarter of an hour, and the disputes that banks open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.example.clock import DAY, END, HOUR, START, Numbers, Seconds, busy, moment, random
from tests.example.columns import decimals, table, whole, words
from tests.example.matters import CUSTOMERS, REGIONS, customer_id
from tests.example.planted import PAYMENTS_FAILING

QUARTER: Final = 900
PER_QUARTER: Final = {"eu-1": 420, "us-1": 330, "ap-1": 170}
REASONS: Final = (
    "do_not_honour",
    "insufficient_funds",
    "expired_card",
    "processing_error",
    "invalid_request",
)
KINDS: Final = ("inquiry", "chargeback", "pre-arbitration", "fraud-notice")

# Accounts whose dispute came after a refund, and when.
AFTER_REFUND: Final = (
    ("c-1934", moment("2026-09-02 06:00"), "chargeback", 49.0),
    ("c-6055", moment("2026-10-16 06:00"), "chargeback", 149.0),
)


def payments() -> pa.Table:
    """Card payments and how many failed; on the first days of a month, for want of money."""
    parts = [_payments(number, name) for number, name in enumerate(REGIONS)]
    time, region, made, failed, reason = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    percent = np.where(made > 0, (100 * failed / np.maximum(made, 1)).round(1), np.nan)
    return table(
        time,
        "payments",
        300,
        {
            "region": words(REGIONS, region),
            "payments": whole(made),
            "failed": whole(failed),
            "failed_percent": decimals(percent),
            "main_reason": words(REASONS, reason),
        },
        steady=True,
    )


def _payments(number: int, name: str) -> tuple[Seconds, ...]:
    dice = random(f"payments {name}")
    time = np.arange(START + QUARTER, END, QUARTER)
    made = dice.poisson(PER_QUARTER[name] * busy(name)[(time - START) // HOUR - 1])
    share = np.clip(dice.normal(0.04, 0.006, len(time)), 0.02, 0.07)
    reason = dice.choice(3, len(time), p=[0.6, 0.25, 0.15])
    payday = _day_of_month(time) <= 2
    share = np.where(payday, share + 0.085 * dice.random(len(time)), share)
    reason = np.where(payday, REASONS.index("insufficient_funds"), reason)
    for region, since, until, percent, why in PAYMENTS_FAILING:
        if region == name:
            then = (time > since) & (time <= until)
            share = np.where(then, percent / 100, share)
            reason = np.where(then, REASONS.index(why), reason)
    return time, np.full(len(time), number), made, dice.binomial(made, share), reason


def _day_of_month(time: Seconds) -> Numbers:
    days = np.arange(START, END, DAY)
    number = np.array([datetime.fromtimestamp(int(day), UTC).day for day in days])
    return number[(time - START) // DAY]


def disputes(tickets: pa.Table) -> pa.Table:
    """A few a week, of accounts that were never refunded; and two that were."""
    dice = random("disputes")
    refunds = tickets.filter(pc.equal(tickets["event_type"], "refunded"))
    refunded = set(refunds["customer_id"].to_pylist())
    others = [customer_id(number) for number in range(CUSTOMERS)]
    others = [name for name in others if name not in refunded]
    size = 70
    days = np.sort(dice.choice((END - START) // DAY - 1, size))
    time = np.array([*(START + days * DAY + 6 * HOUR), *(at for _, at, _, _ in AFTER_REFUND)])
    accounts = [others[number] for number in dice.choice(len(others), size)]
    kinds = [KINDS[number] for number in dice.choice(4, size, p=[0.35, 0.5, 0.05, 0.1])]
    amounts = [float(amount) for amount in dice.choice([19.0, 49.0, 149.0, 490.0], size)]
    return table(
        time,
        "disputes",
        HOUR,
        {
            "dispute_id": pa.array([f"d-{number:04}" for number in range(1, len(time) + 1)]),
            "account": pa.array([*accounts, *(one for one, _, _, _ in AFTER_REFUND)]),
            "kind": pa.array([*kinds, *(kind for _, _, kind, _ in AFTER_REFUND)]),
            "amount": pa.array([*amounts, *(amount for _, _, _, amount in AFTER_REFUND)]),
        },
    )
