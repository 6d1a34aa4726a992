"""The lock is one file, and what it says of a page is about that page alone."""

from __future__ import annotations

from pathlib import Path

from opsrail.gate.changing import shares_between
from opsrail.gate.changing.locked import changed_pages
from opsrail.tailor.lock import LOCK_PATH, LockEntry
from tests.repo.sandbox import commit, new_repository, write

ONE, OTHER = "playbooks/one/agent.md", "playbooks/other/agent.md"


def _lock(**outputs: str) -> str:
    pages = {"one": ONE, "other": OTHER}
    lines = (
        LockEntry(pages[name], "a.md#a", "in", out, "s").line() for name, out in outputs.items()
    )
    return "".join(f"{line}\n" for line in lines)


def test_only_pages_whose_lines_differ_are_named() -> None:
    assert list(changed_pages(_lock(one="a", other="b"), _lock(one="a", other="c"))) == [OTHER]
    assert not changed_pages(_lock(one="a"), _lock(one="a"))
    came = changed_pages("", _lock(one="a"))
    assert came[ONE][0] == ""
    assert changed_pages(_lock(one="a"), "") == {ONE: came[ONE][::-1]}


def test_the_order_of_lines_changes_nothing() -> None:
    lines = _lock(one="a", other="b").splitlines(keepends=True)
    assert not changed_pages("".join(lines), "".join(reversed(lines)))


def test_what_the_lock_says_of_one_page_is_in_that_page_s_share_alone(tmp_path: Path) -> None:
    files = {ONE: "one\n", OTHER: "other\n"}
    repository = new_repository(tmp_path / "desk", {**files, LOCK_PATH: _lock(one="a", other="a")})
    base = repository.resolve("HEAD")
    write(repository.root, {ONE: "changed\n", LOCK_PATH: _lock(one="b", other="b")})
    first = commit(repository.root)
    write(repository.root, {LOCK_PATH: _lock(one="b", other="c")})
    second = commit(repository.root)
    before, after = (shares_between(repository, base, head) for head in (first, second))
    assert before.keys() == {ONE, OTHER, LOCK_PATH}
    assert before[ONE] == after[ONE]
    assert before[OTHER] != after[OTHER]
    assert before[LOCK_PATH] != after[LOCK_PATH]
