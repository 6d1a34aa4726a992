"""What no reader told: files that nobody knows more about, and files that cannot be read.

Nothing changes without a word. What can be shown to say the same as before is wording, and
nothing else is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from opsrail.content.changes import Weight
from opsrail.content.model import Document
from opsrail.findings import Unreadable
from opsrail.gate.changing.comparison import Comparison
from opsrail.gate.changing.values import entry_changes, is_same_value
from opsrail.governance.changes import Change
from opsrail.governance.kinds import ArtifactKind, kind_of
from opsrail.repo.snapshot import REGULAR, Entry
from opsrail.repo.yaml import YamlText
from opsrail.tailor.catalog import Catalog

MOST_VALUES: Final = 20
"""Values of one file that are told each by itself; of more, only how many they are."""

_MODES: Final = {
    "100644": "a file",
    "100755": "an executable file",
    "120000": "a link",
    "160000": "a submodule",
}


def unreadable_changes(compared: Comparison) -> Iterator[Change]:
    """Files that are there and cannot be read, each with what is wrong where."""
    for path, finding in compared.unreadable.items():
        line = finding.location.line
        roles = compared.roles(path)
        yield Change(path, "file unreadable", new=finding.message, line=line, roles=roles)


def mode_changes(compared: Comparison) -> Iterator[Change]:
    """Files that became executable, a link or a submodule, or no longer are."""
    for path in compared.paths:
        before, after = compared.entries(path)
        old, new = before.mode if before else "", after.mode if after else ""
        for change in mode_change(path, old, new):
            yield replace(change, roles=compared.roles(path))


def mode_change(path: str, old: str, new: str) -> Iterator[Change]:
    """Whether a path is another sort of thing than before, by Git's modes (empty: not there)."""
    if new and (old or REGULAR[0]) != new:
        was, now = _MODES.get(old, old), _MODES.get(new, new)
        yield Change(path, "mode changed", old=was, new=now)


def leftover_changes(compared: Comparison, told: Collection[str]) -> Iterator[Change]:
    """A word about every changed path that is not among those told of."""
    for path in compared.paths:
        if path not in told:
            for change in _leftover(compared, path):
                yield replace(change, roles=compared.roles(path))


def _leftover(compared: Comparison, path: str) -> Iterator[Change]:
    before, after = compared.entries(path)
    if before is None or after is None:
        yield Change(path, f"file {'removed' if after is None else 'added'}")
    elif path.endswith((".yaml", ".yml")):
        yield from _of_yaml(compared, path)
    elif path.endswith(".md"):
        documents = compared.base.document(path), compared.head.document(path)
        yield Change(path, "file changed", weight=_weight(_says_the_same(*documents)))
    else:
        yield Change(path, "file changed", weight=_weight(_is_same_text(compared, before, after)))


def _weight(is_same: bool) -> Weight:  # noqa: FBT001 - the one thing that it asks
    return Weight.WORDING if is_same else Weight.WORTH_KNOWING


def _of_yaml(compared: Comparison, path: str) -> Iterator[Change]:
    """A file of which no reader knows: each value that differs, if they are not too many."""
    was, now = _documents(compared.base, path), _documents(compared.head, path)
    if len(was) != len(now):
        yield Change(path, "file changed", new=f"{len(now)} documents instead of {len(was)}")
        return
    pairs = list(zip(was, now, strict=True))
    is_same = all(is_same_value(old.value, new.value) for old, new in pairs)
    found = [one for old, new in pairs for one in entry_changes(old, new)]
    if 0 < len(found) <= MOST_VALUES and not is_same:
        for one in found:
            old, new = one.quotes
            yield Change(path, "file changed", one.name, old, new, one.line)
    else:
        words = f"{len(found)} values" if found else ""
        yield Change(path, "file changed", new=words, weight=_weight(is_same))


def _documents(side: Catalog, path: str) -> tuple[YamlText, ...]:
    try:
        return YamlText.parse_all(path, side.text(path) or "")
    except Unreadable:
        return ()


def _says_the_same(before: Document | None, after: Document | None) -> bool:
    """Whether nothing differs but how it is laid out: the diff sees no more, nor do we."""
    if before is None or after is None:
        return False
    was, now = (
        (
            [(s.anchor, s.title, s.level, s.body, s.clearance) for s in document.sections],
            dict(document.front_values),
            dict(document.references),
        )
        for document in (before, after)
    )
    return was == now


def _is_same_text(compared: Comparison, before: Entry, after: Entry) -> bool:
    """Whether only line ends and the like differ, or only the mode."""
    if before.blob == after.blob:
        return True
    texts = [side.text(after.path) for side in (compared.base, compared.head)]
    return texts[0] is not None and texts[0] == texts[1]


def changes_elsewhere(path: str, old: str, new: str) -> Iterator[Change]:
    """What happened to a path that is not governed; each side as `mode blob`, or empty."""
    yield from mode_change(path, old.partition(" ")[0], new.partition(" ")[0])
    if kind_of(path) is ArtifactKind.WORKFLOW:
        was, now = ("" if old else "not there", "" if new else "gone")
        yield Change(path, "workflow changed", old=was, new=now)
    elif old.partition(" ")[2] != new.partition(" ")[2] or not (old and new):
        direction = "changed" if old and new else "added" if new else "removed"
        yield Change(path, f"file {direction}")
