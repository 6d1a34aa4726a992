"""Functions that a database has and Ibis has no word for."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir


def built_in(name: str, takes: str, gives: str) -> Callable[[ir.Value], ir.Value]:
    """The database's own function of that name; `takes` and `gives` are Ibis types."""

    def body(value: ir.Value) -> ir.Value:
        raise NotImplementedError(f"{name} runs within the database, not on {value}")

    made: Callable[[ir.Value], ir.Value] = ibis.udf.scalar.builtin(
        body, name=name, signature=((takes,), gives)
    )
    return made
