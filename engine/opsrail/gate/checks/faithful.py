"""Derived sections that say something else than their source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from opsrail.content.facts import Fact, FactKind
from opsrail.findings import Finding, Location, Severity
from opsrail.gate.memo import CACHE_FILE, engine_fingerprint
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.repo.cache import Cache, key_of
from opsrail.tailor.faithful import Departure, Kind, Span
from opsrail.tailor.faithful.section import Grounds, grounds_of, judge_section
from opsrail.tailor.faithful.wording import rewording
from opsrail.tailor.generate import without_origin
from opsrail.tailor.page import OPENING, Segment
from opsrail.tailor.state import PageView, SectionState, State

_ADDITIONS = frozenset({Kind.FACT_ADDED, Kind.ENTITY_NEW, Kind.DEONTIC, Kind.WORDING})


@dataclass(frozen=True, slots=True)
class _Section:
    """A derived section with what it is held against."""

    state: SectionState
    segment: Segment
    grounds: Grounds

    @property
    def key(self) -> str:
        """The same for the same text, source and terms, wherever they stand."""
        terms = self.grounds.terms
        said = {
            **asdict(terms),
            "taken_over": sorted(terms.taken_over),
            "below": sorted(terms.below),
        }
        return key_of(json.dumps(said, sort_keys=True), self.grounds.source, self.segment.text)


@check("unfaithful")
def unfaithful(subject: Subject) -> Iterator[Finding]:
    """A derived section says something else than its source, so its readers would do otherwise.

    An amount or a period changed or changed places, a *must*, *never* or *not* went missing,
    a rule or a step is gone or stands in another order, a link leads elsewhere, or a name came
    in that the source doesn't have. The finding quotes both texts. Bring the page back in line
    with its source, or change the source and run `opsrail sync`.

    What a person added to a page is a warning. Lost facts in a section that a person edited are
    told by `hand-broken`. A difference that is meant goes on record with
    `opsrail sync --accept PAGE#ANCHOR`.
    """
    sections = tuple(_sections(subject))
    for section, departures in zip(sections, _judged(subject, sections), strict=True):
        told = {fact for change in section.state.lost for fact in _what(change.old, change.new)}
        for departure in departures:
            is_edited = section.state.state is State.EDITED
            if departure.is_grave and not (is_edited and departure.values & told):
                yield _finding(section, departure)


@check("reworded")
def reworded(subject: Subject) -> Iterator[Finding]:
    """A person's edit of a page may say something else in other words.

    No fact, rule or name moved, but a word was replaced by its opposite, or by one that means
    something else as far as lists of general English know. That is a guess: of the edits of a
    published collection it finds three in five and is wrong about one faithful edit in fourteen,
    so it closes nothing. Read the two texts beside each other; what is meant goes on record with
    `opsrail sync --accept PAGE#ANCHOR`.
    """
    for section in _sections(subject):
        if section.state.state is not State.EDITED or section.state.is_accepted:
            continue
        view = subject.pages[section.state.page]
        written = view.written.segment(section.state.key) if view.written else None
        if written is None:
            continue
        before, after = (without_origin(one.text) for one in (written, section.segment))
        for departure in rewording(before, after):
            if departure.is_grave and departure.kind is Kind.WORDING and departure.derived:
                line = section.segment.line + departure.derived.line - 1
                place = Location(section.state.page.path, line, departure.derived.column or 1)
                hint = "if it still says the same, nothing is to be done"
                yield Finding(place, "reworded", departure.message, Severity.WARNING, hint)


def _what(*facts: Fact | None) -> Iterator[tuple[FactKind, str]]:
    return ((fact.kind, fact.value) for fact in facts if fact)


def _sections(subject: Subject) -> Iterator[_Section]:
    """Sections that are in step; what is not is told by the checks of derived sections."""
    for state in subject.section_states:
        view = subject.pages[state.page]
        segment = view.theirs.segment(state.key) if view.theirs else None
        if state.key == OPENING or segment is None:
            continue
        if state.state not in {State.FRESH, State.EDITED}:
            continue
        if grounds := _grounds(subject, view, state.key):
            yield _Section(state, segment, grounds)


def _grounds(subject: Subject, view: PageView, key: str) -> Grounds | None:
    playbook = subject.head.playbook(view.name.playbook)
    if playbook is None:
        return None
    given = playbook.sections_for(view.name.role)
    return next(
        (
            grounds_of(subject.head, view.name, item, form, playbook.file.title)
            for item, form in given
            if item.from_ == key
        ),
        None,
    )


def _judged(subject: Subject, sections: Sequence[_Section]) -> Iterator[Sequence[Departure]]:
    """The departures of each section, from the cache where they were judged before.

    What is remembered depends on the texts and terms alone, so a section that only moved on its
    page, or stands on several pages alike, is judged once.
    """
    if not subject.remembers:
        return iter([judge_section(one.grounds, one.segment.text).departures for one in sections])
    engine = engine_fingerprint()
    keys = [key_of("unfaithful", engine, section.key) for section in sections]
    with Cache(subject.head.snapshot.repository.git_dir / CACHE_FILE) as cache:
        known: dict[str, Sequence[Departure]] = {
            key: _read(value) for key, value in cache.get_many(keys).items()
        }
        new: dict[str, Sequence[Departure]] = {}
        for key, section in zip(keys, sections, strict=True):
            if key not in known and key not in new:
                new[key] = judge_section(section.grounds, section.segment.text).departures
        cache.put_many({key: _written(departures) for key, departures in new.items()})
    every = {**known, **new}
    return (every[key] for key in keys)


def _written(departures: Sequence[Departure]) -> bytes:
    told = ({**asdict(one), "values": sorted(one.values)} for one in departures)
    return json.dumps(list(told)).encode()


def _read(remembered: bytes) -> Sequence[Departure]:
    return tuple(
        Departure(
            Kind(one["kind"]),
            _span(one["source"]),
            _span(one["derived"]),
            one["message"],
            one["is_grave"],
            frozenset((FactKind(kind), value) for kind, value in one["values"]),
        )
        for one in json.loads(remembered)
    )


def _span(values: Mapping[str, object] | None) -> Span | None:
    if values is None:
        return None
    column = values["column"]
    assert column is None or isinstance(column, int)
    return Span(str(values["text"]), int(str(values["line"])), column)


def _finding(section: _Section, departure: Departure) -> Finding:
    severity, hint = _weight(section.state, departure)
    place = Location(section.state.page.path, section.state.line, section.state.column)
    if span := departure.derived:
        line = section.segment.line + span.line - 1
        place = Location(section.state.page.path, line, span.column or 1)
    related: tuple[tuple[Location, str], ...] = ()
    if span := departure.source:
        line = section.grounds.line + span.line - 1
        related = ((Location(section.grounds.path, line, span.column or 1), "the source"),)
    return Finding(place, "unfaithful", departure.message, severity, hint, related)


def _weight(state: SectionState, departure: Departure) -> tuple[Severity, str]:
    """How much a departure weighs, and what to do about it."""
    if state.state is not State.EDITED:
        hint = "the engine wrote this section: put the source in plainer words, or report it"
        return Severity.ERROR, hint
    if state.is_accepted:
        return Severity.NOTE, ""
    if departure.source is None and departure.kind in _ADDITIONS:
        return Severity.WARNING, "check it, or say it in the source"
    anchor = state.key.rpartition("#")[2]
    way = f"or `opsrail sync --accept {state.page.path}#{anchor}`"
    return Severity.ERROR, f"bring the page back in line, change the source, {way}"
