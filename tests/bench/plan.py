"""What governance and the plan cost: `python -m tests.bench.plan [N…]`.

N is a number of documents (1000 and 3000 by default). `opsrail check --base`, `approvals` and
`plan` of one document, ten documents and one rule, each on a repository without a policy and on
the same one with it; the peer of a figure with the policy is the one without. Then the decision
by itself, and the history of one document that landed again and again.

Figures are processor time of the command and of the Git that it asks, so that a busy machine
counts less; "cold" starts without any cache.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from shutil import rmtree
from statistics import median
from time import process_time

from opsrail.content.changes import Weight
from opsrail.governance.changes import Change, ChangeSet, share_of
from opsrail.governance.deciding import decide
from opsrail.governance.directory import Directory
from opsrail.governance.formats import GovernanceFile, PeopleFile
from opsrail.governance.policy import Policy
from opsrail.governance.predicates import tier_of
from opsrail.governance.request import Request, Review, ReviewState
from tests.bench.generated import (
    AREAS,
    TEAMS,
    Size,
    commit,
    document_path,
    edit,
    edit_rule,
    generate,
    git,
    write,
)
from tests.bench.measuring import OPSRAIL, Row, run, table

SIZES = (1_000, 3_000)
ROUNDS = 3
TODAY = "2026-01-05"
LANDINGS = (50, 200, 800)
CHANGES, RULES, REVIEWS, PREDICATES = 5_000, 30, 200, 200
CHECK_BUDGET = 3.0
PEOPLE = 30
GOVERNANCE = """\
owners:
  - {files: "rules/**", owner: reports-desk}
  - {files: "**", owner: accounts-desk}
approvals:
  owners: {title: Each team whose files change, from: owners}
  leads: {title: Two leads, from: [leads], count: 2}
tiers:
  - tier: 2
    title: Money and who decides
    when: [money, permission granted, clearance widened, rule removed, {kind: governance}]
    needs: [owners, leads]
  - {tier: 1, title: What people read, when: [{weight: [must re-read, worth knowing]}],
     needs: [owners]}
  - {tier: 0, title: Wording, when: [anything], needs: [owners]}
risk:
  people: {medium: 20, high: 120}
  score: {medium: 3, high: 6}
  demands: {high: {needs: [leads], stages: 3}}
