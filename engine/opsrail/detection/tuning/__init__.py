"""Thresholds and windows weighed against recorded history."""

from __future__ import annotations
