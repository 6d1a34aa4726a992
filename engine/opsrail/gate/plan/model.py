"""The plan as a value. What is told of it, in which order, is the renderer's business."""

from __future__ import annotations

from dataclasses import dataclass, field

from opsrail.findings import ExitCode, Finding, Severity
from opsrail.governance.changes import ChangeSet
from opsrail.governance.model import Decision
from opsrail.governance.request import Request
from opsrail.governance.risk.model import Risk


@dataclass(frozen=True, slots=True)
class Proof:
    """Something that was tried, and how much of it held: `held` of `tried`.

    `words` say more in one line (“118 → 118 of 120 no worse”). With `is_reported`, the request's
    own run says so, and the engine that judges here did not see it. What `is_advisory` is told,
    and closes nothing.
    """

    name: str
    held: int
    tried: int
    words: str = ""
    is_reported: bool = False
    is_advisory: bool = False

    @property
    def holds(self) -> bool:
        """Whether all of it held."""
        return self.held == self.tried


@dataclass(frozen=True, slots=True)
class Impact:
    """Whom and what the change reaches, with what there is in all.

    `pages` counts derived pages it reaches, of `all_pages`; `must_reread` the people of roles
    that must read again, of `people` reached, of `staff` in all. `regenerated` counts pages that
    the engine wrote anew, `edited` names pages that keep a person's words.
    """

    pages: int = 0
    all_pages: int = 0
    roles: tuple[str, ...] = ()
    all_roles: int = 0
    must_reread: int = 0
    people: int = 0
    staff: int = 0
    playbooks: tuple[str, ...] = ()
    all_playbooks: int = 0
    rules: tuple[str, ...] = ()
    all_rules: int = 0
    flows: tuple[str, ...] = ()
    all_flows: int = 0
    suites: tuple[str, ...] = ()
    all_suites: int = 0
    regenerated: int = 0
    edited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Whether it could be taken back: `is_clean` if a revert of it, now, gives base exactly.

    `final` are changes that no revert brings back, in words: what was read has been read.
    """

    is_clean: bool
    words: str
    final: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a reviewer decides on. `policy` names the revision whose policy judged
    (40 hex digits, or empty where the work tree's own did).
    """

    request: Request
    change: ChangeSet
    decision: Decision
    risk: Risk | None
    impact: Impact
    proofs: tuple[Proof, ...]
    findings: tuple[Finding, ...]
    back: TakeBack
    policy: str = ""
    notes: tuple[str, ...] = field(default=())
    """What else a reviewer should know: proofs that were not run here, unknown names."""

    @property
    def closed_by(self) -> tuple[str, ...]:
        """The codes of findings that keep the gate closed, sorted."""
        return tuple(sorted({one.code for one in self.findings if one.severity is Severity.ERROR}))

    @property
    def is_open(self) -> bool:
        """Whether it may land now."""
        return self.decision.is_open and not self.closed_by

    @property
    def exit_code(self) -> ExitCode:
        """How a run that judged it ends."""
        return ExitCode.PASS if self.is_open else ExitCode.CLOSED
