"""Parts of a plan as parts of its JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from opsrail.findings import Finding, Location
from opsrail.gate.plan import document as doc
from opsrail.gate.plan.model import Impact, Proof
from opsrail.gate.plan.told.waiting import missing_teams
from opsrail.governance.changes import Change
from opsrail.governance.model import Ahead, Decision, Frozen, GlassBroken, RuleOutcome
from opsrail.governance.request import Request
from opsrail.governance.risk.model import Factor, Risk


def time(at: datetime) -> str:
    """In ISO 8601. A time without a zone is taken for UTC."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()


def place(at: Location) -> doc.PlaceEntry:
    """A place in a file."""
    return doc.PlaceEntry(path=at.path, line=at.line, column=at.column)


def request(one: Request, rolls_back: str) -> doc.RequestEntry:
    """What asks to land."""
    return doc.RequestEntry(
        number=one.number,
        title=one.title,
        author=one.author,
        last_pusher=one.last_pusher,
        target=one.target,
        head=one.head,
        url=one.url,
        rolls_back=rolls_back,
    )


# Who decides


def tiers(decision: Decision, index: Mapping[Change, int]) -> tuple[doc.TierEntry, ...]:
    """Each tier with its changes, the gravest first."""
    held = decision.tiers or {}
    return tuple(
        doc.TierEntry(tier=tier, changes=_places(held[tier], index))
        for tier in sorted(held, reverse=True)
    )


def _places(changes: Iterable[Change], index: Mapping[Change, int]) -> tuple[int, ...]:
    """Their places in the list. Only what the request changes can be decided on."""
    return tuple(sorted(index[change] for change in set(changes)))


def rules(decision: Decision, index: Mapping[Change, int]) -> tuple[doc.RuleEntry, ...]:
    """Every approval rule as it stands in the policy, those that nothing needs included."""
    ordered = sorted(decision.outcomes, key=lambda one: (one.place, one.rule, one.groups))
    return tuple(_rule(one, index) for one in ordered)


def _rule(one: RuleOutcome, index: Mapping[Change, int]) -> doc.RuleEntry:
    given = sorted(one.given, key=lambda yes: (yes.at, yes.person))
    return doc.RuleEntry(
        rule=one.rule,
        place=place(one.place),
        state=one.state.value,
        groups=one.groups,
        needed=one.needed,
        missing=one.missing,
        given=tuple(doc.ApprovalEntry(person=yes.person, at=time(yes.at)) for yes in given),
        discounted=tuple(
            doc.DiscountedEntry(person=who, why=why)
            for who, why in sorted((each.person, each.why) for each in one.discounted)
        ),
        candidates=one.candidates,
        changes=_places(one.changes, index),
        problem=one.problem,
    )


def wanted(decision: Decision) -> tuple[doc.WantedEntry, ...]:
    """Who is still missing."""
    return tuple(
        doc.WantedEntry(
            groups=team.groups,
            missing=team.missing,
            candidates=team.candidates,
            rules=tuple(dict.fromkeys(one.rule for one in team.outcomes)),
        )
        for team in missing_teams(decision)
    )


def by_end(one: Frozen) -> tuple[datetime, str]:
    """The freeze that ends first, first."""
    return one.until, one.name


def frozen(one: Frozen) -> doc.FreezeEntry:
    """A freeze that holds now."""
    return doc.FreezeEntry(
        name=one.name, title=one.title, until=time(one.until), place=place(one.place)
    )


def ahead(one: Ahead) -> doc.AheadEntry:
    """The next freeze."""
    return doc.AheadEntry(name=one.name, begins=time(one.begins))


def glass(one: GlassBroken) -> doc.GlassEntry:
    """Break-glass as it stands."""
    return doc.GlassEntry(
        people=tuple(sorted(one.people)),
        needed=one.needed,
        reason=one.reason,
        expires=time(one.expires) if one.expires else None,
        review_by=time(one.review_by) if one.review_by else None,
        holds=one.holds,
    )


# What changes, and what that means


def change(one: Change) -> doc.ChangeEntry:
    """One typed change."""
    return doc.ChangeEntry(
        path=one.path,
        line=one.line,
        kind=one.kind.value,
        what=one.what,
        meaning=one.term.meaning,
        danger=one.term.danger,
        is_destructive=one.is_destructive,
        is_final=one.term.is_final,
        subject=one.subject,
        old=one.old,
        new=one.new,
        weight=one.weight.value,
        owners=one.owners,
        roles=one.roles,
    )


def _reached(names: Iterable[str], every: int) -> doc.ReachedEntry:
    return doc.ReachedEntry(names=tuple(sorted(names)), of=every)


def impact(one: Impact) -> doc.ImpactEntry:
    """Whom and what it reaches."""
    return doc.ImpactEntry(
        pages=one.pages,
        all_pages=one.all_pages,
        must_reread=one.must_reread,
        people=one.people,
        staff=one.staff,
        roles=_reached(one.roles, one.all_roles),
        playbooks=_reached(one.playbooks, one.all_playbooks),
        rules=_reached(one.rules, one.all_rules),
        flows=_reached(one.flows, one.all_flows),
        suites=_reached(one.suites, one.all_suites),
        regenerated=one.regenerated,
        edited=tuple(sorted(one.edited)),
    )


def by_name(one: Proof) -> tuple[str, str, int, int]:
    """Proofs by their names."""
    return one.name, one.words, one.held, one.tried


def proof(one: Proof) -> doc.ProofEntry:
    """Something that was tried."""
    return doc.ProofEntry(
        name=one.name,
        holds=one.holds,
        held=one.held,
        tried=one.tried,
        words=one.words,
        is_advisory=one.is_advisory,
        is_reported=one.is_reported,
    )


def finding(one: Finding) -> doc.FindingEntry:
    """One located remark."""
    return doc.FindingEntry(
        **place(one.location).model_dump(),
        code=one.code,
        severity=one.severity.value,
        message=one.message,
        hint=one.hint,
        related=tuple(
            doc.RelatedEntry(**place(at).model_dump(), label=label) for at, label in one.related
        ),
    )


def risk(one: Risk) -> doc.RiskEntry:
    """What all factors come to, the gravest first."""
    factors = sorted(one.factors, key=lambda each: (-each.level.rank, each.name, each.evidence))
    return doc.RiskEntry(
        level=one.level.value,
        score=one.score,
        needs=tuple(sorted(one.needs)),
        stages=one.stages,
        factors=tuple(_factor(each) for each in factors),
    )


def _factor(one: Factor) -> doc.FactorEntry:
    known = sorted(one.mitigations, key=lambda each: (each.place, each.what))
    return doc.FactorEntry(
        name=one.name,
        level=one.level.value,
        evidence=one.evidence,
        paths=tuple(sorted(one.paths)),
        mitigations=tuple(
            doc.MitigationNote(what=each.what, owner=each.owner, place=place(each.place))
            for each in known
        ),
        is_open=one.is_open,
        unmitigated=tuple(sorted(one.unmitigated)),
    )
