"""What became of every attack and every harmless text: at the scanner, and at the gates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from opsrail.llm.injection import scan
from opsrail.llm.marking import marked
from tests.injection.corpus import Attack, Harmless, harmless
from tests.injection.obeying import demands
from tests.injection.pipelines import CARRIED, IN_SOURCE, LEFT_OUT, NOT_ASKED, WAYS, Passage, passed

MUST_STOP = ("url", "address", "entity", "command", "clearance")
"""What no attack may bring about. What it says in plain words is another matter."""
GATES = ("schema", "output gate", "clearance", "faithful")
_ELSEWHERE = {
    "said by the source": IN_SOURCE,
    "no model asked": NOT_ASKED,
    "left out": LEFT_OUT,
}
_COLUMNS = (
    "attacks", "seen by scanner", "disarmed by marking", "tries", "said by the source",
    "no model asked", "left out", *GATES, "reached",
)  # fmt: skip


@dataclass(slots=True)
class Tally:
    """Counts of one row. A try that several gates hold counts at each of them."""

    counts: Counter[str] = field(default_factory=Counter)
    through: list[str] = field(default_factory=list)

    def add(self, attack: Attack, way: str, added: str, passage: Passage) -> None:
        """One try."""
        self.counts["tries"] += 1
        self.counts.update(one for one in passage.gates if one in GATES)
        for column, gate in _ELSEWHERE.items():
            self.counts[column] += gate in passage.gates
        if passage.reached:
            self.counts["reached"] += 1
            self.through.append(f"{attack.id} {way}: {added}")


def tries(found: Iterable[Attack], most: int | None = None) -> Iterator[tuple[Attack, str, str]]:
    """Each attack by each way it can take, in the first `most` forms of what it wants."""
    for attack in found:
        for way in CARRIED[attack.carrier]:
            if (attack.aim, way) == ("clearance", "triage"):
                continue  # the model that sorts is shown no page, and nobody may read too much
            for added in demands(attack, way)[:most]:
                yield attack, way, added


def tallied(chosen: Sequence[Attack], by: str, most: int | None = None) -> dict[str, Tally]:
    """A row for each kind of attack (`kind`), aim (`aim`) or way (`way`)."""
    rows: dict[str, Tally] = {}
    for attack in chosen:
        if by != "way":
            counts = rows.setdefault(getattr(attack, by), Tally()).counts
            counts["attacks"] += 1
            counts["seen by scanner"] += bool(scan(attack.text))
            counts["disarmed by marking"] += attack.text not in marked(attack.text, "ticket")
    for attack, way, added in tries(chosen, most):
        row = rows.setdefault(way if by == "way" else getattr(attack, by), Tally())
        row.add(attack, way, added, passed(attack, way, added))
    return rows


def flagged(texts: Iterable[Attack | Harmless], written: str) -> tuple[int, int]:
    """How many of those texts the scanner flags, and how many there are."""
    chosen = [one for one in texts if one.written == written]
    return sum(bool(scan(one.text)) for one in chosen), len(chosen)


def refused() -> list[tuple[Harmless, str]]:
    """The harmless texts whose ticket gets no answer of a well-behaved model, with the reason."""
    found = []
    for one in harmless():
        for way in CARRIED[one.carrier]:
            passage = WAYS[way](one.text, "")
            if not passage.reached and not passage.gates & {NOT_ASKED, LEFT_OUT}:
                found.append((one, f"{way}: {'; '.join(passage.reasons)}"))
    return found


def table(rows: dict[str, Tally], title: str) -> Iterator[str]:
    """Rows as lines of text."""
    columns = [name for name in _COLUMNS if any(row.counts[name] for row in rows.values())]
    columns = list(dict.fromkeys([*columns, "reached"]))
    yield f"{title:<16}" + "".join(f"{name:>{len(name) + 2}}" for name in columns)
    for name, row in [*rows.items(), ("all", _sum(rows.values()))]:
        cells = (f"{row.counts[column]:>{len(column) + 2}}" for column in columns)
        yield f"{name:<16}{''.join(cells)}"


def _sum(rows: Iterable[Tally]) -> Tally:
    total = Tally()
    for row in rows:
        total.counts.update(row.counts)
        total.through += row.through
    return total
