"""A small desk that sends parcels back, with a past, for tests of what a change risks."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from opsrail.gate.changing import typed_changes
from opsrail.gate.risk import gather, weighed
from opsrail.gate.subject import Subject
from opsrail.gate.telling import tell
from opsrail.governance.changes import ChangeSet
from opsrail.governance.formats import GovernanceFile
from opsrail.governance.policy import read_policy
from opsrail.governance.risk.evidence import Evidence
from opsrail.governance.risk.model import Risk
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import revision_snapshot, worktree_snapshot
from opsrail.tailor.catalog import Catalog
from tests.repo.sandbox import git, new_repository, write

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
PARCELS = "content/sources/parcels.md"

_PARCELS = """\
---
title: Lost parcels
owner: parcel-desk
review_by: {review_by}
clearance: partner
---

# Lost parcels

## Pay for a parcel {{#pay}}

For parcels over {limit}, ask a lead first. A second parcel over USD 900 goes to the insurer.
Answer within {days} days of the report.
"""

_ROLES = """\
roles:
  courier-desk: {title: Courier desk, clearance: partner, people: 40}
  depot-lead: {title: Depot lead, clearance: staff, people: 8}
  packer: {title: Packer, clearance: staff, people: 52}
"""

_PLAYBOOK = """\
title: A parcel is lost
owner: parcel-desk
sections:
  - from: content/sources/parcels.md#pay
    form: {courier-desk: full, depot-lead: full}
"""

_SUITE = """\
title: What pages say about lost parcels
owner: parcel-desk
target: {playbook: lost-parcel}
cases:
  - {id: limit, input: Who pays, expect: [{contains: insurer}]}
"""

_STREAMS = """\
streams:
  tickets:
    path: rules/history/tickets.csv
    occurred_at: at
    columns: {ticket: string, topic: string, step: string}
"""

_RULE = """\
title: A parcel was reported lost
name: lost-report
logsource: {product: support, service: tickets}
detection:
  selection: {topic: lost}
  condition: selection
---
title: Many parcels are lost
name: many-lost
status: stable
level: high
references: [content/sources/parcels.md#pay]
correlation:
  type: event_count
  rules: [lost-report]
  timespan: %(span)s
  condition: {gte: %(least)s}
ops:
  owner: parcel-desk
  route: parcels
  runbook: content/runbooks/many-lost.md
  tests:
    - name: three at once
      given: [{every: 1m, count: 3, event: {topic: lost}}]
      expect: [{at: 2m}]
"""

POLICY = """\
approvals:
  owners: {from: owners}
  lead: {from: [depot-leads]}
tiers:
  - {tier: 0, title: Everything, when: [anything], needs: [owners]}
freezes:
  - {name: night, time_zone: Europe/Lisbon, weekly: {from: "Tue 22:00", until: "Wed 06:00"}}
  - {name: money, weekly: {from: "Mon 00:00", until: "Tue 00:00"}, covers: [budget]}
risk:
  people: {medium: 10, high: 90}
  vendors: {medium: 10, high: 60}
  tickets_an_hour: {medium: 0.5, high: 5}
  peaks:
    - {name: morning, title: the weekend's parcels, weekly: {from: "Mon 09:00", until: "Mon 11:00"}}
  volumes:
    - {files: playbooks/lost-parcel/**, field: topic, values: [lost*], events: {step: created}}
  demands:
    medium: {needs: [lead], stages: 2}
"""


def parcels(limit: str = "USD 50", days: int = 14, review_by: str = "2027-01-31") -> str:
    """The source document, with its limit in money and its time to answer."""
    return _PARCELS.format(limit=limit, days=days, review_by=review_by)


def rule(least: int = 3, span: str = "1h") -> str:
    """The rule file, with its threshold and window."""
    return _RULE % {"least": least, "span": span}


def tickets(count: int = 56, topic: str = "lost-abroad") -> str:
    """Recorded tickets, two a day up to 28 October, each with two steps."""
    rows = ["ticket,topic,step,at"]
    for number in range(count):
        day, hour = 1 + number // 2, 8 + 4 * (number % 2)
        at = f"2026-10-{day:02}T{hour:02}:00:00Z"
        rows += [f"t{number},{topic},created,{at}", f"t{number},{topic},solved,{at}"]
    return "\n".join([*rows, "old,lost,created,2026-09-01T08:00:00Z", ""])


def files() -> dict[str, str]:
    """The desk as it begins."""
    return {
        PARCELS: parcels(),
        "policies/roles.yaml": _ROLES,
        "policies/governance.yaml": POLICY,
        "policies/evals/lost-parcel-facts.yaml": _SUITE,
        "playbooks/lost-parcel/playbook.yaml": _PLAYBOOK,
        "rules/streams.yaml": _STREAMS,
        "rules/parcels/many-lost.yaml": rule(),
        "rules/history/tickets.csv": tickets(),
    }


@dataclass(frozen=True)
class Desk:
    """The desk's repository. What lies in the work tree is held against the last commit."""

    repository: Repository

    @classmethod
    def begun(cls, folder: Path, changes: Mapping[str, str] | None = None) -> Desk:
        return cls(new_repository(folder, {**files(), **(changes or {})}))

    def write(self, changes: Mapping[str, str]) -> Desk:
        write(self.repository.root, changes)
        return self

    def remove(self, path: str) -> Desk:
        (self.repository.root / path).unlink()
        return self

    def land(self, day: str, changes: Mapping[str, str] | None = None) -> Desk:
        """Commit what lies there, and these changes, on that day."""
        write(self.repository.root, changes or {})
        git(self.repository.root, "add", "-A")
        subprocess.run(
            ["git", "commit", "-q", "--allow-empty", "-m", "A change"],
            cwd=self.repository.root,
            check=True,
            env={**os.environ, "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"},
        )
        return self

    def subject(self, *, remembers: bool = False) -> Subject:
        base = revision_snapshot(self.repository, self.repository.resolve("HEAD"))
        head = Catalog(worktree_snapshot(self.repository))
        return Subject(head, Catalog(base), NOW.date(), remembers=remembers)

    def policy(self) -> GovernanceFile:
        base = revision_snapshot(self.repository, self.repository.resolve("HEAD"))
        found = read_policy(base)
        assert found.policy, found.findings
        return found.policy.file

    def evidence(self, now: datetime = NOW, *, remembers: bool = False) -> Evidence:
        subject = self.subject(remembers=remembers)
        change = ChangeSet("", "", typed_changes(subject, ()), {})
        return gather(subject, change, tell(subject).reach, self.policy(), now)

    def risk(self, now: datetime = NOW) -> Risk:
        return weighed(self.subject(), self.evidence(now), self.policy().risk, now)

    def said(self, name: str, now: datetime = NOW) -> tuple[str, ...]:
        """What the factor of that name says: its level, and each sentence."""
        found = next(one for one in self.risk(now).factors if one.name == name)
        return (str(found.level), *found.evidence)
