"""The file formats of governance. Their JSON Schemas are exported from here."""

from __future__ import annotations

from opsrail.governance.formats.governance import (
    ApprovalRule,
    BreakGlass,
    GovernanceFile,
    Rollbacks,
    Tier,
)
from opsrail.governance.formats.on_file import (
    Afterwards,
    AfterwardsFile,
    MitigationEntry,
    MitigationsFile,
)
from opsrail.governance.formats.people import (
    Group,
    PeopleFile,
    Person,
)
from opsrail.governance.formats.recurring import (
    Dated,
    Day,
    Freeze,
    Peak,
    Recurring,
    WallTime,
    Weekly,
    WeekTime,
    ZoneName,
)
from opsrail.governance.formats.risk import (
    Demand,
    Limits,
    RiskLevel,
    RiskPolicy,
    Volume,
)
from opsrail.governance.formats.scenarios import (
    Expected,
    Scenario,
    ScenarioChange,
    ScenarioReview,
    ScenariosFile,
)
from opsrail.governance.formats.words import (
    OWNERS,
    Claim,
    Glob,
    Name,
    Part,
    Predicate,
    Word,
    spread,
)

__all__ = [
    "OWNERS",
    "Afterwards",
    "AfterwardsFile",
    "ApprovalRule",
    "BreakGlass",
    "Claim",
    "Dated",
    "Day",
    "Demand",
    "Expected",
    "Freeze",
    "Glob",
    "GovernanceFile",
    "Group",
    "Limits",
    "MitigationEntry",
    "MitigationsFile",
    "Name",
    "Part",
    "Peak",
    "PeopleFile",
    "Person",
    "Predicate",
    "Recurring",
    "RiskLevel",
    "RiskPolicy",
    "Rollbacks",
    "Scenario",
    "ScenarioChange",
    "ScenarioReview",
    "ScenariosFile",
    "Tier",
    "Volume",
    "WallTime",
    "WeekTime",
    "Weekly",
    "Word",
    "ZoneName",
    "spread",
]
