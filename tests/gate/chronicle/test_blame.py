from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrail.gate.chronicle.artifact import UnknownArtifact
from tests.gate.chronicle.past import REFUNDS, Past, refunds, words

BILLING = "content/sources/billing.md"
ROLES = "policies/roles.yaml"


@pytest.fixture
def past(empty: Past) -> Past:
    empty.land_file(REFUNDS, refunds(), "The beginning", "2026-01-05")
    empty.land_file(REFUNDS, refunds(14), "Window", "2026-02-01")
    empty.land_file(REFUNDS, refunds(14, 80), "Limit", "2026-03-01")
    return empty


def test_each_fact_has_the_landing_that_brought_its_present_value(past: Past) -> None:
    told = past.blame(f"{REFUNDS}#refund-a-charge")
    assert [(one.line, one.words, one.landing.subject, one.was) for one in told] == [
        (12, "Customers may ask", "The beginning", ""),
        (12, "within 14 days of the charge", "Window", "within 30 days of the charge"),
        (14, "up to USD 80 yourself", "Limit", "up to USD 50 yourself"),
        (15, "Reply within 24 hours", "The beginning", ""),
    ]


def test_a_document_is_told_with_its_front_matter(past: Past) -> None:
    past.land_file(
        REFUNDS, refunds(14, 80).replace("billing-support", "refund-desk"), "Owner", "2026-04-01"
    )
    front = [one for one in past.blame(REFUNDS) if one.place == "front matter"]
    assert [(one.line, one.kind, one.words, one.landing.subject, one.was) for one in front] == [
        (2, "title", "Refunds", "The beginning", ""),
        (3, "owner", "refund-desk", "Owner", "billing-support"),
    ]


def test_a_fact_that_moves_within_its_section_keeps_its_age(past: Past) -> None:
    text = refunds(14, 80)
    step = "2. Reply within 24 hours.\n"
    moved = text.replace(step, "").replace("## Partial", "Reply within 24 hours.\n\n## Partial")
    past.land_file(REFUNDS, moved, "Moved", "2026-04-01")
    assert words(past.blame(REFUNDS))["Reply within 24 hours"] == "The beginning"


def test_a_fact_that_moves_to_another_section_keeps_its_age(past: Past) -> None:
    text = refunds(14, 80).replace("2. Reply within 24 hours.\n", "")
    past.land_file(REFUNDS, f"{text}\nReply within 24 hours.\n", "Moved", "2026-04-01")
    assert words(past.blame(REFUNDS))["Reply within 24 hours"] == "The beginning"


def test_a_section_that_moves_to_another_document_keeps_its_age(past: Past) -> None:
    whole = refunds(14, 80)
    start, end = whole.index("## Refund a charge"), whole.index("## Partial")
    past.write(REFUNDS, whole[:start] + whole[end:])
    past.land_file(BILLING, f"# Billing\n\n{whole[start:end]}", "Moved", "2026-04-01")
    told = words(past.blame(BILLING))
    assert told["within 14 days of the charge"] == "Window"
    assert told["up to USD 80 yourself"] == "Limit"
    assert told["Reply within 24 hours"] == "The beginning"


def test_a_fact_that_moves_to_another_document_alone_keeps_its_age(past: Past) -> None:
    past.land_file(BILLING, "# Billing\n\nWhat we bill.\n", "Billing", "2026-03-15")
    past.write(REFUNDS, refunds(14, 80).replace("2. Reply within 24 hours.\n", ""))
    said = "# Billing\n\nWhat we bill.\n\nReply within 24 hours.\n"
    past.land_file(BILLING, said, "Moved", "2026-04-01")
    assert words(past.blame(BILLING))["Reply within 24 hours"] == "The beginning"


def test_a_document_that_is_renamed_and_changed_keeps_the_age_of_the_rest(past: Past) -> None:
    past.git("mv", REFUNDS, BILLING)
    past.write(BILLING, refunds(7, 80))
    past.commit("Renamed", "2026-04-01")
    told = words(past.blame(BILLING))
    assert told["within 7 days of the charge"] == "Renamed"
    assert told["up to USD 80 yourself"] == "Limit"
    assert told["billing-support"] == "The beginning"


def test_a_fact_that_went_and_came_back_is_as_young_as_its_return(past: Past) -> None:
    past.land_file(
        REFUNDS, refunds(14, 80).replace("Reply within 24 hours.", "Reply."), "Gone", "2026-04-01"
    )
    past.land_file(REFUNDS, refunds(14, 80), "Back", "2026-05-01")
    assert words(past.blame(REFUNDS))["Reply within 24 hours"] == "Back"


def test_of_two_facts_alike_the_later_one_is_the_new_one(empty: Past) -> None:
    empty.land_file(REFUNDS, "# A\n\nWait 3 days.\n", "One", "2026-01-05")
    empty.land_file(REFUNDS, "# A\n\nWait 3 days.\n\nWait 3 days.\n", "Two", "2026-01-06")
    told = empty.blame(REFUNDS)
    assert [(one.line, one.landing.subject) for one in told] == [(3, "One"), (5, "Two")]


def test_one_that_was_said_twice_for_a_while_is_as_old_as_the_first(empty: Past) -> None:
    empty.land_file(REFUNDS, "# A\n\nWait 3 days.\n", "One", "2026-01-05")
    twice = "# A\n\nWait three days.\n\nWait 3 days.\n"
    empty.land_file(REFUNDS, twice, "Two", "2026-01-06")
    empty.land_file(REFUNDS, "# A\n\nThen wait 3 days.\n", "Three", "2026-01-07")
    assert words(empty.blame(REFUNDS)) == {"wait 3 days": "One"}


