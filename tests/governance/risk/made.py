"""Evidence as tests need it: some by name, and any by chance."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from opsrail.findings import Location
from opsrail.governance.formats import Limits, MitigationEntry, RiskLevel, RiskPolicy
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.risk.assess import assess
from opsrail.governance.risk.evidence import (
    Aftermath,
    Evidence,
    Newcomer,
    Occasion,
    Readers,
    Review,
    Traffic,
    Tried,
    Watched,
    Way,
)
from opsrail.governance.risk.mitigating import Filed
from opsrail.governance.risk.model import Factor
from opsrail.governance.risk.registry import factors

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
REFUNDS = "content/sources/refunds.md"
PATHS = (REFUNDS, "content/sources/outages.md", "policies/flows/triage.yaml", "rules/a/b.yaml")


def factor_of(
    evidence: Evidence,
    name: str,
    policy: RiskPolicy | None = None,
    *filed: Filed,
    now: datetime = NOW,
) -> Factor:
    """That factor of this evidence."""
    risk = assess(evidence, policy or RiskPolicy(), filed, now)
    return next(one for one in risk.factors if one.name == name)


def filed(factor: str, files: str, until: date = date(2027, 1, 31), line: int = 3) -> Filed:
    """An entry of policies/mitigations.yaml."""
    entry = MitigationEntry(
        factor=factor, files=files, what="a lead watches the queue", owner="leads", until=until
    )
    return Filed(entry, Location("policies/mitigations.yaml", line, 5))


_paths = st.sampled_from(PATHS)
_days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
_names = st.sampled_from("tier-1 vendor-agent escalation customer new-hire".split())
_instants = st.integers(-500, 500).map(lambda hours: NOW + timedelta(hours=hours))

readers = st.builds(
    Readers,
    role=_names,
    title=_names,
    people=st.integers(0, 400),
    is_vendor=st.booleans(),
    is_public=st.booleans(),
    is_told=st.booleans(),
)
traffic = st.builds(
    Traffic,
    files=st.lists(_paths, min_size=1, max_size=3, unique=True).map(tuple),
    how=st.just("records in 28 days"),
    per_hour=st.none() | st.floats(0, 100),
)
occasions = st.builds(
    lambda begins, hours, name, is_freeze: Occasion(
        begins, begins + timedelta(hours=hours), name, "", is_freeze
    ),
    _instants,
    st.integers(1, 72),
    _names,
    st.booleans(),
)
tried = st.builds(
    Tried,
    path=_paths,
    new=st.sampled_from(["USD 80", "14 days"]),
    way=st.sampled_from(Way),
    name=st.sampled_from(["", "the limit"]),
    before=st.sampled_from(["", "USD 50"]),
    since=st.none() | _days,
    last=st.none() | _days,
    reaches_back=st.none() | _days,
    versions=st.integers(0, 40),
    is_grave=st.booleans(),
)
watched = st.builds(
    Watched,
    path=_paths,
    name=_paths,
    kind=st.sampled_from(ArtifactKind),
    by=st.sampled_from([(), ("the suite refunds-facts",)]),
    missing=st.just("no rule and no suite"),
)
aftermath = st.builds(
    Aftermath, _paths, _names, st.just("clearance widened"), st.just("it was read"), st.booleans()
)
newcomers = st.builds(Newcomer, _paths, _names, st.sampled_from(ArtifactKind))
reviews = st.builds(Review, _paths, st.none() | _days, st.booleans())


def _several(one: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(one, max_size=4).map(tuple)


evidence = st.builds(
    Evidence,
    paths=st.lists(_paths, unique=True).map(tuple),
    reaching=st.lists(_paths, unique=True).map(tuple),
    readers=_several(readers),
    staff=st.integers(0, 500),
    traffic=_several(traffic),
    aftermath=_several(aftermath),
    tried=_several(tried),
    newcomers=_several(newcomers),
    watched=_several(watched),
    reviews=_several(reviews),
    occasions=_several(occasions),
)
mitigations = st.builds(
    filed,
    st.sampled_from([one.name for one in factors()]),
    st.sampled_from(["**", REFUNDS, "content/**", "rules/**", "nothing/*"]),
    _days,
    st.integers(1, 9),
)
levels = st.sampled_from(RiskLevel)
limits = st.tuples(st.integers(0, 200), st.integers(0, 200)).map(
    lambda pair: Limits(medium=min(pair), high=max(pair))
)
policies = st.builds(
    RiskPolicy,
    people=limits,
    vendors=limits,
    tickets_an_hour=limits,
    score=st.tuples(st.integers(0, 12), st.integers(0, 12)).map(
        lambda pair: Limits(medium=min(pair), high=max(pair))
    ),
    mitigate=levels,
)
