"""A rule in words: what must happen, what is raised then, and who gets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from opsrail.detection.formats import Nulls, Ops, Window
from opsrail.detection.library import Library
from opsrail.detection.model import Correlation, Detection, Rule
from opsrail.detection.words import afterwards, windows
from opsrail.detection.words.nouns import (
    any_length,
    capital,
    length,
    listed,
    one,
    quoted,
    records,
    singular,
    thing,
)
from opsrail.detection.words.selections import clauses

LONG: Final = 140
"""Characters. What is longer gets a sentence of its own, under its title."""


def in_words(rule: Rule, library: Library, titles: Mapping[str, str] | None = None) -> str:
    """What `rule` does, as one or two paragraphs of plain English.

    `titles` names runbooks by their path; a runbook that is not in it is named after its file.
    """
    told = _Telling(library, titles or {})
    main = told.rule(rule)
    return "\n\n".join([main, *told.definitions(rule)])


class _Telling:
    """What one explanation says, and which rules it named and has to explain."""

    def __init__(self, library: Library, titles: Mapping[str, str]) -> None:
        self.library = library
        self.titles = titles
        self.named: dict[str, None] = {}

    def rule(self, rule: Rule) -> str:
        """The first paragraph."""
        start = self.condition(rule)
        ops = rule.ops
        if ops is None:
            told = f"when {start}" if isinstance(rule.body, Correlation) else _events_of(rule.body)
            kind = "Comes true" if isinstance(rule.body, Correlation) else "Picks"
            return f"{kind} {told}. It raises nothing by itself: other rules are built on it."
        first = f"{_opening(rule)} {start}, then {afterwards.raised(rule, ops)}."
        return " ".join([first, *self._more(rule, ops)])

    def condition(self, rule: Rule) -> str:
        """What must be so, as one clause."""
        body = rule.body
        if isinstance(body, Detection):
            noun = one(singular(records(body.stream)))
            return f"{noun} arrives {clauses(body.condition)}"
        what = windows.what_crosses(rule, body, self._events(body), self._name)
        joint = " " if what.endswith((" arrive", " arrives")) else ", "
        parts = (what, windows.for_one(body), windows.in_which_time(rule, body))
        told = joint.join(part for part in parts if part)
        return ", and ".join([told, *_further(rule, body)])

    def definitions(self, rule: Rule) -> Iterator[str]:
        """A paragraph for each rule that was named, and for those that these name in turn."""
        told = {rule.name}
        while waiting := [name for name in self.named if name not in told]:
            for name in waiting:
                told.add(name)
                if (found := self.library.rules.get(name)) is not None:
                    yield self._definition(found)

    def _definition(self, rule: Rule) -> str:
        if isinstance(rule.body, Detection):
            return f"{quoted(rule.title)} means {_events_of(rule.body)}."
        return f"{quoted(rule.title)} is raised when {self.condition(rule)}."

    def _events(self, body: Correlation) -> windows.Seen:
        """The events that are looked at, as a noun in the plural with its clauses."""
        found = [self.library.rules.get(name) for name in body.rules]
        if len(found) == 1 and found[0] is not None and isinstance(found[0].body, Detection):
            only = found[0].body
            if len(told := clauses(only.condition)) <= LONG:
                return windows.Seen(records(only.stream), told)
        kinds = {name: self._kind(name) for name in body.rules}
        if len(set(kinds.values())) == 1:
            names = listed([self._name(name) for name in kinds], "or")
            return windows.Seen(kinds[body.rules[0]], f"of {names}")
        sorts = [f"{kind} of {self._name(name)}" for name, kind in kinds.items()]
        return windows.Seen("events", f"that are {listed(sorts, 'or')}")

    def _kind(self, name: str) -> str:
        """What others see of a rule: its events, or its alerts where it is a correlation."""
        found = self.library.rules.get(name)
        return "alerts" if found and isinstance(found.body, Correlation) else "events"

    def _name(self, name: str) -> str:
        """A rule's title, to be explained later."""
        self.named.setdefault(name)
        found = self.library.rules.get(name)
        return quoted(found.title if found else name)

    def _more(self, rule: Rule, ops: Ops) -> Iterator[str]:
        """The sentences behind the first one."""
        if ops.severities:
            yield afterwards.levels(ops.severities, rule.level.value)
        if ops.baseline:
            yield afterwards.baseline_sentence(ops.baseline)
        if isinstance(rule.body, Correlation) and rule.holds_when_empty and rule.group_by:
            yield _waited_for(rule)
        if ops.group_nulls is Nulls.KEEP and rule.group_by:
            yield afterwards.nulls_kept(rule.group_by)
        if ops.inhibited_by:
            titles = {name: found.title for name, found in self.library.rules.items()}
            yield afterwards.silenced(ops, titles, rule.group_by)
        yield afterwards.receivers(ops, self.library.routes, self._runbook(ops.runbook))

    def _runbook(self, runbook: str) -> str:
        if runbook in self.titles:
            return self.titles[runbook]
        path, _, anchor = runbook.partition("#")
        name = self.titles.get(path) or _title(PurePosixPath(path).stem)
        return f"{name} § {_title(anchor)}" if anchor else name


def _title(name: str) -> str:
    return capital(name.replace("-", " "))


def _opening(rule: Rule) -> str:
    """How the first sentence begins: rules on the clock say how often it is looked."""
    if rule.every is None or rule.window is Window.TUMBLING:
        return "When"
    return f"Looked at every {any_length(rule.every)}: when"


def _events_of(body: Detection) -> str:
    return f"{records(body.stream)} {clauses(body.condition)}"


def _further(rule: Rule, body: Correlation) -> Iterator[str]:
    """What must hold besides."""
    ops = rule.ops
    if ops and ops.minimum and (ops.minimum.events or ops.minimum.distinct):
        yield afterwards.minimum_clause(ops.minimum)
    if ops and ops.baseline:
        yield afterwards.baseline_clause(ops.baseline, body.timespan)


def _waited_for(rule: Rule) -> str:
    group = listed([thing(field) for field in rule.group_by])
    return (
        f"{capital(one(group))} is waited for until {length(rule.remember)} after its last event."
    )
