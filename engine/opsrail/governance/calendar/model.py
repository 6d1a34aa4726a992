"""One time at which a freeze or a peak holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """From `begins` up to but without `ends`, both in UTC."""

    begins: datetime
    ends: datetime

    def holds(self, instant: datetime) -> bool:
        """Whether the instant is within it."""
        return self.begins <= instant < self.ends
