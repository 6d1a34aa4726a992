"""What the repository has on record about an incident: its file, its review, its rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from opsrail.content.model import Document, Section
from opsrail.content.pieces import pieces_of
from opsrail.detection.policies import IncidentFile
from opsrail.evals.texts.plain import plain
from opsrail.findings import Unreadable
from opsrail.repo.reading import read_as
from opsrail.repo.yaml import YamlText
from opsrail.tailor.catalog import Catalog

FOLDER: Final = "content/incidents"
LEVELS: Final = ("informational", "low", "medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """A rule as its file has it. `level` is empty where it has none."""

    name: str
    path: str
    title: str
    level: str = ""
    owner: str = ""
    runbook: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident's file, its review if there is one, and the rules that it names."""

    name: str
    file: IncidentFile
    review: Document | None
    rules: tuple[RuleRecord, ...]
    unknown: tuple[str, ...]
    """Rules that it names and that there are not."""

    @property
    def path(self) -> str:
        """Its file."""
        return f"{FOLDER}/{self.name}/incident.yaml"

    def reviewed(self, pattern: str) -> tuple[str, ...]:
        """What its review says under the headings that match: one text a paragraph or item."""
        if self.review is None:
            return ()
        wanted = re.compile(pattern, re.IGNORECASE)
        return tuple(
            plain(piece.text)
            for section in self.review.sections
            if wanted.search(" ".join(_headings(self.review, section)))
            for piece in pieces_of(section)
            if piece.is_prose
        )


def _headings(document: Document, section: Section) -> tuple[str, ...]:
    """The headings a section stands under, the document's own title left out."""
    del document
    return section.trail[1:] or section.trail


class Records:
    """Looks incidents up in one catalog. Rules are read once, when first asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @property
    def names(self) -> tuple[str, ...]:
        """Every incident's folder, readable or not, sorted."""
        paths = self._catalog.snapshot.paths(FOLDER, "/incident.yaml")
        return tuple(path.split("/")[2] for path in paths if path.count("/") == 3)

    def incident(self, name: str) -> Incident | None:
        """An incident; None where there is none, or its file cannot be read."""
        yaml = self._catalog.yaml(f"{FOLDER}/{name}/incident.yaml")
        file, _ = read_as("incident", IncidentFile, yaml) if yaml else (None, ())
        if file is None:
            return None
        review = self._catalog.document(f"{FOLDER}/{name}/review.md")
        rules = tuple(self._rules[rule] for rule in file.rules if rule in self._rules)
        unknown = tuple(rule for rule in file.rules if rule not in self._rules)
        return Incident(name, file, review, rules, unknown)

    @cached_property
    def _rules(self) -> Mapping[str, RuleRecord]:
        return {rule.name: rule for rule in self._read_rules()}

    def _read_rules(self) -> Iterator[RuleRecord]:
        snapshot = self._catalog.snapshot
        for path in snapshot.paths("rules", ".yaml"):
            try:
                documents = YamlText.parse_all(path, snapshot.text(path))
            except Unreadable:
                continue  # reported by the check of rules; here its rules are unknown
            for document in documents:
                if isinstance(value := document.value, Mapping) and "title" in value:
                    yield _rule(path, value)


def _rule(path: str, value: Mapping[Any, Any]) -> RuleRecord:
    ops = value.get("ops")
    ops = ops if isinstance(ops, Mapping) else {}
    stem = path.rpartition("/")[2].removesuffix(".yaml")
    name = str(value.get("name") or stem)
    level = str(value.get("level") or "")
    texts = (str(ops.get(key) or "") for key in ("owner", "runbook"))
    return RuleRecord(name, path, str(value["title"]), level if level in LEVELS else "", *texts)
