"""The tickets of a batch, as they are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from opsrail.flows.learning.examples import text_of
from opsrail.llm.model import Json


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket. `at` is None where nobody knows when it came, or where it is no time."""

    id: str
    subject: str
    body: str
    at: datetime | None
    customer: str

    @property
    def text(self) -> str:
        """Subject and body, without what is quoted of earlier messages."""
        return text_of(self.subject, self.body)


def tickets_of(given: Json) -> tuple[Ticket, ...]:
    """The tickets of an input, by id; of two with the same id, the first.

    In this order they are compared, so that the order of a batch changes nothing.
    """
    parts = given.get("tickets") if isinstance(given, Mapping) else None
    found: dict[str, Ticket] = {}
    for one in parts if isinstance(parts, list | tuple) else ():
        ticket = _ticket(one)
        found.setdefault(ticket.id, ticket)
    return tuple(found[key] for key in sorted(found))


def _ticket(one: Mapping[str, Json]) -> Ticket:
    customer = one.get("customer_id")
    return Ticket(
        str(one.get("id")),
        str(one.get("subject", "")),
        str(one.get("body", "")),
        _time(str(one.get("at") or "")),
        "" if customer is None else str(customer),
    )


def _time(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
