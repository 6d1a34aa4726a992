"""The typed diff over a real department's history: `python -m tests.bench history`.

Every pair of versions that a real commit left behind, parse included, in processor time, so that
a busy machine does not count. The peer is difflib over
the words of whole files, on the pairs where it ends in bearable time. `--read N` prints what
`opsrail diff` says of N commits, to be read as a support lead would.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import fmean, quantiles
from time import process_time

from opsrail.content.diff import diff_documents
from opsrail.content.model import Document
from opsrail.content.sections import parse_document
from opsrail.gate.diff_formats import as_text
from opsrail.gate.telling import Told
from opsrail.repo.snapshot import Snapshot
from opsrail.tailor.impact import Reach
from tests.bench.measuring import Row, table
from tests.realworld.handbook import BUNDLE, clone, snapshots

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
MEAN_BUDGET, WORST_BUDGET = 10.0, 300.0
"""Milliseconds a pair."""
PEER_WORDS = 3_000
"""Longer files are left out for the peer: it is quadratic."""


@dataclass(slots=True)
class Seen:
    """What the replay met."""

    commits: int = 0
    milliseconds: list[float] = field(default_factory=list)
    both: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)
    events: Counter[tuple[str, str]] = field(default_factory=Counter)
    facts: Counter[tuple[str, str]] = field(default_factory=Counter)


def text_of(snapshot: Snapshot, path: str) -> str | None:
    """A file's text, None where it is not there."""
    return snapshot.text(path) if path in snapshot else None


def changed(before: Snapshot, after: Snapshot) -> list[str]:
    """The documents that differ."""
    return sorted(path for path in after.changed(before) if path.endswith(".md"))


def measure(before: Snapshot, after: Snapshot, seen: Seen) -> None:
    """Time every pair of one commit by itself, then count what the commit as a whole says."""
    seen.commits += 1
    paths = changed(before, after)
    for path in paths:
        old, new = text_of(before, path), text_of(after, path)
        if old is None or new is None:
            continue
        # A name of its own, since what was parsed a moment ago would not be parsed again.
        own = f"{seen.commits}/{path}"
        begin = process_time()
        diff_documents({own: parse_document(own, old)}, {own: parse_document(own, new)})
        seen.milliseconds.append((process_time() - begin) * 1e3)
        words = old.split(), new.split()
        if max(map(len, words)) <= PEER_WORDS:
            seen.both.append(seen.milliseconds[-1])
            begin = process_time()
            SequenceMatcher(None, *words, autojunk=False).get_opcodes()
            seen.peer.append((process_time() - begin) * 1e3)
    diff = diff_documents(documents(before, paths), documents(after, paths))
    for change in diff.sections:
        seen.events[change.kind, change.weight] += 1
        for fact in change.facts:
            seen.facts[fact.kind, fact.direction] += 1


def documents(snapshot: Snapshot, paths: list[str]) -> dict[str, Document]:
    """Those that are there, parsed."""
    texts = ((path, text_of(snapshot, path)) for path in paths)
    return {path: parse_document(path, text) for path, text in texts if text is not None}


def report(seen: Seen) -> Iterator[str]:
    """The figures as lines of text."""
    times = seen.milliseconds
    p95 = quantiles(times, n=20)[-1]
    rows = (
        Row("mean a pair, parse included", fmean(times), "ms", None, "", MEAN_BUDGET),
        Row("p95", p95, "ms"),
        Row("worst", max(times), "ms", None, "", WORST_BUDGET),
        Row("all pairs", sum(times) / 1e3),
        Row(
            f"mean of the {len(seen.peer)} pairs up to {PEER_WORDS:,} words",
            fmean(seen.both),
            "ms",
            fmean(seen.peer),
            "difflib over words",
        ),
        Row("worst of those", max(seen.both), "ms", max(seen.peer), "difflib over words"),
    )
    yield from table(f"Typed diff of {seen.commits} real commits, {len(times)} file pairs", rows)
    yield from _counted("events", seen.events)
    yield from _counted("facts moved", seen.facts)


def _counted(title: str, counts: Counter[tuple[str, str]]) -> Iterator[str]:
    yield f"  {title}: {counts.total():,}"
    for first in sorted({name for name, _ in counts}):
        parts = {second: count for (name, second), count in sorted(counts.items()) if name == first}
        shown = ", ".join(f"{second} {count:,}" for second, count in parts.items())
        yield f"    {first:<10} {sum(parts.values()):>6,}   {shown}"


def read(every: list[Snapshot], count: int, seed: int) -> Iterator[str]:
    """What the diff says of some commits with changes, chosen by a seed."""
    pairs = [(one, two) for one, two in pairwise(every) if changed(one, two)]
    for before, after in Random(seed).sample(pairs, min(count, len(pairs))):
        paths = changed(before, after)
        diff = diff_documents(documents(before, paths), documents(after, paths))
        yield f"──── {after.revision}"
        yield as_text(Told(diff, Reach(())))


def main() -> None:
    """Print the figures, or with `--read N [SEED]` the diffs themselves."""
    if not (DATA / BUNDLE).exists():
        print(f"history: the real data is not on this machine: ../shared/data/{BUNDLE}")
        return
    with tempfile.TemporaryDirectory() as folder:
        every = list(snapshots(clone(DATA / BUNDLE, Path(folder) / "handbook")))
        if "--read" in sys.argv:
            numbers = [int(word) for word in sys.argv[sys.argv.index("--read") + 1 :]]
            lines = read(every, *(numbers + [40, 1][len(numbers) :]))
        else:
            seen = Seen()
            for before, after in pairwise(every):
                measure(before, after, seen)
            lines = report(seen)
        for line in lines:
            print(line)


if __name__ == "__main__":
    main()
