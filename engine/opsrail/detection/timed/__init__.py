"""Tests in rule files: events on a clock, and every alert that must come of them."""

from __future__ import annotations
