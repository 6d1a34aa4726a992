"""Who somebody is, by any name that they go by."""

from __future__ import annotations

import pytest

from opsrail.governance.coherence import people_faults, policy_faults
from opsrail.governance.directory import Directory
from opsrail.governance.formats import GovernanceFile, PeopleFile

PEOPLE = PeopleFile.model_validate(
    {
        "people": {
            "maya": {"name": "Maya", "emails": ["Maya@desk.example"], "logins": ["maya-desk"]},
            "jon": {"name": "Jon"},
        },
        "groups": {"leads": {"members": ["maya", "jon"]}, "empty": {}},
    }
)


@pytest.mark.parametrize(
    "alias",
    [
        "maya",
        "MAYA",
        " maya@desk.example ",
        "@Maya-Desk",
        "12345+maya-desk@users.noreply.github.com",
        "maya-desk@users.noreply.github.com",
    ],
)
def test_a_person_is_known_by_every_name(alias: str) -> None:
    assert Directory(PEOPLE).person(alias) == "maya"


@pytest.mark.parametrize(
    "alias",
    [
        "",
        "zoe",
        # Anybody may have this login on a forge.
        "@maya",
        "maya-desk",
        "maya@users.noreply.github.com",
        "maya@elsewhere.example",
        "maya-desk@users.noreply.github.com.evil.example",
        "x+maya-desk@users.noreply.github.com",
        "@users.noreply.github.com",
    ],
)
def test_a_stranger_is_nobody(alias: str) -> None:
    directory = Directory(PEOPLE)
    assert directory.person(alias) is None
    assert directory.strangers([alias, "jon"]) == ((alias,) if alias else ())


def test_a_group_that_is_not_there_has_nobody() -> None:
    directory = Directory(PEOPLE)
    assert directory.members(["leads", "gone"]) == {"maya", "jon"}
    assert (directory.has_group("empty"), directory.has_group("gone")) == (True, False)
    assert Directory(None).groups == ()


def test_a_name_belongs_to_one_person() -> None:
    told = PEOPLE.model_dump(mode="json")
    told["people"]["jon"]["logins"] = ["MAYA"]
    told["groups"]["leads"]["members"].append("zoe")
    faults = list(people_faults(PeopleFile.model_validate(told)))
    assert [(one.route, one.message) for one in faults] == [
        (("groups", "leads", "members", 2), "`zoe` in the group leads is nobody in `people`"),
        (("people", "jon", "logins", 0), "`MAYA` is maya as well"),
    ]
    assert not list(people_faults(PEOPLE))


def test_a_policy_hangs_together_or_says_where_it_does_not() -> None:
    file = GovernanceFile.model_validate(
        {
            "approvals": {"owners": {"from": "owners"}},
            "tiers": [
                {"tier": 1, "title": "One", "when": ["money"], "needs": ["owners", "gone"]},
                {"tier": 1, "title": "Two", "when": ["anything"], "needs": ["owners"]},
            ],
            "rollbacks": {"needs": ["lost"]},
            "risk": {"demands": {"high": {"needs": ["away"]}}},
            "freezes": [
                {"name": "one", "weekly": {"from": "Fri 17:00", "until": "Mon 08:00"}},
                {"name": "one", "weekly": {"from": "Fri 17:00", "until": "Mon 08:00"}},
            ],
        }
    )
    assert [fault.route for fault in policy_faults(file)] == [
        ("tiers", 1, "tier"),
        ("tiers", 0, "needs", 1),
        ("rollbacks", "needs", 0),
        ("risk", "demands", "high", "needs", 0),
        ("freezes", 1, "name"),
    ]
