"""Rule files and the files around them, held against the format of their kind.

A rule file holds several YAML documents. Each is held against the schema of its own kind, a
detection's or a correlation's: asked about both at once, a schema cannot say what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from pydantic import BaseModel

from opsrail.detection.formats import CorrelationRule, DetectionRule
from opsrail.detection.policies import DetectionPolicy, IncidentFile, RoutesFile
from opsrail.findings import Finding
from opsrail.repo.reading import read_as
from opsrail.repo.yaml import Plain, YamlText
from opsrail.repo.yaml_scalars import Scalar
from opsrail.streams.formats import StreamsFile

FOLDER: Final = "rules"
STREAMS_PATH: Final = "rules/streams.yaml"
POLICY_PATH: Final = "policies/detection.yaml"
ROUTES_PATH: Final = "policies/routes.yaml"
SETTINGS: Final = (STREAMS_PATH, POLICY_PATH, ROUTES_PATH)
"""Files that are no rules and that rules depend on."""

DETECTION: Final = "sigma-detection"
CORRELATION: Final = "sigma-correlation"

KINDS: Final[Mapping[str, type[BaseModel]]] = {
    "detection-policy": DetectionPolicy,
    "incident": IncidentFile,
    "routes": RoutesFile,
    DETECTION: DetectionRule,
    CORRELATION: CorrelationRule,
    "streams": StreamsFile,
}
"""Kind → the format of its documents."""

MOST_REMEMBERED: Final = 4_096
"""Rule files that are remembered as they were read: every check asks for the same ones."""

RuleFormat = DetectionRule | CorrelationRule


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document of a rule file, counted from 0; `is_last` tells the file's last one."""

    yaml: YamlText
    number: int
    is_last: bool

    @property
    def kind(self) -> str:
        """The kind it means to be, by the key that only this kind has."""
        value = self.yaml.value
        is_correlation = isinstance(value, Mapping) and "correlation" in value
        return CORRELATION if is_correlation else DETECTION


@dataclass(frozen=True, slots=True)
class Read:
    """A document as its format reads it: None where it has another form, and what is wrong."""

    document: Document
    file: RuleFormat | None
    findings: tuple[Finding, ...]


def is_rule_file(path: str) -> bool:
    """Whether rules are read from the file at `path`."""
    return path.startswith(f"{FOLDER}/") and path.endswith(".yaml") and path != STREAMS_PATH


def documents(path: str, text: str) -> tuple[Document, ...]:
    """The documents of a rule file that say anything. Raises `Unreadable` where it is no YAML."""
    found = [(n, yaml) for n, yaml in enumerate(YamlText.parse_all(path, text)) if _says(yaml)]
    return tuple(Document(_dated(yaml, n), n, n == found[-1][0]) for n, yaml in found)


def _says(yaml: YamlText) -> bool:
    return yaml.value is not None


def _dated(yaml: YamlText, number: int) -> YamlText:
    """The document with the dates of its head as text, since Sigma rules are quoted or not."""
    value = yaml.value
    if not isinstance(value, Mapping):
        return yaml
    told: dict[Scalar, Plain] = {
        key: one.isoformat()
        for key in ("date", "modified")
        if isinstance(one := value.get(key), date)
    }
    if not told:
        return yaml
    return YamlText(yaml.path, yaml.text, {**value, **told}, number=number)


def stem_of(path: str) -> str:
    """The name that a file gives to a rule without one."""
    return path.rsplit("/", 1)[-1].removesuffix(".yaml").lower()


def written_name(document: Document) -> str:
    """The name of a document's rule; an empty text where it has none."""
    value = document.yaml.value
    name = value.get("name") if isinstance(value, Mapping) else None
    if isinstance(name, str):
        return name.lower()
    return stem_of(document.yaml.path) if document.is_last else ""


@lru_cache(maxsize=MOST_REMEMBERED)
def read_documents(path: str, text: str) -> tuple[Read, ...]:
    """The documents of a rule file, read. Raises `Unreadable` where it is no YAML."""
    return tuple(Read(document, *read_rule(document)) for document in documents(path, text))


def read_rule(document: Document) -> tuple[RuleFormat | None, tuple[Finding, ...]]:
    """The document as its format reads it, or None and what is wrong with it."""
    if document.kind == CORRELATION:
        return read_as(CORRELATION, CorrelationRule, document.yaml)
    return read_as(DETECTION, DetectionRule, document.yaml)


def problems(kind: str, yaml: YamlText) -> tuple[Finding, ...]:
    """What is wrong with the form of a document of this kind."""
    return read_as(kind, KINDS[kind], yaml)[1]


def lacks_zone(moment: datetime | None) -> bool:
    """Whether a moment does not say in which time zone it is."""
    return moment is not None and moment.tzinfo is None
