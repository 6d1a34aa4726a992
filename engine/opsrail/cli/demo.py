"""`opsrail demo`: the main job, told step by step on a throw-away clone.

Everything shown is the real command's real output; the story only makes the edits that people
would make.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path

import click

from opsrail.cli.surroundings import look_around
from opsrail.findings import CannotWork, ExitCode
from opsrail.report.model import counted

SOURCE = "content/sources/refunds.md"
VENDOR_PAGE = "playbooks/refunds/vendor-agent.md"
TIER_1_PAGE = "playbooks/refunds/tier-1.md"
CUSTOMER_PAGE = "playbooks/refunds/customer.md"
PLAYBOOK = "playbooks/refunds/playbook.yaml"
SUITES = ("refunds-facts", "reply-draft-flow", "new-ticket-flow")
TICKET = {
    "subject": "Refund",
    "body": "You charged us last week and we don't use it any more. Can we get a refund of it?",
    "role": "vendor-agent",
}
MITIGATIONS = "policies/mitigations.yaml"
MITIGATION = """
  - factor: novelty
    files: content/sources/refunds.md
    what: For the first week a lead reads each refund over the old limit on the next morning.
    owner: billing-support
    until: 2027-03-31
"""
MAYA = "maya@example.com"
BRANCH = "refund-window"
WIDTH = 104
"""Columns of a page's line that are shown."""
NOTE = "Night shift: approvals after 22:00 wait for the morning; tell the customer when."


@click.command()
@click.option("--keep", is_flag=True, help="Leave the clone for you to look at.")
def command(*, keep: bool) -> int:
    """See a policy change reach every role's page, proved, in under a minute.

    Works on a clone of this repository in a temporary folder; yours is not touched.
    """
    around = look_around()
    folder = Path(tempfile.mkdtemp(prefix="opsrail-demo-"))
    story = Story(folder / "operations")
    try:
        story.clone(around.repository.root)
        tell(story)
    finally:
        if keep:
            click.echo(f"\nThe clone is in {story.folder}")
        else:
            shutil.rmtree(folder)
    return ExitCode.PASS


class Story:
    """A clone, and what the people in the story do in it. Each command's output is shown."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def clone(self, origin: Path) -> None:
        """Clone what is committed, and give the people in it a name."""
        self._git(origin, "clone", "--quiet", "--local", str(origin), str(self.folder))
        if not (self.folder / SOURCE).is_file():
            raise CannotWork(
                f"this repository has no {SOURCE} to tell the story with",
                "run the demo in a clone of opsrail itself",
            )
        self.git("switch", "--quiet", "--force-create", "main")
        self.git("config", "user.name", "Maya Example")
        self.git("config", "user.email", MAYA)

    def git(self, *arguments: str) -> None:
        """Run git in the clone, quietly."""
        self._git(self.folder, *arguments)

    @staticmethod
    def _git(folder: Path, *arguments: str) -> None:
        done = subprocess.run(
            ("git", "-c", "commit.gpgSign=false", *arguments),
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, **_as_person(MAYA)},
        )
        if done.returncode:
            raise CannotWork(f"git {arguments[0]} failed: {done.stderr.strip()}")

    def opsrail(
        self,
        *arguments: str,
        ends: ExitCode = ExitCode.PASS,
        most: int = 30,
        by: str = MAYA,
    ) -> None:
        """Run opsrail in the clone and show what it prints; it must end as the story says. `by`
        is the address of whoever does it.
        """
        click.echo(click.style(f"$ opsrail {' '.join(arguments)}", bold=True))
        done = self._run(arguments, by)
        lines = (done.stdout + done.stderr).rstrip().splitlines()
        for line in lines[:most]:
            click.echo(f"  {line}")
        if len(lines) > most:
            click.echo(f"  … {counted(len(lines) - most, 'more line')}")
        click.echo()
        if done.returncode != ends:
            raise CannotWork(f"the story expected exit code {int(ends)} and got {done.returncode}")

    def answer(self, *arguments: str) -> str:
        """Run opsrail in the clone, and give what it prints to whoever reads it."""
        click.echo(click.style(f"$ opsrail {' '.join(arguments)}", bold=True))
        done = self._run(arguments, MAYA)
        if done.returncode:
            raise CannotWork(f"the story expected an answer: {done.stderr.strip()}")
        return done.stdout

    def _run(self, arguments: Sequence[str], by: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (sys.executable, "-m", "opsrail", *arguments),
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
            env={
                **os.environ,
                **_as_person(by),
                "PYTHONIOENCODING": "utf-8",
                "OPSRAIL_TODAY": self._day(),
                "OPSRAIL_LLM": "replay",
            },
        )

    def _day(self) -> str:
        """The story's day: when its source was last verified, so that no review is overdue."""
        found = re.search(r"^verified: (\S+)$", self.read(SOURCE), re.MULTILINE)
        return found[1] if found else ""

    def read(self, path: str) -> str:
        """A file of the clone."""
        return (self.folder / path).read_text("utf-8")

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        """Edit a file as a person would. An edit that changes nothing spoils the story."""
        before = self.read(path)
        after = change(before)
        if after == before:
            raise CannotWork(f"the story's edit of {path} changes nothing")
        (self.folder / path).write_text(after, encoding="utf-8")


