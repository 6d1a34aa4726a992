from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.findings import Unreadable
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import (
    MOST_WORDS,
    SIZE_LIMIT,
    Snapshot,
    blob_id,
    decode,
    revision_snapshot,
    worktree_changes,
    worktree_snapshot,
)
from tests.repo.sandbox import commit, git, new_repository, write

NAMES = [
    "content/plain.md",
    "content/with blank.md",
    "content/-dash.md",
    'content/"quoted".md',
    "content/new\nline.md",
    "content/tab\t.md",
    "content/ünï.md",
    "content/:(top)x.md",
    "content/*.md",
    "content/a -> b.md",
    os.fsdecode(b"content/\xff\xfe.md"),
]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    files = {name: f"# Text of {number}\n" for number, name in enumerate(NAMES)}
    return new_repository(tmp_path / "repo", {**files, "README.md": "not governed\n"})


def _head(repository: Repository) -> Snapshot:
    return revision_snapshot(repository, repository.resolve("HEAD"))


def test_files_of_any_name_are_seen_and_read(repository: Repository) -> None:
    for snapshot in (_head(repository), worktree_snapshot(repository)):
        assert sorted(snapshot.entries) == sorted(NAMES)
        for number, name in enumerate(NAMES):
            assert snapshot.text(name) == f"# Text of {number}\n"


def test_changed_files_of_any_name_are_seen(repository: Repository) -> None:
    write(repository.root, dict.fromkeys(NAMES, "# Changed\n"))
    on_disk = worktree_snapshot(repository)
    assert on_disk.changed(_head(repository)) == frozenset(NAMES)
    assert worktree_changes(repository) == (tuple(sorted(NAMES)), ())


def _meddle(root: Path) -> None:
    """Everything that can happen to a file at once."""
    write(
        root,
        {
            "content/plain.md": "# Changed\n",
            "content/new.md": "# New\n",
            "content/deep/er/new.md": "# New\n",
            "content/staged.md": "# Staged\n",
            "content/ignored.md": "# Ignored\n",
            ".gitignore": "ignored.md\n",
        },
    )
    git(root, "add", "content/staged.md")
    write(root, {"content/staged.md": "# Staged, then changed\n"})
    (root / "content/with blank.md").unlink()
    git(root, "mv", "content/ünï.md", "content/renamed.md")
    (root / "content/-dash.md").chmod(0o755)
    write(root, {"content/*.md": "# Changed and executable\n"})
    (root / "content/*.md").chmod(0o755)
    (root / "content/link.md").symlink_to("/etc/hostname")
    (root / "content/tab\t.md").unlink()
    (root / "content/tab\t.md").symlink_to("plain.md")
    (root / "content/new\nline.md").unlink()
    write(root, {"content/new\nline.md/now a folder.md": "# Folder\n"})
    git(root, "add", "-N", "content/new.md")


def test_the_work_tree_is_what_a_commit_of_it_would_be(repository: Repository) -> None:
    _meddle(repository.root)
    before = worktree_snapshot(repository)
    commit(repository.root)
    at_head, after = _head(repository), worktree_snapshot(repository)
    assert before.entries == at_head.entries == after.entries
    assert before.digest == at_head.digest == after.digest
    assert after.changed(at_head) == frozenset()
    assert "content/ignored.md" not in before


def test_reading_changes_nothing(repository: Repository) -> None:
    _meddle(repository.root)
    index = (repository.git_dir / "index").read_bytes()
    worktree_snapshot(repository)
    assert (repository.git_dir / "index").read_bytes() == index


def test_an_unmerged_file_is_taken_from_disk(repository: Repository) -> None:
    root = repository.root
    git(root, "checkout", "-q", "-b", "side")
    write(root, {"content/plain.md": "# Side\n", "content/with blank.md": "# Side\n"})
    commit(root)
    git(root, "checkout", "-q", "main")
    write(root, {"content/plain.md": "# Main\n"})
    (root / "content/with blank.md").unlink()
    commit(root)
    with pytest.raises(Exception, match="merge"):
        git(root, "merge", "-q", "side")
    (root / "content/with blank.md").unlink()
    snapshot = worktree_snapshot(repository)
    assert "<<<<<<<" in snapshot.text("content/plain.md")
    assert snapshot.entries["content/plain.md"].blob == blob_id(snapshot.read("content/plain.md"))
    assert "content/with blank.md" not in snapshot


@pytest.mark.parametrize("at_head", [True, False], ids=["commit", "work tree"])
def test_links_and_submodules_are_never_followed(repository: Repository, at_head: bool) -> None:
    root = repository.root
    (root / "content/link.md").symlink_to("/etc/hostname")
    inner = new_repository(root / "content/inner", {"a.md": "# Inner\n"})
    assert inner.root == root / "content/inner"
    git(root, "-c", "advice.addEmbeddedRepo=false", "add", "-A")
    git(root, "commit", "-q", "-m", "Links")
    snapshot = _head(repository) if at_head else worktree_snapshot(repository)
    assert not {"content/link.md", "content/inner"} & {*snapshot.paths("content")}
    for path in ("content/link.md", "content/inner"):
        with pytest.raises(Unreadable) as raised:
            snapshot.read(path)
        assert raised.value.finding.code == "not-a-file"


