"""What is destructive: never left out, and said once."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from opsrail.gate.plan.telling import is_too_large
from opsrail.gate.plan.told.losses import MOST_ROWS
from opsrail.gate.plan.told.model import (
    State,
)
from opsrail.gate.plan.told.quoting import sides
from opsrail.governance.changes import Change
from opsrail.governance.vocabulary import TERMS
from tests.gate.plan.plans import (
    CHANGES,
    REFUNDS,
    changed,
    opened,
    packed,
    plan,
    too_large,
)
from tests.gate.plan.reading import DESTRUCTIVE, destructive, part, told, verdict, words


def losses(*changes: Change) -> str:
    return words(part(plan(change=changed(*changes)), "DESTRUCTIVE"))


@given(st.integers(1, 120), st.integers(1, 12), st.sampled_from(["", "USD 50", "x" * 300]))
def test_every_destructive_change_is_told_or_the_plan_is_closed(
    count: int, files: int, text: str
) -> None:
    changes = destructive(count, files, text)
    one = plan(opened().decision, changed(*changes))
    whole = part(one, "DESTRUCTIVE")
    assert not whole.hidden
    if is_too_large(one):
        assert told(one).state is State.CLOSED
        assert f"{count} destructive changes in {min(files, count)} file" in verdict(one)
        assert f"{count} changes in" in words(whole)
        assert "Not shown" in told(one).rest
    else:
        assert told(one).state is State.OPEN
        assert all(f"{each.subject}" in words(whole) for each in changes)
        assert sum(line.counts for line in whole.lines or (whole.head,)) == count
        assert sum(line.rows for line in whole.lines) <= MOST_ROWS


def test_each_says_what_is_lost_by_it() -> None:
    for name in DESTRUCTIVE:
        assert TERMS[name].danger in losses(Change("rules/a.yaml", name))


def test_what_is_lost_is_said_once_of_changes_of_one_sort() -> None:
    one = losses(*(replace(CHANGES[0], line=at) for at in (3, 4, 5)))
    assert one.count("more money can be given away") == 1


def test_the_name_of_a_row_is_not_said_beside_the_same_value() -> None:
    row = replace(CHANGES[0], subject="USD 80 or less", old="USD 50 or less", new="USD 80 or less")
    assert losses(row).count("USD 80 or less") == 1


def test_a_row_known_by_what_changes_in_it_is_told_by_its_old_side() -> None:
    assert sides("USD 80 or less: USD 50 or less", "USD 80 or less") == (
        "USD 50 or less → USD 80 or less"
    )
    assert sides("tier 1: USD 50", "USD 80") == "tier 1: USD 50 → USD 80"


def test_packed_ones_are_told_by_file_and_what_is_lost_is_counted() -> None:
    one = words(part(packed(), "DESTRUCTIVE"))
    assert (
        "38 changes in 4 files: a duty is no longer said 19, more money can be given away 19" in one
    )
    assert "area-1.md: deontic removed § Part 1: must · deontic removed § Part 5" in one


def test_too_many_are_counted_by_term_and_file() -> None:
    one = words(part(too_large(), "DESTRUCTIVE"))
    assert "money raised 138 in 37 files: area-00.md 4, area-01.md 4" in one


def test_many_terms_are_counted_to_the_last() -> None:
    changes = tuple(
        Change(f"rules/r{at}.yaml", name, line=at + 1)
        for name in DESTRUCTIVE
        for at in range(DESTRUCTIVE.index(name) + 5)
    )
    one = losses(*changes)
    assert all(f"{name} {DESTRUCTIVE.index(name) + 5:,}" in one for name in DESTRUCTIVE)


def test_a_long_side_is_told_from_where_it_differs() -> None:
    same = "the agent may refund at most " * 20
    one = losses(Change(REFUNDS, "money raised", "§ Limits", f"{same}USD 50", f"{same}USD 8000"))
    assert "USD 50 → …" in one
    assert "USD 8000 (" in one
    assert "characters" not in one


def test_files_of_one_name_are_told_apart() -> None:
    one = losses(
        Change("content/sources/a/x.md", "section removed", "§ A"),
        Change("content/sources/b/x.md", "section removed", "§ A"),
    )
    assert "a/x.md:1 § A" in one
    assert "b/x.md:1 § A" in one
