"""Faithfulness: whether a derived text says what its source says."""

from opsrail.tailor.faithful.judging import judge
from opsrail.tailor.faithful.model import Departure, Judgement, Kind, Span
from opsrail.tailor.faithful.terms import Reading

__all__ = ["Departure", "Judgement", "Kind", "Reading", "Span", "judge"]
