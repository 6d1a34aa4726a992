"""`opsrail sync`: every role's page follows its sources."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass

import click

from opsrail.cli.surroundings import look_around, progress_line
from opsrail.findings import in_order
from opsrail.gate.keeping import Keeper
from opsrail.repo.git import Repository, UnknownRevision
from opsrail.repo.journal import exclusive, recover
from opsrail.repo.snapshot import worktree_changes
from opsrail.report import Report, render
from opsrail.report.model import counted
from opsrail.tailor.sync import Acceptance, Deed, SyncPlan, blocked

WATCH_SECONDS = 0.5
"""How often --watch looks whether a file changed."""


@click.command()
@click.option(
    "--accept",
    multiple=True,
    metavar="PAGE[#ANCHOR]",
    help="Keep the page's own text there and put on record that it is meant.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--no-cache", is_flag=True, help="Look at everything anew.")
@click.option("--watch", is_flag=True, help="Stay, and sync again whenever a file changes.")
def command(accept: tuple[str, ...], *, dry_run: bool, no_cache: bool, watch: bool) -> int:
    """Rewrite the sections that are behind their sources, and keep what people wrote.

    Exit code 1 if a section is left to you: source and page changed in the same words, or a
    page's markers are damaged.
    """
    around = look_around()
    keeper = Keeper(around.repository, around.today, remembers=not no_cache)
    accepted = tuple(_acceptance(name) for name in accept)
    if not watch:
        done = _sync(around.repository, keeper, accepted, dry_run=dry_run)
        click.echo(done.text, nl=False)
        return done.exit_code
    click.echo("watching; press Ctrl-C to stop", err=True)
    seen: object = None
    said = ""
    while True:
        # Taken before anything is read: what changes during a run is seen after it.
        if (found := _fingerprint(around.repository)) != seen:
            done = _sync(around.repository, keeper, accepted, dry_run=dry_run)
            if done.has_written or done.text != said:
                click.echo(done.text, nl=False)
            seen, said, accepted = found, done.text, ()
        time.sleep(WATCH_SECONDS)


def _acceptance(name: str) -> Acceptance:
    page, _, anchor = name.partition("#")
    return Acceptance(page.removeprefix("./"), anchor)


def _fingerprint(repository: Repository) -> object:
    """Changes whenever a governed file does; as cheap as `git status`."""
    changed, removed = worktree_changes(repository)
    stamps = [
        (path, stat.st_mtime_ns, stat.st_size)
        for path in changed
        if (place := repository.root / path).exists() and (stat := place.lstat())
    ]
    return _head(repository), stamps, removed


def _head(repository: Repository) -> str:
    try:
        return repository.resolve("HEAD")
    except UnknownRevision:
        return ""  # nothing is committed yet


@dataclass(frozen=True, slots=True)
class Done:
    """One run: what to say of it, and how it ended."""

    text: str
    exit_code: int
    has_written: bool


def _sync(
    repository: Repository, keeper: Keeper, accept: tuple[Acceptance, ...], *, dry_run: bool
) -> Done:
    said: list[str] = []
    with nullcontext() if dry_run else exclusive(repository):
        if not dry_run and (finished := recover(repository)):
            said.append(f"finished an interrupted run: {counted(len(finished), 'file')}\n")
        with progress_line() as progress:
            plan = keeper.plan(accept, progress)
        _refuse_unmatched(plan, accept)
        if not dry_run:
            keeper.carry_out(plan)
    said.append(_told(plan, dry_run=dry_run))
    findings = in_order((*plan.findings, *blocked(plan.events)))
    report = Report("opsrail sync", findings)
    if findings:
        said += ["\n", render(report, "text")]
    return Done("".join(said), report.exit_code, bool(plan.writes))


def _told(plan: SyncPlan, *, dry_run: bool) -> str:
    """A line a page that changed, with what happened to which of its sections."""
    if not plan.writes:
        return "nothing to write\n" if any(blocked(plan.events)) else "everything is in step\n"
    lines: list[str] = []
    for path in sorted({event.page.path for event in plan.events}):
        deeds = Counter(
            event.deed for event in plan.events if event.page.path == path and event.key
        )
        if deeds:
            lines.append(f"{path}  {', '.join(f'{count} {deed}' for deed, count in deeds.items())}")
    pages = sum(1 for path in plan.writes if "/.generated/" not in path and path.endswith(".md"))
    verb = "would be rewritten" if dry_run else "rewritten"
    all_told = f"{counted(len(plan.writes), 'file')} in all"
    return "\n".join((*lines, f"{counted(pages, 'page')} {verb}, {all_told}")) + "\n"


def _refuse_unmatched(plan: SyncPlan, accept: tuple[Acceptance, ...]) -> None:
    accepted = [event for event in plan.events if event.deed is Deed.ACCEPTED]
    missed = [a for a in accept if not any(a.covers(event.page, event.key) for event in accepted)]
    if missed:
        names = ", ".join(a.page + (f"#{a.key}" if a.key else "") for a in missed)
        raise click.UsageError(f"--accept names no derived section: {names}")
