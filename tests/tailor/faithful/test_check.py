"""The check `unfaithful`: what it leaves to other checks, and what it judges again."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsrail.findings import Finding, Severity
from opsrail.gate.checks import faithful
from opsrail.gate.checks.derived import hand_broken
from opsrail.gate.subject import Subject
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import worktree_snapshot
from opsrail.tailor.catalog import Catalog
from opsrail.tailor.faithful import Judgement
from opsrail.tailor.faithful.section import Grounds, judge_section
from opsrail.tailor.state import State
from tests.cli.desk import Desk
from tests.gate.checks.cases import CASES, TODAY, set_up

OWN = CASES / "unfaithful"
PAGE = "playbooks/lost-parcel/courier-desk.md"
SOURCE = "content/sources/parcels.md"
NAMES = sorted(path.name for path in OWN.iterdir())


def subject_of(repository: Repository, *, remembers: bool = True) -> Subject:
    return Subject(Catalog(worktree_snapshot(repository)), None, TODAY, remembers=remembers)


def told(repository: Repository) -> list[Finding]:
    return list(faithful.unfaithful(subject_of(repository)))


@pytest.fixture
def repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Repository:
    # Somebody may be at work on the engine while its tests run.
    monkeypatch.setattr(faithful, "engine_fingerprint", lambda: "this engine")
    found, _, _ = set_up(OWN / getattr(request, "param", "good"), tmp_path / "repository")
    return found


def change(repository: Repository, path: str, old: str, new: str) -> None:
    place = repository.root / path
    text = place.read_text("utf-8")
    assert old in text
    place.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were judged."""
    texts: list[str] = []

    def noted(grounds: Grounds, text: str) -> Judgement:
        texts.append(text)
        return judge_section(grounds, text)

    monkeypatch.setattr(faithful, "judge_section", noted)
    return texts


@pytest.mark.parametrize("repository", NAMES, indirect=True)
def test_the_pages_of_every_case_are_in_step(repository: Repository) -> None:
    """If not, they are to be synced anew: the check looks at nothing that is stale."""
    states = {found.state for found in subject_of(repository).section_states}
    assert states <= {State.FRESH, State.EDITED}
    repository.close()


@pytest.mark.parametrize("repository", ["rows-swapped", "link"], indirect=True)
def test_a_finding_shows_the_place_in_the_source(repository: Repository) -> None:
    for finding in told(repository):
        ((place, label),) = finding.related
        assert (place.path, label) == (SOURCE, "the source")
        line = (repository.root / SOURCE).read_text("utf-8").split("\n")[place.line - 1]
        first = finding.message.partition("“")[2].partition("”")[0]
        assert "tracker" in line if "link" in finding.message else first.split(": ")[1] in line
    repository.close()


def test_nothing_is_judged_again(repository: Repository, asked: list[str]) -> None:
    first = told(repository)
    count = len(asked)
    assert count == 2
    assert told(repository) == first
    assert len(asked) == count
    list(faithful.unfaithful(subject_of(repository, remembers=False)))
    assert len(asked) == 2 * count
    repository.close()


@pytest.mark.parametrize("repository", ["rows-swapped"], indirect=True)
def test_what_is_remembered_says_the_same(repository: Repository, asked: list[str]) -> None:
    first = told(repository)
    assert len(first) == 2
    change(repository, PAGE, "# A lost parcel", "# A lost parcel\n\nRead this first.")
    asked.clear()
    moved = told(repository)
    assert [found.message for found in moved] == [found.message for found in first]
    assert [found.location.line - 2 for found in moved] == [f.location.line for f in first]
    assert asked == []
    repository.close()


def test_a_section_that_is_behind_is_left_to_others(repository: Repository) -> None:
    change(repository, PAGE, "10 days**", "12 days**")
    change(repository, SOURCE, "10 days**", "11 days**")
    assert told(repository) == []
    repository.close()


def test_a_fact_lost_by_an_edit_is_told_once(repository: Repository) -> None:
    change(repository, PAGE, "10 days**", "12 days**")
    change(repository, PAGE, "Never promise", "Promise")
    assert [found.code for found in hand_broken(subject_of(repository))] == ["hand-broken"]
    assert told(repository) == []
    repository.close()


@pytest.mark.parametrize("repository", ["addition"], indirect=True)
def test_what_a_person_adds_is_a_warning(repository: Repository) -> None:
    assert {found.severity for found in told(repository)} == {Severity.WARNING}
    repository.close()


@pytest.mark.parametrize("repository", ["steps-swapped"], indirect=True)
def test_what_loses_no_fact_can_be_accepted_too_until_the_text_changes(
    repository: Repository,
) -> None:
    assert [finding.severity for finding in told(repository)] == [Severity.ERROR]
    ran = Desk(repository.root).opsrail("sync", "--accept", f"{PAGE}#lost")
    assert ran.code == 0, ran.err
    assert [finding.severity for finding in told(repository)] == [Severity.NOTE]
    change(repository, PAGE, "Tell the recipient", "Do tell the recipient")
    assert [finding.severity for finding in told(repository)] == [Severity.ERROR]


def test_a_reworded_edit_is_a_warning_until_it_is_accepted(repository: Repository) -> None:
    change(repository, PAGE, "after its last scan", "before its last scan")
    subject = subject_of(repository)
    assert [one.severity for one in faithful.reworded(subject)] == [Severity.WARNING]
    ran = Desk(repository.root).opsrail("sync", "--accept", f"{PAGE}#lost")
    assert ran.code == 0, ran.err
    assert not list(faithful.reworded(subject_of(repository)))
