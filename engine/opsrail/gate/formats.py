"""Every file format the engine reads or writes for others, by kind: the schemas that editors and
other programs use are made from these.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from opsrail.content.formats import ContentPolicy, SourceFrontMatter, UpstreamFile
from opsrail.detection.formats import RuleDocument
from opsrail.detection.reading.documents import KINDS
from opsrail.evals.agreement.formats import JudgeFile, LabelledEntry
from opsrail.evals.formats import CaseEntry, DecisionsFile, EvalSuiteFile, GatesFile
from opsrail.flows.formats import FlowFile
from opsrail.gate.forges.neutral import RequestFile
from opsrail.gate.plan.document import PlanDocument
from opsrail.governance.formats import (
    AfterwardsFile,
    GovernanceFile,
    MitigationsFile,
    PeopleFile,
    ScenariosFile,
)
from opsrail.llm.formats import ModelsFile, PromptFile
from opsrail.tailor.formats import PlaybookFile, RolesFile

FORMATS: Mapping[str, type[BaseModel]] = {
    "break-glass": AfterwardsFile,
    "content-policy": ContentPolicy,
    **KINDS,
    "eval-case": CaseEntry,
    "eval-decisions": DecisionsFile,
    "eval-suite": EvalSuiteFile,
    "flow": FlowFile,
    "gates": GatesFile,
    "governance": GovernanceFile,
    "governance-scenarios": ScenariosFile,
    "judge": JudgeFile,
    "labelled-answer": LabelledEntry,
    "mitigations": MitigationsFile,
    "models": ModelsFile,
    "people": PeopleFile,
    "plan": PlanDocument,
    "playbook": PlaybookFile,
    "prompt": PromptFile,
    "request": RequestFile,
    "roles": RolesFile,
    "rule": RuleDocument,
    "source": SourceFrontMatter,
    "upstream": UpstreamFile,
}
