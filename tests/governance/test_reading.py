"""What a mistake in policies/governance.yaml or policies/people.yaml is told as."""

from __future__ import annotations

from typing import Final

import pytest

from opsrail.governance.coherence import people_faults
from opsrail.governance.formats import GovernanceFile, PeopleFile
from opsrail.repo.reading import read_as
from opsrail.repo.yaml import YamlText

POLICY: Final = """\
approvals: {o: {from: owners}}
tiers: [{tier: 0, title: E, when: [anything], needs: [o]}]
freezes:
  - {name: f, time_zone: UTC, dates: {from: "2026-12-18 17:00", until: "2026-12-20 17:00"}}
"""
WALL: Final = "A day and time on the wall of that time zone: `2026-12-18 17:00`."


def said(old: str, new: str) -> str:
    """The one finding after an edit, without its place."""
    assert old in POLICY
    yaml = YamlText.parse("p.yaml", POLICY.replace(old, new, 1))
    (finding,) = read_as("governance", GovernanceFile, yaml)[1]
    return f"{finding.message} ({finding.hint})" if finding.hint else finding.message


def test_a_word_that_nobody_knows_is_told_with_the_one_most_like_it() -> None:
    assert said("anything", "mony") == "`mony` is not known here (did you mean `money`?)"


def test_many_words_are_not_listed() -> None:
    told = said("anything", "zzzzz")
    assert told.startswith("`zzzzz` is not known here (")
    assert told.endswith("words are known: the schema that `opsrail schema` prints has them)")


@pytest.mark.parametrize("day", ['"2026-12-18"', "2026-12-18"])
def test_a_day_without_a_time_is_told_the_form(day: str) -> None:
    assert said('"2026-12-18 17:00"', day).endswith(f"({WALL})")


@pytest.mark.parametrize(
    ("zone", "advice"),
    [
        ("Lisbon", "did you mean `Europe/Lisbon`?"),
        ("Europe/Lisbn", "did you mean `Europe/Lisbon`?"),
        ("CEST", "write area and town, such as `Europe/Lisbon`"),
    ],
)
def test_a_zone_that_is_none_is_told_how_to_write_it(zone: str, advice: str) -> None:
    assert said("UTC", zone) == f"`{zone}` is no time zone: {advice}"


def test_nobody_is_in_a_group_twice() -> None:
    file = PeopleFile.model_validate(
        {"people": {"ana": {"name": "Ana"}}, "groups": {"leads": {"members": ["ana", "ana"]}}}
    )
    (fault,) = people_faults(file)
    assert fault.route == ("groups", "leads", "members", 1)
    assert fault.message == "`ana` is in the group leads twice"


def test_a_login_has_no_at_before_it() -> None:
    file = PeopleFile.model_validate({"people": {"ana": {"name": "Ana", "logins": ["@ana-r"]}}})
    (fault,) = people_faults(file)
    assert (fault.route, fault.hint) == (("people", "ana", "logins", 0), "leave it out: ana-r")
