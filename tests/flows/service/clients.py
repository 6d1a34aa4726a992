"""Many clients at a time, each with a mark of its own in everything it sends."""

from __future__ import annotations

import http.client
import re
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.flows.service.serving import BOT_TOKEN, DESK_TOKEN, Answered, Line

MARK = re.compile(rb"mark-\d+-\d+-")
LARGEST = 262_144
Ask = Callable[[Line, str, str], Answered]
"""Asks a flow something with a mark in it."""


@dataclass(frozen=True)
class Good:
    """A good request to a flow, made of a mark, and whether an answer is the one to that mark."""

    flow: str
    given: Callable[[str], object]
    fits: Callable[[str, Answered], bool]

    def ask(self, line: Line, flow: str, mark: str) -> Answered:
        return line.run(flow, self.given(mark))


@dataclass
class Tally:
    """What came of it. `lost` requests had no answer, `leaked` answers were somebody else's, and
    `wrong` ones had another status than they had to have.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    leaked: list[bytes] = field(default_factory=list)
    wrong: list[tuple[str, int]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    requests: set[str] = field(default_factory=set)

    @property
    def count(self) -> int:
        return sum(self.statuses.values()) + len(self.lost)

    def quantile(self, share: float) -> float:
        """The seconds within which this share of the accepted runs was answered."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def add(self, other: Tally) -> None:
        self.statuses += other.statuses
        self.lost += other.lost
        self.leaked += other.leaked
        self.wrong += other.wrong
        self.seconds += other.seconds
        self.requests |= other.requests


def crowd(port: int, clients: int, seconds: float, good: Good) -> Tally:
    """So many clients ask for so long; every eighth request of each is a bad one."""
    end = time.monotonic() + seconds
    whole = Tally()
    with ThreadPoolExecutor(clients) as pool:
        for one in pool.map(lambda number: _client(port, number, end, good), range(clients)):
            whole.add(one)
    return whole


def _client(port: int, number: int, end: float, good: Good) -> Tally:
    tally = Tally()
    line = Line(port, DESK_TOKEN if number % 2 else BOT_TOKEN)
    turn = 0
    while time.monotonic() < end:
        mark = f"mark-{number}-{turn}-"
        name, ask, expected = (
            ("good", good.ask, 200) if turn % 8 else _BAD[(turn // 8 + number) % len(_BAD)]
        )
        begin = time.perf_counter()
        try:
            answered = ask(line, good.flow, mark)
        except (OSError, http.client.HTTPException) as error:
            tally.lost.append(f"{name}: {error!r}")
            line.close()
        else:
            _judge(tally, answered, mark, name, expected)
            if name == "good":
                tally.seconds.append(time.perf_counter() - begin)
                if not good.fits(mark, answered):
                    tally.leaked.append(answered.body)
        turn += 1
    line.close()
    return tally


def _judge(tally: Tally, answered: Answered, mark: str, name: str, expected: int) -> None:
    tally.statuses[answered.status] += 1
    if answered.status != expected:
        tally.wrong.append((name, answered.status))
    if set(MARK.findall(answered.body)) - {mark.encode()}:
        tally.leaked.append(answered.body)
    if answered.status == 200:
        tally.requests.add(answered.headers["x-request-id"])


ECHO = Good(
    "echo",
    lambda mark: {"text": f"{mark} please"},
    lambda mark, answered: answered.json["output"] == {"said": f"{mark} please"},
)
"""To the toy flow."""


def _no_token(line: Line, flow: str, mark: str) -> Answered:
    return line.run(flow, {"text": mark}, Authorization=f"Bearer {DESK_TOKEN}{mark}")


def _too_large(line: Line, flow: str, mark: str) -> Answered:
    return line.run(flow, {"text": mark * (LARGEST // len(mark) + 1)})


def _malformed(line: Line, flow: str, mark: str) -> Answered:
    return line.ask("POST", f"/flows/{flow}", mark.encode(), Content_Type="application/json")


def _refused(line: Line, flow: str, mark: str) -> Answered:
    return line.run(flow, {"words": mark})


def _unknown(line: Line, flow: str, mark: str) -> Answered:
    return line.run(f"{flow}-{mark}", {"text": mark})


_BAD: tuple[tuple[str, Ask, int], ...] = (
    ("no token", _no_token, 401),
    ("too large", _too_large, 413),
    ("malformed", _malformed, 400),
    ("refused", _refused, 422),
    ("unknown", _unknown, 404),
)
