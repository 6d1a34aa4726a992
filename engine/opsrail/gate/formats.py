"""Every file format the engine reads, by kind: the schemas editors use are made from these."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from opsrail.content.formats import ContentPolicy, SourceFrontMatter, UpstreamFile
from opsrail.detection.formats import RuleDocument
from opsrail.detection.reading.documents import KINDS
from opsrail.evals.formats import CaseEntry, DecisionsFile, EvalSuiteFile, GatesFile
from opsrail.tailor.formats import PlaybookFile, RolesFile

FORMATS: Mapping[str, type[BaseModel]] = {
    "content-policy": ContentPolicy,
    **KINDS,
    "eval-case": CaseEntry,
    "eval-decisions": DecisionsFile,
    "eval-suite": EvalSuiteFile,
    "gates": GatesFile,
    "playbook": PlaybookFile,
    "roles": RolesFile,
    "rule": RuleDocument,
    "source": SourceFrontMatter,
    "upstream": UpstreamFile,
}
