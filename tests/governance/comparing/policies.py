"""A policy of an invented company, edits of it, and hypothesis strategies for whole policies."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, Final

from hypothesis import strategies as st

from opsrail.content.changes import Weight
from opsrail.governance.changes import Change
from opsrail.governance.formats import GovernanceFile, Part, PeopleFile
from opsrail.governance.kinds import GOVERNANCE_PATH
from opsrail.governance.vocabulary import TERMS
from tests.governance.calendar.times import WEEKLIES, ZONES, dates

SINCE: Final = datetime(2026, 12, 1, 12, tzinfo=UTC)
Said = dict[str, Any]

POLICY: Final[Said] = {
    "owners": [
        {"files": "rules/**", "owner": "detection-desk"},
        {"files": "policies/**", "owner": "risk-owners"},
    ],
    "approvals": {
        "nobody": {"from": [], "count": 0},
        "owner": {"from": "owners"},
        "risk": {"from": ["risk-owners", "support-leads"], "count": 2},
    },
    "tiers": [
        {
            "tier": 3,
            "title": "What decides",
            "when": [{"kind": "governance"}],
            "needs": ["owner", "risk"],
        },
        {
            "tier": 2,
            "title": "Limits and duties",
            "when": ["money raised", "deontic", {"change": "threshold", "kind": "rule"}],
            "needs": ["owner", "risk"],
        },
        {
            "tier": 1,
            "title": "Content",
            "when": [{"files": ["content/**", "playbooks/**"]}, {"owner": "billing-support"}],
            "needs": ["owner"],
        },
        {"tier": 0, "title": "The rest", "when": ["anything"], "needs": ["nobody"]},
    ],
    "freezes": [
        {
            "name": "weekend",
            "time_zone": "Europe/Lisbon",
            "weekly": {"from": "Fri 17:00", "until": "Mon 08:00"},
        },
        {
            "name": "holidays",
            "covers": ["money", {"kind": "rule"}],
            "dates": {
                "from": "2026-12-18 17:00",
                "until": "2027-01-04 08:00",
                "repeats": "yearly",
            },
        },
    ],
    "rollbacks": {"freezes": "hold", "needs": ["owner"]},
    "break_glass": {"from": ["support-leads"], "count": 3, "valid_for": "4h"},
    "risk": {
        "volumes": [{"files": "playbooks/refunds/**", "field": "topic", "values": ["refund*"]}],
        "peaks": [{"name": "monday", "weekly": {"from": "Mon 08:00", "until": "Mon 12:00"}}],
        "demands": {"medium": {"needs": ["owner"]}, "high": {"needs": ["risk"], "stages": 2}},
        "mitigate": "medium",
    },
}


def policy(said: Said = POLICY) -> GovernanceFile:
    """A policy as its file says it."""
    return GovernanceFile.model_validate(said)


def edited(place: str, value: object) -> Said:
    """What `POLICY` says with another value at a place such as `tiers.1.needs`; None takes away."""
    said = deepcopy(POLICY)
    *way, last = place.split(".")
    inner: Any = said
    for step in way:
        inner = inner[int(step)] if isinstance(inner, list) else inner[step]
    key = int(last) if isinstance(inner, list) else last
    if value is None:
        del inner[key]
    else:
        inner[key] = value
    return said


GROUPS = st.sampled_from(["risk-owners", "support-leads", "billing-support"])
RULES = ("nobody", "owner", "risk")
NEEDS = st.lists(st.sampled_from(RULES), min_size=1, max_size=2)
GLOBS = st.sampled_from(
    ["content/**", "content/sources/**", "content/sources/*.md", "**", "rules/"]
)
OWNERS = st.sampled_from(["billing-support", "detection-desk"])
ROLES = st.sampled_from(["tier-1", "vendor-agent"])
KINDS = st.sampled_from(["source", "rule", "content"])
WORDS = st.sampled_from(["anything", "money", "money raised", "money lowered", "deontic removed"])
PREDICATES = st.fixed_dictionaries(
    {},
    optional={
        "change": WORDS | st.lists(WORDS, min_size=1, max_size=2),
        "kind": KINDS,
        "files": GLOBS | st.lists(GLOBS, min_size=1, max_size=2),
        "owner": OWNERS | st.lists(OWNERS, min_size=1, max_size=2),
        "weight": st.sampled_from([str(weight) for weight in Weight]),
        "reaches": ROLES,
    },
)
WHEN = st.lists(WORDS | PREDICATES, min_size=1, max_size=3)
APPROVALS = st.fixed_dictionaries(
    {
        name: st.fixed_dictionaries(
            {"from": st.just("owners") | st.lists(GROUPS, max_size=2), "count": st.integers(0, 2)},
            optional={"distinct_from": st.lists(st.sampled_from([str(part) for part in Part]))},
        )
        for name in RULES
    },
    optional={"spare": st.just({"from": ["risk-owners"]})},
)
TIERS = st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True).flatmap(
    lambda numbers: st.tuples(
        *(
            st.fixed_dictionaries(
                {
                    "tier": st.just(number),
                    "title": st.sampled_from(["Grave", "Light"]),
                    "when": WHEN,
                    "needs": NEEDS,
                }
            )
            for number in sorted(numbers, reverse=True)
        )
    ).map(list)
)


@st.composite
def recurring(draw: st.DrawFn, names: tuple[str, ...], *, covers: bool) -> list[Said]:
    """Some freezes or peaks."""
    chosen = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    found = []
    for name in chosen:
        one: Said = {"name": name, "time_zone": draw(st.sampled_from(ZONES[:3]))}
        key, span = draw(
            st.tuples(st.just("weekly"), st.just({"from": "Fri 17:00", "until": "Mon 08:00"}))
            | st.tuples(st.just("weekly"), WEEKLIES)
            | st.tuples(st.just("dates"), dates())
        )
        one[key] = span
        if covers:
            one["covers"] = draw(WHEN)
        found.append(one)
    return found


SPANS = st.sampled_from(["4h", "240m", "7d", "1d"])
GLASS = st.none() | st.fixed_dictionaries(
    {
        "from": st.lists(GROUPS, min_size=1, max_size=2),
        "count": st.integers(2, 3),
        "valid_for": SPANS,
        "review_within": SPANS,
    }
)
LIMITS = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(
    lambda two: {"medium": min(two), "high": max(two)}
)
RISK = st.fixed_dictionaries(
    {
        "people": LIMITS,
        "score": LIMITS,
        "mitigate": st.sampled_from(["low", "medium", "high"]),
        "lookahead": SPANS,
        "peaks": recurring(("monday", "sale"), covers=False),
        "demands": st.dictionaries(
            st.sampled_from(["low", "medium", "high"]),
            st.fixed_dictionaries({"needs": NEEDS, "stages": st.integers(1, 3)}),
            max_size=2,
        ),
        "volumes": st.lists(
            st.builds(
                lambda glob, value: {"files": glob, "field": "topic", "values": [value]},
                GLOBS,
                st.sampled_from(["refund", "login"]),
            ),
            max_size=2,
        ),
    }
)
SECTIONS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "owners": st.lists(
        st.builds(lambda glob, owner: {"files": glob, "owner": owner}, GLOBS, OWNERS), max_size=3
    ),
    "approvals": APPROVALS,
    "tiers": TIERS,
    "freezes": recurring(("weekend", "holidays", "sale"), covers=True),
    "rollbacks": st.fixed_dictionaries(
        {"freezes": st.sampled_from(["hold", "exempt"]), "needs": st.just([]) | NEEDS}
    ),
    "break_glass": GLASS,
    "strangers": st.sampled_from(["told", "refused"]),
    "risk": RISK,
}
POLICIES: st.SearchStrategy[GovernanceFile] = st.fixed_dictionaries(SECTIONS).map(policy)


@st.composite
def edits(draw: st.DrawFn) -> tuple[GovernanceFile, GovernanceFile]:
    """A policy before and after an edit of one or two of its sections."""
    before = draw(st.fixed_dictionaries(SECTIONS))
    names = draw(st.lists(st.sampled_from(sorted(SECTIONS)), min_size=1, max_size=2))
    after = before | {name: draw(SECTIONS[name]) for name in names}
    return policy(before), policy(after)


@st.composite
def touches(draw: st.DrawFn) -> tuple[GovernanceFile, GovernanceFile]:
    """A policy before and after an edit of one word or predicate of a tier or of a freeze."""
    before = draw(st.fixed_dictionaries(SECTIONS))
    after = deepcopy(before)
    places = [tier["when"] for tier in after["tiers"]]
    places += [one["covers"] for one in after["freezes"]]
    words = draw(st.sampled_from(places))
    at = draw(st.integers(0, len(words) - 1))
    words[at : at + draw(st.integers(0, 1))] = [draw(WORDS | PREDICATES)]
    return policy(before), policy(after)


CHANGES = st.builds(
    Change,
    st.sampled_from(
        ["content/sources/refunds.md", "content/sources/old/a.md", "content/a.md", "rules/a.yaml"]
    ),
    st.sampled_from(sorted(TERMS)) | st.sampled_from(["money raised", "deontic removed"]),
    weight=st.sampled_from(list(Weight)),
    owners=st.lists(OWNERS | st.just("somebody"), max_size=2, unique=True).map(tuple),
    roles=st.lists(ROLES | st.just("lead"), max_size=2, unique=True).map(tuple),
)

PEOPLE_IDS = ("ana", "jon", "maya")
PERSONS = st.fixed_dictionaries(
    {"name": st.sampled_from(["Ana Reis", "Jon Berg"])},
    optional={"emails": st.lists(st.integers(0, 1), max_size=2, unique=True)},
)


@st.composite
def people(draw: st.DrawFn) -> PeopleFile:
    """A directory of up to three people and two groups."""
    who = draw(st.lists(st.sampled_from(PEOPLE_IDS), unique=True))
    said: Said = {"people": {}, "groups": {}}
    for one in who:
        person: Said = draw(PERSONS)
        mails = [f"{one}{number}@larkspindle.example" for number in person.get("emails", [])]
        person = {"name": person["name"], "emails": mails}
        said["people"][one] = person
    members = st.lists(st.sampled_from(who), max_size=3) if who else st.just(list[str]())
    for name in draw(st.lists(st.sampled_from(["desk", "leads"]), unique=True)):
        title = draw(st.sampled_from(["", "The desk"]))
        said["groups"][name] = {"title": title, "members": draw(members)}
    return PeopleFile.model_validate(said)


PATH: Final = GOVERNANCE_PATH
