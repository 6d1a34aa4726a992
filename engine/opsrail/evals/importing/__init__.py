"""Suites of other tools, taken over: what means the same is kept, all else is told."""

from opsrail.evals.importing.model import Imported, Wishes
from opsrail.evals.importing.promptfoo import imported

__all__ = ["Imported", "Wishes", "imported"]
