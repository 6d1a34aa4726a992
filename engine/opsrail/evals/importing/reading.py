"""The tests of a promptfoo file, and of the files it names, as they are written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from opsrail.evals.importing.assertions import KNOWN
from opsrail.evals.importing.model import At, Find, NotTaken, Written, left_out
from opsrail.evals.importing.shorthand import spelled_out
from opsrail.findings import Finding, Location
from opsrail.repo.yaml import YamlText

_FILE: Final = "file://"
_DATA: Final = (".yaml", ".yml", ".json")
_TEXTS: Final = (".txt", ".md")
_EXPECTED: Final = "__expected"


@dataclass(frozen=True, slots=True)
class Config:
    """What a file holds: what holds for all tests, the tests, what was left out so far."""

    title: str
    default: Written
    tests: tuple[Written, ...]
    left: tuple[Finding, ...]


def config_of(path: str, text: str, find: Find) -> Config:
    """The tests of a config, of a list of tests or of a table. Raises `Unreadable`."""
    nothing = Written({}, _always(Location(path)))
    if path.endswith(".csv"):
        return Config("", nothing, tuple(_table(path, text)), ())
    yaml = YamlText.parse(path, text)
    value = as_json(yaml.value)
    if not isinstance(value, Mapping):
        value = {"tests": value}
        tests, left = _tests(yaml, (), value["tests"], find)
        return Config("", nothing, tuple(tests), tuple(left))
    default = value.get("defaultTest")
    tests, left = _tests(yaml, ("tests",), value.get("tests"), find)
    tests = [_with_templates(test, value) for test in tests]
    if isinstance(default, Mapping):
        nothing = _with_templates(Written(default, _placed(yaml, ("defaultTest",))), value)
    left += _unused(yaml, value, default)
    return Config(str(value.get("description") or ""), nothing, tuple(tests), tuple(left))


def as_json(value: Any) -> Any:  # noqa: ANN401 - any YAML
    """YAML's data as JSON has it: dates are texts, keys are texts."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): as_json(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_json(part) for part in value]
    return value


def loaded(value: Any, find: Find) -> Any:  # noqa: ANN401 - any JSON
    """A value, or what stands in the file that it names. Raises `NotTaken`."""
    if not isinstance(value, str) or not value.startswith(_FILE):
        return value
    name = value.removeprefix(_FILE)
    if not name.endswith((*_DATA, *_TEXTS)):
        raise NotTaken(f"`{name}` is no file of data", "write its value out")
    found = find(name)
    if len(found) != 1:
        raise NotTaken(f"the file `{name}` is not there")
    path, text = next(iter(found.items()))
    return as_json(YamlText.parse(path, text).value) if name.endswith(_DATA) else text.rstrip("\n")


def _tests(
    yaml: YamlText, route: tuple[str | int, ...], value: object, find: Find
) -> tuple[list[Written], list[Finding]]:
    tests: list[Written] = []
    left: list[Finding] = []
    several = value if isinstance(value, list) else [value] if value is not None else []
    for number, entry in enumerate(several):
        here = (*route, number) if isinstance(value, list) else route
        if isinstance(entry, Mapping) and "path" not in entry:
            tests.append(Written(entry, _placed(yaml, here)))
            continue
        try:
            tests += _elsewhere(entry, find)
        except NotTaken as why:
            left.append(left_out(yaml.place(here), "tests", why))
    return tests, left


def _elsewhere(entry: object, find: Find) -> Iterator[Written]:
    """The tests of the files that an entry names."""
    if not isinstance(entry, str) or "://" in entry.removeprefix(_FILE):
        raise NotTaken("they do not stand in a file beside this one", "export them as CSV")
    name = entry.removeprefix(_FILE)
    if not name.endswith((*_DATA, ".csv")):
        raise NotTaken(f"`{name}` is no YAML, JSON or CSV file", "export the tests as CSV")
    found = find(name)
    if not found:
        raise NotTaken(f"the file `{name}` is not there")
    for path, text in found.items():
        yield from _file(path, text)


def _file(path: str, text: str) -> Iterator[Written]:
    if path.endswith(".csv"):
        yield from _table(path, text)
        return
    yaml = YamlText.parse(path, text)
    value = as_json(yaml.value)
    for number, entry in enumerate(value if isinstance(value, list) else [value]):
        if not isinstance(entry, Mapping):
            raise NotTaken(f"`{path}` is no list of tests")
        yield Written(entry, _placed(yaml, (number,) if isinstance(value, list) else ()))


def _placed(yaml: YamlText, route: tuple[str | int, ...]) -> At:
    return lambda rest: yaml.place((*route, *rest))


def _always(place: Location) -> At:
    return lambda _rest: place


def _table(path: str, text: str) -> Iterator[Written]:
    """The rows of a table: a column is a variable, `__expected…` an assertion."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    last = 1
    for row in rows:
        place = Location(path, last + 1)
        last = rows.line_num
        told = {(key or "").strip(): value for key, value in row.items() if isinstance(value, str)}
        yield Written(_row(told), _always(place))


def _row(row: Mapping[str, str]) -> Mapping[str, Any]:
    asked = [value for key, value in row.items() if key.startswith(_EXPECTED) and value.strip()]
    test: dict[str, Any] = {
        "vars": {key: value for key, value in row.items() if not key.startswith("__")},
        "assert": [spelled_out(value, KNOWN) for value in asked],
        "metadata": {
            key.removeprefix("__metadata:"): value
            for key, value in row.items()
            if key.startswith("__metadata:") and value.strip()
        },
    }
    if row.get("__description"):
        test["description"] = row["__description"]
    others = [key for key in row if key.startswith("__") and not _is_read(key) and row[key]]
    return {**test, **{key: row[key] for key in others}}


def _is_read(column: str) -> bool:
    return column == "__description" or column.startswith((_EXPECTED, "__metadata:"))


def _with_templates(test: Written, config: Mapping[str, Any]) -> Written:
    """The test with the assertions that it shares with others by `$ref`."""
    shared, asserts = config.get("assertionTemplates"), test.data.get("assert")
    if not isinstance(shared, Mapping) or not isinstance(asserts, list):
        return test
    start = "#/assertionTemplates/"
    spelled = [
        {**shared[name], **{key: part for key, part in one.items() if key != "$ref"}}
        if isinstance(one, Mapping)
        and (name := str(one.get("$ref", "")).removeprefix(start)) in shared
        and isinstance(shared[name], Mapping)
        else one
        for one in asserts
    ]
    return replace(test, data={**test.data, "assert": spelled})


_SILENT: Final = frozenset(
    "$schema description tests defaultTest assertionTemplates env evaluateOptions outputPath"
    " sharing commandLineOptions tags metadata".split()
)
"""Keys that say how promptfoo runs and reports, and nothing about what must be true."""
_WHY: Final = {
    "prompts": NotTaken("the target asks its own questions", "see `target` in the suite"),
    "providers": NotTaken("the suite's target answers", "see `target` in the suite"),
    "targets": NotTaken("the suite's target answers", "see `target` in the suite"),
}


def _unused(yaml: YamlText, value: Mapping[str, Any], default: object) -> list[Finding]:
    left = [
        left_out(yaml.place((key,), key=True), key, _WHY.get(key, NotTaken("it is not known here")))
        for key in value
        if key not in _SILENT
    ]
    if default is not None and not isinstance(default, Mapping):
        why = NotTaken("it stands in a file of its own", "write it into this file")
        left.append(left_out(yaml.place(("defaultTest",)), "defaultTest", why))
    return left
