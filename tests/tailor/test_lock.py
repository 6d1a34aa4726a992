from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrail.tailor.lock import Lock, LockEntry, read_lock, write_lock

WORDS = st.text(alphabet='ab/#."\\\n\t\x85\u2028é', max_size=8)
SOME = st.text(alphabet="0123456789abcdef", min_size=1, max_size=8)
ENTRIES = st.lists(
    st.builds(
        LockEntry,
        page=SOME | WORDS.map(lambda word: f"playbooks/{word}.md"),
        section=WORDS,
        inputs=SOME,
        output=SOME,
        generator=st.just("select/1"),
        form=st.sampled_from(["", "full", "steps"]),
        sources=st.dictionaries(WORDS, SOME, max_size=3),
        conflict=st.just("") | SOME,
        accepted=st.just("") | SOME,
    ),
    unique_by=lambda entry: (entry.page, entry.section),
    max_size=5,
)


@settings(max_examples=40)
@given(ENTRIES)
def test_what_is_written_is_read_back(entries: list[LockEntry]) -> None:
    lock = read_lock(write_lock(entries))
    assert lock == Lock({(entry.page, entry.section): entry for entry in entries})


@settings(max_examples=40)
@given(ENTRIES, st.randoms())
def test_the_order_of_entries_makes_no_difference(
    entries: list[LockEntry], order: random.Random
) -> None:
    shuffled = list(entries)
    order.shuffle(shuffled)
    assert write_lock(shuffled) == write_lock(entries)
    assert write_lock(read_lock(write_lock(entries)).entries.values()) == write_lock(entries)


@settings(max_examples=40)
@given(ENTRIES)
def test_one_line_an_entry(entries: list[LockEntry]) -> None:
    assert write_lock(entries).count("\n") == len(entries)


def test_reads_like_this() -> None:
    entry = LockEntry(
        page="playbooks/refunds/tier-1.md",
        section="content/sources/refunds.md#limits",
        inputs="aa",
        output="bb",
        generator="select/1",
        form="steps",
        sources={"content/sources/refunds.md#limits": "cc"},
    )
    assert write_lock([entry]) == (
        '{"page": "playbooks/refunds/tier-1.md", "section": "content/sources/refunds.md#limits",'
        ' "form": "steps", "generator": "select/1",'
        ' "sources": {"content/sources/refunds.md#limits": "cc"}, "inputs": "aa",'
        ' "output": "bb"}\n'
    )


GOOD = '{"page": "p.md", "section": "s", "inputs": "a", "output": "b", "generator": "g"}'


@pytest.mark.parametrize(
    "line",
    [
        "<<<<<<< HEAD",
        "[]",
        "{",
        "[" * 100_000,
        '{"page": "p.md"}',
        '{"page": 1, "section": "s", "inputs": "a"}',
        '{"page": "p.md", "section": "s", "inputs": "a", "sources": []}',
        '{"page": "p.md", "section": "s", "inputs": "a", "sources": {"a": 1}}',
        '{"page": "p.md", "section": "s", "inputs": "a", "colour": "red"}',
        GOOD,
    ],
    ids=["marker", "array", "half", "deep", "empty", "number", "list", "value", "unknown", "twice"],
)
def test_a_line_that_is_no_entry_is_a_finding(line: str) -> None:
    lock = read_lock(f"{GOOD}\n\n{line}\n")
    assert [str(problem.location) for problem in lock.problems] == ["playbooks/opsrail.lock:3:1"]
    assert list(lock.entries) == [("p.md", "s")]


def test_no_lock_is_an_empty_one() -> None:
    assert read_lock(None) == read_lock("") == Lock()
