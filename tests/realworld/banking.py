"""Evals on real questions: a classifier of 77 intents, made worse in several ways.

banking77 has 13,083 questions that customers asked a bank, 10,003 to learn from and 3,080 to ask,
40 of each intent (Casanueva et al., Efficient intent detection with dual sentence encoders, 2020).
The classifier is linear, over words and parts of words; each version learns anew where it runs.

What is the sampling unit? The next thing to be classified is another question, about one of the
same 77 intents: the list is the bank's own and complete, so the intents are strata, and the
questions are the sample. So cases have no cluster. To cluster by intent would answer another
question: how the change would do at a bank whose intents were drawn anew from all there may be.
Then two intents of 77 that were merged are one unlucky draw, and nothing can be said. Both are
printed. (The data does not tell who asked; were it known, the customer would be the cluster.)

`python -m tests.realworld.banking` prints the figures, a few minutes long.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from opsrail.evals.model import Verdict
from tests.bench.evals_tree import run_tree
from tests.bench.measuring import OPSRAIL
from tests.cli.desk import Desk

DATA: Final = "banking77"
OVERLAY: Final = Path(__file__).parent / "bank"
SUITE: Final = "intents"
CLUSTERED: Final = "by-intent"
CODE: Final = "policies/evals/intents.py"
TODAY: Final = "2026-11-22"
RELEASE: Final = "v1.0"

ALL_FEATURES: Final = "FEATURES = (WORDS, CHARACTERS)"
WORDS_ONLY: Final = "FEATURES = (WORDS,)"


@dataclass(frozen=True, slots=True)
class Change:
    """A change to the classifier: texts of its file, each with what stands there instead.

    `expected` is what the suite has to say about it.
    """

    name: str
    edits: Mapping[str, str]
    expected: Verdict
    about: str = ""


REFACTORED: Final = Change(
    "refactored, another seed",
    {
        "SEED = 1": "SEED = 20  # any will do",
        "    classifier = make_pipeline(make_union(*FEATURES), LinearSVC(random_state=SEED))\n"
        "    return classifier.fit(*examples())": "    features = make_union(*FEATURES)\n"
        "    texts, intents = examples()\n"
        "    return make_pipeline(features, LinearSVC(random_state=SEED)).fit(texts, intents)",
    },
    Verdict.PASS,
    "A/A: nothing changed but the words of the program",
)
MERGED: Final = Change(
    "two intents merged",
    {"SAME: dict[str, str] = {}": 'SAME = {"card_delivery_estimate": "card_arrival"}'},
    Verdict.FAIL,
    "40 of 3,080 questions can no longer be answered",
)
CUT: Final = Change(
    "features cut", {ALL_FEATURES: WORDS_ONLY}, Verdict.FAIL, "no parts of words any more"
)
SINGLE: Final = Change(
    "single words",
    {"ngram_range=(1, 2), sublinear_tf": "ngram_range=(1, 1), sublinear_tf"},
    Verdict.INCONCLUSIVE,
    "no pairs of words any more: many answers change, few more for the worse",
)
STOPPED: Final = Change(
    "no stop words",
    {"WORDS = TfidfVectorizer(": 'WORDS = TfidfVectorizer(stop_words="english", '},
    Verdict.INCONCLUSIVE,
    "“how”, “when” and “not” are no words any more, only parts of words",
)
HASTY: Final = Change(
    "less smooth",
    {"LinearSVC(random_state=SEED)": "LinearSVC(C=4, random_state=SEED)"},
    Verdict.PASS,
    "a little worse, within the margin",
)
FEWER: Final = tuple(
    Change(f"{most} examples", {f"EXAMPLES = {before}": f"EXAMPLES = {most}"}, Verdict.PASS)
    for before, most in (("1_000", 110), ("110", 100), ("100", 90))
)
"""Each step learns from fewer examples of an intent, and passes by itself."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What `opsrail eval` said of a change, and what it took."""

    suite: Mapping[str, Any]
    code: int
    seconds: float
    megabytes: float

    @property
    def verdict(self) -> Verdict:
        return Verdict(self.suite["verdict"])


def desk_of(data: Path, root: Path, *, word: str = "", features: str = ALL_FEATURES) -> Desk:
    """A repository at `root` with the classifier on `main`, released as `RELEASE`.

    With a `word`, only of the intents that have it in their names.
    """
    shutil.copytree(OVERLAY, root, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("banking77_train.csv", "banking77_test.csv"):
        with (data / name).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        with (root / "policies" / "evals" / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *(row for row in rows if word in row[1])])
    desk = Desk(root)
    desk.edit(CODE, ALL_FEATURES, features)
    desk.git("init", "--quiet", "--initial-branch=main")
    desk.git("config", "user.name", "Robin Example")
    desk.git("config", "user.email", "robin@example.com")
    desk.commit("A classifier")
    desk.git("tag", RELEASE)
    return desk


