"""Questions that no playbook answers, and a proposed section for each."""

from opsrail.flows.tasks.knowledge_gaps.kind import KIND

__all__ = ["KIND"]
