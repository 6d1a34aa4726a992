from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest

from opsrail.content.changes import Weight
from opsrail.gate.diff_formats import as_json, as_markdown, as_text
from opsrail.gate.telling import heaviest
from tests.gate.told_cases import CASES, DESK, EXPECTED, files_in, told, told_between

FOLDER = DESK.parent
REFUNDS = "content/sources/refunds.md"


@pytest.mark.parametrize("name", sorted(EXPECTED))
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_diff_is_told_as_expected(case: Path, name: str) -> None:
    assert EXPECTED[name](told(case)) == (case / name).read_text("utf-8")


def test_there_are_cases_of_every_kind() -> None:
    assert {case.name for case in CASES} >= {
        "added-removed",
        "clearance",
        "facts",
        "front",
        "hostile",
        "moved",
        "readership",
        "renamed",
        "unchanged",
        "wording",
    }


@pytest.mark.parametrize(
    ("name", "weight"),
    [
        ("facts", Weight.MUST_REREAD),
        ("clearance", Weight.MUST_REREAD),
        ("readership", Weight.MUST_REREAD),
        ("moved", Weight.WORTH_KNOWING),
        ("renamed", Weight.WORTH_KNOWING),
        ("wording", Weight.WORDING),
        ("front", Weight.WORDING),
        ("unchanged", None),
    ],
)
def test_the_heaviest_weight_is_that_of_the_whole_diff(name: str, weight: Weight | None) -> None:
    assert heaviest(told(FOLDER / name).diff) is weight


# What a stranger wrote


def test_nothing_a_stranger_wrote_acts_on_a_terminal() -> None:
    text = as_text(told(FOLDER / "hostile")).replace("\n", "")
    assert not {char for char in text if unicodedata.category(char) in {"Cc", "Cf", "Cs"}}
    assert r"\x1b[31mRed" in text


def test_nothing_a_stranger_wrote_acts_in_a_pull_request() -> None:
    text = as_markdown(told(FOLDER / "hostile"))
    rows = text.split("\n\n")[0].splitlines()
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 4 for row in rows)
    assert not re.search(r"<(?!br>)|(?<!\\)\]\(|@\w|https://", text)


def test_json_can_be_read_whatever_a_file_is_called() -> None:
    before = files_in(DESK)
    odd = {"content/sources/\udcff.md": "# Odd\n"}
    document = json.loads(as_json(told_between(before, before | odd)).encode("utf-8"))
    assert [section["title"] for section in document["sections"]] == ["Odd"]


# Whom it touches


def test_what_a_change_took_away_still_touches_those_who_read_it() -> None:
    before = files_in(DESK)
    after = {path: text for path, text in before.items() if path != REFUNDS}
    reach = told_between(before, after).reach
    assert reach.roles == ("agent", "customer", "lead")
    assert reach.playbooks == ("refunds",)


def test_people_are_left_out_where_nobody_counted_them() -> None:
    before = files_in(DESK)
    roles = "policies/roles.yaml"
    before[roles] = re.sub(r"\n    people: \d+", "", before[roles])
    after = before | {REFUNDS: before[REFUNDS].replace("30 days", "14 days")}
    told_here = as_text(told_between(before, after)).splitlines()
    assert "touches  1 playbook · 3 pages · agent, customer, lead" in told_here


def test_a_change_that_no_page_draws_from_touches_none() -> None:
    before = files_in(DESK)
    lonely = {"content/sources/lonely.md": "# Lonely\n\nWithin 3 days.\n"}
    assert as_text(told_between(before, before | lonely)).endswith("touches  no page of any role\n")


def said_of(old: str, new: str) -> str:
    before = files_in(DESK)
    path = "content/sources/hours.md"
    return as_text(told_between(before | {path: old}, before | {path: new}))


def test_a_changed_row_says_whose_it_is() -> None:
    table = "# Hours\n\n| Desk | Open |\n|---|---|\n| Lisbon | 9 to {} |\n"
    said = said_of(table.format(17), table.format(18))
    assert "number     Lisbon: 9 to 17  →  9 to 18      (raised)" in said
    assert "row" not in said


def test_a_row_that_changed_in_words_alone_is_named_as_well() -> None:
    table = "# Desks\n\n| Desk | Mood |\n|---|---|\n| Lisbon | {} in the morning |\n"
    said = said_of(table.format("calm"), table.format("busy"))
    assert "row        “Lisbon”: “Lisbon | calm in the…”  →  “Lisbon | busy in the…”" in said


def test_what_came_with_a_fact_is_quoted() -> None:
    said = said_of("# Hours\n\n- Ask.\n", "# Hours\n\n- Ask.\n- Robin answers within 2 hours.\n")
    assert "duration   added: " in said
    assert "added      “Robin answers within 2 hours.”" in said


def test_the_same_words_laid_out_otherwise_are_only_that() -> None:
    said = said_of("# Hours\n\n- Ask.\n- Wait.\n", "# Hours\n\n- Ask.\n  - Wait.\n")
    assert "layout only, the words are the same" in said
    assert "Wait" not in said


def test_of_raw_html_the_words_are_told() -> None:
    html = "# Hours\n\n<table><tr><td><b>Lisbon</b></td><td>{}</td></tr></table>\n"
    said = said_of(html.format("open"), html.format("shut"))
    assert "“Lisbon open”  →  “Lisbon shut”" in said
