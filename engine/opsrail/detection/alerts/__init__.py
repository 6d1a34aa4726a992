"""Crossings → alerts: what is unusual, what folds together, what stays silent."""

from __future__ import annotations
