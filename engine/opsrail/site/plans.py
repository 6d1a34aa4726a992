"""Plans of what is under way, as `opsrail plan --format markdown` wrote them into a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from opsrail.findings import CannotWork
from opsrail.report.escaping import visible
from opsrail.site.markup import plain_text
from opsrail.site.prose import words_only

MARKER: Final = "<!-- opsrail-plan -->"
"""The first line of every plan, which the page does without."""
LARGEST: Final = 100_000
"""Bytes of a file. No plan that opsrail writes has as many."""
_LONGEST_TITLE: Final = 60
_OURS: Final = re.compile(
    r"\\.|`[^`\n]+`|\*\*|<br>|</?span>|&(?:amp|lt|gt|#126|#61);|^### |^ {0,4}- ",
    re.MULTILINE,
)
"""What a plan is made of besides words: what was escaped, and marks of the engine's own."""
_ACTING: Final = re.compile(r"[\\`*_\[\]{}|!<>&~]|^[#+=-]|^ {5}|^\t", re.MULTILINE)
_UNSEEN: Final = {0x200B: None, 0x200E: None}
"""What a plan parts words with, so that they refer to nothing and stay in their order."""
_NUMBER: Final = re.compile(r"\d+")
_WIDE: Final = 20


@dataclass(frozen=True, slots=True)
class PlanText:
    """One plan: the name of its file without `.md`, and its Markdown without the marker."""

    name: str
    text: str

    @property
    def title(self) -> str:
        """Its first line in plain words: number and title of the request."""
        said = words_only(self.text.partition("\n")[0]).translate(_UNSEEN)
        return plain_text(visible(said), _LONGEST_TITLE) or self.name

    @property
    def order(self) -> tuple[str, str]:
        """By name, 99 before 482."""
        padded = _NUMBER.sub(lambda found: found[0].zfill(_WIDE), self.name)
        return padded, self.name


def read_plans(folder: Path) -> tuple[PlanText, ...]:
    """Every `*.md` of a folder. Raises `CannotWork` for a file that is no plan of opsrail's: what
    stands in it would go onto the site as it is.
    """
    if not folder.is_dir():
        raise CannotWork(f"there is no folder {_shown(folder)} with plans")
    return tuple(sorted(_plans(folder), key=lambda plan: plan.order))


def _plans(folder: Path) -> Iterator[PlanText]:
    for place in sorted(folder.iterdir()):
        if place.suffix == ".md" and place.is_file():
            yield PlanText(place.stem, _text(place))


def _text(place: Path) -> str:
    with place.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise _refused(place, f"has more than {LARGEST // 1_000} kB")
    first, _, rest = content.partition(b"\n")
    if first != MARKER.encode():
        raise _refused(place, f"does not begin with the line {MARKER}")
    try:
        text = rest.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refused(place, "is not UTF-8") from error
    if line := _foreign_line(text):
        raise _refused(place, f"has in line {line} what opsrail does not write there")
    return text


def _foreign_line(text: str) -> int:
    """The line of the file with Markdown or HTML that no plan has; 0 if there is none.

    Whoever can put a file there could write the marker too, so it alone is not believed.
    """
    for number, line in enumerate(text.split("\n"), 2):
        plain = line.translate(_UNSEEN)
        if _ACTING.search(_OURS.sub("x", plain)) or visible(plain) != plain:
            return number
    return 0


def _refused(place: Path, why: str) -> CannotWork:
    return CannotWork(
        f"{_shown(place)} {why}",
        "a plan is what `opsrail plan --format markdown` writes; keep other files elsewhere",
    )


def _shown(place: Path) -> str:
    return visible(str(place))
