"""The library: every rule of a snapshot, with what the rules name put together.

A rule that is in the library can be run: it has no error, and neither has anything that it is
built on. What kept a rule out is among the findings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final, TypeVar

from pydantic import BaseModel

from opsrail.detection.model import Rule
from opsrail.detection.policies import DetectionPolicy, RoutesFile
from opsrail.detection.reading.documents import (
    FOLDER,
    POLICY_PATH,
    ROUTES_PATH,
    SETTINGS,
    STREAMS_PATH,
    is_rule_file,
    lacks_zone,
)
from opsrail.detection.reading.naming import did_you_mean
from opsrail.detection.reading.order import arranged, reachable
from opsrail.detection.reading.parse import Parsed, parse_rules
from opsrail.detection.reading.resolve import resolve
from opsrail.detection.reading.search import files_for
from opsrail.findings import CannotWork, Finding, Location, Unreadable, in_order
from opsrail.repo.reading import read_as
from opsrail.repo.snapshot import Snapshot
from opsrail.repo.yaml import YamlText
from opsrail.streams.formats import StreamsFile
from opsrail.streams.model import Stream

MOST_REMEMBERED: Final = 1_024
"""Files whose rules are remembered: the same ones are read again for every mutant and check."""

Format = TypeVar("Format", bound=BaseModel)


@dataclass(frozen=True)
class Library:
    """Rules by name, the streams they read, and the policy and routes around them.

    `texts` are the rule files by path, `settings` the files around them. `documents` has the
    YAML of each rule, for places. `findings` say what could not be read or put together.
    """

    rules: Mapping[str, Rule]
    streams: Mapping[str, Stream]
    policy: DetectionPolicy
    routes: RoutesFile | None
    texts: Mapping[str, str]
    findings: tuple[Finding, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, YamlText] = field(default_factory=dict)

    @cached_property
    def _needs(self) -> Mapping[str, tuple[str, ...]]:
        return {name: (*rule.references, *rule.inhibitors) for name, rule in self.rules.items()}

    @cached_property
    def _order(self) -> tuple[str, ...]:
        return arranged(self._needs)[0]

    def closure(self, names: Iterable[str]) -> tuple[Rule, ...]:
        """These rules, what they are built on and inhibited by, in order of evaluation.

        Raises `CannotWork` for a name that no readable rule has.
        """
        asked = tuple(names)
        for name in asked:
            if name not in self.rules:
                hint = did_you_mean(name, self.rules, "see `opsrail rules list`")
                raise CannotWork(f"there is no rule {name} that can be run", hint)
        wanted = reachable(asked, self._needs)
        return tuple(self.rules[name] for name in self._order if name in wanted)

    def place(self, name: str, *route: str | int, key: bool = False) -> Location:
        """Where a part of a rule's document stands; the closest there is if it has none."""
        return self.documents[name].place(route, key=key)

    def narrowed(self, names: Iterable[str]) -> Library:
        """The library of only those files that these rules and what they need stand in."""
        paths = {rule.place.path for rule in self.closure(names)}
        kept = {path: text for path, text in self.texts.items() if path in paths}
        return library_of({**self.settings, **kept})

    def with_text(self, path: str, text: str) -> Library:
        """The library as it would be with another text in one file."""
        return library_of({**self.settings, **self.texts, path: text})


def read_library(snapshot: Snapshot, only: Collection[str] | None = None) -> Library:
    """The rules of a snapshot; with `only`, those of these files and what they need.

    With `only`, cost grows with these files and not with the number of rules there are.
    """
    findings: list[Finding] = []
    texts: dict[str, str] = {}

    def take(path: str) -> str:
        if path not in texts:
            try:
                texts[path] = snapshot.text(path)
            except Unreadable as error:
                findings.append(error.finding)
                texts[path] = ""
        return texts[path]

    for path in (path for path in SETTINGS if path in snapshot):
        take(path)
    every = [path for path in snapshot.paths(FOLDER, ".yaml") if is_rule_file(path)]
    wanted = every if only is None else files_for(snapshot, every, only, take)
    for path in wanted:
        take(path)
    return _library(texts, findings)


def library_of(texts: Mapping[str, str]) -> Library:
    """The library of these files: path → text. The files of `SETTINGS` may be among them."""
    return _library(texts, ())


def _library(texts: Mapping[str, str], unreadable: Iterable[Finding]) -> Library:
    settings = {path: texts[path] for path in SETTINGS if path in texts}
    rules = {path: texts[path] for path in sorted(texts) if is_rule_file(path)}
    streams_text = settings.get(STREAMS_PATH)
    streams, wrong = _streams(streams_text or "")
    findings = [*unreadable, *wrong]
    if rules and not streams and not any(f.location.path == STREAMS_PATH for f in findings):
        message = "there are rules, and no file says which streams they read"
        hint = f"add {STREAMS_PATH}"
        findings.append(Finding(Location(STREAMS_PATH), "rule-stream", message, hint=hint))
    parsed = {path: _parsed(path, text, streams_text or "") for path, text in rules.items()}
    resolved = resolve(parsed, streams)
    policy, in_policy = _read("detection-policy", POLICY_PATH, DetectionPolicy, settings)
    routes, in_routes = _read("routes", ROUTES_PATH, RoutesFile, settings)
    for one in parsed.values():
        findings += one.findings
    findings += (*resolved.findings, *in_policy, *in_routes)
    return Library(
        rules=resolved.rules,
        streams=streams,
        policy=policy or DetectionPolicy(),
        routes=routes,
        texts=rules,
        findings=in_order(findings),
        settings=settings,
        documents=resolved.documents,
    )


@lru_cache(maxsize=MOST_REMEMBERED)
def _parsed(path: str, text: str, streams: str) -> Parsed:
    return parse_rules(path, text, _streams(streams)[0])


@lru_cache(maxsize=8)
def _streams(text: str) -> tuple[Mapping[str, Stream], tuple[Finding, ...]]:
    file, found = _read("streams", STREAMS_PATH, StreamsFile, {STREAMS_PATH: text} if text else {})
    entries = file.streams if file else {}
    return {name: Stream.from_entry(name, entry) for name, entry in entries.items()}, found


def _read(
    kind: str, path: str, model: type[Format], texts: Mapping[str, str]
) -> tuple[Format | None, tuple[Finding, ...]]:
    """One of the files around the rules; nothing and no finding where it is not there."""
    if not texts.get(path):
        return None, ()
    try:
        yaml = YamlText.parse(path, texts[path])
    except Unreadable as error:
        return None, (error.finding,)
    file, found = read_as(kind, model, yaml)
    if isinstance(file, DetectionPolicy):
        found = (*found, *_in_maintenance(yaml, file))
    return file, found


def _in_maintenance(yaml: YamlText, policy: DetectionPolicy) -> Iterator[Finding]:
    for number, one in enumerate(policy.maintenance):
        vague = lacks_zone(one.from_) or lacks_zone(one.to)
        if not vague and one.to <= one.from_:
            place = yaml.place(("maintenance", number, "to"))
            message = f"the maintenance `{one.name}` ends before it begins"
            yield Finding(place, "rule-setting", message, hint="correct `from` or `to`")
        for key, moment in (("from", one.from_), ("to", one.to)):
            if lacks_zone(moment):
                place = yaml.place(("maintenance", number, key))
                message = "this moment names no time zone"
                yield Finding(place, "rule-setting", message, hint="add `Z` for UTC")
