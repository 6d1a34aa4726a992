"""Rules replayed on what was recorded: alerts of head against base, incidents caught, noise."""

from __future__ import annotations
