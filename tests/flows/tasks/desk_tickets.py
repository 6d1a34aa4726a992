"""Invented tickets of Larkspindle's customers: which section of their pages answers each, if any.

Written before the search was set up, by somebody who knew the pages. Every other one was looked at
while it was set up, the rest only then measured: see `SEEN` and `UNSEEN`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, NamedTuple


class Ticket(NamedTuple):
    """What a customer wrote. `answer` is the anchor of the section that answers, "" for none."""

    subject: str
    body: str
    answer: str


TICKETS: Final = tuple(
    Ticket(**json.loads(line))
    for line in (Path(__file__).parent / "cases/desk_tickets.jsonl").read_text("utf-8").splitlines()
)
SEEN: Final = TICKETS[0::2]
UNSEEN: Final = TICKETS[1::2]