def tell(story: Story) -> None:
    """The story, from the edit to the open gate."""
    _say("1", "Tier 1 has a note of its own on its refund page. People may write on pages.")
    story.edit(
        TIER_1_PAGE, lambda text: text.replace("\n- [ ] Reply", f"\n- [ ] {NOTE}\n- [ ] Reply", 1)
    )
    story.git("commit", "--quiet", "--all", "--message", "Tier 1: what to say at night")
    _show_diff(TIER_1_PAGE, "", f"- [ ] {NOTE}\n")

    _say("2", "On a branch, an author shortens the refund window and raises a limit at the source.")
    story.git("switch", "--quiet", "--create", BRANCH)
    before = {page: story.read(page) for page in (VENDOR_PAGE, TIER_1_PAGE)}
    story.edit(
        SOURCE, lambda text: re.sub(r"USD 50\b", "USD 80", text.replace("30 days", "14 days"))
    )
    story.git("commit", "--quiet", "--all", "--message", "Refunds: 14 days, limit USD 80")
    story.opsrail("diff", "main")

    _say("3", "The pull request's check is closed: the pages still say the old rules.")
    story.opsrail("check", "--base", "main", ends=ExitCode.CLOSED, most=10)

    _say("4", "One command brings every role's page along, each in its own form.")
    story.opsrail("sync")
    click.echo("What changed for the vendor's agents, who read it as a checklist:")
    _show_diff(VENDOR_PAGE, before[VENDOR_PAGE], story.read(VENDOR_PAGE))
    click.echo("And for Tier 1, whose night-shift note is still there:")
    _show_diff(TIER_1_PAGE, before[TIER_1_PAGE], story.read(TIER_1_PAGE))
    if NOTE not in story.read(TIER_1_PAGE):
        raise CannotWork("the note that people wrote is gone, which must never happen")

    _say(
        "5", "Somebody “fixes” the customers' page by hand instead of the source. The gate sees it."
    )
    story.edit(CUSTOMER_PAGE, lambda text: text.replace("14 days", "45 days", 1))
    story.opsrail("check", "--base", "main", ends=ExitCode.CLOSED)

    _say("6", "They take it back. The questions that readers ask still expect the old answers.")
    story.edit(CUSTOMER_PAGE, lambda text: text.replace("45 days", "14 days", 1))
    story.opsrail("eval", "refunds-facts", "--base", "main", ends=ExitCode.CLOSED, most=16)

    _say(
        "7",
        "The cases follow, and what is done about a limit that was never so high is put on file:"
        " the gate opens.",
    )
    for suite in SUITES:
        story.edit(f"policies/evals/{suite}.yaml", _with_new_rules)
    story.edit(MITIGATIONS, lambda text: text + MITIGATION)
    story.git("commit", "--quiet", "--all", "--message", "Pages and cases follow the refund rules")
    story.opsrail("check", "--base", "main")

    _tell_agreement(story)
    _tell_automations(story)
    click.echo("No key, no server, no network. Read on in README.md, or run `opsrail site serve`.")


