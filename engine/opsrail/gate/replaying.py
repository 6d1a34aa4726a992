"""The rules that a change touches, replayed on recorded history, for the checks that judge them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from opsrail.detection.reading.documents import FOLDER, documents, is_rule_file, written_name
from opsrail.findings import Finding, Location, Unreadable
from opsrail.gate.rules import concerned, rule_documents
from opsrail.gate.subject import Subject
from opsrail.repo.snapshot import Snapshot
from opsrail.streams.spans import SECOND

if TYPE_CHECKING:
    from opsrail.detection.backtest.history import History
    from opsrail.detection.backtest.incidents import Incident
    from opsrail.detection.backtest.noise import Noise, RuleNoise
    from opsrail.detection.backtest.replay import Backtest, RuleBacktest
    from opsrail.detection.backtest.score import Caught
    from opsrail.detection.library import Library
    from opsrail.streams.engines.model import Engine

INCIDENTS = "content/incidents"
DAY = 86_400 * SECOND


@dataclass(frozen=True, slots=True)
class Miss:
    """An incident that a rule does not see. `why` says how far it was from that."""

    rule: str
    place: Location
    incident: str
    described: Location
    day: str
    why: str
    is_old: bool
    is_silenced: bool = False


@dataclass(frozen=True, slots=True)
class Loud:
    """An owner over budget; `rule` is the loudest one that the change touches."""

    owner: str
    rule: str
    place: Location
    now: str
    budget: str
    before: str
    is_worse: bool
    others: tuple[tuple[Location, str], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A rule that the change touches, on recorded history: alerts raised before (None for a new
    rule) and after, over so many days, and labelled incidents `caught` and `lost`.
    """

    rule: str
    days: float
    before: int | None
    after: int
    caught: int
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay says about a change; `unread` streams as (name, why, hint)."""

    misses: tuple[Miss, ...] = ()
    loud: tuple[Loud, ...] = ()
    failures: tuple[Finding, ...] = ()
    unread: tuple[tuple[str, str, str], ...] = ()
    compared: tuple[Compared, ...] = ()


def faulty_incidents(subject: Subject, changed: Collection[str]) -> Iterator[Finding]:
    """What is wrong with incidents, other than their form: those changed, and those that name a
    rule that the change took away.
    """
    from opsrail.detection.backtest.incidents import CODE, misnamed, read_incidents
    from opsrail.detection.reading.search import taken

    snapshot = subject.head.snapshot
    incidents, findings = read_incidents(snapshot)
    is_whole = subject.base is None
    for finding in findings:
        if finding.code == CODE and (is_whole or finding.location.path in changed):
            yield finding
    gone = _defined_before(subject)
    looked_at = [
        one for one in incidents if is_whole or one.place.path in changed or gone & {*one.rules}
    ]
    files = taken(snapshot, {name for one in looked_at for name in one.rules})
    known = {name for path in {*files.values()} for name in _names_in(subject, path)}
    yield from misnamed(snapshot, looked_at, known)


def _names_in(subject: Subject, path: str) -> Iterator[str]:
    """The names of a file's rules, be they fit to run or not."""
    from opsrail.detection.reading.search import defined

    text = subject.head.text(path) or ""
    try:
        yield from (written_name(document) for document in documents(path, text))
    except Unreadable:
        yield from defined(path, text)  # what it seems to name: the checks of form say the rest


def _defined_before(subject: Subject) -> frozenset[str]:
    """The rules that base has in the rule files that differ."""
    from opsrail.detection.reading.search import defined

    base = subject.base
    if base is None:
        return frozenset()
    paths = (path for path in subject.changed if is_rule_file(path))
    return frozenset(name for path in paths for name in defined(path, base.text(path) or ""))


@lru_cache(maxsize=2)
def replayed(subject: Subject) -> Replayed | None:
    """The replay of the rules that a change concerns; None where it concerns none."""
    looked_at = _Looked.at(subject)
    if not looked_at.paths:
        return None  # and nothing of what takes long to import is
    from opsrail.detection.backtest.history import read_history
    from opsrail.detection.backtest.replay import backtest
    from opsrail.streams.engines.duckdb import DuckDB

    sides = _sides(subject, looked_at.paths)
    judged = _judged(sides, looked_at)
    if not judged:
        return None
    engine = DuckDB()
    try:
        names = _of_their_owners(sides, judged)
        history = read_history(engine, subject.head.snapshot, *sides, names)
        unread = tuple((name, str(why), why.hint) for name, why in history.unread.items())
        if history.interval is None:
            return Replayed(unread=unread or _nothing(sides[0], judged))
        found = backtest(
            engine,
            history.head,
            history.base,
            history.names,
            history.interval,
            history.incidents,
            history.policy,
        )
        misses = _misses(engine, history, found, judged, looked_at.incidents)
        return Replayed(
            tuple(misses),
            tuple(_loud(history, found, judged)),
            found.findings,
            unread,
            tuple(_compared(found, judged)),
        )
    finally:
        engine.close()


@dataclass(frozen=True, slots=True)
class _Looked:
    """The rule files to look at, and the incidents' files that changed with their rules."""

    paths: frozenset[str]
    incidents: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()

    @classmethod
    def at(cls, subject: Subject) -> _Looked:
        """Those of a subject: without a base, every rule file there is."""
        paths = concerned(subject)
        changed = frozenset(path for path in subject.changed if path.startswith(f"{INCIDENTS}/"))
        if subject.base is None or not changed:
            return cls(paths, changed)
        from opsrail.detection.backtest.incidents import read_incidents
        from opsrail.detection.reading.search import taken

        incidents, _ = read_incidents(subject.head.snapshot)
        named = {name for one in incidents if one.place.path in changed for name in one.rules}
        files = taken(subject.head.snapshot, named)
        return cls(paths | {*files.values()}, changed, frozenset(named))


