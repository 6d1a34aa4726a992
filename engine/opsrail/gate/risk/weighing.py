"""From evidence to risk, with the mitigations that head has on file."""

from __future__ import annotations

from datetime import datetime

from opsrail.findings import Location
from opsrail.gate.subject import Subject
from opsrail.governance.formats import RiskPolicy
from opsrail.governance.kinds import MITIGATIONS_PATH
from opsrail.governance.policy import read_mitigations
from opsrail.governance.risk.assess import assess
from opsrail.governance.risk.evidence import Evidence
from opsrail.governance.risk.mitigating import Filed
from opsrail.governance.risk.model import Risk
from opsrail.repo.snapshot import Snapshot


def weighed(subject: Subject, evidence: Evidence, policy: RiskPolicy, now: datetime) -> Risk:
    """The risk of the subject's change. A mitigation may come with the change itself: it is what
    a person wrote down and reviewers see, and it decides nothing about how much weighs.
    """
    return assess(evidence, policy, filed_mitigations(subject.head.snapshot), now)


def filed_mitigations(snapshot: Snapshot) -> tuple[Filed, ...]:
    """The entries of policies/mitigations.yaml with their places; none if it cannot be read."""
    file, yaml = read_mitigations(snapshot)
    return tuple(
        Filed(entry, yaml.place(("mitigations", number)) if yaml else Location(MITIGATIONS_PATH))
        for number, entry in enumerate(file.mitigations)
    )
