"""Triage on real questions: how many are sorted rightly, and whether it knows what it doesn't know.

banking77 has 13,083 questions that customers asked a bank, about 77 matters: 10,003 to learn from
and 3,080 to ask (Casanueva et al., Efficient intent detection with dual sentence encoders, 2020).
The flow learns from the first and is asked the second. Then ten matters, drawn by lot, are left
out of what it learns, and it is asked about all 77: a question about one of the ten has no right
answer, and the flow ought to leave it to a person.

`python -m tests.realworld.triage` prints the figures, in two or three minutes.
"""

from __future__ import annotations

import csv
import io
import random
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from opsrail.evals.statistics.wilson import wilson
from opsrail.flows.model import World
from opsrail.flows.tasks.triage.task import Triage, open_triage
from tests.bench.evals_tree import run_tree
from tests.tailor.held import catalog_of

DATA: Final = "banking77"
PATH: Final = "policies/flows/examples/questions.csv"
SETTINGS: Final = {
    "examples": PATH,
    "columns": {"body": "text", "intent": "category"},
    "sure": 0.95,
    "unknown": 0.1,
    "otherwise": "P3",
}
HELD_OUT: Final = 10
SPLITS: Final = (1, 2, 3, 4, 5)
COVERAGES: Final = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5)
CONFIDENCE: Final = 0.95

Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and what it is about."""

    text: str
    intent: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the flow made of questions: how likely its best intent is, and whether it is right.

    `is_known`: whether the intent was among those it learnt.
    """

    likelihood: Numbers
    is_right: Flags
    is_known: Flags
    threshold: float

    @property
    def is_sure(self) -> Flags:
        """Where it tells the intent."""
        return np.asarray(self.likelihood >= self.threshold)


def read(data: Path, part: str, word: str = "") -> list[Question]:
    """The questions of a part (`train`, `test`); with a `word`, of the intents that have it."""
    with (data / f"banking77_{part}.csv").open(encoding="utf-8", newline="") as file:
        rows = [Question(row["text"], row["category"]) for row in csv.DictReader(file)]
    return [row for row in rows if word in row.intent]


def opened(examples: Sequence[Question]) -> Triage:
    """A triage flow that learnt from these."""
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(("text", "category"))
    rows.writerows((one.text, one.intent) for one in examples)
    world = World(catalog_of({PATH: table.getvalue()}), date(2026, 11, 22))
    task = open_triage(world, SETTINGS)
    assert isinstance(task, Triage)
    return task


def asked(task: Triage, questions: Sequence[Question]) -> Asked:
    """Every question put to the flow, one by one as the service does."""
    outputs = [task.baseline({"subject": "", "body": one.text}) for one in questions]
    likelihood, is_right = [], []
    for output, one in zip(outputs, questions, strict=True):
        assert isinstance(output, dict)
        intent, likely = next(iter(output["confidence"].items()), ("", 0.0))
        assert output["intent"] in {intent, None}
        likelihood.append(likely)
        is_right.append(intent == one.intent)
    return Asked(
        np.array(likelihood),
        np.array(is_right),
        np.array([one.intent in task.decider.intents for one in questions]),
        task.decider.learnt.intents.threshold,
    )


def without(examples: Sequence[Question], intents: Collection[str]) -> list[Question]:
    """What is left to learn from."""
    return [one for one in examples if one.intent not in intents]


def drawn(examples: Sequence[Question], seed: int, count: int = HELD_OUT) -> frozenset[str]:
    """Intents drawn by lot."""
    return frozenset(random.Random(seed).sample(sorted({one.intent for one in examples}), count))


def auroc(likelihood: Numbers, is_known: Flags) -> float:
    """How often a known question gets more than an unseen one; a tie counts half."""
    known, unseen = likelihood[is_known], np.sort(likelihood[~is_known])
    below = np.searchsorted(unseen, known, "left") + np.searchsorted(unseen, known, "right")
    return float(below.mean() / 2 / len(unseen))


def share(flags: Flags) -> str:
    """`91.72 % (90.69 to 92.64, n = 3,080)`."""
    part = float(flags.mean())
    low, high = wilson(part, len(flags), CONFIDENCE)
    return f"{part:.2%} ({low * 100:.2f} to {high * 100:.2f}, n = {len(flags):,})"


def curve(found: Asked) -> Iterator[str]:
    """The more questions are left to people, the more of the rest are right."""
    order = np.argsort(-found.likelihood, kind="stable")
    for coverage in COVERAGES:
        told = order[: max(1, round(coverage * len(order)))]
        from_on = found.likelihood[told[-1]]
        yield f"  {coverage:>5.0%} told  from {from_on:.2f} on  {share(found.is_right[told])} right"


def known_lines(examples: Sequence[Question], questions: Sequence[Question]) -> Iterator[str]:
    """All intents known: what is right, how fast, and the curve."""
    start = time.perf_counter()
    task = opened(examples)
    learnt = time.perf_counter()
    found = asked(task, questions)
    rate = len(questions) / (time.perf_counter() - learnt)
    yield f"learnt from {len(examples):,} in {learnt - start:.1f} s; {rate:,.0f} tickets a second"
    yield f"the likeliest intent is right  {share(found.is_right)}"
    yield f"sure, so that 95 % are right   {share(found.is_sure)} from {found.threshold:.2f} on"
    yield f"  right where sure             {share(found.is_right[found.is_sure])}"
    yield from curve(found)


def unseen_lines(
    examples: Sequence[Question], questions: Sequence[Question], seeds: Sequence[int] = SPLITS
) -> Iterator[str]:
    """Ten intents never seen, in several draws."""
    parts = []
    for seed in seeds:
        found = asked(opened(without(examples, drawn(examples, seed))), questions)
        known, sure = found.is_known, found.is_sure
        yield (
            f"draw {seed}: known {sure[known].mean():.1%} sure,"
            f" {found.is_right[known & sure].mean():.1%} of them right;"
            f" unseen {1 - sure[~known].mean():.1%} left to a person;"
            f" AUROC {auroc(found.likelihood, known):.3f}"
        )
        parts.append(found)
    known, sure, right = (
        np.concatenate([getattr(one, name) for one in parts])
        for name in ("is_known", "is_sure", "is_right")
    )
    yield f"all draws: known sure {share(sure[known])}, right {share(right[known & sure])}"
    yield f"           unseen left to a person {share(~sure[~known])}"


def _measured(data: Path) -> None:
    examples, questions = read(data, "train"), read(data, "test")
    for line in known_lines(examples, questions):
        print(line, flush=True)  # noqa: T201 - a command's output


def _main() -> None:
    root = Path(__file__).resolve().parents[2]
    data = root.parent / "shared" / "data" / DATA
    if not data.exists():
        sys.exit(f"the real data is not on this machine: ../shared/data/{DATA}")
    if sys.argv[1:] == ["known"]:
        _measured(data)
        return
    ran = run_tree((sys.executable, "-m", "tests.realworld.triage", "known"), root)
    print(f"{ran.out.rstrip()}\npeak memory {ran.megabytes:.0f} MB")  # noqa: T201 - as above
    for line in unseen_lines(read(data, "train"), read(data, "test")):
        print(line, flush=True)  # noqa: T201 - as above


if __name__ == "__main__":
    _main()
