"""What sync promises, whatever the repository, the history and the person at the page."""

from __future__ import annotations

import re

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from opsrail.tailor.lock import LOCK_PATH, read_lock
from opsrail.tailor.state import State, states, view_page
from opsrail.tailor.sync import Deed, pages_to_sync
from tests.strategies import hand_edited, histories, repositories
from tests.tailor.held import catalog_of, pages_of, plan, synced, written

LAWS = settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])
"""Whole histories shrink for minutes and stay as hard to read."""

NOTES = {Deed.CONFLICT, Deed.KEPT}


@st.composite
def lived_in(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """A repository in the middle of its life: synced, edited by hand, its sources moved on.

    With it the sentences that people wrote, by page.
    """
    first, *later = draw(histories())
    files = synced(first)
    own: dict[str, tuple[str, ...]] = {}
    for path, page in sorted(pages_of(files).items()):
        files[path], own[path] = draw(hand_edited(page))
    return {**files, **later[-1]}, own


@LAWS
@given(histories())
def test_a_second_sync_has_nothing_to_do(history: list[dict[str, str]]) -> None:
    files: dict[str, str] = {}
    for version in history:
        files = synced({**files, **version})
        again = plan(files)
        assert (again.writes, again.events, again.findings) == ({}, (), ())


@LAWS
@given(lived_in())
def test_a_second_sync_only_repeats_what_people_must_decide(
    lived: tuple[dict[str, str], dict[str, tuple[str, ...]]],
) -> None:
    first = plan(lived[0])
    again = plan(written(lived[0], first))
    assert again.writes == {}
    assert {event.deed for event in again.events} <= NOTES
    noted = {(e.page, e.key, e.deed) for e in again.events}
    assert noted >= {(e.page, e.key, e.deed) for e in first.events if e.deed in NOTES}


@LAWS
@given(lived_in())
def test_no_sentence_of_a_person_is_lost_and_no_marker_written(
    lived: tuple[dict[str, str], dict[str, tuple[str, ...]]],
) -> None:
    files, own = lived
    after = synced(files)
    for path, sentences in own.items():
        for sentence in sentences:
            assert after[path].count(sentence) == 1
    for text in pages_of(after).values():
        assert not re.search(r"^(<{7}|={7}|>{7}|\|{7})", text, re.MULTILINE)


@LAWS
@given(histories())
def test_step_by_step_or_at_once_gives_the_same(history: list[dict[str, str]]) -> None:
    files: dict[str, str] = {}
    for version in history:
        files = synced({**files, **version})
    catalog = catalog_of(history[-1])
    for playbook in catalog.playbooks():
        # A section that is gone while its playbook still asks for it stays, as a finding.
        assume(all(catalog.section(item.from_) for item in playbook.file.sections))
    assert files == synced(history[-1])


@LAWS
@given(repositories())
def test_the_order_of_files_makes_no_difference(files: dict[str, str]) -> None:
    turned = dict(reversed(files.items()))
    assert plan(turned) == plan(files)
    assert list(plan(turned).writes) == list(plan(files).writes)


@LAWS
@given(repositories())
def test_after_a_sync_every_section_is_fresh(files: dict[str, str]) -> None:
    catalog = catalog_of(synced(files))
    lock = read_lock(catalog.text(LOCK_PATH))
    for name in pages_to_sync(catalog):
        view = view_page(catalog, lock, name, catalog.playbook(name.playbook))
        assert {state.state for state in states(view)} <= {State.FRESH}


@LAWS
@given(repositories())
def test_pages_are_written_before_generated_forms_and_the_lock_last(
    files: dict[str, str],
) -> None:
    ranks = [
        2 if path == LOCK_PATH else 1 if "/.generated/" in path else 0
        for path in plan(files).writes
    ]
    assert ranks == sorted(ranks)


@LAWS
@given(repositories(), st.data())
def test_what_a_person_leaves_alone_is_always_up_to_date(
    files: dict[str, str], data: st.DataObject
) -> None:
    """A person's edit on one page never holds back another."""
    before = synced(files)
    if not (pages := sorted(pages_of(before))):
        return
    edited = data.draw(st.sampled_from(pages))
    text, _ = data.draw(hand_edited(before[edited]))
    changed = {**before, edited: text, "content/sources/a.md": "# New\n\n## S {#a0}\n\nHello.\n"}
    after = synced(changed)
    untouched = synced({**before, "content/sources/a.md": changed["content/sources/a.md"]})
    for path in pages:
        if path != edited:
            assert after.get(path) == untouched.get(path)
