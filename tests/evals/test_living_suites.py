from __future__ import annotations

import pytest

from opsrail.content.clearance import Clearance
from opsrail.content.model import Section
from opsrail.evals.formats import EvalRules
from opsrail.evals.model import Case
from opsrail.evals.parts import Judging, Tier
from opsrail.evals.reading.gates import eval_rules
from opsrail.evals.texts.plain import folded, plain
from tests.evals import living

PAGES = [one.name for one in living.suites(of_rules=False)]
ROLES = ["customer", "vendor-agent", "new-hire", "tier-1", "escalation"]


SAMPLES = {"policies/evals/triage-flow.yaml"}
"""Tickets as they come in; of every other suite each case is a promise."""


@pytest.mark.parametrize("path", living.paths())
def test_a_suite_reads_without_findings_and_is_judged_as_it_says(path: str) -> None:
    read = living.read(path)
    assert read.findings == ()
    assert read.suite is not None
    expected = Judging.SAMPLE if path in SAMPLES else Judging.EACH
    # An edit of a page asks a model something else, and nobody needs one to edit a page.
    tier = Tier.ADVISORY if path.endswith("-model.yaml") else Tier.PROTECTED
    assert (read.suite.judging, read.suite.tier) == (expected, tier)


def test_every_playbook_has_a_suite_of_its_owners() -> None:
    catalog = living.catalog()
    for playbook in catalog.playbooks():
        suite = living.suite(f"policies/evals/{playbook.name}-facts.yaml")
        assert suite.target.playbook == playbook.name
        assert suite.owner == playbook.file.owner
        assert 5 <= len(suite.cases) <= 12
        assert len({case.role for case in suite.cases}) >= 3, playbook.name


def test_every_role_has_a_suite_of_what_it_must_not_read() -> None:
    for role in living.catalog().roles:
        assert living.suite(f"policies/evals/never-on-{role}.yaml").target.role == role


@pytest.mark.parametrize("name", PAGES)
def test_every_case_holds_today(name: str) -> None:
    for case, answer in living.answers(living.suite(f"policies/evals/{name}.yaml")):
        assert not answer.error, (case.id, answer.error)
        assert living.scored(case, answer.output).reason == ""


@pytest.mark.parametrize("name", PAGES)
def test_every_assertion_fails_where_its_fact_is_lost_or_its_leak_is_there(name: str) -> None:
    for case, answer in living.answers(living.suite(f"policies/evals/{name}.yaml")):
        assert isinstance(answer.output, str)
        for one in case.asserts:
            spoilt = living.without(one, answer.output)
            result = living.scored(living.alone(case, one), spoilt)
            assert not result.is_passed, (case.id, one.scorer, one.setting)
            assert result.reason, case.id


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith("-facts")])
def test_one_careless_edit_of_one_line_is_enough_to_fail(name: str) -> None:
    # A fact that the section says twice would hide behind the place that nobody edited.
    for case, answer in living.answers(living.suite(f"policies/evals/{name}.yaml")):
        for one in case.asserts:
            spoilt = living.line_by_line(str(answer.output))
            results = (living.scored(living.alone(case, one), text) for text in spoilt)
            is_negative = one.scorer.startswith("not_")
            assert is_negative or any(not result.is_passed for result in results), case.id


@pytest.mark.parametrize("name", PAGES)
def test_a_case_asks_a_question_and_names_a_section_where_a_page_answers(name: str) -> None:
    suite = living.suite(f"policies/evals/{name}.yaml")
    for case in suite.cases:
        assert case.ask.strip().endswith(("?", ".")), case.id
        assert suite.target.role or case.section, case.id


@pytest.mark.parametrize("name", PAGES)
def test_no_case_repeats_a_whole_sentence_of_its_page(name: str) -> None:
    # Such a case says nothing but that nobody edited the page.
    for case, answer in living.answers(living.suite(f"policies/evals/{name}.yaml")):
        said = {plain(line).strip("- []") for line in str(answer.output).split("\n")}
        for one in case.asserts:
            assert not (one.scorer == "contains" and f"{one.setting}." in said), case.id


def _phrases(role: str) -> list[str]:
    suite = living.suite(f"policies/evals/never-on-{role}.yaml")
    settings = [one.setting for case in suite.cases for one in case.asserts]
    return [str(text) for texts in settings if isinstance(texts, list) for text in texts]


@pytest.mark.parametrize("role", [*ROLES, "team-lead"])
def test_no_phrase_is_dead_each_stands_in_a_source_or_on_another_page(role: str) -> None:
    catalog = living.catalog()
    paths = [*catalog.source_paths, *catalog.snapshot.paths("playbooks", ".md")]
    texts = [folded(plain(catalog.text(path) or "")) for path in paths]
    for phrase in _phrases(role):
        assert any(folded(plain(phrase)) in text for text in texts), phrase


def _drawn_above(role: str, least: Clearance) -> list[Section]:
    """Sections that a playbook draws on, of this clearance or a higher one, above the role's."""
    catalog = living.catalog()
    names = {item.from_: None for book in catalog.playbooks() for item in book.file.sections}
    found = [section for name in names if (both := catalog.section(name)) for section in both[1:]]
    own = catalog.roles[role].clearance
    return [one for one in found if not own.admits(one.clearance) and one.clearance.admits(least)]


@pytest.mark.parametrize(
    ("role", "least"),
    [(role, Clearance.RESTRICTED) for role in ROLES]
    + [("vendor-agent", Clearance.STAFF), ("customer", Clearance.PARTNER)],
)
def test_a_section_that_got_in_whole_would_be_seen(role: str, least: Clearance) -> None:
    phrases = [folded(plain(phrase)) for phrase in _phrases(role)]
    sections = _drawn_above(role, least)
    assert sections
    for section in sections:
        text = folded(plain("\n".join([section.title, *(one.text for one in section.blocks)])))
        assert any(phrase in text for phrase in phrases), f"{section.name} for {role}"


def test_money_and_law_must_pass_in_every_role_that_decides_them() -> None:
    # What would hurt most is named once more, so that nobody lowers it by accident.
    wanted = {
        "refunds-facts": {"own-limit", "above-own-limit", "above-500", "window"},
        "data-deletion-facts": {"done-by", "hold-silence", "which-queue"},
        "account-recovery-facts": {"how-many-proofs", "reset-waits", "payouts-frozen"},
        "billing-dispute-facts": {"chargeback-deadline", "health-data"},
    }
    for name, ids in wanted.items():
        cases: dict[str, Case] = {
            case.id: case for case in living.suite(f"policies/evals/{name}.yaml").cases
        }
        assert all(cases[one].must_pass for one in ids), name


def test_the_gates_file_says_what_holds_anyway() -> None:
    assert "policies/gates.yaml" in living.catalog().snapshot
    assert eval_rules(living.catalog().snapshot) == EvalRules()
