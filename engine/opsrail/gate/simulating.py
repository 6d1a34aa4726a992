"""An edited policy tried on what landed: which changes it would have judged otherwise, and how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from opsrail.gate.chronicle.landings import Landings
from opsrail.gate.chronicle.model import Landing
from opsrail.gate.plan.deciding import Answer, Question, decision_about
from opsrail.gate.requesting import local_request
from opsrail.governance.model import Decision, RuleState
from opsrail.governance.policy import ReadPolicy
from opsrail.governance.request import Request, Review, ReviewState
from opsrail.repo.git import Repository
from opsrail.repo.log import EMPTY_TREE, landed
from opsrail.repo.snapshot import GOVERNED


@dataclass(frozen=True, slots=True)
class Simulated:
    """One landing as two policies judge it, at the time when it landed."""

    landing: Landing
    before: Answer
    after: Answer

    @property
    def differs(self) -> bool:
        """Whether anything about it would have been otherwise: tier, rules, verdict."""
        return _gist(self.before.decision) != _gist(self.after.decision)


def _gist(decision: Decision) -> object:
    needs = [(one.rule, one.groups, one.needed, one.state) for one in decision.active]
    frozen = [one.name for one in decision.frozen]
    return decision.is_open, decision.tier, needs, frozen, decision.problems


def simulate(
    repository: Repository, head: str, before: ReadPolicy, after: ReadPolicy, last: int
) -> Iterator[Simulated]:
    """The last landings on the way to `head` (a resolved commit) that changed governed files, the
    newest first, each judged under both policies.

    Who agreed is what the landing's record says, if that is about what landed. A landing without
    one is judged as if nobody had agreed: it is told what it would have needed.
    """
    landings = Landings(repository)
    commits = [one for one in landed(repository, head, GOVERNED) if one.before != EMPTY_TREE]
    for commit in commits[:last]:
        landing = landings.of(commit)
        question = Question(
            repository,
            landing.before,
            landing.commit,
            _request(repository, landing),
            landing.at,
            policy=before,
        )
        question = replace(question, request=_agreed(question, landing))
        yield Simulated(
            landing, decision_about(question), decision_about(replace(question, policy=after))
        )


def _request(repository: Repository, landing: Landing) -> Request:
    # Who landed it is the closest that history has to who pushed it.
    made = local_request(
        repository, landing.before, landing.commit, "", pusher=landing.landed_by or landing.commit
    )
    return replace(made, number=landing.request, title=landing.subject, reviews=())


def _agreed(question: Question, landing: Landing) -> Request:
    """The request with the approvals of the landing's record, each of all that landed."""
    record = landing.record
    if record is None:
        return question.request
    from opsrail.gate.changing import shares_between

    shares = shares_between(question.repository, landing.before, landing.commit)
    reviews = tuple(
        Review(one.person, ReviewState.APPROVED, min(one.at, landing.at), covers=shares)
        for one in record.approvals
    )
    return replace(question.request, reviews=reviews)


def told(simulated: Sequence[Simulated]) -> Iterator[str]:
    """What differs, in words: a paragraph for each landing, and how many there are."""
    differing = [one for one in simulated if one.differs]
    for one in differing:
        number = f" (#{one.landing.request})" if one.landing.request else ""
        subject = one.landing.subject
        shown = subject if number and number in subject else f"{subject}{number}"
        yield f"{one.landing.commit[:7]}  {one.landing.at:%Y-%m-%d}  {shown}"
        yield from (f"    {line}" for line in _departures(one))
    yield (
        f"{len(differing)} of {len(simulated)} landed changes would be judged otherwise"
        if differing
        else f"all {len(simulated)} landed changes would be judged as they are now"
    )


def _departures(one: Simulated) -> Iterator[str]:
    before, after = one.before.decision, one.after.decision
    pairs = (
        ("tier", _tier(before), _tier(after)),
        ("frozen by", _frozen(before), _frozen(after)),
        ("in the way", "; ".join(before.problems), "; ".join(after.problems)),
        ("verdict", _verdict(before), _verdict(after)),
    )
    for sign, now, other in (("no more", before, after), ("new", after, before)):
        if moved := [one for one in _needs(now) if one not in _needs(other)]:
            yield f"needs, {sign}: {', '.join(moved)}"
    for name, old, new in pairs:
        if old != new:
            yield f"{name}: {old or 'nothing'} → {new or 'nothing'}"


def _tier(decision: Decision) -> str:
    return "none" if decision.tier is None else f"{decision.tier} ({decision.title})"


def _needs(decision: Decision) -> list[str]:
    return [f"{one.needed} of {one.team} ({one.rule})" for one in decision.active]


def _frozen(decision: Decision) -> str:
    return ", ".join(one.name for one in decision.frozen)


def _verdict(decision: Decision) -> str:
    if decision.is_open:
        return "open"
    waiting = [one.rule for one in decision.active if one.state is not RuleState.APPROVED]
    return f"waiting for {', '.join(dict.fromkeys(waiting))}" if waiting else "closed"
