"""What a change means for a role: what it must read again, and what it may want to know."""

from opsrail.flows.tasks.briefing.kind import KIND

__all__ = ["KIND"]
