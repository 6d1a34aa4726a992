"""The judge of derived text on a real handbook: what the engine wrote, and what was done to it.

At every commit of the handbook every section that the commit touched is derived in each form, for
a reader with the source's words and for one with words of its own, and judged. The engine selects
and never rewrites, so every departure is a false closure or a fault of tailoring. Then some of
these texts get one false edit at a time, and it counts how many of each kind are seen.

`python -m tests.realworld.faithful` prints both tables; with `--read` the departures as well.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import unified_diff
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

from opsrail.repo.git import Repository
from opsrail.repo.snapshot import Snapshot
from opsrail.repo.yaml import YamlText
from opsrail.tailor.catalog import Catalog, PageName, Playbook
from opsrail.tailor.faithful import Departure, Judgement
from opsrail.tailor.faithful.section import Grounds, grounds_of, judge_section
from opsrail.tailor.formats import Form, PlaybookFile, Role
from opsrail.tailor.generate import draft_page, without_origin
from tests.realworld.faithful_edits import EDITS, HARMLESS, edited, reworded
from tests.realworld.handbook import BUNDLE, clone, snapshots

DATA: Final = Path(__file__).resolve().parents[3] / "shared" / "data"
FORMS: Final = (Form.FULL, Form.STEPS, Form.BRIEF, Form.FACTS)
_OWN_WORDS: Final = {"customer": "client", "engineer": "specialist", "issue": "matter"}
ROLES: Final = {
    f"{name}-{form}": Role.model_validate({"title": name, "clearance": "staff", "words": words})
    for name, words in (("reader", {}), ("partner", _OWN_WORDS))
    for form in FORMS
}
_ANCHOR = re.compile(r"[\w:.-]+")
_SOURCE = re.compile(r"content/[^#\s]+\.md")


class Desk(Catalog):
    """The handbook at one commit, with roles that it never had."""

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        return ROLES


@dataclass(frozen=True, slots=True)
class Derived:
    """One derived section, and what it is held against."""

    revision: str
    page: PageName
    form: Form
    text: str
    grounds: Grounds


@dataclass(slots=True)
class Tally:
    """What came of judging."""

    commits: int = 0
    sections: int = 0
    seconds: float = 0.0
    worst: float = 0.0
    false: list[tuple[Derived, Departure]] = field(default_factory=list)
    judged: list[Derived] = field(default_factory=list)


def derived(
    handbook: Repository, scope: str = "content/", newest: int | None = None
) -> Iterator[Derived]:
    """Every section of the documents in `scope`, at every commit that changed its document.

    With `newest` only that many commits, the first of them with everything it holds.
    """
    every = list(snapshots(handbook))[-newest if newest else 0 :]
    for before, after in pairwise([Snapshot(handbook, None, ()), *every]):
        catalog = Desk(after)
        for path in sorted(after.changed(before)):
            if path.startswith(scope) and _SOURCE.fullmatch(path) and path in after:
                yield from _of_document(catalog, path, str(after.revision))


def _of_document(catalog: Catalog, path: str, revision: str) -> Iterator[Derived]:
    document = catalog.document(path)
    names = {
        section.anchor: section.level > 1
        for section in (document.sections if document else ())
        if section.level in {1, 2} and _ANCHOR.fullmatch(section.anchor)
    }
    if not names:
        return
    items = [
        {
            "from": f"{path}#{anchor}",
            "children": deep,
            "form": {r: r.partition("-")[2] for r in ROLES},
        }
        for anchor, deep in names.items()
    ]
    file = PlaybookFile.model_validate({"title": "Real", "owner": "desk", "sections": items})
    name = "playbooks/real/playbook.yaml"
    playbook = Playbook("real", name, file, YamlText.parse(name, "title: Real\n"))
    for role in ROLES:
        page = PageName("real", role)
        given = {item.from_: (item, form) for item, form in playbook.sections_for(role)}
        for section in draft_page(catalog, playbook, role).sections[1:]:
            item, form = given[section.key]
            grounds = grounds_of(catalog, page, item, form, file.title)
            assert grounds is not None
            yield Derived(revision, page, form, section.text, grounds)


def judged(sections: Iterable[Derived]) -> Tally:
    """Judge each section once for each text and source it ever had."""
    tally = Tally()
    seen: set[int] = set()
    revisions: set[str] = set()
    for section in sections:
        revisions.add(section.revision)
        key = hash((section.text, section.grounds.source, section.page.role))
        if key in seen:
            continue
        seen.add(key)
        begin = process_time()
        found = judge_section(section.grounds, section.text)
        took = process_time() - begin
        tally.seconds += took
        tally.worst = max(tally.worst, took)
        tally.sections += 1
        tally.judged.append(section)
        tally.false += [(section, one) for one in found.departures if one.is_grave]
    tally.commits = len(revisions)
    return tally


@dataclass(slots=True)
class Recall:
    """For each edit how often it was made, seen at all, and seen for what it is.

    Of a harmless edit what is seen is false.
    """

    made: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, Derived, str]] = field(default_factory=list)
    false: list[tuple[str, Derived, Departure]] = field(default_factory=list)


def recalled(sections: Iterable[Derived], seed: int = 1) -> Recall:
    """Edit each section in each way there is, and judge what came of it."""
    recall, chance = Recall(), Random(seed)
    for section in sections:
        text = without_origin(section.text)
        for name, wrong in edited(text, section.grounds.source, chance):
            found = judge_section(section.grounds, wrong)
            recall.made[name] += 1
            recall.seen[name] += not found.is_faithful
            recall.named[name] += _names(found, name)
            if found.is_faithful:
                recall.missed.append((name, section, wrong))
        for name, other in reworded(text, chance):
            found = judge_section(section.grounds, other)
            recall.made[name] += 1
            recall.seen[name] += not found.is_faithful
            recall.false += [(name, section, one) for one in found.departures if one.is_grave]
    return recall


def _names(found: Judgement, edit: str) -> bool:
    return any(one.is_grave and one.kind in EDITS[edit][1] for one in found.departures)


def sample(tally: Tally, count: int = 600, seed: int = 1) -> list[Derived]:
    """Sections without a departure, for editing."""
    wrong = {id(section) for section, _ in tally.false}
    right = [section for section in tally.judged if id(section) not in wrong]
    return Random(seed).sample(right, min(count, len(right)))


def report(tally: Tally, recall: Recall) -> Iterator[str]:
    """Both tables as lines of text."""
    yield f"{tally.sections:,} derived sections at {tally.commits} commits"
    mean = 1e3 * tally.seconds / max(tally.sections, 1)
    yield f"  {mean:.1f} ms a section, the slowest {1e3 * tally.worst:.0f} ms"
    closed = {id(section) for section, _ in tally.false}
    yield f"  false closures: {len(closed)} sections, {len(tally.false)} departures"
    for kind, count in sorted(Counter(one.kind for _, one in tally.false).items()):
        yield f"    {kind:<18}{count:>6}"
    yield f"{'one false edit':<26}{'made':>8}{'seen':>8}{'named':>8}"
    for name in EDITS:
        made = max(recall.made[name], 1)
        seen, named = (f"{100 * part[name] / made:.1f} %" for part in (recall.seen, recall.named))
        yield f"  {name:<24}{recall.made[name]:>8}{seen:>8}{named:>8}"
    yield f"{'one harmless edit':<26}{'made':>8}{'closed':>8}"
    for name in HARMLESS:
        yield f"  {name:<24}{recall.made[name]:>8}{recall.seen[name]:>8}"


def read(tally: Tally, recall: Recall) -> Iterator[str]:
    """The false closures and the edits that were missed, to be read."""
    for section, one in tally.false:
        place = f"{section.grounds.path}:{section.grounds.line}"
        yield f"{section.revision[:8]} {place} {section.page.role} {one.kind}: {one.message}"
    for name, section, one in recall.false:
        yield f"false {name}: {section.grounds.path} {section.page.role} {one.kind}: {one.message}"
    for name, section, wrong in recall.missed:
        lines = without_origin(section.text).splitlines()
        changed = list(unified_diff(lines, wrong.splitlines(), n=0, lineterm=""))
        yield f"missed {name}: {section.grounds.path} {section.page.role}: {changed[3:]}"


def _main() -> None:
    if not (DATA / BUNDLE).exists():
        sys.exit(f"the real data is not on this machine: ../shared/data/{BUNDLE}")
    with TemporaryDirectory() as folder:
        tally = judged(derived(clone(DATA / BUNDLE, Path(folder) / "handbook")))
        recall = recalled(sample(tally))
        lines = [*report(tally, recall), *(read(tally, recall) if "--read" in sys.argv else ())]
    for line in lines:
        print(line)  # noqa: T201 - a command's output


if __name__ == "__main__":
    _main()
