"""What a role was to get of a source, worked out apart from what was written for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from opsrail.tailor.catalog import PageName
from opsrail.tailor.faithful import Kind
from opsrail.tailor.faithful.section import Grounds, grounds_of, judge_section
from opsrail.tailor.formats import Form, PlaybookSection
from opsrail.tailor.generate import draft_page
from tests.tailor.golden import CASES, files_of
from tests.tailor.held import catalog_of

PATH = "content/sources/refunds.md"
SOURCE = """\
---
owner: billing
---

# Refunds {#all clearance=partner}

Customers wait 5 days.

1. Check the date.
2. Refund it in Till. <!-- needs: refund -->
   - The receipt goes out within 3 hours.

<!-- only: lead -->

Leads may wait 9 days.

<!-- /only -->

## Disputes {#disputes clearance=staff}

Answer a bank within 7 days. See [the list][banks].

### Banks abroad {#abroad clearance=public}

Answer those within 8 days.

[banks]: banks.md
"""
ROLES = {
    "agent": {
        "title": "Agent",
        "clearance": "partner",
        "words": {"customer": "member"},
        "escalates_to": {"role": "lead", "how": "hand over with tag `up`", "within": "2 hours"},
    },
    "lead": {"title": "Lead", "clearance": "staff", "can": ["refund"]},
}
FILES = {
    "policies/roles.yaml": json.dumps({"roles": ROLES}),
    PATH: SOURCE,
}


def grounds(role: str, *, children: bool = True) -> Grounds:
    item = PlaybookSection.model_validate({"from": f"{PATH}#all", "form": {}, "children": children})
    found = grounds_of(catalog_of(FILES), PageName("one", role), item, Form.FULL, "Refunds")
    assert found is not None
    return found


def test_lines_keep_their_numbers() -> None:
    found = grounds("lead")
    lines = found.source.split("\n")
    for number, line in enumerate(SOURCE.split("\n")[found.line - 1 :]):
        assert lines[number] in {line, ""}
    assert lines[0] == "# Refunds {#all clearance=partner}"


def test_what_is_for_others_or_above_the_role_is_not_there() -> None:
    assert "9 days" in grounds("lead").source
    assert "bank within 7 days" in grounds("lead").source
    assert "9 days" not in grounds("agent").source
    assert "bank within 7 days" not in grounds("agent").source
    assert "within 8 days" not in grounds("agent").source
    assert "bank within 7 days" not in grounds("lead", children=False).source


def test_steps_of_others_are_known_with_what_is_nested_in_them() -> None:
    agent, lead = grounds("agent"), grounds("lead")
    taken = next(iter(agent.terms.taken_over))
    assert agent.source.split("\n")[taken - 1].startswith("2. Refund it")
    assert agent.terms.below == {taken + 1}
    assert not lead.terms.taken_over


def test_a_page_above_the_role_has_no_grounds() -> None:
    item = PlaybookSection.model_validate({"from": f"{PATH}#disputes", "form": {}})
    page = PageName("one", "agent")
    assert grounds_of(catalog_of(FILES), page, item, Form.FULL, "Refunds") is None


def test_what_reaches_a_role_it_was_not_meant_for_is_an_addition() -> None:
    agent = grounds("agent")
    page = "Members wait 5 days. Leads may wait 9 days.\n\n1. Check the date."
    kinds = {one.kind for one in judge_section(agent, page).departures}
    assert Kind.FACT_ADDED in kinds


def test_the_line_about_the_origin_is_no_part_of_the_text() -> None:
    text = "# Refunds\n\nMembers wait 5 days.\n\n1. Check the date."
    with_origin = f"{text}\n\n*From [Quillbase § A](../x.md) as of 1234567 · verified 2026-01-01*"
    assert judge_section(grounds("agent"), text) == judge_section(grounds("agent"), with_origin)


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_the_pages_of_every_golden_case_are_faithful(case: Path) -> None:
    catalog = catalog_of(files_of(case))
    for playbook in catalog.playbooks():
        for role in playbook.roles:
            drafted = {s.key: s.text for s in draft_page(catalog, playbook, role).sections}
            for item, form in playbook.sections_for(role):
                page = PageName(playbook.name, role)
                found = grounds_of(catalog, page, item, form, playbook.file.title)
                if found and item.from_ in drafted:
                    told = judge_section(found, drafted[item.from_]).departures
                    assert [one.message for one in told if one.is_grave] == []
