"""The mutants of a rule file: each is one small change that makes another rule of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from opsrail.detection.library import Library
from opsrail.detection.model import Correlation, Detection, Rule
from opsrail.detection.mutation import correlations, detections, options
from opsrail.detection.mutation.changes import Change, Edit, Pen, applied
from opsrail.detection.mutation.written import Sheet, sheets
from opsrail.detection.reading.parse import parse_rules
from opsrail.detection.reading.presence import renamed
from opsrail.findings import Location
from opsrail.streams.model import Stream


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule that differs from the one in its file by a small change.

    `words` tell the change, `place` is where it is made, `edits` are it; `rule` is what the
    changed text says.
    """

    words: str
    place: Location
    edits: tuple[Edit, ...] = field(repr=False)
    rule: Rule = field(repr=False)


def mutants_of(library: Library, path: str) -> Iterator[Mutant]:
    """The mutants of every rule in a file, in the order of the text.

    A change that makes no rule, or one that means the same as the file's or as a mutant that
    came before, is none.
    """
    text = library.texts[path]
    written = sheets(text)
    mine = (rule for rule in library.rules.values() if rule.place.path == path)
    for rule in sorted(mine, key=lambda rule: rule.number):
        yield from _of_rule(library, rule, text, written[rule.number])


def diff(mutant: Mutant, text: str) -> tuple[str, ...]:
    """The lines of a file's text that a mutant takes away (`-`) and puts in their place (`+`)."""
    after = applied(text, mutant.edits)
    lines = difflib.unified_diff(text.splitlines(), after.splitlines(), lineterm="", n=0)
    return tuple(line for line in list(lines)[2:] if not line.startswith("@@"))


def _of_rule(library: Library, rule: Rule, text: str, sheet: Sheet) -> Iterator[Mutant]:
    reader = _Reader(library.streams, rule, text, sheet)
    seen = {rule.logic}
    names = reader.names()
    for change in sorted(_changes(library, rule, text, sheet), key=lambda change: change.at):
        read = reader.read(change.edits)
        if read is not None and read.logic not in seen:
            seen.add(read.logic)
            place = _place(rule.place.path, text, change.at)
            yield Mutant(change.words, place, change.edits, _resolved(read, names))


def _changes(library: Library, rule: Rule, text: str, sheet: Sheet) -> Iterator[Change]:
    pen = Pen(text)
    assert sheet.root is not None
    if isinstance(rule.body, Detection):
        block = sheet.root.get("detection")
        assert block is not None
        yield from detections.changes_of(pen, block, library.streams[rule.body.stream].columns)
    yield from correlations.changes_of(pen, sheet.root)
    yield from options.changes_of(pen, sheet.root, rule)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one document of a file after edits, apart from the others and from its tests."""

    streams: Mapping[str, Stream]
    rule: Rule
    text: str
    sheet: Sheet

    def read(self, edits: tuple[Edit, ...]) -> Rule | None:
        """The rule that the edited document makes, if any."""
        text = self.text[self.sheet.start : self.sheet.end]
        whole = applied(text, (*edits, *self._untested()), self.sheet.start)
        parsed = parse_rules(self.rule.place.path, whole, self.streams)
        if len(parsed.rules) != 1 or parsed.broken:
            return None
        return replace(parsed.rules[0], number=self.rule.number, place=self.rule.place)

    def names(self) -> Mapping[str, str]:
        """What the document calls the rules it names → their names."""
        read = self.read(())
        assert read is not None
        return dict(zip(read.references, self.rule.references, strict=True))

    def _untested(self) -> tuple[Edit, ...]:
        """Tests say nothing about what a rule does, and take long to read."""
        tests = self.sheet.root.get("ops", "tests") if self.sheet.root else None
        return (Edit(tests.start, tests.end, "[]"),) if tests else ()


def _resolved(rule: Rule, names: Mapping[str, str]) -> Rule:
    """The rule with the rules it names called by their names."""
    body = rule.body
    if not isinstance(body, Correlation) or all(one == name for one, name in names.items()):
        return rule
    resolved = replace(
        body,
        rules=tuple(names[one] for one in body.rules),
        presence=renamed(body.presence, dict(names)) if body.presence else None,
        aliases={
            key: {names.get(one, one): field for one, field in fields.items()}
            for key, fields in body.aliases.items()
        },
    )
    return replace(rule, body=resolved)


def _place(path: str, text: str, at: int) -> Location:
    before = text[:at]
    return Location(path, before.count("\n") + 1, at - before.rfind("\n"))
