"""`opsrail model`: which models files may ask, and one that runs on this machine."""

from __future__ import annotations

from collections.abc import Mapping

import click

from opsrail.cli.lazy import LazyGroup

COMMANDS: Mapping[str, str] = {
    "list": "The models that prompts and flows may ask, with their prices.",
    "serve": "Serve a model on this machine, for tests and for trying things.",
}
"""Command → what `opsrail model --help` says of it."""


@click.group(
    cls=LazyGroup, package=__name__, told=COMMANDS, modules={"list": "listing"}, name="model"
)
def command() -> None:
    """Models: which ones files may ask, and a small one of one's own.

    Where a model is reached is said by OPSRAIL_LLM_URL and OPSRAIL_LLM_KEY, never by a file.
    """
