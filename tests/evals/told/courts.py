"""Suites judged for real on small repositories: one that has everything, one that is hostile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from opsrail.evals.decision.words import in_words
from opsrail.evals.formats import EvalRules
from opsrail.evals.judging.judge import Court, judge
from opsrail.evals.judging.judged import Judged, Outcome
from opsrail.evals.reading.places import suite_path
from opsrail.evals.running.memory import Memory
from tests.evals.repositories import commit, side

TODAY = date(2026, 11, 22)
PAGE = "playbooks/refunds/tier-1.md"
BOOK = {"playbooks/refunds/playbook.yaml": "title: Refunds\nowner: a\nsections: []\n"}
BEFORE = """\
# Refunds

The window is 30 days. The limit is USD 50. Ask a lead above it.
"""
AFTER = """\
# Refunds

The window is 14 days. The limit is USD 50. Nobody asks anybody.
"""

PROMISES = """\
title: Refunds
owner: billing-support
target: {playbook: refunds}
cases:
  - id: window
    ask: What is the refund window?
    role: tier-1
    must_pass: true
    expect: [{contains: 30 days}]
  - {id: above, ask: "Who is asked above?", role: tier-1, expect: [{contains: Ask a lead}]}
  - {id: limit, ask: "What is the limit?", role: tier-1, expect: [{contains: USD 50}]}
  - {id: macro, ask: "Which macro is it?", role: tier-1, expect: [{contains: refund-ok}]}
"""
NEW_CASE = """\
  - {id: note, ask: "Is there a note?", role: tier-1, expect: [{contains: a note}]}
"""
FINE = """\
title: Limits
owner: billing-support
target: {role: tier-1}
cases:
  - {id: limit, ask: "What is the limit?", expect: [{contains: USD 50}]}
  - {id: flips, ask: "Does it flip?", expect: [{contains: heads}]}
quarantine:
  - {case: flips, flips: 0.3, until: 2026-12-01, reason: a coin}
"""


def sample(wanted: Mapping[str, int], *, more: str = "") -> str:
    """A sample whose cases ask for these words, so many of each, in pairs of one customer."""
    texts = [text for text, count in wanted.items() for _ in range(count)]
    cases = "\n".join(
        f"  - {{id: t{at:03}, ask: 'Ticket {at}?', cluster: c{at // 2},"
        f" expect: [{{contains: {text}}}]}}"
        for at, text in enumerate(texts)
    )
    head = f"title: Tickets\nowner: triage\ntarget: {{role: tier-1}}\njudge: sample\n{more}"
    return f"{head}cases:\n{cases}\n"


GONE = "title: Old\nowner: a\ntarget: {role: tier-1}\ncases: [{id: a, expect: [{contains: a}]}]\n"
BROKEN = "title: Broken\nowner: a\ntarget: {playbook: refunds}\ncases: [{id: a, expects: []}]\n"
MISSING = """\
title: Vendor pages
owner: vendor-desk
target: {playbook: refunds}
cases:
  - {id: who, ask: "Who answers?", role: vendor-agent, expect: [{contains: we}]}
  - {id: here, ask: "Is it here?", role: tier-1, expect: [{contains: USD 50}]}
"""
SUITES = {
    "promises": PROMISES,
    "fine": FINE,
    "worse": sample({"30 days": 30, "USD 50": 30}),
    "better": sample({"14 days": 10, "USD 50": 190}, more="margin: 5\n"),
    "unsure": sample({"30 days": 1, "14 days": 1, "USD 50": 18}),
    "settled": sample({"30 days": 1, "USD 50": 19}),
    "advice": sample({"30 days": 30, "USD 50": 30}, more="tier: advisory\n"),
    "floored": sample({"USD 50": 48, "no such thing": 32}, more="floor: 90\n"),
    "missing": MISSING,
    "gone": GONE,
    "broken": GONE,
}


def judged_everything(folder: Path) -> Judged:
    """Every verdict, every mark: the page's window went from 30 days to 14."""
    files = {suite_path(name): text for name, text in SUITES.items()}
    before = commit(folder, {PAGE: BEFORE, **BOOK, **files})
    changed: dict[str, str | None] = {PAGE: AFTER}
    changed[suite_path("promises")] = PROMISES + NEW_CASE
    changed[suite_path("better")] = SUITES["better"].replace("margin: 5", "margin: 6")
    changed |= {suite_path("gone"): None, suite_path("broken"): BROKEN}
    commit(folder, changed)
    about = judged(folder, before, "settled").outcomes[0].about
    record = (
        f"decisions:\n  - {{suite: settled, about: '{about}', by: maya, on: 2026-11-20,"
        " reason: one ticket of a closed account}\n"
    )
    commit(folder, {"policies/evals/decisions.yaml": record})
    return steady(judged(folder, before))


# What the statistics say to the last digit is theirs to test, and here it is fixed.
INTERVALS = {
    "advice": (-0.72, -0.28, 0.0004),
    "better": (0.005, 0.12, 0.99),
    "floored": (-0.1, 0.1, 0.5),
    "settled": (-0.35, 0.22, 0.4),
    "unsure": (-0.26, 0.26, 0.5),
    "worse": (-0.72, -0.28, 0.0016),
}


def steady(judged: Judged) -> Judged:
    """The same with those intervals and p-values."""
    return replace(judged, outcomes=tuple(_steady(one) for one in judged.outcomes))


def _steady(one: Outcome) -> Outcome:
    decision = one.decision
    if decision.comparison is None:
        return one
    low, high, p_value = INTERVALS[one.suite.name]
    comparison = replace(decision.comparison, low=low, high=high, p_worse=p_value)
    floor = replace(decision.floor, low=42.0, high=76.0) if decision.floor else None
    decision = replace(decision, comparison=comparison, floor=floor, p_value=p_value)
    return replace(one, decision=decision, words=in_words(decision, owner=one.suite.owner))


def judged(folder: Path, base: str | None, *names: str) -> Judged:
    """These suites, or all that the example has, judged on the work tree."""
    before = side(folder, base) if base else None
    court = Court(head=side(folder), base=before, rules=EvalRules(), today=TODAY, memory=Memory())
    return judge(court, [suite_path(name) for name in sorted(names or SUITES)])


HOSTILE_ASK = (
    "<img src=x onerror=alert(1)> @acme #1 https://evil.example [x](y) | `x` ``` ]]> "
    "\\u202e\\x1b[31m\\n::error::x ##[error]y </summary> www.evil.example &amp; 🙂"
)
HOSTILE = f"""\
title: "<b>t</b> | @acme"
owner: "@acme"
target: {{playbook: refunds}}
cases:
  - id: "`|<script>@acme \\e[31m]]>"
    ask: "{HOSTILE_ASK}"
    role: tier-1
    expect: [{{contains: "| ``` <b>@acme</b> \\u202e\\0 ]]> ::error::z"}}]
  - id: "{"x" * 119}"
    ask: "{"long " * 200}"
    role: tier-1
    expect: [{{contains: "{"y" * 300}"}}]
  - {{id: "](javascript:x)", ask: "::error file=a::b", role: "<b>", expect: [{{contains: a}}]}}
"""


def judged_hostile(folder: Path) -> Judged:
    """Every text that people write is markup, a command, a control character or endless."""
    name = "hostile"
    decision = "decisions: []\n"
    before = commit(folder, {PAGE: BEFORE, **BOOK, "playbooks/refunds/<b>.md": "# `|`\n"})
    commit(folder, {suite_path(name): HOSTILE, "policies/evals/decisions.yaml": decision})
    return judged(folder, before, name)
