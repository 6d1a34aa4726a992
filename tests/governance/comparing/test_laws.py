"""What holds for every edit of a policy or of the directory of people."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from opsrail.governance.calendar import holds_at
from opsrail.governance.changes import Change
from opsrail.governance.comparing import people_changes, policy_changes
from opsrail.governance.comparing.boxes import _takes_in
from opsrail.governance.comparing.coverage import HORIZON
from opsrail.governance.formats import GovernanceFile, PeopleFile
from opsrail.governance.globs import matches
from opsrail.governance.kinds import PEOPLE_PATH
from opsrail.governance.predicates import fits, tier_of
from tests.governance.comparing.policies import (
    CHANGES,
    PATH,
    POLICIES,
    SINCE,
    edits,
    people,
    touches,
)

MIRRORED = {
    "approval weakened": "approval strengthened",
    "freeze shortened": "freeze extended",
    "exception widened": "exception narrowed",
    "member added": "member removed",
    "person added": "person removed",
    "file added": "file removed",
}
MIRRORED |= {back: forth for forth, back in MIRRORED.items()}
OTHERS = "by other people: "
Edit = tuple[GovernanceFile, GovernanceFile]
ANY_EDIT = edits() | touches() | st.tuples(POLICIES, POLICIES)


def told(edit: Edit) -> tuple[Change, ...]:
    return policy_changes(*edit, PATH, since=SINCE)


def mirror(changes: tuple[Change, ...]) -> Counter[tuple[str, str, str, str]]:
    """The changes with a direction, as those of the opposite edit."""
    return Counter(_mirrored(one) for one in changes if one.what in MIRRORED)


def _mirrored(one: Change) -> tuple[str, str, str, str]:
    if one.old.startswith(OTHERS):  # other people are other people both ways
        return one.what, one.subject, OTHERS + one.new, one.old.removeprefix(OTHERS)
    return MIRRORED[one.what], one.subject, one.new, one.old


def directed(changes: tuple[Change, ...]) -> Counter[tuple[str, str, str, str]]:
    return Counter(
        (one.what, one.subject, one.old, one.new) for one in changes if one.what in MIRRORED
    )


@given(ANY_EDIT)
def test_there_are_changes_if_and_only_if_the_policies_differ(edit: Edit) -> None:
    before, after = edit
    assert bool(told(edit)) == (before != after)


@given(POLICIES)
def test_a_policy_that_is_read_twice_has_not_changed(policy: GovernanceFile) -> None:
    again = GovernanceFile.model_validate(policy.model_dump(by_alias=True))
    assert told((policy, again)) == ()


@given(ANY_EDIT)
def test_the_opposite_edit_does_the_opposite(edit: Edit) -> None:
    before, after = edit
    assert mirror(told((before, after))) == directed(told((after, before)))


@given(edits())
def test_changes_are_in_order_and_each_is_told_once(edit: Edit) -> None:
    changes = told(edit)
    assert list(changes) == sorted(set(changes), key=lambda one: one.order)


@given(ANY_EDIT, CHANGES)
def test_no_change_falls_lower_or_needs_less_in_silence(edit: Edit, change: Change) -> None:
    before, after = edit
    was, now = tier_of(before, change), tier_of(after, change)
    ranks = [10 if tier is None else tier.tier for tier in (was, now)]
    idle = {name for name, rule in before.approvals.items() if rule.count == 0}
    loses = was and now and not set(was.needs) <= {*now.needs, *idle}
    if ranks[1] < ranks[0] or loses:
        assert "tier weakened" in {one.what for one in told(edit)}


@given(ANY_EDIT, CHANGES, st.timedeltas(timedelta(0), HORIZON))
def test_no_instant_thaws_or_freezes_in_silence(
    edit: Edit, change: Change, ahead: timedelta
) -> None:
    instant = SINCE + ahead
    was, now = (_is_frozen(policy, change, instant) for policy in edit)
    whats = {one.what for one in told(edit)}
    if was and not now:
        assert "freeze shortened" in whats
    if now and not was:
        assert "freeze extended" in whats


@given(POLICIES)
def test_a_file_that_comes_or_goes_is_one_change(policy: GovernanceFile) -> None:
    (added,) = policy_changes(None, policy, PATH, since=SINCE)
    (removed,) = policy_changes(policy, None, PATH, since=SINCE)
    assert (added.what, removed.what) == ("file added", "file removed")
    assert policy_changes(None, None, PATH, since=SINCE) == ()


@given(people(), people())
def test_there_are_changes_if_and_only_if_the_directories_differ(
    before: PeopleFile, after: PeopleFile
) -> None:
    assert bool(people_changes(before, after, PEOPLE_PATH)) == (before != after)


@given(people(), people())
def test_the_opposite_edit_of_people_does_the_opposite(
    before: PeopleFile, after: PeopleFile
) -> None:
    back = people_changes(after, before, PEOPLE_PATH)
    assert mirror(people_changes(before, after, PEOPLE_PATH)) == directed(back)


def _is_frozen(policy: GovernanceFile, change: Change, instant: datetime) -> bool:
    return any(
        any(fits(word, change) for word in freeze.covers) and holds_at(freeze, instant) is not None
        for freeze in policy.freezes
    )


STEPS = st.lists(
    st.sampled_from(["content", "content-old", "a.md", "*", "**", "*.md", ""]), max_size=4
)
PATHS = st.lists(st.sampled_from(["content", "content-old", "a.md", "b"]), min_size=1, max_size=4)


@given(STEPS.map("/".join), STEPS.map("/".join), PATHS.map("/".join))
@example("content/**", "content-old/*", "content-old/a.md")
@example("content/**", "content", "content")
@example("content/*", "content/*/a.md", "content/b/a.md")
def test_a_glob_that_takes_in_another_has_all_of_its_files(wide: str, glob: str, path: str) -> None:
    if _takes_in(wide, glob) and matches(glob, path):
        assert matches(wide, path)
