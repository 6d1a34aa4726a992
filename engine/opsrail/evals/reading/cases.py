"""From cases as written to the cases that run, each with its place and its digest."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from opsrail.evals.formats import CaseEntry
from opsrail.evals.model import Assertion, Case, Json
from opsrail.evals.reading.asserted import CODE, Route, read_assertion
from opsrail.evals.reading.rows import Row
from opsrail.findings import Finding, Location, in_order
from opsrail.repo.reading import read_as
from opsrail.repo.yaml import YamlText


def cases_of_rows(rows: Iterable[Row | Finding]) -> tuple[list[Case], list[Finding]]:
    """The cases of a file in its order, and what is wrong with the others."""
    cases: list[Case] = []
    findings: list[Finding] = []
    unnamed: Counter[str] = Counter()
    for row in rows:
        if isinstance(row, Finding):
            findings.append(row)
            continue
        case, wrong = _read(row if row.value.get("id") else _named(row, unnamed))
        findings += wrong
        if case is not None:
            cases.append(case)
    return cases, findings


def in_order_of_ids(cases: Iterable[Case]) -> tuple[tuple[Case, ...], list[Finding]]:
    """The cases by id, the first of each, and a finding for every other one."""
    kept: dict[str, Case] = {}
    findings = []
    for case in cases:
        if (other := kept.get(case.id)) is not None:
            findings.append(_twice(case, other))
        else:
            kept[case.id] = case
    return tuple(kept[name] for name in sorted(kept)), findings


def _named(row: Row, seen: Counter[str]) -> Row:
    """A row of a long file need not be named: what it says names it, whatever its place."""
    name = f"row-{fingerprint(row.value)[:10]}"
    seen[name] += 1
    number = seen[name]
    return replace(row, value={**row.value, "id": name if number == 1 else f"{name}-{number}"})


def _read(row: Row) -> tuple[Case | None, list[Finding]]:
    try:
        entry = CaseEntry.model_validate(row.value)
    except ValidationError:
        # The schema says it better, and takes its time.
        value = row.value if isinstance(row.value, dict) else dict(row.value)
        yaml = YamlText(row.yaml.path, row.yaml.text, value, line_offset=row.yaml.line_offset)
        found = read_as("eval-case", CaseEntry, yaml)[1]
        return None, [
            Finding(finding.location, CODE, finding.message, hint=finding.hint)
            for finding in found or [_unfit(row)]
        ]
    return case_of(entry, row.yaml, row.route)


def _unfit(row: Row) -> Finding:
    return Finding(row.yaml.place(row.route), CODE, "this is no case")


def case_of(entry: CaseEntry, yaml: YamlText, route: Route) -> tuple[Case | None, list[Finding]]:
    """The case of an entry that stands at `route`."""
    asserts, findings = read_assertions(
        [one.root for one in entry.expect], yaml, (*route, "expect")
    )
    if findings:
        return None, findings
    case = Case(
        id=entry.id,
        ask=entry.ask,
        input=entry.ask if entry.input is None else plain(entry.input),
        expected=plain(entry.expected),
        asserts=asserts,
        must_pass=entry.must_pass,
        cluster=entry.cluster,
        tags=entry.tags,
        role=entry.role,
        section=entry.section,
        place=yaml.place((*route, "id"))
        if yaml.text
        else Location(yaml.path, yaml.line_offset + 1),
        digest=fingerprint(_asked(entry)),
    )
    return case, []


def _asked(entry: CaseEntry) -> dict[str, Any]:
    """What a case asks for: how it is filed under tags and clusters changes no result.

    Without defaults, so that a key which only a later engine knows leaves the digest alone.
    """
    return entry.model_dump(mode="json", exclude={"tags", "cluster"}, exclude_defaults=True)


def read_assertions(
    raws: Sequence[dict[str, Any]], yaml: YamlText, route: Route
) -> tuple[tuple[Assertion, ...], list[Finding]]:
    """The assertions of a list that stands at `route`, or what is wrong with them."""
    read = [read_assertion(raw, yaml, (*route, at)) for at, raw in enumerate(raws)]
    findings = [finding for _, found in read for finding in found]
    return tuple(one for one, _ in read if one is not None), list(in_order(findings))


def plain(value: Any) -> Json:  # noqa: ANN401 - whatever YAML or JSON can hold
    """The value as JSON has it: dates become their text."""
    loaded: Json = json.loads(json.dumps(value, default=str, ensure_ascii=False))
    return loaded


def fingerprint(value: Any) -> str:  # noqa: ANN401 - whatever YAML or JSON can hold
    """A digest of a value, whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _twice(case: Case, other: Case) -> Finding:
    return Finding(
        case.place,
        CODE,
        f"there are two cases `{case.id}`",
        hint="give each its own id: results are compared by it",
        related=((other.place, "the other one"),),
    )
