"""Small governance worlds: six people, three teams, three files, and requests about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from opsrail.content.changes import Weight
from opsrail.governance.changes import Change, ChangeSet, share_of
from opsrail.governance.deciding import decide
from opsrail.governance.directory import Directory
from opsrail.governance.formats import GovernanceFile, Part, PeopleFile
from opsrail.governance.model import Decision
from opsrail.governance.policy import Policy
from opsrail.governance.request import Authorship, Request, Review, ReviewState

NOW = datetime(2026, 12, 2, 10, 0, tzinfo=UTC)
"""A Wednesday."""
PEOPLE = ("ada", "ben", "cleo", "dan", "eve", "finn")
GROUPS: Mapping[str, tuple[str, ...]] = {
    "billing": ("ada", "ben", "cleo"),
    "trust": ("cleo", "dan"),
    "leads": ("dan", "eve", "finn"),
}
OWNERS = {
    "content/sources/refunds.md": ("billing",),
    "content/sources/misuse.md": ("trust",),
    "policies/roles.yaml": ("leads",),
}
PATHS = tuple(OWNERS)
TERMS = ("money raised", "section reworded", "deontic removed", "file changed")


def people() -> PeopleFile:
    return PeopleFile.model_validate(
        {
            "people": {
                who: {"name": who.title(), "emails": [f"{who}@desk.example"]} for who in PEOPLE
            },
            "groups": {name: {"members": list(members)} for name, members in GROUPS.items()},
        }
    )


def policy_of(**parts: object) -> Policy:
    """A policy of these parts, and the plainest for what is left out."""
    plain: dict[str, object] = {
        "approvals": {
            "owners": {"from": "owners"},
            "leads": {"from": ["leads"], "count": 2},
        },
        "tiers": [
            {"tier": 2, "title": "Grave", "when": ["money raised"], "needs": ["owners", "leads"]},
            {"tier": 0, "title": "Light", "when": ["anything"], "needs": ["owners"]},
        ],
    }
    return Policy(GovernanceFile.model_validate({**plain, **parts}))


def change_set(whats: Mapping[str, str], now_reads: Mapping[str, str] | None = None) -> ChangeSet:
    """A change of each of these paths; `now_reads` says what is in them by now."""
    reads = now_reads or {}
    changes = tuple(
        Change(path, what, weight=Weight.MUST_REREAD, owners=OWNERS[path])
        for path, what in sorted(whats.items())
    )
    shares = {path: share_of(path, "before", reads.get(path, "after")) for path in whats}
    return ChangeSet("a" * 40, "b" * 40, changes, shares)


def review(
    by: str,
    change: ChangeSet,
    state: ReviewState = ReviewState.APPROVED,
    *,
    ago: int = 60,
    saw: Iterable[str] | None = None,
    text: str = "",
) -> Review:
    """What somebody said so many minutes ago about these files as they are."""
    seen = set(change.shares if saw is None else saw)
    covers = {path: share for path, share in change.shares.items() if path in seen}
    return Review(by, state, NOW - timedelta(minutes=ago), "b" * 40, covers, text)


def request_of(*reviews: Review, author: str = "ada", **parts: object) -> Request:
    made = Authorship("c" * 40, f"{author}@desk.example", f"{author}@desk.example")
    plain = Request(author=author, last_pusher=author, commits=(made,), reviews=reviews)
    return replace(plain, **parts)  # type: ignore[arg-type]  # a test names its fields


@dataclass(frozen=True)
class World:
    """Everything that a decision is made of."""

    policy: Policy
    change: ChangeSet
    request: Request
    now: datetime = NOW

    def decide(self) -> Decision:
        return decide(self.policy, Directory(people()), self.change, self.request, self.now)

    def with_reviews(self, reviews: Sequence[Review]) -> World:
        return replace(self, request=replace(self.request, reviews=tuple(reviews)))


CHANGES = st.dictionaries(st.sampled_from(PATHS), st.sampled_from(TERMS), min_size=1).map(
    change_set
)
STATES = st.sampled_from(
    [ReviewState.APPROVED] * 4
    + [ReviewState.CHANGES_REQUESTED, ReviewState.COMMENTED, ReviewState.DISMISSED]
)
_RULES = st.fixed_dictionaries(
    {
        "owners": st.fixed_dictionaries({"from": st.just("owners"), "count": st.integers(0, 2)}),
        "leads": st.fixed_dictionaries({"from": st.just(["leads"]), "count": st.integers(0, 3)}),
        "any": st.fixed_dictionaries(
            {"from": st.just(["billing", "trust"]), "count": st.integers(0, 2)}
        ),
    }
)
_NEEDS = st.lists(st.sampled_from(["owners", "leads", "any"]), min_size=1, max_size=3, unique=True)
FREEZES = st.builds(
    lambda name, start, hours: {
        "name": name,
        "dates": {
            "from": f"2026-12-0{start} 08:00",
            "until": f"2026-12-0{start} {8 + hours:02d}:00",
        },
    },
    st.sampled_from(["one", "other"]),
    st.integers(1, 3),
    st.integers(1, 12),
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    glass = {"from": ["leads", "trust"], "count": 2}
    return policy_of(
        approvals=draw(_RULES),
        tiers=[
            {"tier": 2, "title": "Grave", "when": ["money", "deontic"], "needs": draw(_NEEDS)},
            {"tier": 1, "title": "Middle", "when": ["file"], "needs": draw(_NEEDS)},
            {"tier": 0, "title": "Light", "when": ["anything"], "needs": draw(_NEEDS)},
        ],
        freezes=draw(st.lists(FREEZES, max_size=2, unique_by=lambda one: one["name"])),
        break_glass=draw(st.sampled_from([None, glass])),
    )


@st.composite
def reviews_of(draw: st.DrawFn, change: ChangeSet, *, state: ReviewState | None = None) -> Review:
    """A review by anybody, also a stranger, who saw some of the change as it is."""
    return review(
        draw(st.sampled_from([*PEOPLE, "stranger", "DAN@desk.example"])),
        change,
        state or draw(STATES),
        ago=draw(st.integers(-120, 600)),
        saw=draw(st.one_of(st.none(), st.sets(st.sampled_from(sorted(change.shares))))),
        text=draw(st.sampled_from(["", "", "/break-glass it burns"])),
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    change = draw(CHANGES)
    reviews = draw(st.lists(reviews_of(change), max_size=8))
    author = draw(st.sampled_from(PEOPLE))
    return World(draw(policies()), change, request_of(*reviews, author=author))


def excluded(part: Part) -> Request:
    """A request in which dan had just this part, and nobody else any."""
    who = "dan@desk.example"
    made = {
        Part.AUTHOR: Authorship("c" * 40, who),
        Part.COMMITTERS: Authorship("c" * 40, "", who),
        Part.CO_AUTHORS: Authorship("c" * 40, "", "", (who,)),
        Part.LAST_PUSHER: Authorship("c" * 40, ""),
    }[part]
    return Request(commits=(made,), last_pusher=who if part is Part.LAST_PUSHER else "somebody")
