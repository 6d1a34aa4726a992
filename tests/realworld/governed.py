"""A policy with tiers over a real handbook's history: which change falls where, and why.

`python -m tests.realworld.governed` prints how many of the commits fall into each tier, what put
them there, and every commit of the gravest tiers with its reasons, to be read for sense.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from opsrail.gate.changing import typed_changes
from opsrail.gate.subject import Subject
from opsrail.governance.changes import Change
from opsrail.governance.formats import GovernanceFile, Tier
from opsrail.governance.predicates import tier_of
from opsrail.governance.requirements import unowned
from opsrail.repo.git import Repository
from opsrail.repo.log import landed
from opsrail.repo.snapshot import revision_snapshot
from opsrail.tailor.catalog import Catalog
from tests.realworld.handbook import BUNDLE, TODAY, clone

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = "content/departments/technical-success"

POLICY = GovernanceFile.model_validate(
    {
        "owners": [
            {"files": f"{FOLDER}/support/**", "owner": "support"},
            {"files": f"{FOLDER}/ce/**", "owner": "customer-engineering"},
            {"files": "**", "owner": "technical-success"},
        ],
        "approvals": {"owners": {"from": "owners"}, "leads": {"from": ["leads"]}},
        "tiers": [
            {
                "tier": 2,
                "title": "Money, shares, and duties that are gone or others",
                "when": ["money", "percent", "deontic removed", "deontic changed", "clearance"],
                "needs": ["owners", "leads"],
            },
            {
                "tier": 1,
                "title": "Facts that people act on, and what came or went",
                "when": [
                    {"weight": "must re-read"},
                    "section added",
                    "section removed",
                    "passage",
                    "file",
                ],
                "needs": ["owners"],
            },
            {"tier": 0, "title": "Wording and moves", "when": ["anything"], "needs": ["owners"]},
        ],
    }
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One commit: its tier, and the changes that put it there."""

    commit: str
    subject: str
    tier: Tier
    because: tuple[Change, ...]
    changes: tuple[Change, ...]


def judged(handbook: Repository) -> Iterator[Judged]:
    """Every commit of the main line but the first, oldest first."""
    for commit in reversed(landed(handbook, handbook.resolve("HEAD"))):
        if not commit.parents:
            continue
        before, after = (
            Catalog(revision_snapshot(handbook, name)) for name in (commit.before, commit.name)
        )
        changes = typed_changes(Subject(after, before, TODAY), POLICY.owners)
        tiers = {change: tier_of(POLICY, change) for change in changes}
        assert all(tiers.values()), "a policy that ends in `anything` fits everything"
        assert not unowned(changes)
        gravest = next((tier for tier in POLICY.tiers if tier in tiers.values()), None)
        if gravest is not None:
            because = tuple(change for change in changes if tiers[change] is gravest)
            yield Judged(commit.name, commit.subject, gravest, because, changes)


def table(found: Sequence[Judged]) -> Iterator[str]:
    """How many commits fall into each tier, and which words put them there."""
    yield f"{len(found)} commits that change something"
    for tier in POLICY.tiers:
        mine = [one for one in found if one.tier is tier]
        words = Counter(what for one in mine for what in {change.what for change in one.because})
        said = ", ".join(f"{what} {count}" for what, count in words.most_common(8))
        share = 100 * len(mine) / len(found)
        yield f"tier {tier.tier}  {len(mine):4} commits ({share:.1f} %)  {tier.title}: {said}"


def reasons(found: Iterable[Judged], least: int) -> Iterator[str]:
    """Each commit of these tiers, with the words that put it there."""
    for one in found:
        if one.tier.tier >= least:
            yield f"{one.commit[:8]} tier {one.tier.tier}  {one.subject[:70]}"
            yield from (f"    {change.place}: {change.describe()}" for change in one.because[:6])


def main(bundle: Path, least: int = 2) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = tuple(judged(clone(bundle, Path(folder) / "handbook")))
    for line in (*reasons(found, least), *table(found)):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main(ROOT.parent / "shared" / "data" / BUNDLE)
