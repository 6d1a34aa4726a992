"""The kinds of rules that one can begin with: what each looks for, and tests that pin it down.

The tests stand at the edges of window, threshold and folding, so that each notices what a small
change would do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from opsrail.detection.scaffold.parts import Drawn, Picked


def _block(
    kind: str, rules: Iterable[str], found: Picked, timespan: str, condition: str | None
) -> str:
    lines = [f"type: {kind}", f"rules: [{', '.join(rules)}]"]
    if found.group:
        lines.append(f"group-by: [{found.group}]   # each is looked at by itself")
    lines.append(f"timespan: {timespan}")
    if condition:
        lines.append(f"condition: {condition}")
    return "correlation:\n" + "".join(f"  {line}\n" for line in lines)


def _test(name: str, given: Iterable[str], expect: str = "", until: str = "") -> str:
    lines = [f"- name: {name}", "  given:", *(f"    - {one}" for one in given)]
    lines += [f"  until: {until}"] if until else []
    lines.append(f"  expect: [{expect}]")
    return "".join(f"    {line}\n" for line in lines)


def _at(moment: str, event: str) -> str:
    return f"{{at: {moment}, event: {event}}}"


def _every(span: str, count: int, event: str, start: str = "") -> str:
    begun = f"from: {start}, " if start else ""
    return f"{{every: {span}, count: {count}, {begun}event: {event}}}"


_FOLDS: Final = "dedupe: {cooldown: 1h}   # what follows within the hour folds into the first alert"


def _counting(
    rule: str, found: Picked, kind: str, condition: str, values: tuple[object, object]
) -> Drawn:
    """Ten that count make it cross. `values`: what ten events have in the summed field, and
    what nine may have at most; of no use without such a field.
    """
    name = f"{rule}-event"
    enough, few = ({found.number: value} if found.number else {} for value in values)
    told = f"{found.told_group}, {'value: 100' if found.number else 'count: 10'}"
    return Drawn(
        [(name, found.first)],
        _block(kind, [name], found, "1h", condition),
        [_FOLDS],
        [
            _test(
                "ten within an hour fire",
                [_every("6m", 10, found.event(enough))],
                f"{{at: 54m{told}}}",
            ),
            _test(
                "ten in more than an hour do not, whatever else happens",
                [
                    _every("7m", 10, found.event(few)),
                    _every("7m", 10, found.event(few, second=True), "1m"),
                ],
            ),
            _test(
                "while it lasts there is one alert an hour",
                [_every("3m", 60, found.event(enough))],
                f"{{at: 27m{told}, folded: 19}}, {{at: 1h27m, folded: 19}},"
                " {at: 2h27m, folded: 10}",
            ),
        ],
    )


def _event_count(rule: str, found: Picked) -> Drawn:
    return _counting(rule, found, "event_count", "{gte: 10}", (None, None))


def _value_count(rule: str, found: Picked) -> Drawn:
    condition = f"{{field: {found.counted}, gte: 10}}"
    drawn = _counting(rule, found, "value_count", condition, (None, None))
    same = found.event({found.counted: found.one(found.counted)})
    tests = [*drawn.tests, _test("the same one ten times does not", [_every("6m", 10, same)])]
    return replace(drawn, tests=tests)


def _value_sum(rule: str, found: Picked) -> Drawn:
    return _counting(rule, found, "value_sum", f"{{field: {found.number}, gte: 100}}", (10, 11))


def _typical(kind: str) -> Callable[[str, Picked], Drawn]:
    """An average, a median or a percentile: too few events say nothing."""

    def drawn(rule: str, found: Picked) -> Drawn:
        name = f"{rule}-event"
        share = "percentile: 90, " if kind == "value_percentile" else ""
        high, low = found.event({found.number: 60}), found.event({found.number: 59})
        other = found.event({found.number: 60}, second=True)
        return Drawn(
            [(name, found.first)],
            _block(kind, [name], found, "1h", f"{{field: {found.number}, {share}gte: 60}}"),
            ["minimum: {events: 5}   # fewer say nothing", _FOLDS],
            [
                _test(
                    "five high ones within an hour fire",
                    [_every("12m", 5, high)],
                    f"{{at: 48m{found.told_group}, value: 60}}",
                ),
                _test(
                    "five in more than an hour are too few, whatever else happens",
                    [_every("15m", 5, high), _every("15m", 5, other, "1m")],
                ),
                _test("almost as high is not enough", [_every("6m", 10, low)]),
                _test(
                    "while it lasts there is one alert an hour",
                    [_every("12m", 15, high)],
                    f"{{at: 48m{found.told_group}, folded: 4}}, {{at: 1h48m, folded: 4}},"
                    " {at: 2h48m, folded: 0}",
                ),
            ],
        )

    return drawn


def _together(rule: str, found: Picked, kind: str, tests: Sequence[str]) -> Drawn:
    """Two things that come together, and the tests that hold for both kinds of it."""
    first, second = f"{rule}-first", f"{rule}-second"
    one, other = found.event(), found.event(second=True)
    told = found.told_group
    return Drawn(
        [(first, found.first), (second, found.second)],
        _block(kind, [first, second], found, "1h", None),
        [_FOLDS],
        [
            _test(
                "one, then the other within an hour fire once",
                [_at("0s", one), _at("30m", other), _at("1h5m", other)],
                f"{{at: 30m{told}, folded: 0}}",
            ),
            _test("an hour apart they do not", [_at("0s", one), _at("1h", other)]),
            *tests,
            _test(
                "while it lasts there is one alert an hour",
                [_every("10m", 13, one), _every("10m", 13, other, "5m")],
                f"{{at: 5m{told}, folded: 11}}, {{at: 1h5m, folded: 11}}, {{at: 2h5m, folded: 0}}",
            ),
        ],
    )


def _temporal(rule: str, found: Picked) -> Drawn:
    one, other = found.event(), found.event(second=True)
    around = _test(
        "the other way round they do as well",
        [_at("0s", other), _at("30m", one)],
        f"{{at: 30m{found.told_group}}}",
    )
    twice = [_at("0s", one), _at("10m", one), _at("2h", other), _at("2h10m", other)]
    return _together(rule, found, "temporal", [around, _test("one twice does not", twice)])


def _temporal_ordered(rule: str, found: Picked) -> Drawn:
    one, other = found.event(), found.event(second=True)
    around = [_at("0s", other), _at("10m", other), _at("20m", one), _at("30m", one)]
    test = _test("the other way round, or one twice, they do not", around)
    return _together(rule, found, "temporal_ordered", [test])


def _missing(rule: str, found: Picked) -> Drawn:
    first, second = f"{rule}-begun", f"{rule}-done"
    one, other = found.event(), found.event(second=True)
    third = found.third_event()
    return Drawn(
        [(first, found.first), (second, found.second)],
        _block("temporal_ordered", [first, second], found, "4h", f"{first} and not {second}"),
        [],
        [
            _test(
                "four hours without an answer fire",
                [_at("0s", one)],
                f"{{at: 4h{found.told_group}}}",
            ),
            _test("an answer after three hours is in time", [_at("0s", one), _at("3h", other)]),
            *([_test("anything else waits for no answer", [_at("0s", third)])] if third else []),
        ],
    )


def _silence(rule: str, found: Picked) -> Drawn:
    name = f"{rule}-event"
    event, told = found.event(), found.told_group
    return Drawn(
        [(name, found.first)],
        _block("event_count", [name], found, "1h", "{lt: 1}"),
        [
            "every: 15m     # silence is no event: look on the clock",
            "remember: 1d   # then nobody is waited for any more",
            "dedupe: {quiet: 2h}",
        ],
        [
            _test(
                "an hour without any fires, whatever else happens",
                [_at("2m", event), _at("40m", found.event(second=True))],
                f"{{at: 1h15m{told}, count: 0}}",
                "1h20m",
            ),
            _test("one every half hour is enough", [_every("30m", 6, event)], until="3h"),
            _test(
                "silent again within two hours is the same silence",
                [_at("2m", event), _at("2h1m", event)],
                f"{{at: 1h15m{told}, folded: 4}}",
                "3h20m",
            ),
            _test(
                "silent again later is another",
                [_at("2m", event), _every("30m", 5, event, "2h1m")],
                f"{{at: 1h15m{told}, folded: 3}}, {{at: 5h15m{told}}}",
                "5h20m",
            ),
            _test(
                "after a day nobody is waited for",
                [_at("2m", event)],
                f"{{at: 1h15m{told}, folded: 91}}",
                "1d3h",
            ),
        ],
    )


def _detection(_rule: str, found: Picked) -> Drawn:
    key, told = f"key: [{found.group}], " if found.group else "", found.told_group
    return Drawn(
        [],
        "",
        [_FOLDS.replace("{", f"{{{key}", 1)],
        [
            _test(
                "one such event fires, and while it goes on once an hour",
                [_every("30m", 5, found.event())],
                f"{{at: 0s{told}, folded: 1}}, {{at: 1h, folded: 1}}, {{at: 2h, folded: 0}}",
            ),
            _test("another does not", [_at("0s", found.event(second=True))]),
        ],
    )


KINDS: Final[Mapping[str, Callable[[str, Picked], Drawn]]] = {
    "event_count": _event_count,
    "value_count": _value_count,
    "value_sum": _value_sum,
    "value_avg": _typical("value_avg"),
    "value_median": _typical("value_median"),
    "value_percentile": _typical("value_percentile"),
    "temporal": _temporal,
    "temporal_ordered": _temporal_ordered,
    "missing": _missing,
    "silence": _silence,
    "detection": _detection,
}
"""What a new rule may be: Sigma's correlations, and what people ask for by other names."""
