"""Drafted suites: they read, they pass on the pages they come from, and each case can fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from opsrail.content.facts import FactKind, find_facts
from opsrail.evals.drafting.asking import question
from opsrail.evals.drafting.choosing import HURTS, MOST, chosen
from opsrail.evals.drafting.draft import Draft, draft
from opsrail.evals.drafting.stated import Stated, stated_facts
from opsrail.evals.model import Suite
from opsrail.evals.reading.suite import read_suite
from opsrail.evals.targets.model import Side
from opsrail.evals.targets.opening import open_target
from opsrail.tailor.catalog import Catalog
from tests.evals import living
from tests.evals.repositories import commit, git, side, write

PATH = "policies/evals/drafted.yaml"
PLAYBOOKS = living.catalog().playbook_names
DOCUMENT = """\
---
title: Refunds
owner: desk
---

# Refunds

## Eligibility {#eligibility}

A charge is refunded within **30 days**. You must never split a charge. Ask in `#desk`.

> "I have refunded USD 12.34 today."

Example: USD 99.99 becomes **USD 50.00**.

| Plan | Limit | Within |
| --- | --- | --- |
| Bench | up to USD 20 | 2 days |
| Studio | up to USD 80 | 2 days |
"""
PLAYBOOK = """\
title: "Refunds: who, when"
owner: desk
sections:
  - from: content/sources/refunds.md#eligibility
    form: {agent: full, lead: full}
"""
ROLES = """\
roles:
  agent: {title: Agent, clearance: staff}
  lead: {title: Lead, clearance: staff}
