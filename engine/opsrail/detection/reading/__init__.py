"""Rule files → rules: schema, Sigma, references, and findings with their places."""

from __future__ import annotations
