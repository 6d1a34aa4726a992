"""The kind of task `duplicates`: which tickets of a batch are about the same matter."""

from __future__ import annotations

from opsrail.flows.tasks.duplicates.task import KIND

__all__ = ["KIND"]
