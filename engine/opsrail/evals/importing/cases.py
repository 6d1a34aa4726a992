"""Tests of promptfoo as cases of ours: variables are the input, assertions what is expected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from opsrail.evals.importing.assertions import refuse_judges, translated
from opsrail.evals.importing.model import Find, NotTaken, Taken, Written, left_out
from opsrail.evals.importing.reading import loaded
from opsrail.evals.importing.templates import combinations, filled, has_template
from opsrail.evals.texts.passages import clipped, quoted
from opsrail.findings import Finding

_ASKING: Final = (
    "question", "ask", "query", "prompt", "input", "message", "user_input", "text", "body", "topic",
)  # fmt: skip
"""Names that people give to the variable that holds the question, the likeliest first."""
_LONGEST_ID: Final = 100
_KEPT: Final = frozenset({"vars", "assert", "description", "metadata"})
_WHY: Final = {
    "threshold": NotTaken(
        "a share of the assertions was enough; here all have to pass", "remove those that need not"
    ),
    "options": NotTaken("it changes the prompt or the answer", "let the target do that"),
    "provider": NotTaken("the suite's target answers"),
    "providers": NotTaken("the suite's target answers"),
    "prompts": NotTaken("the target asks its own questions"),
    "providerOutput": NotTaken("an answer that is given needs no target"),
}
_LESSER: Final = {
    "metric": NotTaken("assertions have no names here; the suite has one score"),
}

Route = tuple[str | int, ...]
Common = tuple[list[dict[str, Any]], list[Finding]]
"""Assertions of ours, and what is missing."""


def common_of(default: Written, find: Find) -> Common:
    """What holds for all tests alike, and what of it is left out for all of them.

    Assertions that name a variable are not among it: each test has its own.
    """
    taken: list[dict[str, Any]] = []
    left = _others(default)
    for route, entry in _assertions(default):
        if has_template(entry):
            continue
        found, missing = _one(default, route, entry, {}, find)
        taken += found
        left += missing
    return taken, left


def cases_of(default: Written, test: Written, find: Find) -> Iterator[Taken]:
    """The cases of one test: one for every combination of its variables."""
    inherited, own = default.data.get("vars"), test.data.get("vars")
    try:
        given = {**_variables(inherited, find), **_variables(own, find)}
        every = list(combinations(given))
    except NotTaken as why:
        yield Taken({}, (left_out(test.at(("vars",)), "vars", why),))
        return
    left = _others(test)
    for number, raw in enumerate(every):
        try:
            values = {name: filled(value, raw) for name, value in raw.items()}
        except NotTaken as why:
            said = {"id": str(test.data.get("description") or "")}
            yield Taken(said, (left_out(test.at(("vars",)), "vars", why),))
            continue
        entry, missing = _case(default, test, values, find)
        varying = [values[name] for name in given if isinstance(given[name], list)]
        if varying and test.data.get("description"):
            entry["id"] = f"{entry['id']} · {', '.join(map(str, varying))}"
        yield Taken(entry, (*missing, *(left if number == 0 else ())))


def named_apart(cases: Sequence[Taken]) -> tuple[Taken, ...]:
    """The cases with ids of the right form, no two the same."""
    seen: set[str] = set()
    named: list[Taken] = []
    for number, case in enumerate(cases, 1):
        wanted = clipped(re.sub(r"[#\x00-\x1f\x7f]+", " ", case.entry["id"]), _LONGEST_ID).strip()
        found, again = wanted or f"case {number}", 1
        while found in seen:
            again += 1
            found = f"{wanted or f'case {number}'} ({again})"
        seen.add(found)
        named.append(Taken({**case.entry, "id": found}, case.left))
    return tuple(named)


def _variables(value: object, find: Find) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        value = loaded(value, find)
    if not isinstance(value, Mapping):
        raise NotTaken("the variables are no mapping of names to values")
    return {name: loaded(part, find) for name, part in value.items()}


def _case(
    default: Written, test: Written, given: Mapping[str, Any], find: Find
) -> tuple[dict[str, Any], list[Finding]]:
    expect: list[dict[str, Any]] = []
    left: list[Finding] = []
    own = [(test, *one) for one in _assertions(test)]
    shared = [(default, *one) for one in _assertions(default) if has_template(one[1])]
    for source, route, entry in (*own, *shared):
        found, missing = _one(source, route, entry, given, find)
        expect += found
        left += missing
    description = _described(test, given)
    ask = _question(given) or description
    case: dict[str, Any] = {"id": description or ask, "ask": ask}
    if given:
        case["input"] = dict(given)
    if tags := _tags(default.data.get("metadata"), test.data.get("metadata")):
        case["tags"] = tags
    if expect:
        case["expect"] = expect
    return case, left


def _described(test: Written, given: Mapping[str, Any]) -> str:
    said = str(test.data.get("description") or "")
    try:
        return str(filled(said, given))
    except NotTaken:
        return said


def _question(given: Mapping[str, Any]) -> str:
    texts = {name: value for name, value in given.items() if isinstance(value, str) and value}
    for name in _ASKING:
        if name in texts:
            return texts[name]
    return next(iter(texts.values())) if len(texts) == 1 else ""


def _tags(*several: object) -> list[str]:
    told = {key: value for one in several if isinstance(one, Mapping) for key, value in one.items()}
    return [
        f"{key}: {part}"
        for key, value in told.items()
        for part in (value if isinstance(value, list) else [value])
        if isinstance(part, str | int | float)
    ]


def _assertions(test: Written) -> Iterator[tuple[Route, Any]]:
    value = test.data.get("assert")
    if value is None:
        return
    for number, entry in enumerate(value if isinstance(value, list) else [value]):
        yield ("assert", number) if isinstance(value, list) else ("assert",), entry


def _one(
    source: Written, route: Route, entry: object, given: Mapping[str, Any], find: Find
) -> Common:
    """What one assertion becomes: ours, or a finding that says why it does not."""
    try:
        if not isinstance(entry, Mapping):
            raise NotTaken("it is no mapping with a type")  # noqa: TRY301 - told like every other reason
        if entry.get("type") == "assert-set":
            return _group(source, route, entry, given, find)
        refuse_judges(str(entry.get("type", "")))
        read = {**entry, "value": loaded(entry.get("value"), find)}
        taken = [translated(read, given)]
    except NotTaken as why:
        return [], [left_out(source.at(route), _named(entry), why)]
    lost = [
        left_out(source.at((*route, key)), f"{_named(entry)}: {key}", why)
        for key, why in _LESSER.items()
        if entry.get(key)
    ]
    return taken, lost


def _group(
    source: Written,
    route: Route,
    entry: Mapping[str, Any],
    given: Mapping[str, Any],
    find: Find,
) -> Common:
    """A group all of whose assertions have to pass is the same as its assertions."""
    if not isinstance(entry.get("assert"), list) or not entry["assert"]:
        raise NotTaken("it holds no assertions")
    if entry.get("threshold", 1) != 1 or entry.get("weight", 1) != 1:
        raise NotTaken("a share of its assertions is enough", "write those that must hold")
    taken: list[dict[str, Any]] = []
    left: list[Finding] = []
    for number, one in enumerate(entry["assert"]):
        found, missing = _one(source, (*route, "assert", number), one, given, find)
        taken += found
        left += missing
    return taken, left


def _named(entry: object) -> str:
    if not isinstance(entry, Mapping):
        return "an assertion"
    value = entry.get("value")
    told = f" {quoted(value, 60)}" if isinstance(value, str) and value else ""
    return f"{entry.get('type', 'an assertion without a type')}{told}"


def _others(test: Written) -> list[Finding]:
    """The keys of a test that have no counterpart."""
    return [
        left_out(test.at((key,)), key, _WHY.get(key, NotTaken("it is not known here")))
        for key, value in test.data.items()
        if key not in _KEPT and value not in ({}, [], None)
    ]
