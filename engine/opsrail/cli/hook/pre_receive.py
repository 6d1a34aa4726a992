"""`opsrail hook pre-receive`: the verdict on a plain Git server."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from opsrail.cli.surroundings import now
from opsrail.findings import ExitCode
from opsrail.gate.guarding import Guard, Refusal, updates_of
from opsrail.gate.plan.rendering import render
from opsrail.repo.git import Repository
from opsrail.report.escaping import visible

PUSHERS = {"OPSRAIL_PUSHER": "", "GL_USERNAME": "@", "GITEA_PUSHER_NAME": "@", "REMOTE_USER": ""}
"""Where servers say who pushes: our own, GitLab, Gitea and Forgejo, Git over HTTP. What people may
choose for themselves on a forge is a login.
"""


@click.command()
@click.option(
    "--branch",
    "branches",
    multiple=True,
    default=("main",),
    show_default=True,
    help="A branch to guard; may be given several times.",
)
@click.option(
    "--pusher-from",
    metavar="NAME",
    help="The environment variable in which the server says who pushes.",
)
def command(branches: tuple[str, ...], pusher_from: str | None) -> int:
    r"""Run by Git in a bare repository: let pushes to guarded branches land if their plan is open.

    In the repository's hooks/pre-receive:

    \b
        #!/bin/sh
        exec opsrail hook pre-receive --branch main

    The server says who pushes, in OPSRAIL_PUSHER (with SSH: `environment="OPSRAIL_PUSHER=maya"`
    in authorized_keys) as an id, an address, or `@login`. Reviews come with `opsrail approve`,
    pushed by whoever gives them.
    """
    instant = now()
    guard = Guard(Repository.bare(Path.cwd()), branches, _pusher(pusher_from), instant)
    refusals = guard.judge(updates_of(sys.stdin.readlines()))
    for refusal in refusals:
        _tell(refusal)
        if refusal.plan is not None:
            click.echo(render(refusal.plan, "text", now=instant), nl=False)
    return ExitCode.CLOSED if refusals else ExitCode.PASS


def _pusher(named: str | None) -> str:
    names = {named: ""} if named else PUSHERS
    said = (f"{mark}{os.environ[name]}" for name, mark in names.items() if os.environ.get(name))
    return next(said, "")


def _tell(refusal: Refusal) -> None:
    click.echo(f"{visible(refusal.ref)}: {visible(refusal.why)}")
    if refusal.hint:
        click.echo(f"    {visible(refusal.hint)}")
