"""Files nobody should commit, each built into a sound repository: what a check must say of them.

What can lie in a folder as it is lies in `tests/cases/bad_input/`; the rest is built here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

Expected = frozenset[tuple[str, str]]
"""The (path, code) pairs that have to be among the findings; none for what does no harm."""
Build = Callable[[Path], None]

SOURCE = "content/sources/parcels.md"
PLAYBOOK = "playbooks/lost-parcel/playbook.yaml"
ROLES = "policies/roles.yaml"
LOCK = "playbooks/opsrail.lock"
PAGE = "playbooks/lost-parcel/courier-desk.md"
NEW = "content/sources/new.md"
FRONT = "---\ntitle: New\nowner: depot-desk\nverified: 2026-11-02\nreview_by: 2027-02-01\n---\n\n"


def _write(path: str, content: bytes | str) -> Build:
    def build(root: Path) -> None:
        place = root / os.fsencode(path).decode("utf-8", "surrogateescape")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))

    return build


def _replace(path: str, old: str, new: str) -> Build:
    def build(root: Path) -> None:
        text = (root / path).read_text(encoding="utf-8")
        assert old in text
        (root / path).write_text(text.replace(old, new), encoding="utf-8")

    return build


def _link(path: str, target: str) -> Build:
    def build(root: Path) -> None:
        (root / path).unlink(missing_ok=True)
        (root / path).symlink_to(target)

    return build


def _folder(path: str, inner: str) -> Build:
    """A folder where a file belongs."""

    def build(root: Path) -> None:
        (root / path).unlink(missing_ok=True)
        _write(f"{path}/{inner}", FRONT + "# Inner\n")(root)

    return build


def _all(*builds: Build) -> Build:
    def build(root: Path) -> None:
        for step in builds:
            step(root)

    return build


def _bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


def _says(*pairs: tuple[str, str]) -> Expected:
    return frozenset(pairs)


BUILT: dict[str, tuple[Build, Expected]] = {
    "binary": (_write(NEW, bytes(range(256)) * 8), _says((NEW, "encoding"))),
    "ten megabytes in a line": (_write(NEW, "x" * 10_000_000), _says((NEW, "file-too-large"))),
    "one megabyte in a line": (
        _write(NEW, FRONT + "word " * 200_000), _says((NEW, "line-too-long"))
    ),
    "one megabyte of brackets": (_write(NEW, "[" * 1_000_000), _says((NEW, "line-too-long"))),
    "one megabyte of yaml in a line": (
        _write(PLAYBOOK, f"title: {'x' * 1_000_000}\n"), _says((PLAYBOOK, "line-too-long"))
    ),
    "brackets": (_write(NEW, FRONT + ("[" * 18_000 + "\n\n") * 2), _says()),
    "backticks": (
        _write(NEW, FRONT + "\n\n".join("` `` " * 3_000 for _ in range(8)) + "\n"), _says()
    ),
    "asterisks": (_write(NEW, FRONT + ("*a **b " * 2_000 + "\n\n") * 4), _says()),
    "digits": (_write(NEW, FRONT + ("1 23-456.78 " * 1_500 + "\n") * 8), _says()),
    "at signs": (_write(NEW, FRONT + ("a@" * 9_000 + "\n") * 8), _says()),
    "comments never closed": (
        _write(NEW, FRONT + ("<!-- " * 3_000 + "\n\n") * 8), _says((NEW, "html-comment"))
    ),
    "tags never closed": (_write(NEW, FRONT + ('<a href="' * 1_900 + "\n\n") * 8), _says()),
    "alias bomb": (_write(ROLES, _bomb(9)), _says((ROLES, "yaml-alias-bomb"))),
    "alias bomb in front matter": (
        _write(NEW, f"---\n{_bomb(9)}---\n\n# New\n"), _says((NEW, "yaml-alias-bomb"))
    ),
    "symlink out of the tree": (_link(NEW, "/etc/passwd"), _says((NEW, "not-a-file"))),
    "symlink to nowhere": (_link(NEW, "nowhere.md"), _says((NEW, "not-a-file"))),
    "symlinked folder": (
        _link("content/outside", "/etc"), _says(("content/outside", "not-a-file"))
    ),
    "symlinked policy": (_link(ROLES, "../content/sources/parcels.md"),
                         _says((ROLES, "not-a-file"))),
    "symlinked page": (_link(PAGE, "/etc/passwd"), _says((PAGE, "not-a-file"))),
    "symlinked lock": (_link(LOCK, "/etc/passwd"), _says((LOCK, "not-a-file"))),
    "colliding paths": (
        _all(_write("content/sources/New.md", FRONT), _write(NEW, FRONT)),
        _says((NEW, "colliding-paths")),
    ),
    "a thousand lists deep": (
        _write(NEW, FRONT + "".join(f"{'  ' * n}- x\n" for n in range(1_000))),
        _says((NEW, "nested-too-deeply")),
    ),
    "a thousand quotes deep": (
        _write(NEW, FRONT + "> " * 1_000 + "x\n"), _says((NEW, "nested-too-deeply"))
    ),
    "a thousand brackets deep": (
        _write(PLAYBOOK, "sections: " + "[" * 1_000), _says((PLAYBOOK, "yaml-depth"))
    ),
    "a folder named like a document": (_folder(NEW, "notes.txt"), _says()),
    "a folder in a page's place": (
        _folder(PAGE, "inner.md"), _says((PAGE, "missing-section"))
    ),
    "a folder in a playbook's place": (
        _folder(PLAYBOOK, "inner.md"), _says((PLAYBOOK, "file-missing"))
    ),
    "a folder in the roles' place": (
        _folder(ROLES, "inner.md"), _says((ROLES, "file-missing"))
    ),
    "a newline in a name": (
        _write("content/sources/a\nb.md", FRONT), _says(("content/sources/a\nb.md", "file-name"))
    ),
    "an escape sequence in a name": (
        _write("content/sources/\x1b[31mred.md", FRONT),
        _says(("content/sources/\x1b[31mred.md", "file-name")),
    ),
    "a name that is not UTF-8": (
        _write("content/sources/caf\udce9.md", FRONT),
        _says(("content/sources/caf\udce9.md", "file-name")),
    ),
    "a page's name that is not UTF-8": (
        _write("playbooks/lost-parcel/caf\udce9.md", "# Mine\n"),
        _says(("playbooks/lost-parcel/caf\udce9.md", "file-name")),
    ),
    "quotes and dashes in names": (
        _all(_write('content/sources/"--x\'.md', FRONT), _write("content/-n.md", FRONT)), _says()
    ),
    "a tab and a blank in a name": (
        _write("content/sources/a\t b.md", FRONT), _says(("content/sources/a\t b.md", "file-name"))
    ),
    "a repository inside": (
        _all(_write("content/inner/.git/HEAD", "ref: refs/heads/main\n"),
             _write("content/inner/x.md", FRONT)),
        _says(),
    ),
    "an empty word of a role": (
        _replace(ROLES, "can: [reroute]", 'can: [reroute]\n    words: {"": x}'), _says()
    ),
    "a word of a role that is a pattern": (
        _replace(ROLES, "can: [reroute]", 'can: [reroute]\n    words: {"(a+)+$": "\\\\1"}'), _says()
    ),
}  # fmt: skip
