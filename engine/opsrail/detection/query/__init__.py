"""From a rule to the Ibis expression that finds its crossings; the same on every engine."""

from __future__ import annotations