"""


def directory() -> str:
    """policies/people.yaml: thirty people, three in each team."""
    known = (f"  p{n}: {{name: Person {n}, emails: [p{n}@example.com]}}\n" for n in range(PEOPLE))
    teams = (
        f"  {team}: {{members: [p{n}, p{n + 10}, p{n + 20}]}}\n" for n, team in enumerate(TEAMS)
    )
    return f"people:\n{''.join(known)}groups:\n{''.join(teams)}  leads: {{members: [p0, p1, p2]}}\n"


def busy(folder: Path, *arguments: str) -> float:
    """Processor seconds of one run of the command line, with all that it started."""
    before = getrusage(RUSAGE_CHILDREN)
    ran = run((*OPSRAIL, *arguments), folder, OPSRAIL_TODAY=TODAY)
    after = getrusage(RUSAGE_CHILDREN)
    if ran.status not in {0, 1}:
        raise RuntimeError(f"opsrail {' '.join(arguments)} ended with {ran.status}:\n{ran.out}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


EDITS: dict[str, Callable[[Path], None]] = {
    "1 document": lambda folder: edit(folder, range(100, 101)),
    "10 documents": lambda folder: edit(folder, range(100, 110)),
    "1 rule": lambda folder: edit_rule(folder, 5),
}


def branch_of(base: str, name: str) -> str:
    """The branch from that base on which an edit is made."""
    return f"{base}-{name.replace(' ', '-')}"


def branches(folder: Path) -> None:
    """A branch `ruled` with a policy, and one for every edit from it and from main."""
    git(folder, "switch", "--quiet", "--create", "ruled")
    write(folder / "policies/governance.yaml", GOVERNANCE)
    write(folder / "policies/people.yaml", directory())
    commit(folder, "Who must agree")
    for base in ("main", "ruled"):
        for name, change in EDITS.items():
            git(folder, "switch", "--quiet", "--create", branch_of(base, name), base)
            change(folder)
            busy(folder, "sync")
            commit(folder, name)


def commands(folder: Path) -> Iterator[Row]:
    """Each command on each edit, cold and warm, with the policy beside without."""
    for command, is_cold in (
        ("check", True),
        ("check", False),
        ("approvals", True),
        ("plan", True),
        ("plan", False),
    ):
        for name in EDITS:
            without, with_it = (
                _median(folder, command, base, name, is_cold=is_cold) for base in ("main", "ruled")
            )
            title = f"{command}, {name}, {'cold' if is_cold else 'warm'}"
            is_held = command == "check" and name != "1 rule"
            budget = CHECK_BUDGET if is_held else None
            yield Row(title, with_it, "s", without, "without a policy", budget)


def _median(folder: Path, command: str, base: str, name: str, *, is_cold: bool) -> float:
    git(folder, "switch", "--quiet", branch_of(base, name))
    times = []
    for number in range(ROUNDS + (not is_cold)):
        if is_cold or not number:
            rmtree(folder / ".git" / "opsrail", ignore_errors=True)
        times.append(busy(folder, command, "--base", base))
    return median(times if is_cold else times[1:])


def deciding() -> Iterator[Row]:
    """The decision by itself: many changes, rules and reviews."""
    file = _many_rules()
    change = _many_changes()
    now = datetime(2026, 1, 7, 12, tzinfo=UTC)
    reviews = tuple(
        Review(
            f"p{n % PEOPLE}@example.com",
            ReviewState.APPROVED,
            now - timedelta(minutes=REVIEWS - n),
            covers=change.shares,
        )
        for n in range(REVIEWS)
    )
    asked = Request(author="x@example.com", last_pusher="x@example.com", reviews=reviews)
    known = Directory(_people())
    name = f"decide: {CHANGES:,} changes, {RULES} rules, {REVIEWS} reviews"
    yield Row(name, _timed(lambda: decide(Policy(file), known, change, asked, now)))
    few = replace(change, changes=change.changes[: CHANGES // 10])
    yield Row(
        "  a tenth of the changes", _timed(lambda: decide(Policy(file), known, few, asked, now))
    )
    name = f"tier_of: {CHANGES:,} changes, {PREDICATES} predicates"
    yield Row(name, _timed(lambda: [tier_of(file, one) for one in change.changes]))


def _timed(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        begin = process_time()
        work()
        times.append(process_time() - begin)
    return median(times)


def _people() -> PeopleFile:
    people = {
        f"p{n}": {"name": f"Person {n}", "emails": [f"p{n}@example.com"]} for n in range(PEOPLE)
    }
    groups = {
        team: {"members": [f"p{n}", f"p{n + 10}", f"p{n + 20}"]} for n, team in enumerate(TEAMS)
    }
    return PeopleFile.model_validate({"people": people, "groups": groups})


def _many_rules() -> GovernanceFile:
    names = [f"rule-{n}" for n in range(RULES - 1)]
    unmet = [
        {"change": "money", "owner": "nobody", "files": f"content/**/*-{n}-*.md"}
        for n in range(PREDICATES)
    ]
    approvals: dict[str, object] = {name: {"from": [TEAMS[n % 10]]} for n, name in enumerate(names)}
    return GovernanceFile.model_validate(
        {
            "approvals": {"owners": {"from": "owners"}, **approvals},
            "tiers": [
                {"tier": 1, "title": "Grave", "when": unmet, "needs": ["owners", *names]},
                {"tier": 0, "title": "Light", "when": ["anything"], "needs": ["owners", *names]},
            ],
        }
    )


def _many_changes() -> ChangeSet:
    paths = [f"content/sources/{AREAS[n % 10]}/topic-{n:05}.md" for n in range(CHANGES)]
    changes = tuple(
        Change(
            path,
            "money raised",
            "§ Part 1",
            "USD 5",
            "USD 6",
            n,
            Weight.MUST_REREAD,
            (TEAMS[n % 10],),
        )
        for n, path in enumerate(paths)
    )
    return ChangeSet("a" * 40, "b" * 40, changes, {p: share_of(p, "old", "new") for p in paths})


def histories(place: Path) -> Iterator[Row]:
    """One document that landed again and again, among others that did too."""
    folder = place / "history"
    generate(folder, Size(100, rules=10))
    write(folder / "policies/governance.yaml", GOVERNANCE)
    write(folder / "policies/people.yaml", directory())
    commit(folder, "Who must agree")
    count = 0
    for landings in LANDINGS:
        while count < landings:
            count += 1
            _land(folder, 5 if count % 2 else 6, count)
        about = f"{landings} landings, half of them about it"
        yield Row(f"log, {about}", busy(folder, "log", document_path(5)))
        yield Row(f"blame, {about}", busy(folder, "blame", document_path(5)))
        yield Row(f"policy simulate --last 50, of {landings}", busy(folder, "policy", "simulate"))


def _land(folder: Path, number: int, days: int) -> None:
    place = folder / document_path(number)
    lines = place.read_text(encoding="utf-8").rstrip("\n").split("\n")
    kept = [line for line in lines if not line.startswith("Ask again within")]
    write(place, "\n".join([*kept, f"Ask again within {days} days.", ""]))
    commit(folder, f"Ask again after {days}")


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print a table for each size, one for the decision and one for histories."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for line in table(
            f"The decision by itself; median of {ROUNDS}, processor time", deciding()
        ):
            print(line, flush=True)
        for line in table("Histories of a small repository; processor time", histories(place)):
            print(line, flush=True)
        for documents in sizes:
            folder = place / str(documents)
            generate(folder, Size(documents, rules=documents * 3 // 10))
            branches(folder)
            title = f"{documents:,} documents; median of {ROUNDS}, processor time"
            for line in table(title, commands(folder)):
                print(line, flush=True)


if __name__ == "__main__":
    main(tuple(int(word) for word in sys.argv[1:]) or SIZES)
