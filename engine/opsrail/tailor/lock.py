"""The lock: what every derived section was made of, one line of JSON a section.

Lines are sorted by page and section, so that two branches that touch different pages merge
without a conflict, and a conflict in Git concerns one section.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from opsrail.findings import Finding, Location

LOCK_PATH = "playbooks/opsrail.lock"


@dataclass(frozen=True, slots=True)
class LockEntry:
    """What one derived section was made of when it was last written.

    `inputs` and `output` are digests of everything that went in and of the generated text;
    `sources` gives the digest of each source section. `conflict` holds the inputs of a newer
    version that collides with a person's edit. `accepted` is the digest of the facts in which
    the page deliberately differs from its source. `brief` is the digest of what a model was
    given to rewrite the section, and `declined` says why its answer was not taken.
    """

    page: str
    section: str
    inputs: str
    output: str
    generator: str
    form: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    conflict: str = ""
    accepted: str = ""
    brief: str = ""
    declined: str = ""

    def line(self) -> str:
        """The entry as the lock writes it; empty values are left out."""
        values = {
            "page": self.page,
            "section": self.section,
            "form": self.form,
            "generator": self.generator,
            "sources": dict(sorted(self.sources.items())),
            "inputs": self.inputs,
            "output": self.output,
            "conflict": self.conflict,
            "accepted": self.accepted,
            "brief": self.brief,
            "declined": self.declined,
        }
        kept = {key: value for key, value in values.items() if value or key == "section"}
        return json.dumps(kept, ensure_ascii=False)


@dataclass(frozen=True)
class Lock:
    """All entries, by page and section. `problems` name lines that could not be read."""

    entries: Mapping[tuple[str, str], LockEntry] = field(default_factory=dict)
    problems: tuple[Finding, ...] = ()

    def entry(self, page: str, section: str) -> LockEntry | None:
        """The entry of one derived section."""
        return self.entries.get((page, section))

    def sections(self, page: str) -> tuple[str, ...]:
        """The sections that the lock knows of a page, sorted."""
        return self._by_page.get(page, ())

    @cached_property
    def _by_page(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for path, section in sorted(self.entries):
            found.setdefault(path, []).append(section)
        return {path: tuple(sections) for path, sections in found.items()}


def read_lock(text: str | None) -> Lock:
    """Read the lock. A line that is no entry is a problem; `opsrail sync` writes it anew."""
    entries: dict[tuple[str, str], LockEntry] = {}
    problems: list[Finding] = []
    for number, line in enumerate((text or "").split("\n"), 1):
        if not line.strip():
            continue
        entry = _entry(line)
        if entry is None or (entry.page, entry.section) in entries:
            problems.append(_broken(number, entry))
        if entry is not None:
            entries.setdefault((entry.page, entry.section), entry)
    return Lock(entries, tuple(problems))


def _entry(line: str) -> LockEntry | None:
    try:
        values = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    texts = {
        key: values.get(key, "")
        for key in (
            "page",
            "section",
            "inputs",
            "output",
            "generator",
            "form",
            "conflict",
            "accepted",
            "brief",
            "declined",
        )
    }
    sources = values.get("sources", {})
    sound = isinstance(sources, dict) and all(isinstance(v, str) for v in sources.values())
    if not sound or not all(isinstance(value, str) for value in texts.values()):
        return None
    if not (texts["page"] and texts["inputs"]) or values.keys() - texts.keys() - {"sources"}:
        return None
    return LockEntry(**texts, sources=sources)


def _broken(line: int, repeated: LockEntry | None) -> Finding:
    message = (
        f"{repeated.page} § {repeated.section or 'opening'} is locked twice"
        if repeated
        else "this line is no lock entry"
    )
    return Finding(
        Location(LOCK_PATH, line),
        "lock-broken",
        message,
        hint="run `opsrail sync`, which writes the lock anew; never edit it by hand",
    )


def write_lock(entries: Iterable[LockEntry]) -> str:
    """The lock's text: sorted, one entry a line."""
    ordered = sorted(entries, key=lambda entry: (entry.page, entry.section))
    return "".join(f"{entry.line()}\n" for entry in ordered)
