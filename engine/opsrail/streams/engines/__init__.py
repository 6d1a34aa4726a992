"""The engines that evaluate rules: DuckDB within the process, Spark, or another by URL."""

from __future__ import annotations
