"""What edits of the directory of people are told as."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

from opsrail.governance.comparing import people_changes
from opsrail.governance.formats import PeopleFile
from opsrail.governance.kinds import PEOPLE_PATH

PEOPLE: Final[dict[str, Any]] = {
    "people": {
        "ana": {"name": "Ana Reis", "logins": ["ana-r"]},
        "jon": {"name": "Jon Berg", "emails": ["jon@larkspindle.example"]},
    },
    "groups": {"risk-owners": {"members": ["ana", "jon"]}, "empty": {}},
}


def told(after: dict[str, Any], before: dict[str, Any] = PEOPLE) -> list[str]:
    old, new = PeopleFile.model_validate(before), PeopleFile.model_validate(after)
    return [f"{one.subject}: {one.describe()}" for one in people_changes(old, new, PEOPLE_PATH)]


def edited() -> dict[str, Any]:
    return deepcopy(PEOPLE)


def test_who_joins_and_leaves_a_group_is_named() -> None:
    said = edited()
    said["people"]["mia"] = {"name": "Mia Holt"}
    said["groups"]["risk-owners"]["members"] = ["ana", "mia"]
    assert told(said) == [
        "group risk-owners: member added: mia (Mia Holt)",
        "group risk-owners: member removed: jon (Jon Berg)",
        "person mia: person added: Mia Holt",
    ]


def test_another_login_may_give_somebody_elses_word_weight() -> None:
    said = edited()
    said["people"]["ana"]["logins"] = ["ana-r", "visitor"]
    assert told(said) == [
        'person ana: person changed: logins ["ana-r"] → logins ["ana-r", "visitor"]'
    ]


def test_a_login_that_moves_to_somebody_else_is_told_of_both() -> None:
    said = edited()
    said["people"]["ana"]["logins"] = []
    said["people"]["jon"]["logins"] = ["ana-r"]
    assert [line.split(":")[0] for line in told(said)] == ["person ana", "person jon"]


def test_a_group_that_goes_is_left_by_everybody() -> None:
    said = edited()
    del said["groups"]["risk-owners"]
    assert told(said) == [
        "group risk-owners: member removed: ana (Ana Reis)",
        "group risk-owners: member removed: jon (Jon Berg)",
    ]


def test_a_group_without_members_is_told_too() -> None:
    said = edited()
    del said["groups"]["empty"]
    assert told(said) == ["group empty: policy changed: empty"]


def test_a_title_and_an_order_are_told_and_let_nobody_in() -> None:
    said = edited()
    said["groups"]["risk-owners"] = {"title": "Risk", "members": ["jon", "ana"]}
    assert [line.split(": ")[1] for line in told(said)] == ["policy changed", "policy changed"]


def test_a_directory_that_is_new_or_gone_is_one_change() -> None:
    file = PeopleFile.model_validate(PEOPLE)
    assert [one.what for one in people_changes(None, file, PEOPLE_PATH)] == ["file added"]
    assert [one.what for one in people_changes(file, None, PEOPLE_PATH)] == ["file removed"]
    assert people_changes(None, None, PEOPLE_PATH) == ()
