"""How well facts are found in the labelled sentences, per kind: `python -m tests.bench.facts`.

A fact counts as found when its kind and value are right. Binding (comparator and noun) is scored
apart, on the facts found, wherever a label states it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from ruamel.yaml import YAML

from opsrail.content.facts import Fact, FactKind, find_facts

CASES = Path(__file__).parents[1] / "cases" / "facts"
HELD_OUT = "held_out.yaml"
BLIND = "blind.yaml"


@dataclass(frozen=True, slots=True)
class Label:
    """A fact that a person says is there. None stands for "not stated"."""

    kind: FactKind
    value: str
    comparator: str | None
    noun: str | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text and all of its facts."""

    text: str
    facts: tuple[Label, ...]


@dataclass(slots=True)
class Score:
    """Counts over many sentences."""

    right: Counter[FactKind] = field(default_factory=Counter)
    extra: Counter[FactKind] = field(default_factory=Counter)
    missed: Counter[FactKind] = field(default_factory=Counter)
    bound: Counter[str] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def precision(self, kind: FactKind | None = None) -> float:
        """Share of the facts found that are there."""
        return _share(_count(self.right, kind), _count(self.extra, kind))

    def recall(self, kind: FactKind | None = None) -> float:
        """Share of the facts there that are found."""
        return _share(_count(self.right, kind), _count(self.missed, kind))

    def binding(self, part: str) -> float:
        """Share of the labelled comparators or nouns that are right."""
        return self.bound[part] / self.labelled[part] if self.labelled[part] else 1.0


def read_sentences(paths: Iterable[Path]) -> list[Sentence]:
    """The labelled sentences of some files."""
    return [_sentence(entry) for path in paths for entry in YAML(typ="safe").load(path)]


def developed_on() -> list[Path]:
    """The files that the rules were written against."""
    return sorted(path for path in CASES.glob("*.yaml") if path.name not in {HELD_OUT, BLIND})


def score(sentences: Iterable[Sentence]) -> Score:
    """Finds the facts of every sentence and compares them with its labels."""
    total = Score()
    for sentence in sentences:
        _compare(sentence, total)
    return total


def _sentence(entry: dict[str, object]) -> Sentence:
    labels = entry["facts"]
    assert isinstance(labels, list)
    return Sentence(
        str(entry["text"]),
        tuple(
            Label(FactKind(one["kind"]), one["value"], one.get("comparator"), one.get("noun"))
            for one in labels
        ),
    )


def _compare(sentence: Sentence, total: Score) -> None:
    waiting = list(sentence.facts)
    for fact in find_facts(sentence.text):
        alike = [one for one in waiting if (one.kind, one.value) == (fact.kind, fact.value)]
        if not alike:
            total.extra[fact.kind] += 1
            total.wrong.append(f"extra {fact.kind} {fact.value!r} in: {sentence.text}")
            continue
        waiting.remove(alike[0])
        total.right[fact.kind] += 1
        _compare_binding(fact, alike[0], sentence.text, total)
    for one in waiting:
        total.missed[one.kind] += 1
        total.wrong.append(f"missed {one.kind} {one.value!r} in: {sentence.text}")


def _compare_binding(fact: Fact, label: Label, text: str, total: Score) -> None:
    stated = (("comparator", label.comparator, fact.comparator), ("noun", label.noun, fact.noun))
    for part, expected, found in stated:
        if expected is None:
            continue
        total.labelled[part] += 1
        total.bound[part] += expected == found
        if expected != found:
            total.wrong.append(f"{part} {found!r}, expected {expected!r} in: {text}")


def _count(counts: Counter[FactKind], kind: FactKind | None) -> int:
    return counts.total() if kind is None else counts[kind]


def _share(right: int, wrong: int) -> float:
    return right / (right + wrong) if right + wrong else 1.0


def table(title: str, sentences: list[Sentence]) -> Iterator[str]:
    """The score as lines of text, one a kind."""
    total = score(sentences)
    negatives = sum(not sentence.facts for sentence in sentences)
    yield f"{title}: {len(sentences)} sentences, {negatives} of them without a fact"
    yield f"  {'kind':<10}{'labelled':>9}{'precision':>11}{'recall':>9}"
    for kind in FactKind:
        yield _row(kind, total, kind)
    yield _row("all", total, None)
    bound = (f"{p} {total.binding(p):.3f} of {total.labelled[p]}" for p in ("comparator", "noun"))
    yield f"  binding: {', '.join(bound)}"
    yield from (f"    {line}" for line in total.wrong)


def _row(name: str, total: Score, kind: FactKind | None) -> str:
    labelled = _count(total.right, kind) + _count(total.missed, kind)
    return f"  {name:<10}{labelled:>9}{total.precision(kind):>11.3f}{total.recall(kind):>9.3f}"


def microseconds_a_block(sentences: list[Sentence], rounds: int = 20) -> float:
    """Mean time of `find_facts` over paragraphs of about 200 characters."""
    texts = [sentence.text for sentence in sentences if sentence.facts]
    paragraphs = [" ".join(texts[at : at + 4]) for at in range(0, len(texts), 4)]
    begin = perf_counter()
    for _ in range(rounds):
        for text in paragraphs:
            find_facts(text)
    return (perf_counter() - begin) / (rounds * len(paragraphs)) * 1e6


def main() -> None:
    """Prints the tables."""
    developed = read_sentences(developed_on())
    for line in table("developed on", developed):
        print(line)
    for title, name in (("held out", HELD_OUT), ("blind", BLIND)):
        for line in table(title, read_sentences([CASES / name])):
            print(line)
    for line in table("all sets", read_sentences(sorted(CASES.glob("*.yaml")))):
        print(line)
    stating = [len(sentence.text) for sentence in developed if sentence.facts]
    length = sum(stating) * 4 / len(stating)
    print(f"time: {microseconds_a_block(developed):.0f} µs a paragraph of {length:.0f} characters")


if __name__ == "__main__":
    main()
