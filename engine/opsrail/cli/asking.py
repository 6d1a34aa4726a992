"""Which models a command may ask, and for how much: its options and the environment."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from opsrail.findings import CannotWork
from opsrail.llm.asking import Asker, open_asker
from opsrail.llm.bounded import Bounded
from opsrail.llm.budget import Ledger
from opsrail.llm.endpoint import endpoint_of
from opsrail.llm.model import Mode
from opsrail.llm.reading import read_models, recordings_in
from opsrail.repo.journal import write_one

if TYPE_CHECKING:
    from opsrail.repo.snapshot import Snapshot

Command = TypeVar("Command", bound=Callable[..., Any])

VARIABLE = "OPSRAIL_LLM"
"""Sets the mode where no option does."""


def model_options(command: Command) -> Command:
    """Add `--model` and `--budget` to a command, as `mode` and `budget`."""
    mode = click.option(
        "--model",
        "mode",
        type=click.Choice([one.value for one in Mode]),
        default=Mode.REPLAY.value,
        envvar=VARIABLE,
        show_default=True,
        show_envvar=True,
        callback=lambda _context, _option, value: Mode(value),
        help="Where a model's answers come from: recordings (replay), the endpoint that"
        " OPSRAIL_LLM_URL and OPSRAIL_LLM_KEY name (live), or the endpoint for what is not"
        " recorded yet (record). Off: baselines only.",
    )
    budget = click.option(
        "--budget",
        type=click.FloatRange(min=0),
        metavar="USD",
        help="The most that this run may spend; what would go over is not sent.",
    )
    return mode(budget(command))


def open_model(
    snapshot: Snapshot, mode: Mode, within: Ledger | None = None, also: Snapshot | None = None
) -> Asker:
    """Who answers requests for this snapshot's models, all of them within one budget.

    Recordings are looked for in `also` as well. Raises `CannotWork` without an endpoint where
    one is needed, or where policies/models.yaml cannot be read.
    """
    models, findings = read_models(snapshot)
    if findings and mode is not Mode.OFF:
        raise CannotWork(str(findings[0]), "mend the file, then try again")
    calls = mode in {Mode.RECORD, Mode.LIVE}
    endpoint = endpoint_of(os.environ) if calls else None
    if endpoint is None and calls:
        raise CannotWork(
            f"`--model {mode}` asks a model, and no endpoint is set",
            "set OPSRAIL_LLM_URL (and OPSRAIL_LLM_KEY), for example to a server on this machine:"
            " `opsrail model serve`",
        )
    asker = open_asker(
        mode,
        models,
        recordings_in(snapshot, also),
        endpoint=endpoint,
        keep=partial(write_one, snapshot.repository) if mode is Mode.RECORD else None,
    )
    return asker if within is None else Bounded(asker, within)


def ledger(budget: float | None) -> Ledger | None:
    """The budget of a whole run, where one was given."""
    return None if budget is None else Ledger(dollars=budget)
