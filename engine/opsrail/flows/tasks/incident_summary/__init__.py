"""An incident on one screen: what happened, when, who saw it, what is still open."""

from opsrail.flows.tasks.incident_summary.kind import KIND

__all__ = ["KIND"]