def _tell_agreement(story: Story) -> None:
    """Who must agree, what they read, and what is left on record."""
    _say("8", "Reviewers read one screen: who is missing, what changes, whom it reaches, the risk.")
    story.opsrail("plan", BRANCH, ends=ExitCode.CLOSED, most=26)

    _say("9", "An owner, somebody who answers for money, and the leads agree. Maya lands it.")
    for who in ("carmen", "jon", "grace"):
        story.opsrail("approve", BRANCH, by=f"{who}@larkspindle.example", most=1)
    story.opsrail("land", BRANCH)
    story.opsrail("log", f"{SOURCE}#refund-a-charge", "--head", "main", "-n", "1", most=24)


def _tell_automations(story: Story) -> None:
    """What works on the same pages: a flow without any model, and a model that is held to them."""
    _say("10", "A ticket comes in. It is sorted and answered from these pages, without any model.")
    (story.folder / "ticket.json").write_text(json.dumps(TICKET), encoding="utf-8")
    click.echo(f"  “{TICKET['body']}”\n")
    run = json.loads(story.answer("flow", "run", "new-ticket", "--input", "ticket.json"))
    triage, draft = (run["output"][name] for name in ("triage", "reply-draft"))
    click.echo(f"  {triage['intent']} · {triage['priority']} · {' '.join(triage['reasons'][:2])}")
    click.echo(f"  from {draft['citations'][0]['section']}:")
    for line in draft["reply"].splitlines()[:6]:
        click.echo(f"    {line}" if line else "")
    click.echo()

    _say("11", "A small model rewords a section for new hires. What it said is on record.")
    story.edit(PLAYBOOK, _with_rewriting)
    story.opsrail("rewrite", "refunds", most=12)
    click.echo("Neither answer says what the source says, so the page keeps the source's words.\n")


def _as_person(address: str) -> dict[str, str]:
    """The environment in which Git knows somebody of the story, whoever tells it."""
    name = f"{address.partition('@')[0].title()} Example"
    return {
        f"GIT_{part}_{what}": value
        for part in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", name), ("EMAIL", address))
    }


def _with_rewriting(text: str) -> str:
    section = "  - from: content/sources/refunds.md#timing\n"
    return text.replace(section, f"{section}    rewrite: {{new-hire: plain-words}}\n")


def _with_new_rules(text: str) -> str:
    window = re.sub(r"30 days(?! of your)", "14 days", text)
    return re.sub(r"USD 50\b", "USD 80", window)


def _say(number: str, text: str) -> None:
    click.echo(click.style(f"── {number} ── {text}", fg="cyan", bold=True))
    click.echo()


def _show_diff(path: str, before: str, after: str, most: int = 6) -> None:
    """The first changed lines, old and new together; lines that only say how fresh a section
    is are left out.
    """
    old, new = before.splitlines(), after.splitlines()
    click.echo(f"  {path}")
    shown = 0
    for tag, start, end, from_, to in difflib.SequenceMatcher(None, old, new).get_opcodes():
        pairs = zip_longest(old[start:end], new[from_:to]) if tag != "equal" else ()
        for was, now in pairs:
            if not (was or now or "").startswith("*From"):
                shown += 1
                if shown <= most:
                    _show_pair(was, now)
    if shown > most:
        click.echo(f"    … {counted(shown - most, 'more line')}")
    click.echo()


def _show_pair(was: str | None, now: str | None) -> None:
    for line, sign, colour in ((was, "-", "red"), (now, "+", "green")):
        if line:
            cut = line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"
            click.echo(f"    {click.style(f'{sign} {cut}', fg=colour)}")
