"""What the commands about requests share: which change is meant, and who asks for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click

from opsrail.cli.surroundings import Surroundings, now
from opsrail.findings import CannotWork
from opsrail.gate.plan.deciding import Question
from opsrail.gate.plan.reported import read_report
from opsrail.gate.requesting import local_request, with_commits_of_git
from opsrail.governance.request import Request
from opsrail.repo.git import Repository, UnknownRevision
from opsrail.repo.trees import worktree_tree_changes

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
Command = TypeVar("Command", bound=Callable[..., object])


def request_options(command: Command) -> Command:
    """The options that say what is known of a request: by its forge, and by its own run."""
    options = (
        click.option(
            "--request",
            type=_FILE,
            metavar="FILE",
            help="The pull request, from `opsrail forge request`.",
        ),
        click.option(
            "--reported",
            type=_FILE,
            metavar="FILE",
            help="What the request's own run of `opsrail check --format json` said.",
        ),
        click.option(
            "--programs",
            type=click.Choice(("run", "never")),
            default="run",
            show_default=True,
            help="Whether eval suites may execute what the change brings along.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def asked(
    around: Surroundings,
    base: str,
    head: str | None,
    request: Path | None = None,
    reported: Path | None = None,
) -> Question:
    """The question about what differs from `base` in the work tree, or in the commit `head`. A work
    tree that is as its commit says is that commit.
    """
    repository = around.repository
    target = repository.resolve(base)
    tip = resolved(repository, head or "HEAD")
    if head is None and not worktree_tree_changes(repository, tip):
        head = tip
    start = repository.merge_base(target, tip)
    name = branch_name(base)
    found = (
        _of_forge(repository, request, start, tip)
        if request
        else local_request(repository, start, tip, name, pusher=user(repository))
    )
    return Question(
        repository,
        target,
        tip if head else None,
        replace(found, target=found.target or name),
        now(),
        reported=read_report(reported) if reported else None,
    )


def resolved(repository: Repository, revision: str) -> str:
    """The commit that somebody typed; where only the server's branch of that name is here, it says
    so.
    """
    try:
        return repository.resolve(revision)
    except UnknownRevision as error:
        theirs = f"origin/{revision}"
        status, _, _ = repository.attempt(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{theirs}^{{commit}}"
        )
        if status:
            raise
        raise UnknownRevision(str(error), f"did you mean {theirs}?") from error


def _of_forge(repository: Repository, place: Path, start: str, tip: str) -> Request:
    from opsrail.gate.forges.neutral import read

    found = read(str(place), place.read_bytes())
    if found.head != tip:
        raise CannotWork(
            f"{place} is about {found.head[:12]}, and the change at hand is {tip[:12]}",
            "name the commit that it is about, and fetch it first",
        )
    return with_commits_of_git(found, repository, start, tip)


def user(repository: Repository) -> str:
    """Who works here, by the address that Git has; empty if nobody told Git."""
    return os.environ.get("GIT_AUTHOR_EMAIL") or repository.user_setting("user.email")


def branch_name(base: str) -> str:
    """The branch that a revision names, as people call it: `origin/main` is main."""
    return base.removeprefix("refs/heads/").removeprefix("refs/remotes/").removeprefix("origin/")
