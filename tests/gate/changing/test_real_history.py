"""Typed changes on a real handbook, from its first commit to its last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from opsrail.gate.changing import change_set
from opsrail.gate.subject import Subject
from opsrail.repo.snapshot import revision_snapshot
from opsrail.tailor.catalog import Catalog
from tests.realworld.handbook import BUNDLE, clone

pytestmark = pytest.mark.realworld


def test_every_commit_of_a_handbook_is_told_path_by_path(
    real_data: Callable[[str], Path], tmp_path: Path
) -> None:
    handbook = clone(real_data(BUNDLE), tmp_path / "handbook")
    terms: Counter[str] = Counter()
    revisions = list(handbook.history(None, handbook.resolve("HEAD")))
    for base, head in pairwise(revisions):
        after, before = (Catalog(revision_snapshot(handbook, one)) for one in (head, base))
        found = change_set(Subject(after, before, date(2026, 1, 5)), base, head, ())
        assert {change.path for change in found.changes} == set(found.shares), head
        terms.update(change.what for change in found.changes)
    assert len(revisions) == 331
    assert terms["section reworded"] > 300
    assert terms["file changed"] + terms["file added"] + terms["file removed"] < 10
    assert not terms["file unreadable"]
    assert {"money changed", "percent lowered", "duration raised", "deontic removed"} <= set(terms)
