"""The living example as the tasks of flows see it, opened once, and flows over it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from opsrail.flows.model import Kind, Run, Task, World
from opsrail.flows.registry import kinds
from opsrail.flows.retrieval.ranking import Library
from opsrail.flows.running import Flows, open_flows
from opsrail.llm.asking import Asker
from opsrail.llm.model import Json
from opsrail.tailor.catalog import Catalog
from tests.evals import living
from tests.flows.toy import OFF
from tests.tailor.held import catalog_of

TODAY = date(2026, 11, 23)
FOLDERS = ("content/sources/", "playbooks/", "policies/roles.yaml")


@lru_cache(maxsize=1)
def world() -> World:
    return World(living.catalog(), TODAY)


@lru_cache(maxsize=1)
def library() -> Library:
    return Library(living.catalog())


@lru_cache(maxsize=1)
def files() -> Mapping[str, str]:
    """Documents, pages and roles: what a changed copy is made from."""
    catalog = living.catalog()
    paths = [path for path in catalog.snapshot.entries if path.startswith(FOLDERS)]
    return {path: text for path in paths if (text := catalog.text(path)) is not None}


def changed(path: str, *edits: tuple[str, str]) -> Catalog:
    """The living example with some words of a file replaced; each must be there."""
    text = files()[path]
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return catalog_of({**files(), path: text})


def kind(name: str) -> Kind:
    return kinds()[name]


def task(name: str, over: World | None = None, **settings: object) -> Task:
    return kind(name).open(over or world(), settings) if over or settings else _plain(name)


@lru_cache(maxsize=8)
def _plain(name: str) -> Task:
    return kind(name).open(world(), {})


@lru_cache(maxsize=1)
def flows() -> Flows:
    names = ("reply-draft", "knowledge-gaps", "briefing", "incident-summary")
    return open_flows(world(), names)


def run(name: str, given: Json, asker: Asker = OFF) -> Run:
    """One run of a flow of the living example."""
    return flows().run(name, given, asker)


def output(done: Run) -> dict[str, Any]:
    assert isinstance(done.output, dict), done.reasons
    return done.output


def failed_cases(suite: str, flow: str) -> list[tuple[str, str]]:
    """The cases of a living suite that do not hold, with the reason, where no model is asked."""
    read = living.suite(f"policies/evals/{suite}.yaml")
    found: list[tuple[str, str]] = []
    for case in read.cases:
        done = run(flow, case.input)
        said = {**output(done), "author": done.author.value}
        found.append((case.id, living.scored(case, said).reason))
    return [(case, reason) for case, reason in found if reason]
