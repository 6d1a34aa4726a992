"""An engine that is asked the same thing again and again."""

from __future__ import annotations

from typing import Any, cast

import ibis.expr.types as ir
import pyarrow as pa

from opsrail.streams.engines.model import Engine


def remembering(engine: Engine) -> Engine:
    """The engine, with the answers it gave: its tables must not change in the meantime.

    Half of what can be changed about a rule concerns what becomes of its crossings, and leaves
    the question of where it crosses as it was. Preparing a question takes longer than the answer.
    """
    return cast("Engine", _Remembering(engine))


class _Remembering:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._answers: dict[object, pa.Table] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the engine has of that name
        return getattr(self._engine, name)

    def run(self, expression: ir.Table, seconds: float | None = None) -> pa.Table:
        """The rows of `expression`, as they were when it was first asked."""
        question = expression.op()
        if question not in self._answers:
            self._answers[question] = self._engine.run(expression, seconds)
        return self._answers[question]
