from __future__ import annotations

from pathlib import Path

import pytest

from opsrail.findings import CannotWork
from opsrail.site.folder import write_folder


def test_a_folder_holds_exactly_what_it_is_given(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    assert write_folder(folder, {"a.md": b"1", "x/b.md": b"2"}) == ("a.md", "x/b.md")
    before = (folder / "a.md").stat().st_mtime_ns
    assert set(write_folder(folder, {"a.md": b"1", "c.md": b"3"})) == {"c.md", "x/b.md"}
    assert (folder / "a.md").stat().st_mtime_ns == before
    assert sorted(p.name for p in folder.rglob("*.md")) == ["a.md", "c.md"]
    assert not (folder / "x").exists()


def test_a_link_in_the_folder_is_removed_and_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine.md").write_text("mine", encoding="utf-8")
    folder = tmp_path / "docs"
    write_folder(folder, {"a.md": b"1"})
    (folder / "way").symlink_to(outside)
    write_folder(folder, {"a.md": b"1"})
    assert not (folder / "way").is_symlink()
    assert (outside / "mine.md").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_something_else_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine", encoding="utf-8")
    with pytest.raises(CannotWork, match="did not write"):
        write_folder(tmp_path, {})
