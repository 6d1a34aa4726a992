"""What is wrong with a correlation block: what Sigma rejects, and what cannot be computed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from opsrail.detection.formats import CorrelationBlock, CorrelationType
from opsrail.detection.model import COUNTING, Operator, Threshold, holds
from opsrail.detection.query.presence import names_missing, names_present
from opsrail.detection.reading.blocks import (
    compared,
    fields_of_value,
    length_of,
    named_rules,
    thresholds_of,
)
from opsrail.detection.reading.naming import did_you_mean, listed
from opsrail.detection.reading.presence import read_presence
from opsrail.findings import Finding
from opsrail.repo.yaml import YamlText
from opsrail.streams.spans import SECOND

FORM: Final = "rule-form"
SETTING: Final = "rule-setting"
UNSUPPORTED: Final = "rule-unsupported"
LONGEST: Final = 5 * 366 * 86_400 * SECOND
"""Microseconds of the longest window: nobody acts on what took longer to come about."""

TEMPORAL: Final = frozenset({CorrelationType.TEMPORAL, CorrelationType.TEMPORAL_ORDERED})
_CONDITION: Final = ("correlation", "condition")


def in_block(yaml: YamlText, block: CorrelationBlock) -> Iterator[Finding]:
    """What is wrong with the block by itself. Without findings, a `Correlation` can be made."""
    if length_of(block.timespan) > LONGEST:
        place = yaml.place(("correlation", "timespan"))
        message = f"a window of {block.timespan} is longer than five years"
        yield Finding(place, SETTING, message, hint="shorten it; `m` are minutes and `M` months")
    yield from _in_rules(yaml, block)
    for number, key in enumerate(block.group_by):
        if key in block.group_by[:number]:
            place = yaml.place(("correlation", "group-by", number))
            yield Finding(place, SETTING, f"`{key}` is named twice", hint="keep one of them")
    yield from _in_aliases(yaml, block)
    if isinstance(block.condition, str):
        yield from _in_text(yaml, block, block.condition)
    else:
        yield from _in_comparison(yaml, block)
        yield from _in_value(yaml, block)


def _in_rules(yaml: YamlText, block: CorrelationBlock) -> Iterator[Finding]:
    route = ("correlation", "rules")
    if block.rules is None and isinstance(block.condition, str):
        return
    if not block.rules:
        message = "this correlation looks at no rule"
        hint = "name the rules whose events count: `rules: [sign-in-ticket]`"
        yield Finding(yaml.place(route, key=True), FORM, message, hint=hint)
        return
    for number, name in enumerate(block.rules):
        if name in block.rules[:number]:
            message = f"`{name}` is named twice"
            yield Finding(yaml.place((*route, number)), SETTING, message, hint="keep one of them")
    if block.type in TEMPORAL and block.condition is None and len(set(block.rules)) < 2:
        message = f"a `{block.type}` correlation of one rule holds at each of its events"
        hint = "name another rule that has to come with it, or count events: `type: event_count`"
        yield Finding(yaml.place(route), SETTING, message, hint=hint)


def _in_aliases(yaml: YamlText, block: CorrelationBlock) -> Iterator[Finding]:
    names = named_rules(block)
    for key, fields in block.aliases.items():
        route = ("correlation", "aliases", key)
        if key not in block.group_by:
            message = f"the alias `{key}` is no group key, so it has no effect"
            hint = did_you_mean(key, block.group_by, "add it to `group-by`, or remove it")
            yield Finding(yaml.place(route, key=True), SETTING, message, hint=hint)
        for name in fields:
            if name not in names:
                message = f"`{name}` is not among the rules of this correlation"
                hint = did_you_mean(name, names, "name one of them, or remove this line")
                yield Finding(yaml.place((*route, name), key=True), SETTING, message, hint=hint)


def _in_text(yaml: YamlText, block: CorrelationBlock, text: str) -> Iterator[Finding]:
    place = yaml.place(_CONDITION)
    if block.type not in TEMPORAL:
        message = f"`{block.type}` compares a number, and this condition is a text"
        yield Finding(place, FORM, message, hint="write it like `{gte: 20}`")
        return
    try:
        expression = read_presence(text)
    except ValueError as error:
        hint = "combine names of rules by `and`, `or`, `not` and brackets"
        yield Finding(place, FORM, str(error), hint=hint)
        return
    yield from _unnamed(yaml, block, text)
    present, missing = names_present(expression), names_missing(expression)
    if missing and not present:
        message = "this condition only names what must be missing"
        hint = "name what has to come first: `created and not replied`"
        yield Finding(place, UNSUPPORTED, message, hint=hint)
    elif block.type is CorrelationType.TEMPORAL_ORDERED and (len(present) != 1 or not missing):
        message = "an order can only be asked for as `first and not second`"
        hint = "write `created and not replied`, or list `rules` in order without a condition"
        yield Finding(place, UNSUPPORTED, message, hint=hint)


def _unnamed(yaml: YamlText, block: CorrelationBlock, text: str) -> Iterator[Finding]:
    """Where the list of rules and the names in the condition differ."""
    if block.rules is None:
        return
    said = named_rules(block.model_copy(update={"rules": None}))
    for name in said:
        if name not in block.rules:
            hint = did_you_mean(name, block.rules, "add it to `rules`")
            message = f"`{name}` is not among the rules of this correlation"
            yield Finding(yaml.place(_CONDITION), FORM, message, hint=hint)
    for number, name in enumerate(block.rules):
        if name not in said:
            message = f"the condition `{text}` does not speak of `{name}`"
            place = yaml.place(("correlation", "rules", number))
            yield Finding(place, FORM, message, hint="use it there, or remove it here")


def _in_comparison(yaml: YamlText, block: CorrelationBlock) -> Iterator[Finding]:
    place = yaml.place(_CONDITION)
    thresholds = thresholds_of(compared(block))
    if block.type is CorrelationType.TEMPORAL_ORDERED:
        least = Threshold(Operator.GTE, float(len(set(named_rules(block)))))
        if block.condition is not None and thresholds != (least,):
            message = "an order holds or not: there is no number to compare"
            hint = "remove the condition: all rules have to come, in the order of `rules`"
            yield Finding(place, UNSUPPORTED, message, hint=hint)
    elif not thresholds and (block.type not in TEMPORAL or block.condition is not None):
        message = "no condition says when it is too much, or too little"
        yield Finding(place, FORM, message, hint="add one: `condition: {gte: 20}`")
    elif thresholds:
        yield from _in_thresholds(yaml, block, thresholds)


def _in_thresholds(
    yaml: YamlText, block: CorrelationBlock, thresholds: tuple[Threshold, ...]
) -> Iterator[Finding]:
    """Conditions that always hold, or never."""
    place = yaml.place(_CONDITION)
    counts = block.type in COUNTING or block.type in TEMPORAL
    most = len(set(named_rules(block))) if block.type in TEMPORAL else None
    if not _can_hold(thresholds, counts=counts, most=most):
        among = f" of {most} rules" if most is not None else ""
        message = f"no number{among} satisfies this condition, so the rule never raises"
        yield Finding(place, SETTING, message, hint="correct the limits")
    elif counts and _always_holds(thresholds):
        message = "every number satisfies this condition, so each event would raise"
        yield Finding(place, SETTING, message, hint="raise the limit: `{gte: 20}`")


def _always_holds(thresholds: tuple[Threshold, ...]) -> bool:
    """Whether every count satisfies all comparisons."""
    limits = [int(one.value) for one in thresholds]
    counts = {0, *(n for limit in limits for n in (limit, limit + 1) if n >= 0)}
    ends = all(one.operator in (Operator.GT, Operator.GTE, Operator.NEQ) for one in thresholds)
    return ends and all(holds(one, n) for one in thresholds for n in counts)


def _can_hold(thresholds: tuple[Threshold, ...], *, counts: bool, most: int | None) -> bool:
    """Whether some value satisfies all comparisons: it is at a limit, or just beside one."""
    step = 1.0 if counts else 0.5
    limits = [one.value for one in thresholds]
    tried = [limit + d * step for limit in limits for d in (-1, 0, 1)]
    tried += [(a + b) / 2 for a in limits for b in limits if not counts]
    if counts:
        tried = [
            float(int(value)) for value in tried if value >= 0 and (most is None or value <= most)
        ]
        tried += [0.0] + ([float(most)] if most is not None else [])
    return any(all(holds(one, value) for one in thresholds) for value in tried)


def _in_value(yaml: YamlText, block: CorrelationBlock) -> Iterator[Finding]:
    """The field and the percentile that a type needs, or has no use for."""
    comparison = compared(block)
    fields = fields_of_value(comparison)
    place = yaml.place((*_CONDITION, "field"))
    takes = block.type is CorrelationType.VALUE_COUNT
    needs = block.type.startswith("value_")
    if needs and not fields:
        message = f"`{block.type}` needs the field whose values it looks at"
        hint = "write it into the condition: `{field: amount, gte: 100}`"
        yield Finding(yaml.place(_CONDITION, key=True), FORM, message, hint=hint)
    elif fields and not needs:
        message = f"`{block.type}` looks at no field, so {listed(fields)} has no effect"
        hint = "use `type: value_count` to count different values, or remove `field`"
        yield Finding(place, SETTING, message, hint=hint)
    elif len(fields) > 1 and not takes:
        message = f"`{block.type}` takes one field"
        hint = "name one; only `value_count` takes several"
        yield Finding(place, FORM, message, hint=hint)
    wants = block.type is CorrelationType.VALUE_PERCENTILE
    if wants and comparison.percentile is None:
        message = "no percentile is given"
        hint = "write it into the condition: `{field: minutes, percentile: 90, gte: 60}`"
        yield Finding(yaml.place(_CONDITION, key=True), FORM, message, hint=hint)
    elif comparison.percentile is not None and not wants:
        message = f"`{block.type}` has no percentile"
        hint = "use `type: value_percentile`, or remove it"
        yield Finding(
            yaml.place((*_CONDITION, "percentile"), key=True), SETTING, message, hint=hint
        )
