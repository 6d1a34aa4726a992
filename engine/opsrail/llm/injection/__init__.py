"""Whether a text talks to a model instead of to people. Advisory: the output's gate decides."""

from opsrail.llm.injection.model import Kind, Suspicion
from opsrail.llm.injection.scanning import scan

__all__ = ["Kind", "Suspicion", "scan"]
