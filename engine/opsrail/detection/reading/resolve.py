"""Rules put together: what each names is found among the others, or told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from opsrail.detection.model import Correlation, Rule
from opsrail.detection.reading.fields import Fields, fields_of_alerts, in_correlation
from opsrail.detection.reading.naming import did_you_mean
from opsrail.detection.reading.order import arranged
from opsrail.detection.reading.parse import Parsed
from opsrail.detection.reading.presence import renamed
from opsrail.findings import Finding, Location
from opsrail.repo.yaml import YamlText
from opsrail.streams.model import Stream

REFERENCE: Final = "rule-reference"
DUPLICATE: Final = "rule-duplicate"
CIRCLE: Final = "rule-circle"
Route = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """Rules that can be run, by name, each with its document; and what keeps others out."""

    rules: Mapping[str, Rule]
    documents: Mapping[str, YamlText]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A name in a rule, where it stands, and the name of the rule that it means."""

    written: str
    route: Route
    means: str


def resolve(parsed: Mapping[str, Parsed], streams: Mapping[str, Stream]) -> Resolved:
    """Put the rules of all files (path → what it says) together."""
    shelf = _Shelf(parsed)
    references = {name: tuple(shelf.references(name)) for name in shelf.rules}
    needs = {name: [one.means for one in some] for name, some in references.items()}
    order, circles = arranged(needs)
    for circle in circles:
        shelf.findings.append(shelf.told_circle(circle, references))
    good: dict[str, Rule] = {}
    events: dict[str, Fields] = {}
    for name in order:
        found = [one for ref in references[name] for one in shelf.missing(name, ref, good)]
        rule = _renamed(shelf.rules[name], references[name])
        if not found and isinstance(rule.body, Correlation):
            fields = {one: events[one] for one in rule.body.rules}
            found = list(in_correlation(shelf.yamls[name], rule, rule.body, fields))
            events[name] = fields_of_alerts(rule.body, fields)
        elif not isinstance(rule.body, Correlation):
            events[name] = streams[rule.body.stream].columns
        if not found:
            good[name] = rule
        shelf.findings += found
    rules = {name: good[name] for name in sorted(good)}
    yamls = {name: shelf.yamls[name] for name in rules}
    return Resolved(rules, yamls, tuple(shelf.findings))


class _Shelf:
    """Rules by name and by id, before it is known whether they fit together."""

    def __init__(self, parsed: Mapping[str, Parsed]) -> None:
        self.rules: dict[str, Rule] = {}
        self.yamls: dict[str, YamlText] = {}
        self.ids: dict[str, str] = {}
        self.broken: dict[str, Location] = {}
        self.findings: list[Finding] = []
        for one in parsed.values():
            for rule, yaml in zip(one.rules, one.documents, strict=True):
                self._add(rule, yaml)
            for name, place in one.broken:
                self.broken.setdefault(name, place)

    def _add(self, rule: Rule, yaml: YamlText) -> None:
        known = self.rules.get(rule.name)
        written = yaml.value.get("id") if isinstance(yaml.value, Mapping) else None
        identity = written.lower() if isinstance(written, str) else ""
        if known is not None:
            place = yaml.place(("name",))
            self.findings.append(_twice(place, f"`{rule.name}`", known.place))
            return
        self.rules[rule.name] = rule
        self.yamls[rule.name] = yaml
        if identity in self.ids:
            first = self.rules[self.ids[identity]].place
            self.findings.append(_twice(yaml.place(("id",)), f"the id {identity}", first))
        elif identity:
            self.ids[identity] = rule.name

    def references(self, name: str) -> Iterator[Reference]:
        """What a rule names, in the order of its document."""
        rule, yaml = self.rules[name], self.yamls[name]
        listed = "rules" in _block(yaml)
        for number, one in enumerate(rule.references):
            route: Route = ("rules", number) if listed else ("condition",)
            yield Reference(one, ("correlation", *route), self._meant(one))
        for number, one in enumerate(rule.inhibitors):
            yield Reference(one, ("ops", "inhibited_by", number), self._meant(one))

    def _meant(self, written: str) -> str:
        word = written.lower()
        return word if word in self.rules else self.ids.get(word, word)

    def missing(
        self, name: str, reference: Reference, good: Mapping[str, Rule]
    ) -> Iterator[Finding]:
        """What is wrong if the rule that is meant cannot be run."""
        if reference.means in good:
            return
        place = self.yamls[name].place(reference.route)
        word = reference.written
        if reference.means in self.rules:
            first = self.rules[reference.means].place
        elif reference.means in self.broken:
            first = self.broken[reference.means]
        else:
            hint = did_you_mean(word, self.rules, "name a rule that there is")
            yield Finding(place, REFERENCE, f"there is no rule `{word}`", hint=hint)
            return
        message = f"`{word}` cannot be run, and so neither can this rule"
        related = ((first, "mend this rule first"),)
        hint = f"see what is wrong with {first.path}"
        yield Finding(place, REFERENCE, message, hint=hint, related=related)

    def told_circle(
        self, circle: Sequence[str], references: Mapping[str, Sequence[Reference]]
    ) -> Finding:
        """Rules that wait for one another, told at the first one's reference."""
        around = (*circle, circle[0])
        places = [
            self.yamls[name].place(next(r.route for r in references[name] if r.means == then))
            for name, then in pairwise(around)
        ]
        if len(circle) == 1:
            message = f"`{circle[0]}` names itself"
        else:
            message = f"these rules wait for one another: {' → '.join(around)}"
        related = tuple((place, "and this one") for place in places[1:])
        hint = "let one of them stand by itself"
        return Finding(places[0], CIRCLE, message, hint=hint, related=related)


def _twice(place: Location, what: str, first: Location) -> Finding:
    message = f"{what} is already taken by a rule in {first.path}"
    hint = "give one of them another: others must know which is meant"
    return Finding(place, DUPLICATE, message, hint=hint, related=((first, "the first one"),))


def _block(yaml: YamlText) -> Collection[object]:
    """The keys of its correlation."""
    block = yaml.value.get("correlation") if isinstance(yaml.value, Mapping) else None
    return block.keys() if isinstance(block, Mapping) else ()


def _renamed(rule: Rule, references: Sequence[Reference]) -> Rule:
    """The rule with the names that others really have, where it names them by their ids."""
    names = {one.written: one.means for one in references if one.written != one.means}
    if not names:
        return rule
    ops = rule.ops
    if ops and ops.inhibited_by:
        told = tuple(names.get(one, one) for one in ops.inhibited_by)
        ops = ops.model_copy(update={"inhibited_by": told})
    body = rule.body
    if isinstance(body, Correlation):
        body = replace(
            body,
            rules=tuple(names.get(one, one) for one in body.rules),
            aliases={
                key: {names.get(one, one): name for one, name in some.items()}
                for key, some in body.aliases.items()
            },
            presence=renamed(body.presence, names) if body.presence is not None else None,
        )
    return replace(rule, body=body, ops=ops)