def test_a_folder_that_became_a_link_leads_nowhere(repository: Repository, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", {"plain.md": "# Secret\n"})
    (repository.root / "content").rename(tmp_path / "away")
    (repository.root / "content").symlink_to(tmp_path / "elsewhere")
    snapshot = worktree_snapshot(repository)
    assert not [*snapshot.paths("content")]


def test_a_file_that_changes_under_our_hands_is_a_finding(repository: Repository) -> None:
    snapshot = worktree_snapshot(repository)
    place = repository.root / "content/plain.md"
    place.unlink()
    with pytest.raises(Unreadable, match="cannot be opened"):
        snapshot.text("content/plain.md")
    place.symlink_to("/etc/hostname")
    with pytest.raises(Unreadable, match="cannot be opened"):
        snapshot.text("content/plain.md")


@pytest.mark.parametrize("at_head", [True, False], ids=["commit", "work tree"])
def test_a_large_file_is_refused_unread(repository: Repository, at_head: bool) -> None:
    write(repository.root, {"content/large.md": b"x" * (SIZE_LIMIT + 1)})
    if at_head:
        commit(repository.root)
    snapshot = _head(repository) if at_head else worktree_snapshot(repository)
    with pytest.raises(Unreadable, match="file-too-large"):
        snapshot.read("content/large.md")
    write(repository.root, {"content/large.md": b"x\n" * (SIZE_LIMIT // 2)})
    assert len(worktree_snapshot(repository).read("content/large.md")) == SIZE_LIMIT


def test_the_lock_of_many_pages_is_still_read(repository: Repository) -> None:
    write(repository.root, {"playbooks/opsrail.lock": b"{}\n" * SIZE_LIMIT})
    assert len(worktree_snapshot(repository).read("playbooks/opsrail.lock")) == 3 * SIZE_LIMIT
    commit(repository.root)
    assert len(_head(repository).read("playbooks/opsrail.lock")) == 3 * SIZE_LIMIT


def test_who_mentions_it(repository: Repository) -> None:
    write(
        repository.root,
        {
            "playbooks/a/playbook.yaml": "from: content/plain.md#x\n",
            "playbooks/b/playbook.yaml": "from: content/other.md\n",
            "playbooks/c/regular.yaml": "from: contentXplainYmd\n",
            "rules/a.yaml": "content/plain.md\n",
        },
    )
    on_disk = worktree_snapshot(repository)
    assert on_disk.mentioning(["content/plain.md"], "playbooks") == {"playbooks/a/playbook.yaml"}
    commit(repository.root)
    at_head = _head(repository)
    words = ["content/plain.md", "content/other.md", "-O", "--output=x"]
    assert at_head.mentioning(words, "playbooks") == {
        "playbooks/a/playbook.yaml",
        "playbooks/b/playbook.yaml",
    }
    assert at_head.mentioning([], "playbooks") == frozenset()
    assert at_head.mentioning(["nobody says this"], "playbooks") == frozenset()
    many = [f"nobody says {number}" for number in range(MOST_WORDS + 1)]
    assert at_head.mentioning(many, "playbooks") == {*at_head.paths("playbooks")}
    assert at_head.mentioning(many[1:], "playbooks") == frozenset()


@pytest.mark.parametrize("attributes", ["* -diff", "* binary", "* diff=none"])
@pytest.mark.parametrize("at_head", [True, False], ids=["commit", "work tree"])
def test_attributes_hide_nobody(repository: Repository, attributes: str, at_head: bool) -> None:
    write(
        repository.root,
        {
            ".gitattributes": f"{attributes}\n",
            "playbooks/a/playbook.yaml": "from: content/plain.md#x\n",
            "playbooks/b/playbook.yaml": "from: content/plain.md#x \0 and a NUL\n",
        },
    )
    if at_head:
        commit(repository.root)
    snapshot = _head(repository) if at_head else worktree_snapshot(repository)
    assert snapshot.mentioning(["content/plain.md"], "playbooks") == {
        "playbooks/a/playbook.yaml",
        "playbooks/b/playbook.yaml",
    }


def test_paths_are_sorted_regular_files(repository: Repository) -> None:
    write(repository.root, {"contents.md": "", "content/z.yaml": "", "content/a/b.md": ""})
    found = [*worktree_snapshot(repository).paths("content", ".md")]
    assert found == sorted([*NAMES, "content/a/b.md"])


def test_what_changed_between_two_revisions(repository: Repository) -> None:
    before = _head(repository)
    write(repository.root, {"content/plain.md": "# Other\n", "content/new.md": "# New\n"})
    (repository.root / "content/with blank.md").unlink()
    commit(repository.root)
    changed = _head(repository).changed(before)
    assert changed == {"content/plain.md", "content/new.md", "content/with blank.md"}
    assert before.changed(_head(repository)) == changed


@given(st.binary(max_size=40))
def test_bytes_are_text_or_a_finding_with_a_place(content: bytes) -> None:
    try:
        text = decode("a.md", content)
    except Unreadable as error:
        place = error.finding.location
        assert 1 <= place.line <= content.count(b"\n") + 1
        assert place.column >= 1
    else:
        assert "\r" not in text
        assert "\0" not in text
        assert text.encode().count(b"\n") >= content.count(b"\n")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xff", "a.md:1:1"),
        ("ä\nöü".encode() + b"\xff", "a.md:2:3"),
        (b"ok\nx\0", "a.md:2:2"),
        ("Ünicode".encode("utf-16"), "a.md:1:1"),
    ],
)
def test_what_is_no_text_is_located(content: bytes, place: str) -> None:
    with pytest.raises(Unreadable) as raised:
        decode("a.md", content)
    assert str(raised.value.finding.location) == place


def test_line_ends_and_byte_order_mark_are_no_content() -> None:
    assert decode("a.md", "\ufeff# A\r\nB\rC\n".encode()) == "# A\nB\nC\n"


def test_blob_ids_are_git_s(repository: Repository) -> None:
    ours = blob_id((repository.root / "content/plain.md").read_bytes())
    assert ours == git(repository.root, "hash-object", "content/plain.md")
