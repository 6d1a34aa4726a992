"""One line a change, for the cases in tests/cases/diff.

`python -m tests.content.described` writes what each case is expected to say anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opsrail.content.changes import FrontChange, PieceChange, SectionChange
from opsrail.content.diff import diff_documents
from opsrail.content.sections import parse_document

CASES = Path(__file__).parents[1] / "cases" / "diff"


def describe(case: Path) -> str:
    old, new = (
        {"page.md": parse_document("page.md", (case / name).read_text("utf-8"))}
        for name in ("old.md", "new.md")
    )
    found = diff_documents(old, new)
    lines = [line for change in found.sections for line in _section(change)]
    lines += [_front(change) for change in found.front]
    return "".join(f"{line}\n" for line in lines) or "nothing changed\n"


def _section(change: SectionChange) -> Iterator[str]:
    title = change.section.title
    if change.old and change.new and change.old.title != title:
        title = f"{change.old.title} → {title}"
    yield f"{change.kind}: § {title} ({change.weight})"
    if change.old and change.new and change.clearance_moved:
        yield f"  clearance: {change.old.clearance} → {change.new.clearance}"
    for fact in change.facts:
        said = fact.describe().removeprefix(f"{fact.direction}: ").replace("  →  ", " → ")
        yield f"  {fact.kind} {fact.direction}: {said}"
    yield from (f"  {_piece(piece)}" for piece in change.pieces)


def _piece(change: PieceChange) -> str:
    if change.old is None:
        return f"+ {_text(change.new.text if change.new else '')}"
    if change.new is None:
        return f"- {_text(change.old.text)}"
    who = ", who may do or read it" if change.is_readership else ""
    return f"~ {_text(change.old.text)} → {_text(change.new.text)}{who}"


def _text(text: str) -> str:
    return " ".join(text.split())


def _front(change: FrontChange) -> str:
    return (
        f"front matter: {change.key}: {change.old or '–'} → {change.new or '–'} ({change.weight})"
    )


if __name__ == "__main__":
    for folder in sorted(CASES.iterdir()):
        (folder / "expected.txt").write_text(describe(folder), "utf-8")
