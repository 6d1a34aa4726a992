"""Derived pages: what a role reads answers the case, as Markdown without the engine's marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from opsrail.evals.model import Answer, Case
from opsrail.evals.reading.cases import fingerprint
from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.generate import without_origin
from opsrail.tailor.page import OPENING, Segment, split_page


@dataclass(frozen=True)
class PlaybookPages:
    """The pages of one playbook; a case names its role, and perhaps the section that answers."""

    catalog: Catalog
    playbook: str
    _read: dict[str, Mapping[str, str] | None] = field(default_factory=dict, init=False)
    """The sections of each page, taken apart once: every case asks for one of them."""

    def key(self, case: Case) -> str:
        """The text that answers."""
        answer = self._answer(case)
        return fingerprint([answer.output, answer.error])

    def answers(self, cases: Sequence[Case], repeats: int) -> Sequence[tuple[Answer, ...]]:
        """The page's text, or that of the section."""
        return [(self._answer(case),) * repeats for case in cases]

    def _answer(self, case: Case) -> Answer:
        path = PageName(self.playbook, case.role).path
        if path not in self._read:
            text = self.catalog.text(path)
            self._read[path] = None if text is None else _sections(path, text)
        sections = self._read[path]
        if sections is None:
            return Answer(error=f"there is no page {path}")
        if case.section not in sections:
            return Answer(error=f"{path} has no section {case.section}")
        return Answer(sections[case.section])


@dataclass(frozen=True)
class RolePages:
    """All pages of one role, one behind the other, each under its playbook's name."""

    catalog: Catalog
    role: str

    def key(self, _case: Case) -> str:
        """The text of every page."""
        return self._digest

    def answers(self, cases: Sequence[Case], repeats: int) -> Sequence[tuple[Answer, ...]]:
        """The same text for every case, since it is asked of all pages."""
        if not self._text:
            return [(Answer(error=f"the role {self.role} has no pages"),) * repeats for _ in cases]
        return [(Answer(self._text),) * repeats for _ in cases]

    @cached_property
    def _text(self) -> str:
        names = (PageName(name, self.role) for name in self.catalog.playbook_names)
        texts = ((page, self.catalog.text(page.path)) for page in names)
        return "\n\n".join(
            f"<!-- {page.path} -->\n\n{_shown(split_page(page.path, text).segments)}"
            for page, text in texts
            if text is not None
        )

    @cached_property
    def _digest(self) -> str:
        return fingerprint(self._text)


def _sections(path: str, text: str) -> Mapping[str, str]:
    """What a reader sees of each section of a page, by its source and by its anchor alone; the
    whole page as "". Sections of several documents may share an anchor: it then names them all.
    """
    segments = split_page(path, text).segments
    found: dict[str, list[Segment]] = {}
    for one in segments:
        if one.key != OPENING:
            for name in {one.key, one.key.rpartition("#")[2]}:
                found.setdefault(name, []).append(one)
    return {"": _shown(segments), **{name: _shown(parts) for name, parts in found.items()}}


def _shown(segments: Sequence[Segment]) -> str:
    """What a reader sees: the front matter and the lines of origin are no part of it."""
    return "\n\n".join(
        text
        for one in segments
        for text in (
            _without_front_matter(one.text) if one.key == OPENING else without_origin(one.text),
            one.addendum,
        )
        if text
    )


def _without_front_matter(text: str) -> str:
    if not text.startswith("---\n"):
        return text
    return text.partition("\n---\n")[2].strip("\n")
