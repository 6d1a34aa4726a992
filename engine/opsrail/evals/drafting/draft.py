"""From a playbook's pages to the text of a suite, which reads and passes as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent
from typing import Any, Final

from opsrail.content.facts import FactKind
from opsrail.evals.drafting.asking import question
from opsrail.evals.drafting.choosing import HURTS, Chosen, chosen
from opsrail.evals.drafting.stated import stated_facts
from opsrail.evals.importing.writing import block
from opsrail.evals.model import Answer, Assertion, Case
from opsrail.evals.reading.asserted import setting_fault
from opsrail.evals.running.scoring import result_of
from opsrail.evals.targets.pages import PlaybookPages
from opsrail.evals.texts.plain import plain
from opsrail.findings import Location
from opsrail.tailor.catalog import Catalog

_NAMES: Final = frozenset({FactKind.CODE, FactKind.HANDLE, FactKind.URL, FactKind.EMAIL})
_LONGEST: Final = 60
"""Characters of an id before its role."""

_BEGIN: Final = re.compile(r"^(?=- id: )", re.MULTILINE)
"""Where a case begins: between two stands an empty line."""

_NOTE: Final = """\
# A draft from what the pages say today. Put each question in your readers' words, take out what
# nobody asks, and say with `must_pass` what would hurt.
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A suite's text. `counts` has the number of cases of each role that has some."""

    text: str
    counts: Mapping[str, int]


def draft(catalog: Catalog, playbook: str, roles: Sequence[str], schema: str = "") -> Draft:
    """A suite from the facts on these roles' pages of a playbook that is there.

    `schema` is the schema's path from the file. Every case holds of its page; without facts there
    are none, and the text is empty.
    """
    found = catalog.playbook(playbook)
    assert found is not None
    pages = PlaybookPages(catalog, playbook)
    facts = stated_facts(catalog, playbook, roles)
    wanted = chosen(facts, lambda one: _expectation(pages, one) is not None)
    if not wanted:
        return Draft("", {})
    head = {
        "title": f"{found.file.title}: what the pages must say"[:200],
        "owner": found.file.owner,
        "target": {"playbook": playbook},
    }
    first = f"# yaml-language-server: $schema={schema}\n" if schema else ""
    cases = indent(_BEGIN.sub("\n", block([*_cases(pages, wanted)])).lstrip("\n"), "  ")
    counts = {role: sum(one.role == role for one in wanted) for role in roles}
    text = f"{first}{_NOTE}{block(head)}cases:\n{cases}"
    return Draft(text, {role: count for role, count in counts.items() if count})


def _cases(pages: PlaybookPages, wanted: Sequence[Chosen]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for one in wanted:
        expectation = _expectation(pages, one)
        assert expectation is not None
        case: dict[str, Any] = {
            "id": _unused(one, seen),
            "ask": question(one.stated.title, one.stated.fact),
            "role": one.role,
            "section": one.stated.section,
        }
        if one.stated.fact.kind in HURTS:
            case["must_pass"] = True
        yield {**case, "expect": [{expectation.scorer: expectation.setting}]}


def _unused(one: Chosen, seen: set[str]) -> str:
    """An id of section and fact, with the role where not every reader has the fact."""
    words = re.sub(r"[^\w]+", "-", plain(one.stated.fact.quoted).lower()).strip("-_")
    stem = f"{one.stated.section}-{words}"
    if len(stem) > _LONGEST:
        stem = stem[:_LONGEST].rpartition("-")[0] or stem[:_LONGEST]
    behind = f"@{one.role}" if one.stated.differs else ""
    name, number = f"{stem}{behind}", 1
    while name in seen:
        number += 1
        name = f"{stem}-{number}{behind}"
    seen.add(name)
    return name


def _expectation(pages: PlaybookPages, one: Chosen) -> Assertion | None:
    """What to expect of the page, in the fact's own words: the first way that holds there.

    The words that a page binds a fact to may be read otherwise where they stand alone.
    """
    fact = one.stated.fact
    if fact.kind in _NAMES:
        ways = [Assertion("contains", fact.text)]
    else:
        ways = [Assertion("states", said) for said in dict.fromkeys((fact.quoted, fact.text))]
        ways.append(Assertion("contains", fact.text))
    return next((way for way in ways if _holds(pages, one, way)), None)


def _holds(pages: PlaybookPages, one: Chosen, way: Assertion) -> bool:
    if setting_fault(way.scorer, way.setting):
        return False
    case = Case(
        id="draft",
        ask="",
        input=None,
        expected=None,
        asserts=(way,),
        must_pass=False,
        cluster="",
        tags=(),
        role=one.role,
        section=one.stated.section,
        place=Location(""),
        digest="",
    )
    ((answer,),) = pages.answers([case], 1)
    return result_of(case, (), [answer], lambda _setting, _output, _case: Answer()).is_passed
