"""One version of the repository as suites ask it: its files, its flows, its models' answers."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import date

from opsrail.evals.judging.files import open_side
from opsrail.evals.targets.model import Side, Target
from opsrail.llm.asking import Asker, open_asker
from opsrail.llm.model import Mode
from opsrail.llm.reading import read_models, recordings_in
from opsrail.repo.snapshot import Snapshot
from opsrail.tailor.catalog import Catalog


def open_equipped(
    catalog: Catalog,
    stack: ExitStack,
    today: date,
    asker: Asker | None = None,
    also: Snapshot | None = None,
) -> Side:
    """A side with everything that suites may ask. What it needs on disk goes with the stack.

    Without an asker, models answer from recordings alone, those of the catalog or else of `also`:
    base is asked new cases as well, whose recordings come with the change.
    """
    return equipped(open_side(catalog, stack), today, asker, also)


def equipped(
    side: Side, today: date, asker: Asker | None = None, also: Snapshot | None = None
) -> Side:
    """The side with its flows and with who answers for its models."""
    asker = asker or _replaying(side.catalog.snapshot, also)

    def flow(name: str, *, has_model: bool) -> Target:
        # Flows bring tasks of their own, and most suites ask none.
        from opsrail.flows.target import open_flow_target

        return open_flow_target(side.catalog, today, name, asker if has_model else None, also)

    return replace(side, asker=asker, flow=flow)


def _replaying(snapshot: Snapshot, also: Snapshot | None) -> Asker:
    """Answers by what was recorded in the snapshot, or else in `also`. Never calls."""
    models, _ = read_models(snapshot)
    return open_asker(Mode.REPLAY, models, recordings_in(snapshot, also))
