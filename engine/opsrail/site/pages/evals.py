"""The evals: what pages, rules and programs are asked, and whether their answers hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from opsrail.evals.model import Case, CaseResult, Suite, Verdict
from opsrail.evals.parts import Judging, Tier
from opsrail.evals.told.spacing import held_together
from opsrail.report.escaping import shortened
from opsrail.site.edition import Edition
from opsrail.site.layout import EVALS, Layout, role_home
from opsrail.site.markup import badge, counted, day, item, line, linked, page, span
from opsrail.site.prose import code_span, escaped, opening
from opsrail.tailor.catalog import PageName

if TYPE_CHECKING:
    from opsrail.evals.judging.judged import Outcome
    from opsrail.site.suites import Standing

MOST_OF_SAMPLE = 20
"""Cases of a sample that are listed, those that fail first; of the others, the number."""
_MOST_SAID = 2_000
_AREAS = ("Playbooks", "Roles", "Alert rules", "Flows", "Programs")
_BADGES = {
    Verdict.PASS: "good",
    Verdict.FAIL: "bad",
    Verdict.INCONCLUSIVE: "soon",
    Verdict.NOT_COMPARABLE: "soon",
}
_ANCHOR = re.compile(r"[a-z0-9][a-z0-9_-]*")


def evals_page(edition: Edition, layout: Layout) -> str:
    """Every suite with a case that the edition's readers may know of, by what it asks."""
    shown = suites_shown(edition)
    tag = next((one.release for one in shown if one.release), "")
    since = f"Held against the last release, {code_span(tag)}." if tag else _NO_RELEASE
    return page(
        "Evals",
        "# Evals",
        "Questions that people ask in the middle of a ticket, put to our pages, rules and"
        " programs: whether the answers still hold.\n{: .ops-lead }",
        line("tally", (*_tally(shown), since)),
        *_areas(edition, layout, shown),
        *_unread(edition.standings),
        search=False,  # who searches wants the page that answers, not the question
    )


_NO_RELEASE = "No release is tagged yet, so each suite stands by itself."


def suites_shown(edition: Edition) -> tuple[Standing, ...]:
    """The suites that the edition's readers may know of."""
    return tuple(one for one in edition.standings if cases_shown(edition, one))


def cases_shown(edition: Edition, standing: Standing) -> tuple[Case, ...]:
    """The cases about pages of roles that the edition has, or about no page."""
    suite = standing.read.suite
    if suite is None or not edition.is_internal:
        return ()
    if suite.target.role is not None and suite.target.role not in edition.roles:
        return ()
    if suite.target.playbook is None:
        return suite.cases
    return tuple(case for case in suite.cases if case.role in edition.roles)


def asked_of(edition: Edition, name: PageName, way: str) -> str:
    """What is asked of one page and how much of it holds, linked to the suite; or nothing."""
    for standing in edition.standings:
        suite, outcome = standing.read.suite, standing.outcome
        if suite is None or outcome is None or suite.target.playbook != name.playbook:
            continue
        mine = [case for case in cases_shown(edition, standing) if case.role == name.role]
        if mine:
            passing = sum(_state(outcome, case) == "passes" for case in mine)
            told = f"{passing} of {counted(len(mine), 'eval question')} answered"
            return linked(told, f"{way}#{_anchor(suite)}")
    return ""


def _tally(shown: Sequence[Standing]) -> Iterator[str]:
    yield counted(len(shown), "suite")
    for verdict in Verdict:
        count = sum(one.outcome is not None and one.outcome.verdict is verdict for one in shown)
        if count:
            yield f"{count} {verdict.value}"
    if unknown := sum(one.outcome is None for one in shown):
        yield f"{unknown} not run here"