def test_a_row_with_another_name_keeps_the_age_of_its_facts(empty: Past) -> None:
    table = "# A\n\n| Plan | Answer |\n|---|---|\n| {} | 2 hours |\n"
    empty.land_file(REFUNDS, table.format("Hause"), "One", "2026-01-05")
    empty.land_file(REFUNDS, table.format("House"), "Two", "2026-01-06")
    assert words(empty.blame(REFUNDS)) == {"House: 2 hours": "One"}


def test_the_rows_of_a_table_are_told_apart(empty: Past) -> None:
    table = "# A\n\n| Plan | Answer |\n|---|---|\n| House | {} hours |\n| Flat | {} hours |\n"
    empty.land_file(REFUNDS, table.format(1, 2), "One", "2026-01-05")
    empty.land_file(REFUNDS, table.format(2, 1), "Swapped", "2026-01-06")
    told = empty.blame(REFUNDS)
    assert [(one.words, one.was, one.landing.subject) for one in told] == [
        ("House: 2 hours", "House: 1 hours", "Swapped"),
        ("Flat: 1 hours", "Flat: 2 hours", "Swapped"),
    ]


def test_the_values_of_a_policy_have_their_landings(empty: Past) -> None:
    text = "roles:\n  agent: {{title: Agent, can: [{}]}}\n  lead: {{title: {}}}\n"
    empty.land_file(ROLES, text.format("refund", "Lead"), "One", "2026-01-05")
    empty.land_file(ROLES, text.format("refund, unlock", "Lead"), "Two", "2026-01-06")
    empty.land_file(ROLES, text.format("refund, unlock", "Head"), "Three", "2026-01-07")
    told = [(one.kind, one.words, one.was, one.landing.subject) for one in empty.blame(ROLES)]
    assert told == [
        ("roles.agent.can", "refund, unlock", "refund", "Two"),
        ("roles.agent.title", "Agent", "", "One"),
        ("roles.lead.title", "Head", "Lead", "Three"),
    ]


def test_a_rule_keeps_the_age_of_its_values_in_another_file(empty: Past) -> None:
    text = "name: {}\nlevel: {}\n"
    both = f"{text.format('spike', 'high')}---\n{text.format('drop', 'low')}"
    empty.land_file("rules/a.yaml", both, "One", "2026-01-05")
    empty.land_file("rules/a.yaml", both.replace("low", "medium"), "Two", "2026-01-06")
    empty.write("rules/a.yaml", text.format("spike", "high"))
    empty.land_file("rules/b.yaml", text.format("drop", "medium"), "Moved", "2026-01-07")
    told = [(one.kind, one.words, one.was, one.landing.subject) for one in empty.blame("drop")]
    assert told == [("name", "drop", "", "One"), ("level", "medium", "low", "Two")]


def test_a_rule_with_another_name_keeps_the_age_of_its_values(empty: Past) -> None:
    empty.land_file("rules/a.yaml", "name: spike\nlevel: high\n", "One", "2026-01-05")
    empty.land_file("rules/a.yaml", "name: jump\nlevel: high\n", "Two", "2026-01-06")
    told = [(one.kind, one.was, one.landing.subject) for one in empty.blame("jump")]
    assert told == [("name", "spike", "Two"), ("level", "", "One")]


def test_what_a_test_of_a_rule_says_is_told_as_one(empty: Past) -> None:
    tests = "    - name: fires\n      given: [{{count: {}}}]\n    - name: not\n"
    text = f"name: a\nops:\n  tests:\n{tests}"
    empty.land_file("rules/a.yaml", text.format(1), "One", "2026-01-05")
    empty.land_file("rules/a.yaml", text.format(2), "Two", "2026-01-06")
    told = [(one.kind, one.words, one.landing.subject) for one in empty.blame("rules/a.yaml")]
    assert told == [
        ("name", "a", "One"),
        ("ops.tests.fires", "2 values", "Two"),
        ("ops.tests.not", "1 value", "One"),
    ]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("content", "is a folder"),
        ("content/notes.txt", "git blame"),
        (REFUNDS, "is gone"),
    ],
)
def test_what_states_nothing_is_refused(past: Past, name: str, why: str) -> None:
    past.write("content/notes.txt", "Notes\n")
    past.write(BILLING, "# Billing\n")
    past.land_file(REFUNDS, None, "No refunds", "2026-04-01")
    with pytest.raises(UnknownArtifact, match=why):
        past.blame(name)


STEPS = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 4), st.booleans()), min_size=1, max_size=6
)


@given(STEPS)
@settings(max_examples=15)
def test_the_landing_of_a_fact_is_the_last_one_that_gave_it_its_value(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int, bool]]
) -> None:
    made = Past(tmp_path_factory.mktemp("law") / "desk")
    since: dict[str, tuple[int, int]] = {}
    for number, (days, hours, is_swapped) in enumerate(steps):
        parts = [f"## Days\n\nWait {days} days.\n", f"## Hours\n\nAnswer in {hours} hours.\n"]
        made.write(REFUNDS, "# A\n\n" + "\n".join(reversed(parts) if is_swapped else parts))
        made.commit(str(number), f"2026-01-{number + 1:02}")
        for kind, value in (("days", days), ("hours", hours)):
            if since.get(kind, (0, 0))[0] != value:
                since[kind] = (value, number)
    told = made.blame(REFUNDS)
    made.repository.close()
    found = {one.words.rsplit(" ", 1)[-1]: int(one.landing.subject) for one in told}
    expected = {kind: number for kind, (_, number) in since.items()}
    assert found == expected
