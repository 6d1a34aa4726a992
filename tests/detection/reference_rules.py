"""Hypothesis strategies of rules: every type over every window, with all that `ops` can say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hypothesis import assume, settings
from hypothesis import strategies as st

from opsrail.detection.formats import CorrelationType, Window
from opsrail.detection.model import COUNTING, Operator, Threshold, holds
from tests.detection.events import Document, correlation, detection
from tests.detection.reference_world import World

PARTS = (detection("a"), detection("b"), detection("c"), detection("twin", "a"))
"""The detections that drawn rules are built on; `twin` matches what `a` matches."""

FOUR = ("spike", "found", "over", "still")
"""The names of drawn rules that have to do with each other."""

Draw = st.DrawFn
OPERATORS = frozenset(operator.value for operator in Operator)
COUNT = CorrelationType.EVENT_COUNT
COUNTS = st.integers(0, 4).map(float)
AMOUNTS = st.sampled_from([-1.25, 0, 1, 1.75, 2.5, 4, 6.5])
GROUPS = st.sampled_from([(), ("g",), ("g", "h"), ("h",)])
SPANS = st.sampled_from(["1s", "3s", "4s", "9s"])
TEXTS = st.sampled_from(
    ["a and b", "a or c", "(a or b) and c", "a and b and c", "a or b and c", "b"]
)
AWAITED = st.sampled_from(
    ["a and not b", "a and not b and not c", "not b and c", "a and not (b and c)"]
)
"""What has one rule that opens the wait, so that it may be told as an order, too."""
MISSING = AWAITED | st.sampled_from(
    ["a and b and not c", "(a or b) and not c", "a and (b or not c)", "a and not (b or not c)"]
)
SEVERITIES = st.sampled_from(
    [
        [],
        [],
        [{"level": "critical", "gte": 3}, {"level": "high", "gte": 2}],
        [{"level": "high", "lt": 1}, {"level": "critical", "lte": -1}],
        [{"level": "critical", "gt": 2.5}],
    ]
)
MINIMA = st.sampled_from(
    [None, None, {"events": 2}, {"distinct": {"u": 2}}, {"events": 3, "distinct": {"h": 1}}]
)


def times(share: float) -> settings:
    """So many examples: a share of what the profile asks for, as each holds many worlds."""
    return settings(max_examples=max(1, round(settings().max_examples * share)))


def drawn(rules: Sequence[Document], policy: object = None) -> World:
    """The world of these rules; gives up on an example whose settings cannot go together."""
    world = World([*PARTS, *rules], policy)
    assume(not world.library.findings)
    return world


@st.composite
def comparisons(draw: Draw, numbers: st.SearchStrategy[float]) -> dict[str, object]:
    """One comparison, or two that hold together; some number satisfies them, and some does not."""
    operators = st.sampled_from(list(Operator))
    chosen = draw(st.lists(operators, min_size=1, max_size=2, unique=True))
    condition: dict[str, object] = {operator.value: draw(numbers) for operator in chosen}
    outcomes = {satisfied(condition, step / 4) for step in range(-40, 41)}
    assume(outcomes == {True, False})
    return condition


@st.composite
def counts(draw: Draw, least: int = 0, most: int = 9) -> dict[str, object]:
    """Comparisons that some number of events from `least` to `most` satisfies, and some not."""
    condition = draw(comparisons(COUNTS))
    assume({satisfied(condition, count) for count in range(least, most + 1)} == {True, False})
    return condition


def satisfied(condition: Mapping[str, object], value: float) -> bool:
    """Whether a value satisfies all comparisons of a condition."""
    given = [(Operator(name), limit) for name, limit in condition.items() if name in OPERATORS]
    return all(holds(Threshold(name, float(str(limit))), value) for name, limit in given)


@st.composite
def dedupes(draw: Draw, by: tuple[str, ...]) -> dict[str, object] | None:
    """None, or a way to fold, perhaps by fewer keys."""
    kind = draw(st.sampled_from([None, "cooldown", "quiet"]))
    if kind is None:
        return None
    found: dict[str, object] = {kind: draw(SPANS)}
    is_shorter = draw(st.booleans())
    if by and is_shorter:
        found["key"] = list(by[: draw(st.integers(1, len(by)))])
    return found


@st.composite
def bodies(draw: Draw, kind: CorrelationType) -> dict[str, object]:
    """A correlation of this type, with a condition that goes with it."""
    names = st.sampled_from(["a", "b", "twin"])
    rules = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    body: dict[str, object] = {"type": kind.value, "rules": rules, "timespan": "4s"}
    if kind in {CorrelationType.TEMPORAL, CorrelationType.TEMPORAL_ORDERED}:
        orders = [["a", "b"], ["b", "a"], ["a", "b", "c"], ["a", "twin"], ["c", "twin", "a"]]
        body["rules"] = draw(st.sampled_from(orders))
        if kind is CorrelationType.TEMPORAL:
            body |= draw(temporal_conditions())
        return body
    if kind is CorrelationType.EVENT_COUNT:
        return body | {"condition": draw(counts())}
    if kind is CorrelationType.VALUE_COUNT:
        field = draw(st.sampled_from(["u", "n", ["u", "h"]]))
        return body | {"condition": draw(counts()) | {"field": field}}
    condition = draw(comparisons(AMOUNTS)) | {"field": "n"}
    if kind is CorrelationType.VALUE_PERCENTILE:
        # Quarters of a sum of quarters are exact in binary, in whatever order they are added.
        condition["percentile"] = draw(st.sampled_from([0, 25, 50, 75, 100]))
    return body | {"condition": condition}


@st.composite
def temporal_conditions(draw: Draw) -> dict[str, object]:
    """Nothing, a number of rules that must be present, or an expression over their presence."""
    kind = draw(st.sampled_from(["all", "some", "text"]))
    if kind == "all":
        return {}
    if kind == "some":
        return {"rules": ["a", "b", "c"], "condition": draw(counts(1, 3))}
    text = draw(TEXTS)
    return {"rules": [name for name in "abc" if re.search(rf"\b{name}\b", text)], "condition": text}


@st.composite
def follow_ups(draw: Draw, name: str = "r") -> Document:
    """A rule that waits for what does not come."""
    kind = draw(st.sampled_from(["temporal", "temporal_ordered"]))
    text = draw(AWAITED if kind == "temporal_ordered" else MISSING)
    body = {"type": kind, "timespan": "4s", "condition": text}
    return draw(finished(name, body, {}))


@st.composite
def correlations(
    draw: Draw,
    kind: CorrelationType,
    window: Window,
    name: str = "r",
    *,
    by: tuple[str, ...] | None = None,
    clocked: bool = False,
) -> Document:
    """A rule of this type over this window; on the clock where `clocked`, if it can be there."""
    ops: dict[str, object] = {"window": window.value}
    if clocked and window is Window.SLIDING:
        ops["every"] = draw(st.sampled_from(["1s", "2s", "3s", "4s"]))
    if kind is CorrelationType.EVENT_COUNT and draw(st.booleans()):
        ops["distinct"] = draw(st.sampled_from(["u", "n"]))
    minimum = draw(MINIMA)
    if minimum:
        ops["minimum"] = minimum
    body = draw(bodies(kind))
    silent = kind in COUNTING and satisfied(_mapping(body["condition"]), 0)
    assume(not (silent and window is Window.SESSION))
    if kind in COUNTING and window is Window.TUMBLING:
        assume(silent == clocked)
    if "every" in ops or silent:
        ops["remember"] = draw(st.sampled_from(["4s", "5s", "9s", "30s"]))
    return draw(finished(name, body, ops, by))


@st.composite
def finished(
    draw: Draw,
    name: str,
    body: Mapping[str, object],
    ops: dict[str, object],
    by: tuple[str, ...] | None = None,
) -> Document:
    """The rule with what any rule may have: groups (if not given), aliases, folding, levels."""
    by = draw(GROUPS) if by is None else by
    whole = dict(body)
    if by:
        whole["group-by"] = list(by)
        if aliased := [name for name in ("a", "b", "c") if name in _names(body)]:
            whole["aliases"] = draw(st.sampled_from([{}, {by[0]: {aliased[0]: "u"}}]))
        ops["group_nulls"] = draw(st.sampled_from(["drop", "keep"]))
    dedupe = draw(dedupes(by))
    if dedupe:
        ops["dedupe"] = dedupe
    condition = body.get("condition")
    if isinstance(condition, Mapping) or (body["type"] == "temporal" and not condition):
        ops["severities"] = draw(SEVERITIES)
    return correlation(name, whole, ops, draw(st.sampled_from(["low", "high"])))


@st.composite
def repositories(draw: Draw) -> list[Document]:
    """Rules that stand on each other and silence each other: `spike`, `found`, `over`, `still`.

    `over` looks at alerts of `spike`, and `still` is silent while `found` or `spike` lasts.
    """
    window = st.sampled_from(list(Window))
    kinds = st.sampled_from([COUNT, CorrelationType.TEMPORAL, CorrelationType.VALUE_SUM])
    spike = draw(correlations(COUNT, draw(window), "spike", by=("g",), clocked=draw(st.booleans())))
    found = detection(
        "found",
        draw(st.sampled_from("abc")),
        dedupe=draw(dedupes(("g", "h"))) or {"key": [], "cooldown": "3s"},
    )
    still = draw(correlations(draw(kinds), draw(window), "still"))
    order = draw(st.permutations(["spike", "found"]))
    silenced = {**still, "ops": {**_mapping(still["ops"]), "inhibited_by": order}}
    return [spike, found, draw(chained()), silenced]


@st.composite
def chained(draw: Draw) -> Document:
    """`over`: a rule over the alerts of `spike`, and perhaps over events beside them."""
    by = draw(st.sampled_from([(), ("g",)]))
    kind = draw(st.sampled_from(["count", "clock", "ordered", "waiting"]))
    ops: dict[str, object] = {}
    body: dict[str, object] = {"type": "event_count", "timespan": "6s"}
    if kind in {"count", "clock"}:
        body["rules"] = draw(st.sampled_from([["spike"], ["spike", "a"], ["c", "spike"]]))
        body["condition"] = draw(counts())
        if draw(st.booleans()):
            ops["distinct"] = "g"
    if kind == "count":
        assume(not satisfied(_mapping(body["condition"]), 0))
        ops["window"] = draw(st.sampled_from(list(Window))).value
    if kind == "clock":
        ops |= {"every": "2s", "remember": draw(st.sampled_from(["6s", "8s", "25s"]))}
    if kind == "ordered":
        rules = draw(st.permutations(["spike", "a"]))
        body |= {"type": "temporal_ordered", "rules": rules}
        ops["window"] = draw(st.sampled_from(list(Window))).value
    if kind == "waiting":
        texts = ["spike and not a", "a and not spike", "spike and not a and not c"]
        body |= {"type": "temporal_ordered", "condition": draw(st.sampled_from(texts))}
    return draw(finished("over", body, ops, by))


def _names(body: Mapping[str, object]) -> list[str]:
    names = body.get("rules", [])
    assert isinstance(names, list)
    return names


def _mapping(value: object) -> Mapping[str, object]:
    assert isinstance(value, Mapping)
    return value


POLICIES = st.sampled_from(
    [
        None,
        {"from": "2026-01-05T00:00:08Z", "to": "2026-01-05T00:00:15Z", "rules": ["still", "spike"]},
        {"from": "2026-01-05T00:00:05Z", "to": "2026-01-05T00:00:20Z", "where": {"g": "x"}},
    ]
).map(lambda window: {"maintenance": [{"name": "works", **window}]} if window else None)
"""A detection policy, perhaps with a maintenance window."""
