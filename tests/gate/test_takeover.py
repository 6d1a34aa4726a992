"""Taking over upstream documents: what is compared, what is written, what a commit says."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsrail.findings import CannotWork
from opsrail.gate.takeover import Standing, message, standings, take_over
from opsrail.repo.git import Repository
from opsrail.repo.journal import FOLDER
from tests.cli.desk import AGENT, Desk, made

COPY = "content/sources/manners.md"
THEIRS = "# Manners\n\nAnswer within **2 days**.\n\nBe kind.\n\nBe brief.\n"


@pytest.fixture
def theirs(tmp_path: Path) -> Desk:
    (tmp_path / "theirs").mkdir()
    theirs = Desk(tmp_path / "theirs")
    theirs.git("init", "--quiet", "--initial-branch=main")
    theirs.write("manners.md", THEIRS)
    theirs.commit()
    return theirs


@pytest.fixture
def ours(tmp_path: Path, theirs: Desk) -> Desk:
    ours = made(tmp_path / "ours")
    ours.write(
        "content/upstream.yaml",
        "upstream:\n"
        + "".join(
            f"  - name: {name}\n    repository: ../theirs\n"
            f"    commit: '{theirs.git('rev-parse', 'HEAD')}'\n"
            f"    documents: [{{from: manners.md, to: {path}}}]\n"
            for name, path in (("first", COPY), ("second", "content/sources/other.md"))
        ),
    )
    ours.write(COPY, THEIRS)
    ours.write("content/sources/other.md", THEIRS.replace("Be brief.", "Be brief. Smile."))
    ours.commit("Copies")
    return ours


def look(ours: Desk, *names: str, keep_ours: bool = False) -> list[Standing]:
    return list(standings(Repository.discover(ours.root), names, keep_ours=keep_ours))


def test_every_source_is_compared_or_the_named_ones(ours: Desk) -> None:
    assert [s.takeover.source.name for s in look(ours)] == ["first", "second"]
    assert [s.takeover.source.name for s in look(ours, "second")] == ["second"]
    assert all(s.takeover.is_current and s.behind == 0 for s in look(ours))
    with pytest.raises(CannotWork, match="has no source third"):
        look(ours, "third")


def test_looking_writes_nothing_that_git_would_track(ours: Desk, theirs: Desk) -> None:
    theirs.edit("manners.md", "2 days", "1 day")
    theirs.commit()
    before, refs = ours.files(), ours.git("for-each-ref")
    (first, _) = look(ours)
    assert (first.behind, first.takeover.is_current) == (1, False)
    assert (ours.files(), ours.git("for-each-ref"), ours.git("status", "--short")) == (
        before,
        refs,
        "",
    )


def test_each_source_moves_its_own_pin(ours: Desk, theirs: Desk) -> None:
    old = theirs.git("rev-parse", "HEAD")
    theirs.edit("manners.md", "Be kind.", "Be very kind.")
    new = theirs.commit()
    repository = Repository.discover(ours.root)
    for standing in look(ours, "second"):
        take_over(repository, standing)
    text = ours.read("content/upstream.yaml")
    assert (text.count(old), text.count(new)) == (1, 1)
    assert text.index(old) < text.index(new)
    assert ours.read("content/sources/other.md").endswith("Be very kind.\n\nBe brief. Smile.\n")
    assert ours.read(COPY) == THEIRS


def test_the_message_tells_the_change_and_both_ends(ours: Desk, theirs: Desk) -> None:
    old = theirs.git("rev-parse", "HEAD")
    theirs.edit("manners.md", "2 days", "1 day")
    new = theirs.commit()
    (standing,) = look(ours, "first")
    assert message(standing).splitlines() == [
        f"Take over first at {new[:7]}",
        "",
        COPY,
        "  § Manners                                                              must re-read",
        "      duration   Answer within 2 days  →  Answer within 1 day      (lowered)",
        "",
        "touches  no page of any role",
        "",
        "Upstream: ../theirs",
        f"Upstream-From: {old}",
        f"Upstream-To: {new}",
    ]


def test_an_unfinished_run_is_finished_first(ours: Desk, theirs: Desk) -> None:
    theirs.edit("manners.md", "2 days", "1 day")
    theirs.commit()
    (standing,) = look(ours, "first")
    journal = ours.root / ".git" / FOLDER / "journal.json"
    journal.write_text('[{"path": "content/left.md", "before": "absent", "text": "# Left\\n"}]')
    take_over(Repository.discover(ours.root), standing)
    assert ours.read("content/left.md") == "# Left\n"
    assert not journal.exists()


def test_a_branch_that_moved_meanwhile_is_not_moved_back(
    ours: Desk, theirs: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs.edit("manners.md", "2 days", "1 day")
    theirs.commit()
    (standing,) = look(ours, "first")
    run, moved = Repository.run, []

    def moves_first(self: Repository, *arguments: str, **options: object) -> bytes:
        if arguments[0] == "update-ref":
            ours.git("commit", "--quiet", "--allow-empty", "--message", "Somebody else")
            moved.append(ours.git("rev-parse", "HEAD"))
        return run(self, *arguments, **options)  # type: ignore[arg-type]  # passed on as given

    monkeypatch.setattr(Repository, "run", moves_first)
    with pytest.raises(CannotWork, match="update-ref failed"):
        take_over(Repository.discover(ours.root), standing)
    assert ours.git("rev-parse", "HEAD") == moved[0]


def test_pages_are_not_touched(ours: Desk, theirs: Desk) -> None:
    page = ours.read(AGENT)
    theirs.edit("manners.md", "2 days", "1 day")
    theirs.commit()
    (standing,) = look(ours, "first")
    take_over(Repository.discover(ours.root), standing)
    assert ours.read(AGENT) == page
