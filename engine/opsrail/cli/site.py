"""`opsrail site`: build the staff site, or serve it while writing."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from opsrail.cli.surroundings import today
from opsrail.content.clearance import Clearance
from opsrail.evals.running.memory import Memory
from opsrail.gate.memo import CACHE_FILE, engine_fingerprint
from opsrail.gate.registry import explanations
from opsrail.repo.cache import Cache
from opsrail.repo.git import Repository
from opsrail.site.build import Order, build_site
from opsrail.site.plans import read_plans
from opsrail.site.serve import serve_site, watched_in

_PLANS = click.option(
    "--plans",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Show what is under way: plans (*.md) from `opsrail plan --format markdown`. They quote"
    " what changes, so only the restricted edition has them.",
)
_CLEARANCE = click.Choice([str(level) for level in Clearance])


@click.group(name="site")
def command() -> None:
    """Build or serve the site that staff read: one edition for each clearance."""


@command.command()
@click.option(
    "--clearance",
    "levels",
    type=_CLEARANCE,
    multiple=True,
    help="Only this edition; may be given more than once. Default: one for every role's clearance.",
)
@click.option("--rev", metavar="REV", help="Build a revision instead of the work tree.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write docs/ and site/. Default: build/ in this repository.",
)
@_PLANS
def build(levels: tuple[str, ...], rev: str | None, out: Path | None, plans: Path | None) -> None:
    """Write the pages as Markdown, then build them into HTML."""
    repository = Repository.discover(Path.cwd())
    order = Order(
        out=(out or repository.root / "build").resolve(),
        today=today(),
        revision=repository.resolve(rev) if rev else None,
        clearances=tuple(Clearance(level) for level in dict.fromkeys(levels)),
        explanations=explanations(),
        plans=read_plans(plans) if plans else (),
    )
    with _remembered(repository) as memory:
        built = build_site(repository, replace(order, memory=memory), _progress)
    _tell_unshown(plans, (done.clearance for done in built))
    for done in built:
        click.echo(f"{done.clearance:<10} {done.pages:>5} pages  {_shown(done.site)}/index.html")


@command.command()
@click.option("--clearance", "level", type=_CLEARANCE, default="staff", show_default=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, metavar="PORT"
)
@_PLANS
def serve(level: str, port: int, plans: Path | None) -> None:
    """Build one edition, serve it on 127.0.0.1, and build it anew on every change."""
    repository = Repository.discover(Path.cwd())

    def rebuild() -> None:
        order = Order(
            out=repository.root / "build",
            today=today(),
            clearances=(Clearance(level),),
            explanations=explanations(),
            plans=read_plans(plans) if plans else (),
        )
        with _remembered(repository) as memory:
            build_site(repository, replace(order, memory=memory))

    _tell_unshown(plans, (Clearance(level),))
    _progress(f"building the {level} site")
    rebuild()
    folder = repository.root / "build" / "site" / level
    watched = (*watched_in(repository.root), *((plans,) if plans else ()))
    serve_site(watched, folder, port, rebuild, lambda text: click.echo(text, err=True))


@contextmanager
def _remembered(repository: Repository) -> Iterator[Memory]:
    """What `opsrail eval` came to lately: a build shows it, and runs nobody's program itself."""
    with Cache(repository.git_dir / CACHE_FILE) as cache:
        yield Memory(cache, engine_fingerprint())


def _tell_unshown(plans: Path | None, built: Iterable[Clearance]) -> None:
    """Once, where plans are given and nobody builds the edition that shows them."""
    if plans and Clearance.RESTRICTED not in built:
        click.echo(
            "the plans are on no page: they quote what changes, and the restricted edition is not"
            " built",
            err=True,
        )


def _progress(text: str) -> None:
    """Told on a terminal, silent when piped."""
    if sys.stderr.isatty():
        click.echo(f"{text} …", err=True)


def _shown(path: Path) -> str:
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)