Sides = tuple["Library", "Library | None"]


def _sides(subject: Subject, paths: frozenset[str]) -> Sides:
    """The libraries of head and base, with all rules of the owners whose rules these are."""
    from opsrail.detection.library import read_library

    base = subject.base
    if base is None:
        return read_library(subject.head.snapshot), None
    owners = {file.ops.owner for _, file in rule_documents(subject, paths) if file.ops}
    wanted = paths | {path for path in subject.changed if is_rule_file(path)}
    return (
        read_library(subject.head.snapshot, wanted | _mentioning(subject.head.snapshot, owners)),
        read_library(base.snapshot, wanted | _mentioning(base.snapshot, owners)),
    )


def _mentioning(snapshot: Snapshot, owners: Collection[str]) -> frozenset[str]:
    return frozenset(filter(is_rule_file, snapshot.mentioning(owners, FOLDER)))


def _judged(sides: Sides, looked_at: _Looked) -> frozenset[str]:
    """The raising rules that the change touches, or that a changed incident names."""
    from opsrail.detection.backtest.replay import changed_rules, raising

    head, base = sides
    names = frozenset(raising(head))
    if base is None:
        return names
    return changed_rules(head, base, names) | (names & looked_at.named)


def _of_their_owners(sides: Sides, judged: frozenset[str]) -> tuple[str, ...]:
    """All raising rules of the owners of the rules judged, at head and at base."""
    from opsrail.detection.backtest.replay import raising

    owners = {owner for side in sides for name in judged if (owner := _owner(side, name))}
    found = {
        name for side in sides if side for name in raising(side) if _owner(side, name) in owners
    }
    return tuple(sorted(found))


def _owner(library: Library | None, name: str) -> str:
    rule = library.rules.get(name) if library else None
    return rule.ops.owner if rule and rule.ops else ""


def _nothing(head: Library, judged: frozenset[str]) -> tuple[tuple[str, str, str], ...]:
    """The streams of these rules, which are there and hold no event."""
    from opsrail.detection.recorded import streams_of

    message, hint = "it holds no events", "record some: then rules can be proved on them"
    return tuple((name, message, hint) for name in streams_of(head, judged))


def _misses(
    engine: Engine,
    history: History,
    found: Backtest,
    judged: frozenset[str],
    changed: frozenset[str],
) -> Iterator[Miss]:
    from opsrail.detection.backtest import phrases

    for one in found.rules:
        if one.after is None or one.name not in judged:
            continue
        for caught in one.after.score.missed:
            is_new = caught.incident.place.path in changed
            is_old = not is_new and _missed_before(one, caught.incident)
            yield Miss(
                one.name,
                one.rule.place,
                caught.incident.name,
                caught.incident.place,
                phrases.when(caught.incident.started),
                _why(engine, history, one, caught),
                is_old and found.has_base,
                caught.silenced is not None,
            )


def _compared(found: Backtest, judged: frozenset[str]) -> Iterator[Compared]:
    for one in found.rules:
        if one.name in judged and one.after is not None:
            score = one.after.score
            missed = tuple(sorted(caught.incident.name for caught in score.missed))
            yield Compared(
                one.name,
                round(max(one.span[1] - one.span[0], 0) / DAY, 1),
                one.before.score.raised if one.before else None,
                score.raised,
                len(score.incidents) - len(missed),
                missed,
            )


def _missed_before(one: RuleBacktest, incident: Incident) -> bool:
    before = one.before.score.missed if one.before else ()
    return any(missed.incident.name == incident.name for missed in before)


def _why(engine: Engine, history: History, one: RuleBacktest, caught: Caught) -> str:
    """How far the rule was from an alert about the incident; empty where that is not known."""
    from opsrail.detection.backtest.reach import nearest

    if caught.silenced is not None:
        return f"its alert was silenced by {caught.silenced.suppressed}"
    tables = {name: events.table for name, events in history.head.events.items()}
    far = nearest(history.head.library, engine, tables, one.rule, caught.incident, history.early)
    return str(far) if far else ""


def _loud(history: History, found: Backtest, judged: frozenset[str]) -> Iterator[Loud]:
    before = {owner.owner: owner.per_day for owner in found.noise_before}
    for owner in found.noise:
        mine = [rule for rule in owner.rules if rule.rule in judged]
        if not owner.is_over or not mine:
            continue
        earlier = before.get(owner.owner, 0.0)
        yield _told(history.head.library, owner, mine[0], earlier if found.has_base else None)


def _told(library: Library, owner: Noise, loudest: RuleNoise, before: float | None) -> Loud:
    others = [rule for rule in owner.rules if rule.rule != loudest.rule and rule.raised]
    return Loud(
        owner.owner,
        loudest.rule,
        library.place(loudest.rule, "ops", "owner"),
        _rate(owner.per_day),
        _rate(owner.budget or 0),
        "" if before is None or before == owner.per_day else _rate(before),
        before is not None and owner.per_day > before,
        tuple((library.rules[one.rule].place, _share(one)) for one in others),
    )


def _share(noise: RuleNoise) -> str:
    return f"{noise.rule} gives {_rate(noise.per_day)} of them"


def _rate(per_day: float) -> str:
    return f"{per_day:.2f}".rstrip("0").rstrip(".")
