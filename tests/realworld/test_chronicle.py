"""Typed history on real input: a real handbook's documents, each over its whole past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from opsrail.content.facts import FactKind
from opsrail.gate.chronicle import blame_formats, log_formats
from opsrail.gate.chronicle.artifact import find_artifact
from opsrail.gate.chronicle.blame import blame
from opsrail.gate.chronicle.facts import stated_by
from opsrail.gate.chronicle.history import Wanted, history
from opsrail.gate.chronicle.landings import Landings
from opsrail.gate.chronicle.model import Entry, Holding, Standing
from opsrail.repo.git import Repository
from opsrail.repo.log import landed
from opsrail.repo.snapshot import revision_snapshot
from opsrail.tailor.catalog import Catalog
from tests.realworld.handbook import BUNDLE, SUPPORT, clone, git

pytestmark = pytest.mark.realworld

TODAY = date(2026, 1, 5)
TEAMS = "content/departments/technical-success"
LICENSES = f"{TEAMS}/ce/process/license_keys.md"
WORKFLOW = f"{SUPPORT}/process/support-workflow.md"
SCHEDULE = f"{SUPPORT}/process/support-schedule.md"
SPLIT = f"{TEAMS}/ta/enterprise-success/team-culture/account-management-activities.md"
FACTS = frozenset(FactKind)


@dataclass(frozen=True)
class Handbook:
    """The handbook's repository, and what is asked of it."""

    repository: Repository
    head: str
    catalog: Catalog

    def log(self, name: str) -> list[Entry]:
        found = find_artifact(self.catalog, name)
        return list(history(Landings(self.repository), found, Wanted(self.head), TODAY))

    def blame(self, name: str) -> tuple[Holding, ...]:
        found = find_artifact(self.catalog, name)
        return blame(Landings(self.repository), self.catalog, found)

    def touching(self, path: str) -> set[str]:
        """The commits that Git itself names for a path."""
        out = git(self.repository.root, "log", "--first-parent", "--format=%H", "--", path)
        return set(out.split())

    def stated(self, revision: str, path: str) -> Counter[tuple[str, str]]:
        """How often a document stated each fact at a commit, by its kind and words."""
        document = Catalog(revision_snapshot(self.repository, revision)).document(path)
        sections = document.sections if document else ()
        return Counter((fact.kind, fact.quoted) for one in sections for fact, _ in stated_by(one))


@pytest.fixture(scope="module")
def handbook(
    real_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Handbook]:
    repository = clone(real_data(BUNDLE), tmp_path_factory.mktemp("real") / "handbook")
    head = repository.resolve("HEAD")
    yield Handbook(repository, head, Catalog(revision_snapshot(repository, head)))
    repository.close()


@pytest.mark.parametrize(
    ("folder", "counts"),
    [
        pytest.param(SUPPORT, (72, 263, 1487), id="support"),
        pytest.param("content", (127, 738, 2390), id="everything", marks=pytest.mark.nightly),
    ],
)
def test_every_document_has_a_history_and_every_fact_a_landing(
    handbook: Handbook, folder: str, counts: tuple[int, int, int]
) -> None:
    documents = entries = held = 0
    for path in handbook.catalog.snapshot.paths(folder, ".md"):
        told, holdings = handbook.log(path), handbook.blame(path)
        facts = Counter((one.kind, one.words) for one in holdings if one.kind in FACTS)
        assert facts == handbook.stated(handbook.head, path), path
        assert handbook.touching(path) <= {one.landing.commit for one in told}, path
        for render in (log_formats.as_text, log_formats.as_markdown, log_formats.as_json):
            assert render(path, told)
        for show in (blame_formats.as_text, blame_formats.as_markdown, blame_formats.as_json):
            assert show(path, holdings)
        assert all(one.landing.standing is Standing.NONE for one in holdings)
        documents, entries, held = documents + 1, entries + len(told), held + len(holdings)
    assert (documents, entries, held) == counts


def test_a_document_stated_each_fact_from_its_landing_on_and_less_often_before(
    handbook: Handbook,
) -> None:
    seen = elsewhere = 0
    for path in (LICENSES, WORKFLOW, SCHEDULE):
        commits = [one.name for one in landed(handbook.repository, handbook.head, (path,))]
        versions = [*(handbook.stated(commit, path) for commit in commits), Counter()]
        for one in handbook.blame(path):
            if one.landing.commit not in commits:
                elsewhere += 1
            elif one.kind in FACTS:
                fact, since = (one.kind, one.words), commits.index(one.landing.commit)
                assert all(version[fact] for version in versions[: since + 1]), one
                assert versions[since][fact] > versions[since + 1][fact], one
                seen += 1
    assert (seen, elsewhere) == (140, 3)


def test_the_document_with_the_longest_past_reads_right(handbook: Handbook) -> None:
    told = handbook.log(LICENSES)
    assert (len(told), told[0].landing.request, told[-1].landing.request) == (29, "8803", "5629")
    by_words = {one.words: one for one in handbook.blame(LICENSES)}
    code = by_words["allow-air-gapped"]
    assert (code.was, code.landing.request, code.place) == (
        "enterprise-air-gap-0",
        "8536",
        "§ Revoking an active license",
    )
    assert by_words["expire after 7 days"].landing.request == "6208"


def test_a_blurb_that_was_moved_between_documents_keeps_its_age(handbook: Handbook) -> None:
    # #6289 says of itself: "Moving ticket tagging blurb from how-to-tickets.md".
    blurb = {one.words: one.landing.request for one in handbook.blame(WORKFLOW)}
    assert (blurb["tags should be added"], blurb["executors"]) == ("6263", "6264")


def test_a_section_that_another_document_had_is_followed_there(handbook: Handbook) -> None:
    requests = [one.landing.request for one in handbook.log(f"{SPLIT}#voice-of-the-customer")]
    assert "8486" in requests
    assert requests.index("8486") < len(requests) - 1
