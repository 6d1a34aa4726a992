"""Drafts from a real department's handbook: its words were written for nobody's parser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from opsrail.evals.drafting.choosing import MOST
from opsrail.evals.drafting.draft import draft
from opsrail.evals.reading.suite import read_suite
from opsrail.evals.targets.model import Side
from opsrail.evals.targets.opening import open_target
from opsrail.repo.snapshot import revision_snapshot
from tests.evals import living
from tests.evals.repositories import side, write
from tests.realworld.handbook import BUNDLE, Replay, clone

pytestmark = pytest.mark.realworld


def test_drafts_from_a_real_handbook_read_and_hold(
    real_data: Callable[[str], Path], tmp_path: Path
) -> None:
    handbook = clone(real_data(BUNDLE), tmp_path / "handbook")
    replay = Replay(handbook, tmp_path / "operations")
    replay.take(revision_snapshot(handbook, "HEAD"), None)
    replay.sync()
    catalog = side(replay.folder).catalog
    drafted = {
        book.name: draft(catalog, book.name, book.roles)
        for book in catalog.playbooks()
        if all(catalog.text(f"playbooks/{book.name}/{role}.md") for role in book.roles)
    }
    with_facts = {name: made for name, made in drafted.items() if made.text}
    assert len(with_facts) >= 5
    write(replay.folder, {f"policies/evals/{n}.yaml": made.text for n, made in with_facts.items()})
    snapshot = side(replay.folder).catalog.snapshot
    for name, made in with_facts.items():
        assert max(made.counts.values()) <= MOST
        found = read_suite(snapshot, f"policies/evals/{name}.yaml")
        assert found.findings == ()
        assert found.suite is not None
        target = open_target(found.suite, Side(catalog, lambda: replay.folder))
        answers = target.answers(found.suite.cases, 1)
        for case, (answer,) in zip(found.suite.cases, answers, strict=True):
            assert living.scored(case, answer.output).is_passed, (name, case.id)
