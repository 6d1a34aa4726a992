"""What a new operations repository begins with: texts made from the templates the engine ships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from string import Template

from opsrail.gate.formats import FORMATS
from opsrail.repo.schemas import export

REVIEW_DAYS = 90
"""From the first day to the first review of what the templates say."""

_DOT = "dot-"
"""Stands for the dot of a hidden file or folder, so that packaging leaves none out."""


class Blanks(Template):
    """A template whose blanks read `@@{name}`: `$` has a meaning of its own in the files."""

    delimiter = "@@"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What fills the blanks: the repository's name, the first day, and the engine's version."""

    name: str
    today: date
    version: str


def starter_texts(templates: Mapping[str, str], beginning: Beginning) -> Mapping[str, str]:
    """Path → text of every file that a person would have to write, and the schemas that help
    editors with them, sorted. `templates` are by their path in the engine's starter folder.
    """
    review_by = beginning.today + timedelta(days=REVIEW_DAYS)
    blanks = {
        "name": beginning.name,
        "today": beginning.today.isoformat(),
        "review_by": review_by.isoformat(),
        "version": beginning.version,
    }
    texts = {placed(path): Blanks(text).substitute(blanks) for path, text in templates.items()}
    schemas = {f"schemas/{kind}.schema.json": text for kind, text in export(FORMATS).items()}
    return dict(sorted((texts | schemas).items()))


def placed(template: str) -> str:
    """Where a template's text belongs: `dot-github/x.yml` → `.github/x.yml`."""
    parts = template.split("/")
    return "/".join(
        f".{part.removeprefix(_DOT)}" if part.startswith(_DOT) else part for part in parts
    )


def shown_tree(paths: Iterable[str], notes: Mapping[str, str]) -> str:
    """The files as a short list: those with a note, and how many there are besides."""
    every = tuple(paths)
    width = max((len(path) for path in notes), default=0)
    lines = [f"  {path:<{width}}  {note}" for path, note in notes.items()]
    others = len(every) - sum(path in notes for path in every)
    if others:
        lines.append(f"  and {others} more {'file' if others == 1 else 'files'}")
    return "\n".join(lines)
