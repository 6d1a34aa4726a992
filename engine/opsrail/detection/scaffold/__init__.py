"""New rules from readable templates that pass their own tests."""

from __future__ import annotations
