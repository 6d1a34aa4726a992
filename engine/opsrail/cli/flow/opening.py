"""What the flow commands have in common: the flows of a revision, their log, who is there."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsrail.cli.surroundings import Surroundings

if TYPE_CHECKING:
    from opsrail.flows.approving import Desk
    from opsrail.flows.running import Flows

log_option = click.option(
    "--log",
    "log",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The audit log; .git/opsrail/flow-runs.jsonl if left out.",
)


def opened(
    around: Surroundings,
    names: Collection[str] | None = None,
    head: str | None = None,
    base: str | None = None,
) -> Flows:
    """Flows (all, or those named) of the work tree or a revision. `base`: what changes are told
    against. Raises `CannotWork` for a name that no flow has, or that of a broken one.
    """
    from opsrail.flows.model import World
    from opsrail.flows.running import open_flows
    from opsrail.repo.snapshot import revision_snapshot, worktree_snapshot
    from opsrail.tailor.catalog import Catalog

    repository = around.repository
    after = repository.resolve(head) if head else None
    snapshot = revision_snapshot(repository, after) if after else worktree_snapshot(repository)
    before = None
    if base:
        tip = after or repository.resolve("HEAD")
        shared = repository.merge_base(repository.resolve(base), tip)
        before = Catalog(revision_snapshot(repository, shared))
    flows = open_flows(World(Catalog(snapshot), around.today, before), names)
    for name in names or ():
        flows.get(name)
    return flows


def desk_of(around: Surroundings, log: Path | None) -> Desk:
    """Where proposals wait, and the audit log."""
    from opsrail.flows.approving import open_desk
    from opsrail.flows.log import AuditLog

    return open_desk(around.repository, AuditLog(log) if log else None)


def caller_name(around: Surroundings) -> str:
    """Who runs this, as Git would write it down; empty where nobody told Git."""
    return os.environ.get("GIT_AUTHOR_NAME", "") or around.repository.user_setting("user.name")


def revision_words(flows: Flows) -> str:
    """The revision that flows were opened on, for the log: a commit, or that it is a work tree."""
    snapshot = flows.world.catalog.snapshot
    if snapshot.revision is not None:
        return snapshot.revision
    return f"work tree {snapshot.digest[:16]}"
