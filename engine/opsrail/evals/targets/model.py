"""What every target can do, and what it is opened on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from opsrail.evals.model import Answer, Case
from opsrail.llm.asking import Asker
from opsrail.tailor.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two versions that are compared.

    `files` gives a folder in which all of its files lie, for targets that are programs; asking
    may write them out first. `asker` reaches the models that this side names; with none, whatever
    needs a model has no answer. `flow` opens a flow of this side as a target, with its model or
    without: flows know evals, not the other way round.
    """

    catalog: Catalog
    files: Callable[[], Path]
    asker: Asker | None = None
    flow: OpenFlow | None = None


class OpenFlow(Protocol):
    """Opens a flow of one side by its name."""

    def __call__(self, name: str, *, has_model: bool) -> Target:
        """The flow as a target. Opening runs nothing."""
        ...


class Target(Protocol):
    """Answers cases."""

    def key(self, case: Case) -> str:
        """A digest of everything that the answer to this case depends on, but the case itself."""
        ...

    def answers(self, cases: Sequence[Case], repeats: int) -> Sequence[tuple[Answer, ...]]:
        """The answers to each of these cases, so many of each. What goes wrong is an answer."""
        ...
