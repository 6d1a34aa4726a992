"""What landed in an emergency is looked at afterwards, on record."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from opsrail.findings import Severity
from opsrail.gate.checks.governance import break_glass_review
from opsrail.gate.subject import Subject
from opsrail.governance.record import Emergency, Record
from opsrail.governance.trailers import trailers
from opsrail.repo.snapshot import revision_snapshot
from opsrail.tailor.catalog import Catalog
from tests.repo.sandbox import commit, new_repository, write

PLAN = "9f3c2a1b" * 8
RECORD = Record(
    PLAN,
    glass=Emergency(("eve", "finn"), "it misled people", datetime(2026, 1, 12, 9, tzinfo=UTC)),
)
REVIEWS = "policies/break-glass.yaml"


def _told(tmp_path: Path, reviews: str, today: date) -> list[tuple[str, Severity]]:
    repository = new_repository(tmp_path / "desk", {"content/a.md": "one"})
    write(repository.root, {"content/a.md": "two", **({REVIEWS: reviews} if reviews else {})})
    head = commit(repository.root, f"Status page\n\n{trailers(RECORD)}")
    subject = Subject(Catalog(revision_snapshot(repository, head)), None, today)
    found = [(one.message, one.severity) for one in break_glass_review(subject)]
    repository.close()
    return found


def test_it_is_a_warning_until_the_time_is_over_and_then_closes(tmp_path: Path) -> None:
    ((message, severity),) = _told(tmp_path / "early", "", date(2026, 1, 12))
    assert "(eve, finn: it misled people), and was to be looked at until 2026-01-12" in message
    assert severity is Severity.WARNING
    ((_, severity),) = _told(tmp_path / "late", "", date(2026, 1, 13))
    assert severity is Severity.ERROR


def _review(plan: str = PLAN[:12], by: str = "ada") -> str:
    found = "Nobody was harmed, and the text is right now."
    return f"reviews:\n  - {{plan: {plan}, by: {by}, on: 2026-01-09, found: {found!r}}}\n"


def test_somebody_else_s_look_at_it_is_enough(tmp_path: Path) -> None:
    assert not _told(tmp_path, _review(), date(2026, 1, 13))


@pytest.mark.parametrize(
    "reviews",
    [
        pytest.param(_review(by="eve"), id="by one of those who broke it"),
        pytest.param(_review(plan="0" * 12), id="about another plan"),
        pytest.param(_review(plan="9f3c"), id="too short to name a plan"),
        pytest.param("reviews: [", id="malformed"),
    ],
)
def test_anything_else_is_not(tmp_path: Path, reviews: str) -> None:
    assert _told(tmp_path, reviews, date(2026, 1, 13))


def test_a_pull_request_is_not_held_up_by_what_landed_before_it(tmp_path: Path) -> None:
    repository = new_repository(tmp_path / "desk", {"content/a.md": "one"})
    head = commit(repository.root, f"Status page\n\n{trailers(RECORD)}")
    catalog = Catalog(revision_snapshot(repository, head))
    assert not list(break_glass_review(Subject(catalog, catalog, date(2026, 1, 13))))
    repository.close()
