"""A repository of any size, invented from a seed: documents, roles, playbooks, pages, rules."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from opsrail.repo.git import Repository
from opsrail.repo.snapshot import worktree_snapshot
from opsrail.tailor.catalog import Catalog
from opsrail.tailor.sync import plan_sync
from tests.bench.generated_rules import rule_files, rule_path

AREAS = "accounts billing devices exports imports invoices mail payments plans reports".split()
TEAMS = tuple(f"{area}-desk" for area in AREAS)
ACTIONS = "Open Check Compare Confirm Note Ask Close Send Reopen Assign".split()
THINGS = (
    "the customer's account,the last invoice,the charge,the ticket's history,the device list,"
    "the export's log,the plan's terms,the mailbox,the payout file,the monthly report"
).split(",")
CASES = "a customer asks twice,the amount is wrong,nothing arrived,the page stays empty".split(",")
FORMS = "full steps brief facts".split()
ROLES = """\
roles:
  customer:
    {title: Customer, clearance: public, escalates_to: {role: tier-1, how: write to us}}
  vendor-agent:
    title: Vendor agent
    clearance: partner
    escalates_to: {role: tier-1, how: hand over with the tag `handover`, within: 2 hours}
    words: {customer: member}
    people: 40
  new-hire:
    {title: New hire, clearance: staff, escalates_to: {role: tier-1, how: ask}, people: 5}
  tier-1:
    title: Tier 1 agent
    clearance: staff
    can: [small-refund]
    escalates_to: {role: escalation, how: hand over, within: 1 hour}
    people: 60
  escalation:
    title: Escalation engineer
    clearance: staff
    can: [small-refund, large-refund]
    escalates_to: {role: team-lead, how: page the lead, within: 30 minutes}
    people: 12
  team-lead:
    {title: Team lead, clearance: restricted, can: [small-refund, large-refund], people: 8}
"""
NAMES = ("customer", "vendor-agent", "new-hire", "tier-1", "escalation", "team-lead")
CLEARANCES = ("public", "partner", "staff", "staff")
DOCUMENTS_A_PLAYBOOK = 20


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    documents: int
    rules: int

    @property
    def playbooks(self) -> int:
        """One for every so many documents."""
        return self.documents // DOCUMENTS_A_PLAYBOOK


def generate(folder: Path, size: Size, seed: int = 20260105) -> Repository:
    """Write a repository into `folder`, its pages in step, all in one commit."""
    random = Random(seed)
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    for path, text in (
        ("policies/roles.yaml", ROLES),
        *_documents(random, size),
        *_playbooks(random, size),
        *rule_files(size.rules, AREAS),
    ):
        write(folder / path, text)
    commit(folder, "Everything but the pages")
    repository = Repository.discover(folder)
    for path, page in plan_sync(Catalog(worktree_snapshot(repository))).writes.items():
        write(folder / path, page or "")
    commit(folder, "The pages")
    git(folder, "repack", "-a", "-d", "-q")
    return repository


def document_path(number: int) -> str:
    """Where the document of that number is."""
    return f"content/sources/{AREAS[number % len(AREAS)]}/topic-{number:05}.md"


def _documents(random: Random, size: Size) -> Iterator[tuple[str, str]]:
    for number in range(size.documents):
        yield document_path(number), _document(random, number, size.documents)


def _document(random: Random, number: int, most: int) -> str:
    lines = [
        "---",
        f"title: Topic {number}",
        f"owner: {random.choice(TEAMS)}",
        "verified: 2026-01-02",
        "review_by: 2026-04-02",
        f"clearance: {CLEARANCES[number % len(CLEARANCES)]}",
        "---",
        "",
        f"# Topic {number}",
        "",
        f"What to do when {random.choice(CASES)}.",
    ]
    for section in range(1, random.randint(2, 6)):
        lines += ["", f"## Part {section} of {number} {{#part-{section}}}", ""]
        lines += _section(random, number, most)
    return "\n".join(lines) + "\n"


def _section(random: Random, number: int, most: int) -> Iterator[str]:
    area, other = AREAS[number % len(AREAS)], _alike(random, number, most)
    days, money = random.randint(2, 60), random.randint(1, 40) * 5
    yield (
        f"Whoever works in {area} may act within **{days} days** of {random.choice(THINGS)};"
        f" above USD {money} a second person must agree. Nothing is promised before"
        f" {random.choice(THINGS)} was looked at, and {random.choice(CASES)} is no reason to hurry."
        f" See also [topic {other}](../{AREAS[other % len(AREAS)]}/topic-{other:05}.md#part-1)."
    )
    yield ""
    for step in range(1, random.randint(4, 8)):
        needs = "  <!-- needs: large-refund -->" if random.random() < 0.1 else ""
        yield f"{step}. {random.choice(ACTIONS)} {random.choice(THINGS)}.{needs.rstrip()}"
    if random.random() < 0.3:
        yield ""
        yield "| Case | Answer within |"
        yield "|---|---|"
        for case in CASES:
            yield f"| {case} | {random.randint(1, 48)} hours |"


def _alike(random: Random, number: int, most: int) -> int:
    """A document of the same clearance, so that no reader meets a link that is not for them."""
    step = len(CLEARANCES)
    return number % step + step * random.randrange((most - number % step - 1) // step + 1)


def _playbooks(random: Random, size: Size) -> Iterator[tuple[str, str]]:
    for number in range(size.playbooks):
        lines = [f"title: Playbook {number}", f"owner: {random.choice(TEAMS)}", "sections:"]
        for part in range(random.randint(3, 5)):
            source = (number * DOCUMENTS_A_PLAYBOOK + part * 5 + part) % size.documents
            above = CLEARANCES.index(CLEARANCES[source % len(CLEARANCES)])
            readers = [name for name in NAMES[above:] if random.random() < 0.8] or [NAMES[-1]]
            forms = ", ".join(f"{name}: {random.choice(FORMS)}" for name in readers)
            lines += [f"  - from: {document_path(source)}#part-1", f"    form: {{{forms}}}"]
        yield f"playbooks/playbook-{number:04}/playbook.yaml", "\n".join(lines) + "\n"


def edit(folder: Path, numbers: range) -> None:
    """Change a period in each of these documents, as ten people with one idea would."""
    for number in numbers:
        place = folder / document_path(number)
        text = place.read_text(encoding="utf-8")
        write(place, text.replace(" days** of", "1 days** of", 1))


def edit_rule(folder: Path, number: int) -> None:
    """Let a rule fold for twice as long."""
    place = folder / rule_path(number, AREAS)
    write(place, place.read_text(encoding="utf-8").replace("cooldown: 1h", "cooldown: 2h"))


def write(place: Path, text: str) -> None:
    """Write a file, its folder first."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def git(folder: Path, *arguments: str) -> str:
    """Run Git with nobody's own settings; what it printed."""
    who = ("-c", "user.name=Robin Example", "-c", "user.email=robin@example.com")
    command = ("git", *who, "-c", "gc.auto=0", "-c", "core.hooksPath=/dev/null", *arguments)
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return done.stdout.decode().strip()


def commit(folder: Path, message: str) -> None:
    """Commit everything in the work tree."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", message)
