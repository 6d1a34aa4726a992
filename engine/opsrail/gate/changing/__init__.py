"""What a request changes, in the words that policies use: every path, each with its owners."""

from opsrail.gate.changing.gathering import change_set, shares_between, typed_changes
from opsrail.gate.changing.owners import owners_of

__all__ = ["change_set", "owners_of", "shares_between", "typed_changes"]
