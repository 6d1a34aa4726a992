"""What names one thing and no other: error codes, numbers of invoices and orders, addresses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"')\]]{3,200}|\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_CODE: Final = re.compile(r"\b[A-Za-z]{2,10}-\d{2,9}\b|\b[a-z]{2,20}(?:_[a-z0-9]{1,20}){1,4}\b")
_NUMBER: Final = re.compile(
    r"\b(invoice|order|charge|payout|job card|booking|error|status|factura)s?"
    r"(?: (?:numbers?|no\.?|nr\.?|code))? ?[#:]? ?(\d{3,12})\b",
    re.IGNORECASE,
)
ADDRESS: Final = "address"
_MOST: Final = 200
"""Marks of one ticket. A pasted log has thousands."""
USUAL_SHARE: Final = 0.1
USUAL_COUNT: Final = 5
"""A mark that more tickets of a batch have, in count and in share, names a fashion, not a thing."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A name for one thing. Two different ones of one `kind` are two things."""

    kind: str
    name: str


def marks_of(text: str) -> frozenset[Mark]:
    """The marks of a text."""
    addresses = (found[0].rstrip(".,;:!?").casefold() for found in _ADDRESS.finditer(text))
    rest = _ADDRESS.sub(" ", text)
    found = (
        *(Mark(ADDRESS, address) for address in addresses),
        *(_of_code(match[0].casefold()) for match in _CODE.finditer(rest)),
        *(Mark(match[1].casefold(), match[2]) for match in _NUMBER.finditer(rest)),
    )
    return frozenset(found[:_MOST])


def _of_code(code: str) -> Mark:
    """`ki-44` is of the kind `ki`, `too_many_calls` a code."""
    return Mark(code.partition("-")[0] if "-" in code else "code", code)


def rare(marks: Sequence[frozenset[Mark]]) -> list[frozenset[Mark]]:
    """The marks of each ticket of a batch, without those that many tickets have."""
    counts = Counter(mark for some in marks for mark in some)
    most = max(USUAL_COUNT, USUAL_SHARE * len(marks))
    return [frozenset(mark for mark in some if counts[mark] <= most) for some in marks]


def kinds_of(marks: frozenset[Mark]) -> frozenset[str]:
    """Of what kinds they are. Addresses don't count: one thing may have several."""
    return frozenset(mark.kind for mark in marks) - {ADDRESS}
