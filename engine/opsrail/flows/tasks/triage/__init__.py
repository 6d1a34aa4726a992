"""The kind of task `triage`: what a ticket is about, how urgent it is, and how sure that is."""

from __future__ import annotations

from opsrail.flows.tasks.triage.task import KIND

__all__ = ["KIND"]
