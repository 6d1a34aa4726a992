"""Runs on a schedule: what they remember, and how each takes up where the last one stopped."""

from __future__ import annotations
