"""Sigma conditions as Ibis expressions: what an event must look like, in a form engines can run."""

from __future__ import annotations

from opsrail.detection.conditions.limits import unsupported
from opsrail.detection.conditions.tree import fields_of, matches, reads_every_field

__all__ = ["fields_of", "matches", "reads_every_field", "unsupported"]