def _areas(edition: Edition, layout: Layout, shown: Sequence[Standing]) -> Iterator[str]:
    def order(one: Standing) -> tuple[int, bool, str]:
        assert one.read.suite
        is_calm = one.outcome is None or one.outcome.verdict is Verdict.PASS
        return _area(one.read.suite), is_calm, one.read.suite.title.casefold()

    for area, found in groupby(sorted(shown, key=order), key=lambda one: order(one)[0]):
        yield f"## {_AREAS[area]}"
        for one in found:
            yield from _suite(edition, layout, one)


def _area(suite: Suite) -> int:
    entry = suite.target
    flow = entry.flow or entry.baseline or entry.prompt
    kinds = (entry.playbook, entry.role, entry.rules, flow, entry.python or entry.command)
    return next(at for at, kind in enumerate(kinds) if kind is not None)


def _suite(edition: Edition, layout: Layout, standing: Standing) -> Iterator[str]:
    suite, outcome = standing.read.suite, standing.outcome
    assert suite is not None
    cases = cases_shown(edition, standing)
    yield _heading(suite)
    badges = [badge(_BADGES[outcome.verdict], outcome.verdict)] if outcome else []
    badges += [badge("word", "advisory")] if suite.tier is Tier.ADVISORY else []
    yield f"{' '.join((*badges, _words(standing, suite, cases)))}"
    if outcome and outcome.decided:
        yield opening(f"Decided: {escaped(_said(outcome.decided))}")
    yield _picture(suite, outcome)
    yield line(
        "meta",
        (
            f"asks {_target(edition, suite)}",
            f"owner {escaped(_said(suite.owner))}",
            "each case is a promise" if suite.judging is Judging.EACH else "a sample",
            code_span(suite.path),
        ),
    )
    yield _cases(edition, layout, suite, outcome, cases)


def _heading(suite: Suite) -> str:
    """Title and name. It is a tag because `{#a_b}` behind a heading is read as Markdown."""
    said = _said(suite.title) or suite.name
    label = escape(escape(said, quote=False))
    name = span("name", code_span(suite.name))
    return (
        f'<h3 id="{_anchor(suite)}" data-toc-label="{label}" markdown>{escaped(said)} {name}</h3>'
    )


def _anchor(suite: Suite) -> str:
    """The suite's name, where it is one; files may be called anything."""
    return suite.name if _ANCHOR.fullmatch(suite.name) else f"suite-{suite.digest[:12]}"


def _words(standing: Standing, suite: Suite, cases: Sequence[Case]) -> str:
    """The verdict; without the names of cases that these readers may not know of."""
    outcome = standing.outcome
    if outcome is None:
        command = code_span(f"opsrail eval {suite.name}")
        return (
            f"{badge('word', 'not run here')} Building this site runs no programs: {command} does."
        )
    since = f" Held against {code_span(standing.release)}." if standing.release else ""
    left = len(suite.cases) - len(cases)
    if not left:
        return f"{escaped(held_together(_said(outcome.words)))}{since}"
    states = [_state(outcome, case) for case in cases]
    counting = sum(state != "set aside" for state in states)
    about = "is about a page" if left == 1 else "are about pages"
    return (
        f"{states.count('passes')} of {counted(counting, 'case')} pass; {left} more {about}"
        f" withheld on this site.{since}"
    )


def _picture(suite: Suite, outcome: Outcome | None) -> str:
    decision = outcome.decision if outcome else None
    if decision is None or decision.comparison is None or decision.evidence.paired is None:
        return ""
    from opsrail.site.pairs import pairs_figure

    paired, margin = decision.evidence.paired, decision.standard.margin
    return pairs_figure(_anchor(suite), paired, decision.comparison, margin)