def branch_of(change: Change) -> str:
    """The name of the branch on which the change is made."""
    return change.name.replace(",", "").replace(" ", "-")


def changed(desk: Desk, change: Change, start: str = "main") -> str:
    """Commit the change on a branch of its own, and stay there. The branch's name."""
    branch = branch_of(change)
    desk.git("switch", "--quiet", "--create", branch, start)
    for old, new in change.edits.items():
        desk.edit(CODE, old, new)
    desk.commit(change.name)
    return branch


def seen(desk: Desk, suite: str = SUITE, base: str = "main") -> Seen:
    """What the suite says about the commit that is checked out."""
    ran = run_tree(
        (*OPSRAIL, "eval", suite, "--base", base, "--head", "HEAD", "--format", "json"),
        desk.root,
        OPSRAIL_TODAY=TODAY,
    )
    try:
        (found,) = json.loads(ran.out)["suites"]
    except ValueError:
        raise RuntimeError(f"opsrail eval ended with {ran.status}:\n{ran.out}") from None
    return Seen(found, ran.status, ran.seconds, ran.megabytes)


def codes(desk: Desk, base: str = "main") -> tuple[int, set[str]]:
    """How `opsrail check` ends, and which errors about evals it finds."""
    ran = desk.process("check", "--base", base, "--format", "json", OPSRAIL_TODAY=TODAY)
    found = json.loads(ran.out)["findings"]
    errors = {one["code"] for one in found if one["severity"] == "error"}
    return ran.code, {code for code in errors if code.startswith("eval")}


def figures(one: Seen) -> str:
    """The comparison in a line."""
    found, scores = one.suite["comparison"], one.suite["scores"]
    return (
        f"{scores['base']:.2%} → {scores['head']:.2%}  {found['estimate'] * 100:+.2f}"
        f" ({found['low'] * 100:+.2f} to {found['high'] * 100:+.2f})"
        f"  p {found['p']:.4f}  −{found['worse']} +{found['better']}  {one.verdict.value}"
    )


def rows(desk: Desk, changes: Sequence[Change]) -> Iterator[str]:
    """A line for each change: what the suite says, what it took, and how the gate ends."""
    for change in changes:
        changed(desk, change)
        found = seen(desk)
        code, errors = codes(desk)
        wrong = "" if found.verdict is change.expected else f"  EXPECTED {change.expected.value}"
        yield (
            f"{change.name:<26}{figures(found)}  {found.seconds:.1f} s  {found.megabytes:.0f} MB"
            f"  check {code} {' '.join(sorted(errors))}{wrong}"
        ).rstrip()
        yield f"    {change.about}"
        if found.verdict is not Verdict.PASS:
            yield f"    {found.suite['words']}"


def drifted(desk: Desk) -> Iterator[str]:
    """Small losses, one after the other: each passes, and together they do not."""
    before = "main"
    for change in FEWER:
        branch = changed(desk, change, before)
        code, errors = codes(desk, before)
        said = figures(seen(desk, base=before))
        yield f"{change.name:<26}{said}  check {code} {' '.join(sorted(errors))}".rstrip()
        before = branch
    yield from desk.process("eval", "drift", SUITE, OPSRAIL_TODAY=TODAY).out.splitlines()


def by_intent(desk: Desk) -> str:
    """The merged intents once more, as if the intents were the sample."""
    desk.git("switch", "--quiet", branch_of(MERGED))
    return figures(seen(desk, CLUSTERED))


def _main() -> None:
    data = Path(__file__).resolve().parents[2].parent / "shared" / "data" / DATA
    if not data.exists():
        sys.exit(f"the real data is not on this machine: ../shared/data/{DATA}")
    print("change                    base → head  difference (95 % interval)  p  worse, better")  # noqa: T201 - a command's output
    with TemporaryDirectory() as folder:
        desk = desk_of(data, Path(folder) / "desk")
        for line in rows(desk, (REFACTORED, HASTY, STOPPED, SINGLE, MERGED, CUT)):
            print(line, flush=True)  # noqa: T201 - as above
        print(f"{'merged, by intent':<26}{by_intent(desk)}", flush=True)  # noqa: T201 - as above
        for line in drifted(desk):
            print(line, flush=True)  # noqa: T201 - as above


if __name__ == "__main__":
    _main()
