"""How timed tests ended, for the people who wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from opsrail.detection.library import Library
from opsrail.detection.timed.lines import Line
from opsrail.detection.timed.run import Outcome
from opsrail.findings import Finding, in_order
from opsrail.report.model import counted
from opsrail.streams.spans import spelled

CODE: Final = "rule-test"
_HEADER: Final = ("time", "expected", "raised", "")
_MOST_LINES: Final = 30
"""Lines of a timeline that are shown. Those that fit are left out first."""
_NOTHING: Final = "—"


def findings_of(outcomes: Iterable[Outcome], library: Library) -> tuple[Finding, ...]:
    """A finding for each test that did not pass, at its place in the rule file."""
    return in_order(
        Finding(
            outcome.place(library),
            CODE,
            f"{outcome.rule}: “{outcome.name}” {verdict(outcome)}",
            hint=outcome.hint if outcome.fault else "\n".join(timeline(outcome)),
        )
        for outcome in outcomes
        if not outcome.passed
    )


def headline(outcomes: Sequence[Outcome]) -> str:
    """All outcomes in one line: "41 tests of 16 rules: all pass"."""
    rules = len({outcome.rule for outcome in outcomes})
    failing = sum(not outcome.passed for outcome in outcomes)
    of = f"{counted(len(outcomes), 'test')} of {counted(rules, 'rule')}"
    if not outcomes:
        return "no tests"
    if not failing:
        return f"{of}: all pass"
    return f"{of}: {len(outcomes) - failing} pass, {failing} {'fails' if failing == 1 else 'fail'}"


def verdict(outcome: Outcome) -> str:
    """How a test that did not pass went wrong, in one sentence."""
    if outcome.fault:
        return f"cannot run: {outcome.fault}"
    wrong = [line for line in outcome.lines if line.wrong]
    if len(wrong) == 1:
        return f"fails: {_one(wrong[0])}"
    missing = [line for line in wrong if not line.raised]
    extra = [line for line in wrong if not line.expected]
    if len(wrong) == 2 and len(missing) == len(extra) == 1:
        came, due = spelled(extra[0].at), spelled(missing[0].at)
        return f"fails: an alert came at {came}, and one was expected at {due}"
    if len(missing) == len(wrong):
        return f"fails: {len(missing)} alerts were expected and not raised"
    if len(extra) == len(wrong):
        return f"fails: {len(extra)} alerts were raised that nobody expected"
    return f"fails: {len(wrong)} of {len(outcome.lines)} alerts are not as expected"


def timeline(outcome: Outcome) -> Iterator[str]:
    """Lines that show what happened, what was expected and what was raised."""
    yield _story(outcome)
    shown, hidden = _chosen(outcome.lines)
    rows = [_HEADER, *(_cells(line) for line in shown)]
    if not shown:
        rows.append(("", f"{_NOTHING} no alert", f"{_NOTHING} no alert", ""))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        yield "  ".join((*cells, row[3])).rstrip()
    if hidden:
        yield f"… and {hidden} more"


def _story(outcome: Outcome) -> str:
    ran = f"looked at until {spelled(outcome.end)}"
    if not outcome.events:
        return f"no event that counts; {ran}"
    first, last = spelled(outcome.events[0]), spelled(outcome.events[-1])
    when = f"at {first}" if first == last else f"from {first} to {last}"
    return f"{counted(len(outcome.events), 'event')} {when}; {ran}"


def _chosen(lines: Sequence[Line]) -> tuple[list[Line], int]:
    """The lines to show, and how many are not."""
    if len(lines) <= _MOST_LINES:
        return list(lines), 0
    wrong = [line for line in lines if line.wrong][:_MOST_LINES]
    return wrong, len(lines) - len(wrong)


def _cells(line: Line) -> tuple[str, str, str, str]:
    mark = f"← {line.wrong}" if line.wrong else ""
    return spelled(line.at), line.expected or _NOTHING, line.raised or _NOTHING, mark


def _one(line: Line) -> str:
    when = spelled(line.at)
    if not line.raised:
        return f"no alert was raised at {when}"
    if not line.expected:
        return f"an alert was raised at {when} that nobody expected"
    return f"at {when}, {line.wrong}"
