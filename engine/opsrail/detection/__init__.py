"""Detection: Sigma rules over streams of events, and the proof that a rule does what it should."""

from __future__ import annotations