def _target(edition: Edition, suite: Suite) -> str:
    entry = suite.target
    if entry.playbook is not None:
        book = edition.catalog.playbook(entry.playbook)
        return f"the pages of {escaped(book.file.title if book else entry.playbook)}"
    if entry.role is not None:
        title = edition.roles[entry.role].title
        return f"every page of {linked(title, role_home(entry.role))}"
    if entry.rules is not None:
        every = entry.rules == ("all",)
        return "all alert rules" if every else counted(len(entry.rules), "alert rule")
    if entry.flow is not None:
        return f"the flow {code_span(entry.flow)}"
    if entry.baseline is not None:
        return f"the flow {code_span(entry.baseline)}, without its model"
    if entry.prompt is not None:
        return f"the prompt {code_span(entry.prompt)}"
    return f"a program, {code_span(entry.python or ' '.join(entry.command or ()))}"


def _cases(
    edition: Edition,
    layout: Layout,
    suite: Suite,
    outcome: Outcome | None,
    cases: Sequence[Case],
) -> str:
    """The questions, folded up while all of them hold."""
    states = {case.id: _state(outcome, case) for case in cases}
    order = ("fails", "no score", "set aside", "passes", "")
    told = sorted(cases, key=lambda case: order.index(states[case.id]))
    if suite.judging is Judging.SAMPLE:
        told = told[:MOST_OF_SAMPLE]
    rows = [_case(edition, layout, suite, outcome, case, states[case.id]) for case in told]
    if more := len(cases) - len(told):
        rows.append(item(f"and {counted(more, 'more case')}"))
    failing = sum(state in {"fails", "no score"} for state in states.values())
    is_open = " open" if failing and suite.judging is Judging.EACH else ""
    summary = counted(len(cases), "question")
    summary += f", {failing} without the right answer" if failing else ""
    body = "\n\n".join(rows)
    return (
        f'<details class="ops-cases"{is_open} markdown>\n<summary>{summary}</summary>\n\n{body}\n\n'
        "</details>"
    )


def _state(outcome: Outcome | None, case: Case) -> str:
    if outcome is None:
        return ""
    result = outcome.head.get(case.id)
    if result is None or result.error:
        return "no score"
    if case.id in outcome.set_aside and not case.must_pass:
        return "set aside"
    return "passes" if result.is_passed else "fails"


_STATES = {"passes": "good", "fails": "bad", "no score": "bad", "set aside": "soon"}


def _case(
    edition: Edition, layout: Layout, suite: Suite, outcome: Outcome | None, case: Case, state: str
) -> str:
    asked = escaped(_said(case.ask)) or code_span(case.id)
    head = f"{badge(_STATES[state], state)} {asked}" if state else opening(asked)
    notes = [_who(edition, layout, suite, case), code_span(case.id) if case.ask else ""]
    notes.append("must pass" if case.must_pass else "")
    result = outcome.head.get(case.id) if outcome else None
    why = _why(outcome, case, result) if outcome and state != "passes" else ""
    return item(head, opening(escaped(_said(why))) if why else "", line("meta", notes))


def _who(edition: Edition, layout: Layout, suite: Suite, case: Case) -> str:
    """Whose page answers, linked to the section that must."""
    if suite.target.playbook is None:
        return ""
    path = PageName(suite.target.playbook, case.role).path
    target = layout.to(path, EVALS, case.section) or layout.to(path, EVALS)
    return linked(edition.roles[case.role].title, target)


def _why(outcome: Outcome, case: Case, result: CaseResult | None) -> str:
    aside = next((one for one in outcome.suite.quarantine if one.case == case.id), None)
    if aside and case.id in outcome.set_aside and not case.must_pass:
        return f"Until {day(aside.until)}, flips {100 * aside.flips:.0f} %: {aside.reason}"
    return result.reason if result else ""


def _unread(standings: Sequence[Standing]) -> Iterator[str]:
    if count := sum(one.read.suite is None for one in standings):
        yield line("meta", [f"{counted(count, 'suite')} cannot be read: `opsrail check` says why"])


def _said(text: str) -> str:
    """One line, without what is invisible or turns the direction of reading."""
    shown = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    return shortened(" ".join(shown.split()), _MOST_SAID)
