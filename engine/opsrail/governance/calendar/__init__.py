"""Times that come once or again and again, from the wall of a time zone to instants."""

from __future__ import annotations

from opsrail.governance.calendar.instants import holds_at, next_after, occurrences
from opsrail.governance.calendar.model import Occurrence

__all__ = ["Occurrence", "holds_at", "next_after", "occurrences"]
