"""What the words of a policy mean, for people who never saw one: sentences by what they are about.

All texts come out as the site's Markdown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from opsrail.content.changes import Weight
from opsrail.governance.formats import Predicate, spread
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.vocabulary import ANYTHING, TERMS, terms_of
from opsrail.site.naming import Naming
from opsrail.site.prose import escaped

Words = str | Predicate
"""What a policy says of changes: a word, or several conditions at once."""

AREAS: Final[Mapping[str, tuple[str, ...]]] = {
    "Figures and duties": (
        *("money", "duration", "percent", "number", "date", "url", "email", "code", "handle"),
        "deontic",
    ),
    "Who may see and do what": (
        *("clearance", "readership", "permission", "step permission"),
        *("role", "member", "person"),
    ),
    "Texts": ("section", "passage", "owner", "review", "front matter"),
    "Playbooks and pages": ("playbook", "placement", "page", "lock", "difference"),
    "Alerts": (
        *("rule", "threshold", "window", "selection", "folding", "level", "route", "runbook"),
        *("test", "stream"),
    ),
    "Proofs": ("suite", "case", "decision", "gate"),
    "Automations": ("flow", "prompt", "model", "judge", "budget", "recording"),
    "Who decides": (
        *("approval", "tier", "freeze", "exception", "risk", "claim", "policy", "mitigation"),
    ),
    "Files": ("file", "mode", "workflow"),
}
"""What each noun of the vocabulary is about."""
OVERALL: Final = "In general"
"""The area of words that are about several."""

_FACTS: Final = {
    "money": "an amount of money",
    "duration": "a length of time",
    "percent": "a percentage",
    "number": "a number",
    "date": "a date",
    "url": "a web address",
    "email": "an e-mail address",
    "code": "a code",
    "handle": "a channel or handle",
}
_KINDS: Final = {
    ArtifactKind.SOURCE: "a source document",
    ArtifactKind.RUNBOOK: "a runbook",
    ArtifactKind.INCIDENT: "the file of an incident",
    ArtifactKind.PLAYBOOK: "what a playbook is made of",
    ArtifactKind.PAGE: "a page that a role reads",
    ArtifactKind.LOCK: "the list of what pages were made from",
    ArtifactKind.RULE: "an alert rule",
    ArtifactKind.STREAMS: "what is recorded of tickets and other streams",
    ArtifactKind.SUITE: "an eval suite",
    ArtifactKind.PROMPT: "a prompt",
    ArtifactKind.FLOW: "a flow",
    ArtifactKind.MODEL: "the list of models",
    ArtifactKind.JUDGE: "a judge",
    ArtifactKind.RECORDING: "a recorded answer of a model",
    ArtifactKind.ROLES: "the roles and their permissions",
    ArtifactKind.GOVERNANCE: "this policy, its scenarios, or who is in which group",
    ArtifactKind.POLICY: "another policy",
    ArtifactKind.CONTENT: "another file of the content",
    ArtifactKind.WORKFLOW: "what runs the gate",
    ArtifactKind.OTHER: "any other file",
}
_WEIGHTS: Final = {
    Weight.MUST_REREAD: "that readers must read again",
    Weight.WORTH_KNOWING: "that is worth knowing",
    Weight.WORDING: "that says the same in other words",
}
_ROOMY: Final = 4
"""Directions of one noun that are told one by one, where they share no sentence."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One sentence without its full stop. `word` is what policies and plans call it."""

    area: str
    says: str
    word: str = ""


def either(parts: Iterable[str], joint: str = " or ") -> str:
    """`a`, `a or b`, `a, b or c`."""
    *first, last = tuple(dict.fromkeys(parts)) or ("",)
    return f"{', '.join(first)}{joint}{last}" if first else last


def meanings(
    words: Iterable[Words], naming: Naming, rest: str = "anything at all"
) -> tuple[Meaning, ...]:
    """What each of the words means, by area. `rest` is what `anything` is called."""
    found = [_meaning(one, naming, rest) for one in words]
    order = [OVERALL, *AREAS]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: order.index(one.area)))


def _meaning(one: Words, naming: Naming, rest: str) -> Meaning:
    words = (one,) if isinstance(one, str) else spread(one.change)
    where = "" if isinstance(one, str) else " ".join(_where(one, naming))
    if ANYTHING in words:
        if isinstance(one, str) or not where:
            return Meaning(OVERALL, rest)
        return Meaning(OVERALL, _anything(one, naming))
    terms = tuple(name for name in TERMS if any(name in terms_of(word) for word in words))
    areas = {_area(TERMS[name].noun) for name in terms}
    says = f"{escaped(told(terms))}{f', {where}' if where else ''}"
    return Meaning(areas.pop() if len(areas) == 1 else OVERALL, says, ", ".join(words))


def _area(noun: str) -> str:
    return next((area for area, nouns in AREAS.items() if noun in nouns), OVERALL)


def told(terms: Sequence[str]) -> str:
    """What several terms of the vocabulary mean, those of one noun in one breath."""
    nouns = dict.fromkeys(TERMS[name].noun for name in terms)
    return either(
        (_of_noun([name for name in terms if TERMS[name].noun == noun]) for noun in nouns),
        "; or ",
    )


def _of_noun(names: Sequence[str]) -> str:
    terms = [TERMS[name] for name in names]
    directions = either(term.direction for term in terms)
    noun = terms[0].noun
    if noun in _FACTS:
        return f"{_FACTS[noun]} in a source document was {directions}"
    starts = {term.meaning.removesuffix(term.direction) for term in terms}
    if len(terms) > 1 and len(starts) == 1:
        return f"{starts.pop()}{directions}"
    if len(terms) > _ROOMY:
        return f"a {noun} was {directions}"
    return either((term.meaning for term in terms), ", or ")


def _anything(one: Predicate, naming: Naming) -> str:
    """Every change that the conditions fit."""
    if one.kind:
        to = f" to {either(_KINDS[kind] for kind in spread(one.kind))}"
    else:
        to = f" to what {_teams(one, naming)} answers for" if one.owner else ""
    where = _where(one, naming, told="kind" if one.kind else "owner")
    return " ".join((f"any change{to}", *where))


def _where(one: Predicate, naming: Naming, told: str = "") -> Iterator[str]:
    """Everything besides the change itself that has to fit, and was not `told` yet."""
    if one.kind and told != "kind":
        yield f"in {either(_KINDS[kind] for kind in spread(one.kind))}"
    if one.files:
        yield f"in {either(naming.files(glob) for glob in spread(one.files))}"
    if one.owner and told != "owner":
        yield f"where {_teams(one, naming)} answers for it"
    if one.weight:
        yield either(_WEIGHTS[weight] for weight in spread(one.weight))
    if one.reaches:
        yield f"on a page of {either(naming.role(role) for role in spread(one.reaches))}"


def _teams(one: Predicate, naming: Naming) -> str:
    return either(naming.team(team) for team in spread(one.owner))
