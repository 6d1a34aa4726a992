"""`opsrail eval` beside promptfoo, on 2,000 plain assertions: `python -m tests.bench evals`.

500 sections of a generated playbook, each asked four things: that it contains a text, contains
one in any capitals, matches a pattern, and does not contain another text. promptfoo gets the same
500 texts (but for the anchors of headings, which its templates would take for comments) from its
echo provider, and asks the same four things of each.

Both as a process of its own that remembers nothing, in turns; time and the peak of resident
memory are those of the whole process tree. `promptfoo` has to be on the PATH; without it only
our own figures are printed. The budget is promptfoo's time, and 100 MB.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from opsrail.repo.git import Repository
from opsrail.repo.snapshot import worktree_snapshot
from opsrail.tailor.catalog import Catalog
from opsrail.tailor.page import split_page
from tests.bench.evals_tree import run_tree
from tests.bench.generated import commit, git
from tests.bench.measuring import OPSRAIL, Ran, Row, table

SECTIONS: Final = 500
A_DOCUMENT: Final = 10
ROUNDS: Final = 3
MEGABYTES: Final = 100.0
TODAY: Final = "2026-01-05"
INSTALL: Final = "promptfoo is not on the PATH: `npm install promptfoo` in a folder of its own"

ROLES: Final = """\
roles:
  agent: {title: Agent, clearance: staff}
"""
PAGE: Final = "playbooks/desk/agent.md"
SUITE: Final = "policies/evals/desk.yaml"
_ANCHOR: Final = re.compile(r" ?\{#[^}]*\}")


def section(number: int) -> str:
    """A section of a source: some sentences with figures of its own."""
    return f"""## Case {number} of the desk {{#case-{number}}}

Customers may ask about case {number} within **{number % 60 + 5} days** of the charge. Annual plans
are counted from the day of renewal. Write down the reference REF-{number:04} first.

1. Confirm that the e-mail address of account {number} matches the requester's.
2. Check the date in Billing → Invoices, and note it in the ticket.
3. For charges over USD {number + 50}, ask for approval; you must wait for a yes.
4. Reply with the macro `case-{number}` within {number % 20 + 2} hours.
"""


def asked(number: int) -> Sequence[tuple[str, str]]:
    """What is asked of its text: scorer and setting."""
    return (
        ("contains", f"{number % 60 + 5} days"),
        ("icontains", f"ACCOUNT {number} matches"),
        ("regex", rf"REF-0*{number}\b"),
        ("not_contains", f"USD {number + 51}"),
    )


def generate(folder: Path) -> None:
    """The repository with its suite, synced and committed on `main`."""
    names = []
    for first in range(0, SECTIONS, A_DOCUMENT):
        name = f"content/sources/desk-{first // A_DOCUMENT}.md"
        numbers = range(first, first + A_DOCUMENT)
        front = f"---\ntitle: Desk {first // A_DOCUMENT}\nowner: desk\n---\n\n# Desk\n\n"
        _write(folder / name, front + "\n".join(map(section, numbers)))
        names += [f"{name}#case-{number}" for number in numbers]
    sections = "".join(f"  - {{from: {name}, form: {{agent: full}}}}\n" for name in names)
    _write(
        folder / "playbooks/desk/playbook.yaml", f"title: Desk\nowner: desk\nsections:\n{sections}"
    )
    _write(folder / "policies/roles.yaml", ROLES)
    _write(folder / SUITE, suite())
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "A desk")
    ran = run_tree((*OPSRAIL, "sync"), folder, OPSRAIL_TODAY=TODAY)
    if ran.status:
        raise RuntimeError(f"opsrail sync ended with {ran.status}:\n{ran.out}")
    commit(folder, "Its pages")
    with (folder / PAGE).open("a", encoding="utf-8") as page:
        page.write("\nIf in doubt, ask the desk lead.\n")
    commit(folder, "A line more")


def suite() -> str:
    """The suite's file: JSON is YAML, too."""
    cases = [
        {
            "id": f"case-{number}",
            "role": "agent",
            "section": f"case-{number}",
            "expect": [{scorer: setting} for scorer, setting in asked(number)],
        }
        for number in range(SECTIONS)
    ]
    lines = ",\n".join(f"  {json.dumps(case)}" for case in cases)
    head = "title: What the desk reads\nowner: desk\ntarget: {playbook: desk}\n"
    return f"{head}cases: [\n{lines}]\n"