"""


@lru_cache(maxsize=32)
def drafted(playbook: str) -> Draft:
    found = living.catalog().playbook(playbook)
    assert found is not None
    return draft(living.catalog(), playbook, found.roles, "../../schema.json")


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Suite]:
    """Reads a draft back, each once."""
    folder = tmp_path_factory.mktemp("drafts")
    git(folder, "init", "-q", "-b", "main")

    @lru_cache(maxsize=64)
    def suite_of(text: str) -> Suite:
        write(folder, {PATH: text})
        found = read_suite(side(folder).catalog.snapshot, PATH)
        assert found.findings == ()
        assert found.suite is not None
        return found.suite

    return suite_of


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_a_draft_reads_without_findings_and_every_case_holds_and_can_fail(
    playbook: str, read: Callable[[str], Suite]
) -> None:
    suite = read(drafted(playbook).text)
    target = open_target(suite, Side(living.catalog(), lambda: living.ROOT))
    for case, (answer,) in zip(suite.cases, target.answers(suite.cases, 1), strict=True):
        assert isinstance(answer.output, str), answer.error
        assert living.scored(case, answer.output).reason == "", case.id
        (one,) = case.asserts
        assert not living.scored(case, living.without(one, answer.output)).is_passed, case.id


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_a_draft_has_a_useful_number_of_cases_for_every_role(
    playbook: str, read: Callable[[str], Suite]
) -> None:
    made = drafted(playbook)
    found = living.catalog().playbook(playbook)
    assert found is not None
    assert set(made.counts) == set(found.roles)
    assert all(4 <= count <= MOST for count in made.counts.values()), made.counts
    suite = read(made.text)
    assert sum(made.counts.values()) == len(suite.cases)
    assert suite.owner == found.file.owner


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_no_fact_of_a_section_is_asked_twice_and_what_hurts_must_pass(
    playbook: str, read: Callable[[str], Suite]
) -> None:
    suite = read(drafted(playbook).text)
    asked = [(case.section, str(case.asserts[0].setting)) for case in suite.cases]
    assert len(set(asked)) == len(asked)
    for case in suite.cases:
        said = str(case.asserts[0].setting)
        kinds = {fact.kind for fact in find_facts(said)}
        if kinds and kinds <= HURTS:
            assert case.must_pass, case.id
        if kinds and not kinds & HURTS:
            assert not case.must_pass, case.id


def test_a_draft_is_the_same_each_time() -> None:
    found = living.catalog().playbook("refunds")
    assert found is not None
    again = draft(living.catalog(), "refunds", found.roles, "../../schema.json")
    assert again == drafted("refunds")


def test_only_the_roles_that_were_asked_for_are_in_it(read: Callable[[str], Suite]) -> None:
    made = draft(living.catalog(), "refunds", ["tier-1"])
    assert set(made.counts) == {"tier-1"}
    assert {case.role for case in read(made.text).cases} == {"tier-1"}
    assert not made.text.startswith("# yaml-language-server")
    assert "@" not in made.text, "with one role nothing differs between roles"


def small(folder: Path, agent: str = DOCUMENT, lead: str = DOCUMENT) -> Catalog:
    files = {
        "policies/roles.yaml": ROLES,
        "playbooks/refunds/playbook.yaml": PLAYBOOK,
        "content/sources/refunds.md": DOCUMENT,
    }
    for role, text in (("agent", agent), ("lead", lead)):
        section = text.partition("# Refunds\n")[2].strip("\n")
        key = "content/sources/refunds.md#eligibility"
        page = f"---\ntitle: x\n---\n\n# Refunds\n\n<!-- derived: {key} -->\n\n{section}\n\n"
        files[f"playbooks/refunds/{role}.md"] = f"{page}<!-- /derived -->\n"
    commit(folder, {**files})
    return side(folder).catalog


def texts(facts: tuple[Stated, ...]) -> list[str]:
    return [one.fact.quoted for one in facts]


def test_facts_of_examples_and_quotations_are_left_out_and_rows_have_their_label(
    tmp_path: Path,
) -> None:
    found = texts(stated_facts(small(tmp_path), "refunds", ["agent", "lead"]))
    assert "Bench: up to USD 20" in found
    assert "Studio: up to USD 80" in found
    assert any("30 days" in text for text in found)
    assert not any(figure in text for text in found for figure in ("12.34", "99.99", "50.00"))


def test_a_fact_that_only_one_role_has_is_named_after_it(
    tmp_path: Path, read: Callable[[str], Suite]
) -> None:
    lead = DOCUMENT.replace("**30 days**", "**45 days**")
    catalog = small(tmp_path, lead=lead)
    facts = stated_facts(catalog, "refunds", ["agent", "lead"])
    alone = {one.roles: one.fact.value for one in facts if one.differs}
    assert alone == {("agent",): "30 days", ("lead",): "45 days"}
    suite = read(draft(catalog, "refunds", ["agent", "lead"]).text)
    named = {case.id.rpartition("@")[2]: case.role for case in suite.cases if "@" in case.id}
    assert named == {"agent": "agent", "lead": "lead"}


def test_pages_without_facts_give_no_draft(tmp_path: Path) -> None:
    plain = "# Refunds\n\n## Eligibility {#eligibility}\n\nBe kind to everybody.\n"
    made = draft(small(tmp_path, plain, plain), "refunds", ["agent", "lead"])
    assert made == Draft("", {})


def test_odd_words_survive_the_way_through_the_file(
    tmp_path: Path, read: Callable[[str], Suite]
) -> None:
    odd = DOCUMENT.replace("| Bench |", '| "Bench": #1 {a: b}, café – it’s & *me* |')
    made = draft(small(tmp_path, odd, odd), "refunds", ["agent", "lead"])
    suite = read(made.text)
    assert suite.title == "Refunds: who, when: what the pages must say"
    assert any("café" in str(case.asserts[0].setting) for case in suite.cases)


def many(count: int) -> list[Stated]:
    (fact,) = find_facts("within 30 days of the charge")
    pairs = [("agent", "lead")] * count
    facts = (replace(fact, value=f"{at} days") for at in range(count))
    return [Stated("a", "A", one, roles, roles) for one, roles in zip(facts, pairs, strict=True)]


def test_what_a_page_says_again_and_again_is_asked_once() -> None:
    (fact,) = find_facts("`handover-tier-1`")
    again = [Stated(name, name, fact, ("agent",), ("agent", "lead")) for name in "abc"]
    assert [one.stated.section for one in chosen(again, lambda _: True)] == ["a"]
    # What all readers have belongs to its section.
    for_all = [replace(one, roles=one.readers) for one in again]
    assert len(chosen(for_all, lambda _: True)) == 3


def test_a_section_that_cannot_be_told_from_another_one_is_left_out(
    read: Callable[[str], Suite],
) -> None:
    # Two documents have a section `take-over`; a page with both would answer with both.
    suite = read(drafted("vendor-handover").text)
    tier_1 = {case.section for case in suite.cases if case.role == "tier-1"}
    assert tier_1
    assert "take-over" not in tier_1


def test_cases_are_spread_over_the_roles_and_no_page_gets_too_many() -> None:
    found = chosen(many(40), lambda _: True)
    roles = [one.role for one in found]
    assert (roles.count("agent"), roles.count("lead")) == (MOST, MOST)
    few = chosen(many(4), lambda _: True)
    assert sorted(one.role for one in few) == ["agent", "agent", "lead", "lead"]
    assert chosen(many(4), lambda one: one.role == "lead") != few
    assert chosen(many(4), lambda _: False) == ()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("within 30 days of the charge", "Refunds: within which time (charge)?"),
        ("charges over USD 50", "Refunds: above which amount (charges)?"),
        ("You must not refund", "Refunds: must, may or never (refund)?"),
        ("in `#desk-floor`", "Refunds: which channel?"),
    ],
)
def test_a_question_is_a_draft_that_names_what_it_is_about(text: str, asked: str) -> None:
    assert question("Refunds", find_facts(text)[0]) == asked


def test_every_kind_of_fact_has_a_question() -> None:
    (fact,) = find_facts("30 days")
    for kind in FactKind:
        assert question("", replace(fact, kind=kind)).endswith("?")
