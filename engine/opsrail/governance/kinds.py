"""The kinds of governed files, told from their paths."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

GOVERNANCE_PATH: Final = "policies/governance.yaml"
PEOPLE_PATH: Final = "policies/people.yaml"
SCENARIOS_FOLDER: Final = "policies/governance"
"""Scenario files of the policy: `opsrail policy test` runs them."""
AFTERWARDS_PATH: Final = "policies/break-glass.yaml"
"""What came of looking at each emergency afterwards."""
MITIGATIONS_PATH: Final = "policies/mitigations.yaml"


class ArtifactKind(StrEnum):
    """What sort of governed file something is. The word that stands after `kind:` in a tier."""

    SOURCE = "source"
    RUNBOOK = "runbook"
    INCIDENT = "incident"
    PLAYBOOK = "playbook"
    PAGE = "page"
    """A derived page, its generated form included."""
    LOCK = "lock"
    RULE = "rule"
    STREAMS = "streams"
    """rules/streams.yaml, and what was recorded of a stream."""
    SUITE = "suite"
    """An eval suite, its files of cases, decisions about it."""
    PROMPT = "prompt"
    FLOW = "flow"
    MODEL = "model"
    JUDGE = "judge"
    RECORDING = "recording"
    ROLES = "roles"
    GOVERNANCE = "governance"
    """Who must agree: policies/governance.yaml, its scenarios, the directory of people."""
    POLICY = "policy"
    """Any other policy."""
    CONTENT = "content"
    """Anything else under content/."""
    WORKFLOW = "workflow"
    """What runs the gate itself: .github/, action.yml, .pre-commit-config.yaml."""
    OTHER = "other"


WORKFLOWS: Final = (".github/", "action.yml", ".pre-commit-config.yaml", ".gitattributes")
"""Paths, or beginnings of paths, that decide how the gate is run."""

_STARTS: Final = (
    ("content/sources/", ArtifactKind.SOURCE),
    ("content/runbooks/", ArtifactKind.RUNBOOK),
    ("content/incidents/", ArtifactKind.INCIDENT),
    ("content/", ArtifactKind.CONTENT),
    ("playbooks/opsrail.lock", ArtifactKind.LOCK),
    ("rules/streams.yaml", ArtifactKind.STREAMS),
    ("rules/history/", ArtifactKind.STREAMS),
    ("rules/", ArtifactKind.RULE),
    ("policies/evals/", ArtifactKind.SUITE),
    ("policies/prompts/", ArtifactKind.PROMPT),
    ("policies/flows/", ArtifactKind.FLOW),
    ("policies/models.yaml", ArtifactKind.MODEL),
    ("policies/judges/", ArtifactKind.JUDGE),
    ("policies/recordings/", ArtifactKind.RECORDING),
    ("policies/roles.yaml", ArtifactKind.ROLES),
    (GOVERNANCE_PATH, ArtifactKind.GOVERNANCE),
    (PEOPLE_PATH, ArtifactKind.GOVERNANCE),
    (f"{SCENARIOS_FOLDER}/", ArtifactKind.GOVERNANCE),
    (AFTERWARDS_PATH, ArtifactKind.GOVERNANCE),
    ("policies/", ArtifactKind.POLICY),
    *((start, ArtifactKind.WORKFLOW) for start in WORKFLOWS),
)


def kind_of(path: str) -> ArtifactKind:
    """What the file at `path` is, whether it is there or not."""
    if path.startswith("playbooks/") and path != "playbooks/opsrail.lock":
        return ArtifactKind.PLAYBOOK if path.endswith("/playbook.yaml") else ArtifactKind.PAGE
    return next((kind for start, kind in _STARTS if path.startswith(start)), ArtifactKind.OTHER)
