"""A miniature desk: four roles, one for each clearance, a few sources, a little history."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from opsrail.content.clearance import Clearance
from opsrail.governance.formats import RiskLevel
from opsrail.governance.record import Agreed, Emergency, Record
from opsrail.governance.trailers import trailers
from opsrail.repo.git import Repository
from opsrail.repo.journal import write_all
from opsrail.repo.snapshot import worktree_snapshot
from opsrail.site.build import Built, Order, build_site
from opsrail.site.edition import Edition
from opsrail.site.history import follow
from opsrail.site.landings import landings
from opsrail.site.plans import PlanText
from opsrail.site.readings import Readings
from opsrail.site.records import landed_on_record
from opsrail.tailor.catalog import Catalog
from opsrail.tailor.sync import plan_sync
from tests.conftest import ROOT

TODAY = date(2026, 11, 22)

ROLES = """\
permissions:
  refund-big: Refund a big charge.
roles:
  customer: {title: Customer, clearance: public, reads_as: plantedstaff about customers}
  vendor:
    title: Vendor agent
    clearance: partner
    words: {customer: member}
    escalates_to: {role: tier-1, how: hand over with `go-up`, within: 2 hours}
  tier-1: {title: Tier 1 agent, clearance: staff, can: [refund-big], reads_as: Knows it all.}
  lead: {title: Team lead, clearance: restricted, can: [refund-big]}
"""

REFUNDS = """\
---
title: Refunds
owner: plantedpartner-owner
review_by: 2027-01-31
verified: 2026-11-02
clearance: public
---

# Refunds

Everybody may read this: plantedpublic.

## How long {#timing}