def texts(folder: Path) -> Mapping[int, str]:
    """The sections of the derived page, by their number."""
    text = Catalog(worktree_snapshot(Repository.discover(folder))).text(PAGE)
    assert text is not None
    segments = split_page(PAGE, text).segments
    return {
        int(one.key.rpartition("-")[2]): _ANCHOR.sub("", one.text)
        for one in segments
        if "#case-" in one.key
    }


def promptfoo_config(said: Mapping[int, str]) -> Mapping[str, Any]:
    """The same for promptfoo."""
    tests = [
        {
            "vars": {"text": text},
            "assert": [
                {"type": scorer.replace("_", "-"), "value": setting}
                for scorer, setting in asked(number)
            ],
        }
        for number, text in said.items()
    ]
    return {"prompts": ["{{text}}"], "providers": ["echo"], "tests": tests}


def ours(folder: Path, *arguments: str) -> Ran:
    """One run that remembers nothing, in which every case has to pass."""
    line = (*OPSRAIL, "eval", "desk", "--no-cache", *arguments)
    ran = run_tree(line, folder, OPSRAIL_TODAY=TODAY)
    if ran.status or f"{SECTIONS} of {SECTIONS}" not in ran.out:
        raise RuntimeError(f"opsrail eval ended with {ran.status}:\n{ran.out[-2000:]}")
    return ran


def theirs(program: str, folder: Path) -> Ran:
    """One run of promptfoo, in which every case has to pass."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    ran = run_tree(
        (program, "eval", "-c", "promptfoo.json", "--no-write", "--no-cache", "--no-table"),
        folder,
        HOME=str(home),
        PROMPTFOO_CONFIG_DIR=str(home),
        PROMPTFOO_DISABLE_TELEMETRY="1",
        PROMPTFOO_DISABLE_UPDATE="1",
        PROMPTFOO_DISABLE_REMOTE_GENERATION="true",
    )
    if ran.status or not re.search(rf"\b{SECTIONS} passed", ran.out):
        raise RuntimeError(f"promptfoo ended with {ran.status}:\n{ran.out[-2000:]}")
    return ran


def measured(folder: Path, program: str | None) -> Iterator[Row]:
    """The rows of the table."""
    works: Mapping[str, Callable[[], Ran]] = {
        "": lambda: ours(folder),
        " --base": lambda: ours(folder, "--base", "main~1"),
    }
    found: dict[str, list[Ran]] = {name: [] for name in (*works, "peer")}
    for _ in range(ROUNDS):
        for name, work in works.items():
            found[name].append(work())
        if program:
            found["peer"].append(theirs(program, folder.parent / "peer"))
    peer = found.pop("peer")
    seconds = median(one.seconds for one in peer) if peer else None
    megabytes = median(one.megabytes for one in peer) if peer else None
    named = "promptfoo" if peer else ""
    for name, runs in found.items():
        took = median(one.seconds for one in runs)
        yield Row(f"eval desk{name}", took, "s", seconds, named, seconds)
        memory = median(one.megabytes for one in runs)
        yield Row("  its memory", memory, "MB", megabytes, named, MEGABYTES)


def main() -> None:
    """Print the table."""
    program = shutil.which("promptfoo")
    with tempfile.TemporaryDirectory() as place:
        folder, peer = Path(place) / "operations", Path(place) / "peer"
        generate(folder)
        _write(peer / "promptfoo.json", json.dumps(promptfoo_config(texts(folder))))
        title = f"{4 * SECTIONS:,} assertions over {SECTIONS} sections, median of {ROUNDS}"
        for line in table(title, measured(folder, program), () if program else (INSTALL,)):
            print(line, flush=True)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
