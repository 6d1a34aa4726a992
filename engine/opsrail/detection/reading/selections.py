"""The edge to pySigma: the selections of a detection become one tree, or findings.

pySigma says what is wrong, not where. So selections are read one by one, and one that fails
item by item, until the key at fault is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Final, cast
from warnings import catch_warnings, simplefilter

from sigma.conditions import ConditionItem, ConditionOR, SigmaCondition
from sigma.exceptions import SigmaError, SigmaRegularExpressionError
from sigma.modifiers import modifier_mapping
from sigma.policy.profiles import TrustedPolicy
from sigma.rule.detection import EmptySigmaDetections, SigmaDetectionItem, SigmaDetections

from opsrail.detection.conditions import unsupported
from opsrail.detection.reading.naming import did_you_mean, listed
from opsrail.findings import Finding
from opsrail.repo.yaml import YamlText

FORM: Final = "rule-form"
PATTERN: Final = "rule-pattern"
CONDITION: Final = ("detection", "condition")
LONGEST: Final = 5_000
"""Characters a condition may have."""
DEEPEST: Final = 60
"""Brackets and `not` that a condition may have: reading it goes a level deeper for each."""
MOST_STARS: Final = 3
"""In one name: looking for what fits takes many times longer with each."""
_WORD: Final = re.compile(r"[A-Za-z0-9_*-]+")
_NESTING: Final = re.compile(r"\(|\bnot\b")
_SELECTOR: Final = re.compile(r"^Selector '(.+)' doesn't match")
_AT: Final = re.compile(r"\(at char ([0-9]+)\)")
_GRAMMAR: Final = frozenset({"and", "or", "not", "of", "them", "1", "any", "all"})
Route = tuple[str | int, ...]


def read_selections(yaml: YamlText) -> tuple[ConditionItem | None, tuple[Finding, ...]]:
    """The condition of a detection with its selections put in; None and findings if it fails."""
    value = cast("Mapping[str, Mapping[str, object]]", yaml.value)["detection"]
    selections = {name: one for name, one in value.items() if name != "condition"}
    written, rest = _conditions(value.get("condition"))
    with catch_warnings():
        # What Python would rather see written otherwise in a pattern is no news to the author.
        simplefilter("ignore", FutureWarning)
        found = (*_in_selections(yaml, selections), *_in_conditions(yaml, written, selections))
        if rest and written:
            message = "a condition is a text that combines selections"
            found = (*found, Finding(yaml.place(CONDITION), FORM, message, hint="put it in quotes"))
        return (None, found) if found else _tree(yaml, dict(value), written)


def _tree(
    yaml: YamlText, value: dict[str, object], written: Sequence[str]
) -> tuple[ConditionItem | None, tuple[Finding, ...]]:
    place = yaml.place(CONDITION)
    try:
        detections = SigmaDetections.from_dict(
            {**value, "condition": list(written)}, policy=TrustedPolicy
        )
        trees = [SigmaCondition(one, detections).parsed for one in written]
    except SigmaError as error:
        hint = "combine the selections by `and`, `or`, `not` and brackets"
        return None, (Finding(place, FORM, _unread(str(error)), hint=hint),)
    tree = trees[0] if len(trees) == 1 else ConditionOR(list(trees))
    return cast("ConditionItem", tree), ()


def _unread(error: str) -> str:
    """What is wrong with a condition; the grammar that pySigma expected helps nobody."""
    if found := _SELECTOR.search(error):
        return f"no selection fits `{found[1]}`"
    found = _AT.search(error)
    place = f" from its character {int(found[1]) + 1} on" if found else ""
    return f"this condition cannot be read{place}"


def _conditions(value: object) -> tuple[tuple[str, ...], int]:
    """The conditions, one text or several of which one has to hold; and how many are no text."""
    several = value if isinstance(value, list) else [value]
    texts = tuple(one for one in several if isinstance(one, str))
    return texts, len(several) - len(texts)


def _in_selections(yaml: YamlText, selections: Mapping[str, object]) -> Iterator[Finding]:
    if not selections:
        message = "no selection says what an event must look like"
        hint = "add one above the condition: `selection: {event_type: created}`"
        yield Finding(yaml.place(("detection",), key=True), FORM, message, hint=hint)
    for name, definition in selections.items():
        yield from _in_definition(yaml, ("detection", name), definition)


def _in_definition(yaml: YamlText, route: Route, definition: object) -> Iterator[Finding]:
    if isinstance(definition, Mapping) and definition:
        for key, value in definition.items():
            yield from _in_item(yaml, (*route, key), str(key), value)
    elif isinstance(definition, list) and definition:
        for number, inner in enumerate(definition):
            if isinstance(inner, Mapping | list):
                yield from _in_definition(yaml, (*route, number), inner)
            else:
                yield from _in_value(yaml, (*route, number), inner)
    elif definition in ({}, [], None, ""):
        message = "this selection is empty"
        hint = "say what the event must look like, or remove it"
        yield Finding(yaml.place(route, key=True), FORM, message, hint=hint)
    else:
        yield from _in_value(yaml, route, definition)


def _in_value(yaml: YamlText, route: Route, value: object) -> Iterator[Finding]:
    try:
        item = SigmaDetectionItem.from_value(cast("str", value))
    except SigmaError:
        message = "this is no text and no number"
        yield Finding(yaml.place(route), FORM, message, hint="put it in quotes")
    else:
        yield from _refused(yaml, route, item)


def _in_item(yaml: YamlText, route: Route, key: str, value: object) -> Iterator[Finding]:
    """What is wrong with one line of a selection: `field|modifier: value`."""
    for modifier in key.split("|")[1:]:
        if modifier not in modifier_mapping:
            message = f"`{modifier}` is no modifier of Sigma"
            hint = did_you_mean(modifier, modifier_mapping, "known are `contains`, `startswith`, …")
            yield Finding(yaml.place(route, key=True), FORM, message, hint=hint)
            return
    values = value if isinstance(value, list) else [value]
    if not values:
        hint = "list what it may be; write `null` where it has to be empty"
        message = f"`{key}` lists no value"
        yield Finding(yaml.place(route, key=True), FORM, message, hint=hint)
    for number, one in enumerate(values):
        place = (*route, number) if isinstance(value, list) else route
        yield from _in_single(yaml, place, key, one)


def _in_single(yaml: YamlText, route: Route, key: str, value: object) -> Iterator[Finding]:
    if isinstance(value, Mapping | list):
        message = f"`{key}` expects a value or a list of values"
        yield Finding(yaml.place(route), FORM, message, hint="remove the inner keys or brackets")
        return
    if "re" in key.split("|")[1:] and not isinstance(value, str):
        yield Finding(yaml.place(route), FORM, f"`{key}` expects text", hint="put it in quotes")
        return
    try:
        item = SigmaDetectionItem.from_mapping(key, cast("str", value), policy=TrustedPolicy)
    except SigmaRegularExpressionError as error:
        reason = str(error).rpartition("is invalid: ")[2]
        message = f"`{value}` is no regular expression: {reason}"
        yield Finding(yaml.place(route), PATTERN, message, hint="correct it, or use `|contains`")
    except SigmaError as error:
        message, hint = _in_plain_words(key, value, error)
        yield Finding(yaml.place(route), FORM, message, hint=hint)
    else:
        yield from _refused(yaml, route, item)


def _refused(yaml: YamlText, route: Route, item: SigmaDetectionItem) -> Iterator[Finding]:
    """What of a readable item no engine can run."""
    tree = item.postprocess(EmptySigmaDetections())
    for told in unsupported(tree) if tree is not None else ():
        yield Finding(yaml.place(route), PATTERN, told.removesuffix("."))


def _in_plain_words(key: str, value: object, error: SigmaError) -> tuple[str, str]:
    """Message and hint for a value that its modifiers do not take."""
    modifiers = key.split("|")[1:]
    if {"lt", "lte", "gt", "gte"} & set(modifiers):
        return f"`{key}` compares numbers, and this is none", "write a number without quotes"
    if "exists" in modifiers:
        return f"`{key}` is either true or false", "write `true` or `false`"
    if "cidr" in modifiers:
        return "this is no network", "write one such as `10.20.0.0/16`"
    if value is None:
        return f"`{key}` cannot be compared with nothing", "use `null` without a modifier"
    if not modifiers:
        return "this is no text and no number", "put it in quotes"
    return f"`{key}` does not take this value: {error}", "change the value or the modifier"


def _in_conditions(
    yaml: YamlText, written: Sequence[str], selections: Mapping[str, object]
) -> Iterator[Finding]:
    place = yaml.place(CONDITION)
    if not written:
        message = "no condition says which selections count"
        meant = get_close_matches("condition", selections, n=1, cutoff=0.75)
        hint = f"write `condition: {next(iter(selections), 'selection')}`"
        hint = f"rename `{meant[0]}` to `condition`" if meant else hint
        yield Finding(place, FORM, message, hint=hint)
    for one in written:
        if len(one) > LONGEST or len(_NESTING.findall(one)) > DEEPEST:
            message = "this condition is too long or too deeply nested"
            hint = "put more into the selections: values of a list are alternatives"
            yield Finding(place, FORM, message, hint=hint)
        elif any(word.count("*") > MOST_STARS for word in _WORD.findall(one)):
            message = f"a name in this condition has more than {MOST_STARS} stars"
            hint = "one at the end is enough: `1 of selection_*`"
            yield Finding(place, FORM, message, hint=hint)
        elif "|" in one:
            message = "conditions with `|` count events, which this cannot do"
            hint = "write a second document with a `correlation` that names this rule"
            yield Finding(place, FORM, message, hint=hint)
        else:
            yield from (
                Finding(place, FORM, f"no selection is named `{name}`", hint=hint)
                for name, hint in _unknown(one, selections)
            )


def _unknown(condition: str, selections: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Names in a condition that no selection has, each with a hint."""
    there = f"there is {listed(selections)}" if selections else "add the selection above it"
    for word in dict.fromkeys(_WORD.findall(condition)):
        if word not in _GRAMMAR and word not in selections and "*" not in word:
            yield word, did_you_mean(word, selections, there)