A customer gets the money within **30 days** of the charge. See [the bands](#bands) and
[the signs](abuse.md#signs).

## Bands {#bands clearance=partner}

1. Find the charge of the customer.
   - plantedpartner in Till
2. Refund it. <!-- needs: refund-big -->
3. Say so.

<!-- only: tier-1 lead -->

Nobody at the vendor sees plantedstaff-only text.

<!-- /only -->

## Exceptions {#plantedstaff-anchor clearance=staff}

| Case | Who |
| --- | --- |
| plantedstaff-cell | `tier-1` |

## Trust signs {#trust clearance=restricted}

Two signs of plantedrestricted, then hold.
"""

ABUSE = """\
---
title: Plantedrestricted title
owner: trust
verified: 2026-05-01
review_by: 2026-06-01
clearance: restricted
summary: plantedrestricted summary
---

# Plantedrestricted heading

## Signs {#signs}

Three plantedrestricted signs.

## Say this {#say clearance=public}

Say plantedpublic words only.
"""

PLAYBOOK = """\
title: Handle a refund
owner: plantedpartner-team
summary: Open this when somebody asks for money back.
sections:
  - from: content/sources/refunds.md#timing
    form: {customer: full, vendor: full, tier-1: facts, lead: full}
  - from: content/sources/refunds.md#bands
    form: {vendor: steps, tier-1: steps, lead: full}
  - from: content/sources/refunds.md#plantedstaff-anchor
    form: {tier-1: full, lead: full}
  - from: content/sources/refunds.md#trust
    form: {lead: full}
"""

RUNBOOK = """\
---
title: Sign-in outage
owner: plantedpartner-desk
verified: 2026-11-02
review_by: 2027-01-31
clearance: public
---

# Sign-in outage

When many people cannot get in.

## First minutes {#first clearance=staff}

1. Try it yourself, plantedstaff.

## Attackers {#plantedrestricted-anchor clearance=restricted}

Signs of plantedrestricted people.
"""

STREAMS = """\
streams:
  tickets:
    path: rules/history/tickets-*.csv
    occurred_at: at
    columns: {topic: string, customer_id: string}
"""

ROUTES = """\
routes:
  identity: {team: identity, channel: "#plantedstaff-channel", page: true}
  calm: {team: plantedstaff-team}
"""

SPIKE = """\
title: Plantedstaff ticket about signing in
name: sign-in-ticket
logsource: {product: support, service: tickets}
detection:
  selection: {topic: plantedstaff-topic}
  condition: selection
---
title: Doors that stick
name: sign-in-spike
status: stable
level: critical
correlation:
  type: event_count
  rules: [sign-in-ticket]
  timespan: 15m
  condition: {gte: 20}
ops:
  owner: plantedstaff-owner
  route: identity
  runbook: content/runbooks/sign-in.md#first
"""

QUIET = """\
title: Slow doors
name: slow-doors
status: experimental
level: low
logsource: {product: support, service: tickets}
detection:
  selection: {topic: slow}
  condition: selection
ops: {owner: plantedstaff-owner, route: calm, runbook: content/runbooks/sign-in.md}
"""

GOVERNANCE = """\
owners:
  - {files: policies/**, owner: leads}
  - {files: rules/**, owner: leads}
  - {files: content/sources/abuse.md, owner: money}
approvals:
  owners: {title: Each team whose files change, from: owners}
  money: {title: Plantedstaff who answers for money, from: [money]}
  two: {from: [leads, money], count: 2, distinct_from: [author]}
tiers:
  - tier: 2
    title: Plantedstaff duties
    when: [money, {change: deontic, kind: source}, {kind: governance}]
    needs: [owners, money, two]
  - {tier: 0, title: The rest, when: [anything], needs: [owners]}
freezes:
  - name: weekend
    title: Plantedstaff are away
    time_zone: Europe/Lisbon
    weekly: {from: "Fri 17:00", until: "Mon 08:00"}
  - name: invoices
    time_zone: Asia/Manila
    dates:
      from: 2026-01-31 18:00
      until: 2026-02-02 12:00
      rule: FREQ=MONTHLY;BYMONTHDAY=-1
    covers: [money, {owner: leads}]
rollbacks: {needs: [money]}
break_glass: {from: [leads, money], valid_for: 90m}
"""

PEOPLE = """\
people:
  ana: {name: Ana Plantedstaff, emails: [ana@desk.example], logins: [ana-desk]}
  bo: {name: Bo Plantedstaff, emails: [bo@desk.example]}
  cy: {name: Cy Plantedstaff, emails: [cy@desk.example]}
groups:
  leads: {title: Who leads plantedstaff shifts, members: [bo, ana]}
  money: {title: Money, members: [cy]}
"""

RECORD = Record(
    plan="ab" * 32,
    tier=2,
    risk=RiskLevel.MEDIUM,
    request="482",
    approvals=(
        Agreed("ana", "leads", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        Agreed("plantedstaff-stranger", "money", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
    ),
    proofs=("checks 24 of 24", "suite plantedrestricted-suite 3 of 3"),
    changes=("money raised: plantedrestricted-old → plantedrestricted-new (refunds.md)",),
)
BROKEN = replace(
    RECORD,
    glass=Emergency(("ana", "bo"), "plantedrestricted-reason", datetime(2026, 11, 28, tzinfo=UTC)),
)
PLAN = """\
### \\#\u200b482  Plantedrestricted plan

tier 2 · digest `6397dd346756`

**OPEN**: plantedrestricted.<br>All agreed.

- **CHANGES** · money raised, plantedrestricted-before → &lt;b&gt; \\*after\\*
    - **must re-read** <span>$</span>x<span>$</span>
"""


@dataclass(frozen=True)
class Desk:
    """A repository in the making."""

    root: Path

    @property
    def repository(self) -> Repository:
        return Repository.discover(self.root)

    def write(self, path: str, text: str) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new, 1))

    def sync(self) -> None:
        repository = self.repository
        write_all(repository, plan_sync(Catalog(worktree_snapshot(repository))).writes)
        repository.close()

    def git(self, *arguments: str, day: str = "2026-08-01") -> str:
        moment = f"{day}T10:00:00+00:00"
        who = {f"GIT_{w}_{k}": v for w in ("AUTHOR", "COMMITTER") for k, v in _PERSON.items()}
        dates = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        environment = {**kept, **who, **dates, "GIT_CONFIG_GLOBAL": os.devnull}
        ran = subprocess.run(
            ["git", "-C", str(self.root), *arguments],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return ran.stdout.strip()

    def commit(self, subject: str, day: str = "2026-08-01", record: Record | None = None) -> str:
        self.sync()
        self.git("add", "-A")
        message = f"{subject}\n\n{trailers(record)}" if record else subject
        self.git("commit", "-q", "-m", message, day=day)
        return self.git("rev-parse", "HEAD")

    def edition(self, clearance: Clearance) -> Edition:
        repository = self.repository
        catalog = Catalog(worktree_snapshot(repository))
        news = tuple(follow(landings(repository, "HEAD", TODAY)))
        on_record = landed_on_record(repository, "HEAD", catalog.roles)
        return Edition(catalog, Readings(catalog), clearance, TODAY, news, landed=on_record)

    def build(
        self,
        *clearances: Clearance,
        out: Path | None = None,
        plans: tuple[PlanText, ...] = (),
    ) -> tuple[Built, ...]:
        order = Order(out or self.root / "build", TODAY, None, clearances, plans=plans)
        return build_site(self.repository, order)


_PERSON = {"NAME": "Robin Example", "EMAIL": "robin@example.com"}


def start(root: Path) -> Desk:
    desk = Desk(root)
    root.mkdir(parents=True)
    desk.git("init", "-q", "-b", "main")
    desk.write(".gitignore", "/build/\n")
    desk.write("policies/roles.yaml", ROLES)
    desk.write("content/sources/refunds.md", REFUNDS)
    desk.write("content/sources/abuse.md", ABUSE)
    desk.write("content/runbooks/sign-in.md", RUNBOOK)
    desk.write("playbooks/refunds/playbook.yaml", PLAYBOOK)
    desk.write("policies/routes.yaml", ROUTES)
    desk.write("policies/governance.yaml", GOVERNANCE)
    desk.write("policies/people.yaml", PEOPLE)
    desk.write("rules/streams.yaml", STREAMS)
    desk.write("rules/identity/sign-in.yaml", SPIKE)
    desk.write("rules/identity/slow.yaml", QUIET)
    shutil.copy(ROOT / "mkdocs.yml", root)
    shutil.copytree(ROOT / "site", root / "site")
    desk.commit("Begin")
    return desk


def grow(desk: Desk) -> None:
    """A history in which each clearance has something that is not for the one below."""
    refunds = "content/sources/refunds.md"
    desk.replace(refunds, "within **30 days**", "within **45 days**")
    desk.commit("Give plantedpartner people more time", "2026-11-10")
    desk.replace(refunds, "1. Find the charge of", "1. Find the plantedpartner-new charge of")
    desk.replace(refunds, "plantedstaff-only text", "plantedstaff-only words, 7 of them")
    desk.commit("Name the charge plantedstaff-subject", "2026-11-20", RECORD)
    desk.replace(refunds, "Two signs of", "Three signs of")
    desk.replace(refunds, "within **45 days**", "within **14 days**")
    desk.commit("Because of plantedrestricted-subject", "2026-11-21", BROKEN)
    page = "playbooks/refunds/tier-1.md"
    desk.replace(page, "<!-- /derived -->", "<!-- /derived -->\n\nplantedstaff-note by the team.")
    desk.commit("A note", "2026-11-21")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk of one commit, to change as the test likes."""
    return start(tmp_path / "desk")


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with some history, for tests that only look."""
    desk = start(tmp_path_factory.mktemp("grown") / "desk")
    grow(desk)
    return desk


@pytest.fixture(scope="session")
def built(grown: Desk) -> Callable[[Clearance], Path]:
    """The whole site of that desk, built once: where each edition's HTML is."""
    plans = (PlanText("482", PLAN),)
    sites = {done.clearance: done.site for done in grown.build(plans=plans)}
    return lambda clearance: sites[clearance]
