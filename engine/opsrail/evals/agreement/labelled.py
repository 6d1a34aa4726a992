"""Labelled sets: the answers that people labelled, read line by line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from opsrail.evals.agreement.formats import LabelledEntry
from opsrail.evals.agreement.model import Labelled
from opsrail.findings import Finding, Location, in_order
from opsrail.repo.reading import read_as
from opsrail.repo.yaml import YamlText

CODE: Final = "judge-broken"
_ONE_A_LINE: Final = "write one JSON object a line, without commas between the lines"


def read_labelled(
    path: str, text: str, labels: Sequence[str]
) -> tuple[tuple[Labelled, ...], tuple[Finding, ...]]:
    """The labelled answers of a file in its order, and what is wrong with the others."""
    read: list[Labelled] = []
    findings: list[Finding] = []
    seen: dict[str, Labelled] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        found = _read(path, number, line, labels)
        if not isinstance(found, Labelled):
            findings += found
            continue
        findings += _twice(found, seen)
        read.append(found)
    return tuple(read), in_order(findings)


def _read(path: str, number: int, line: str, labels: Sequence[str]) -> Labelled | list[Finding]:
    try:
        value = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        column = error.colno if isinstance(error, json.JSONDecodeError) else 1
        place = Location(path, number, column)
        return [Finding(place, CODE, "this line is no JSON", hint=_ONE_A_LINE)]
    if not isinstance(value, dict):
        message = "a labelled answer is an object with keys: {“id”: …, “answer”: …, “labels”: …}"
        return [Finding(Location(path, number), CODE, message, hint=_ONE_A_LINE)]
    yaml = YamlText(path, line, value, line_offset=number - 1)
    entry, wrong = read_as("labelled-answer", LabelledEntry, yaml)
    if entry is None:
        return [Finding(one.location, CODE, one.message, hint=one.hint) for one in wrong]
    if unfit := list(_unknown(entry, yaml, labels)):
        return unfit
    settled = entry.agreed or _majority(entry.labels)
    if settled is None:
        message = f"people differ about `{entry.id}`, and nothing says what they settled on"
        hint = "let them talk it over, and put the label they agree on under `agreed`"
        return [Finding(yaml.place(("labels",)), CODE, message, hint=hint)]
    return Labelled(
        entry.id,
        entry.question,
        entry.answer,
        entry.labels,
        settled,
        entry.cluster,
        yaml.place(("id",)),
    )


def _unknown(entry: LabelledEntry, yaml: YamlText, labels: Sequence[str]) -> Iterator[Finding]:
    routes: list[tuple[tuple[str, ...], str]] = [
        (("labels", who), label) for who, label in entry.labels.items()
    ]
    routes += [(("agreed",), entry.agreed)] if entry.agreed else []
    for route, label in routes:
        if label not in labels:
            message = f"the judge has no label `{label}`"
            hint = f"it has {', '.join(labels)}"
            yield Finding(yaml.place(route), CODE, message, hint=hint)


def _majority(given: Mapping[str, str]) -> str | None:
    """The label that more than half of the people gave; None if there is none."""
    label, count = Counter(given.values()).most_common(1)[0]
    return label if 2 * count > len(given) else None


def _twice(one: Labelled, seen: dict[str, Labelled]) -> Iterator[Finding]:
    """An answer that counts twice makes a judge look surer than it is."""
    named = {
        f"id {one.id}": f"there are two labelled answers `{one.id}`",
        f"said {one.question}\0{one.answer}": "this answer to this question is there twice",
    }
    for key, message in named.items():
        if (other := seen.setdefault(key, one)) is not one:
            related = ((other.place, "the other one"),)
            yield Finding(one.place, CODE, message, hint="remove one", related=related)
