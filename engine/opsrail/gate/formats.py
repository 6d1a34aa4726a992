"""Every file format the engine reads, by kind: the schemas editors use are made from these."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from opsrail.content.formats import ContentPolicy, SourceFrontMatter, UpstreamFile
from opsrail.detection.formats import RuleDocument
from opsrail.detection.reading.documents import KINDS
from opsrail.evals.agreement.formats import JudgeFile, LabelledEntry
from opsrail.evals.formats import CaseEntry, DecisionsFile, EvalSuiteFile, GatesFile
from opsrail.flows.formats import FlowFile
from opsrail.llm.formats import ModelsFile, PromptFile
from opsrail.tailor.formats import PlaybookFile, RolesFile

FORMATS: Mapping[str, type[BaseModel]] = {
    "content-policy": ContentPolicy,
    **KINDS,
    "eval-case": CaseEntry,
    "eval-decisions": DecisionsFile,
    "eval-suite": EvalSuiteFile,
    "flow": FlowFile,
    "gates": GatesFile,
    "judge": JudgeFile,
    "labelled-answer": LabelledEntry,
    "models": ModelsFile,
    "playbook": PlaybookFile,
    "prompt": PromptFile,
    "roles": RolesFile,
    "rule": RuleDocument,
    "source": SourceFrontMatter,
    "upstream": UpstreamFile,
}
