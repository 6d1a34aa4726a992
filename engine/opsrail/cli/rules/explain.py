"""`opsrail rules explain`: what a rule does, and how it has done."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from opsrail.cli.rules.choosing import chosen
from opsrail.cli.surroundings import look_around

if TYPE_CHECKING:
    from opsrail.detection.library import Library
    from opsrail.detection.model import Rule
    from opsrail.repo.snapshot import Snapshot
    from opsrail.streams.engines.model import Engine

WIDTH = 100
"""Characters of a line where the terminal does not say how wide it is."""


@click.command()
@click.argument("name")
@click.option("--sql", "wants_query", is_flag=True, help="Print the query that is run as well.")
@click.option("--words-only", is_flag=True, help="Leave out how the rule has done.")
@click.option(
    "--engine", "url", default="duckdb", show_default=True, metavar="URL", help="What runs it."
)
def command(name: str, url: str, *, wants_query: bool, words_only: bool) -> None:
    """Say in plain words what the rule NAME does.

    Below that: how it has done on recorded history, and how good its tests are.
    """
    from opsrail.detection.library import read_library
    from opsrail.detection.words import in_words
    from opsrail.repo.snapshot import worktree_snapshot

    around = look_around()
    snapshot = worktree_snapshot(around.repository)
    library = read_library(snapshot)
    chosen(library.rules, (name,))
    rule = library.rules[name]
    words = in_words(rule, library, _titles(snapshot, library))
    _print(words.split("\n\n"), around.width)
    if not words_only and rule.ops is not None:
        click.echo()
        _print(_record(snapshot, library, rule, url), around.width)
    if wants_query:
        click.echo(f"\n{_query(rule, library, url)}")


def _print(paragraphs: Iterator[str] | list[str], width: int | None) -> None:
    for paragraph in paragraphs:
        click.echo(textwrap.fill(paragraph, min(width or WIDTH, WIDTH), break_on_hyphens=False))


def _titles(snapshot: Snapshot, library: Library) -> Mapping[str, str]:
    """Runbook → its title, for the runbooks that rules name and that are there."""
    from opsrail.tailor.catalog import Catalog

    catalog = Catalog(snapshot)
    found: dict[str, str] = {}
    for runbook in {rule.ops.runbook for rule in library.rules.values() if rule.ops}:
        path, _, anchor = runbook.partition("#")
        document = catalog.document(path) if path in snapshot else None
        if document is None:
            continue
        section = document.by_anchor.get(anchor) if anchor else None
        found[runbook] = f"{document.title} § {section.title}" if section else document.title
    return found


def _record(snapshot: Snapshot, library: Library, rule: Rule, url: str) -> Iterator[str]:
    from opsrail.streams.engines.opening import open_engine

    engine = open_engine(url)
    try:
        yield _past(snapshot, library, rule, engine)
        yield from _proofs(library, rule, engine)
    finally:
        engine.close()


def _past(snapshot: Snapshot, library: Library, rule: Rule, engine: Engine) -> str:
    from opsrail.detection.backtest.brief import brief
    from opsrail.detection.backtest.history import read_history
    from opsrail.detection.backtest.replay import backtest

    history = read_history(engine, snapshot, library, None, [rule.name])
    for fault in history.unread.values():
        return f"How it has done is not known: {fault}."
    if history.interval is None:
        return "How it has done is not known: nothing is recorded in the streams that it reads."
    found = backtest(
        engine,
        history.head,
        None,
        [rule.name],
        history.interval,
        history.incidents,
        history.policy,
    )
    if not found.rules:
        told = "; ".join(finding.message for finding in found.findings)
        return f"How it has done is not known: {told}."
    return brief(found.rules[0])


def _proofs(library: Library, rule: Rule, engine: Engine) -> Iterator[str]:
    """How many tests there are, and what they would not notice."""
    from opsrail.detection.mutation.run import mutate
    from opsrail.report.model import counted

    tests = len(rule.ops.tests) if rule.ops else 0
    if not tests:
        yield "It has no tests."
        return
    report = mutate(library, rule.place.path, engine)
    if report.failing:
        yield f"Of its {counted(tests, 'test')}, {len(report.failing)} fail: `opsrail rules test`."
        return
    told = f"Tests {tests}, mutants killed {report.killed} of {report.tried}"
    if not report.survivors:
        yield f"{told}."
        return
    rest = len(report.survivors) - 1
    more = f" (and {rest} more: `opsrail rules mutate {rule.name}`)" if rest else ""
    yield f"{told}: no test fails when {report.survivors[0].words}{more}."


def _query(rule: Rule, library: Library, url: str) -> str:
    from opsrail.detection.words.shown import shown_query
    from opsrail.streams.engines.opening import open_engine

    engine = open_engine(url)
    try:
        return shown_query(rule, library, engine)
    finally:
        engine.close()
