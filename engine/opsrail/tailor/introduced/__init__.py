"""What an output has that none of its grounds has: the gate that a model's text must pass."""

from opsrail.tailor.introduced.comparing import introduced
from opsrail.tailor.introduced.model import Introduced, Kind

__all__ = ["Introduced", "Kind", "introduced"]
