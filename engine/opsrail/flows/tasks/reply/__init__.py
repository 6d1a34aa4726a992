"""A reply to a customer, drafted from what the customer may read."""

from opsrail.flows.tasks.reply.kind import KIND

__all__ = ["KIND"]
