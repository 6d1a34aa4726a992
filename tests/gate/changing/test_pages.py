from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from opsrail.gate.changing.readers import pages
from opsrail.governance.changes import Change
from opsrail.tailor.catalog import PageName
from opsrail.tailor.lock import LOCK_PATH
from opsrail.tailor.sync import Acceptance, plan_sync
from tests.gate.changing.cases import changes_between
from tests.gate.told_cases import DESK, files_in
from tests.strategies import hand_edited, repositories
from tests.tailor.held import catalog_of, synced, written

REFUNDS = "content/sources/refunds.md"
PAGE = PageName("refunds", "lead")
BEFORE = synced(files_in(DESK))
SECTION = f"{REFUNDS}#refund-a-charge"


def edited(files: dict[str, str], old: str, new: str) -> dict[str, str]:
    assert old in files[PAGE.path]
    return files | {PAGE.path: files[PAGE.path].replace(old, new)}


def with_source(files: dict[str, str], old: str, new: str) -> dict[str, str]:
    assert old in files[REFUNDS]
    return synced(files | {REFUNDS: files[REFUNDS].replace(old, new)})


def whats(changes: tuple[Change, ...], path: str = PAGE.path) -> list[str]:
    return [one.what for one in changes if one.path == path]


def test_a_page_that_the_engine_wrote_anew_is_regenerated() -> None:
    told = changes_between(BEFORE, with_source(BEFORE, "USD 50", "USD 80"))
    assert whats(told) == whats(told, PAGE.generated) == ["page regenerated"]
    written = [one for one in told if one.what == "page regenerated"]
    assert {str(one.weight) for one in written} == {"wording"}
    assert whats(told, LOCK_PATH) == ["lock regenerated"]
    lock = next(one for one in told if one.path == LOCK_PATH)
    assert (lock.owners, str(lock.weight)) == (("billing-support",), "wording")
    assert {one.roles for one in told if one.path == PAGE.path} == {("lead",)}


def test_what_a_person_writes_on_a_page_is_an_edit_and_quoted() -> None:
    told = changes_between(BEFORE, edited(BEFORE, "wait for a yes", "wait for a nod"))
    (one,) = told
    assert (one.path, one.what, one.old, one.new) == (PAGE.path, "page edited", "yes.", "nod.")
    assert (one.subject, one.owners) == ("§ refund-a-charge", ("billing-support",))


def test_a_fact_that_a_person_changes_on_a_page_is_told_as_a_fact() -> None:
    told = changes_between(BEFORE, edited(BEFORE, "charges over USD 50", "charges over USD 500"))
    assert whats(told) == ["money raised", "page edited"]
    assert next((one.old, one.new, one.roles) for one in told if one.what == "money raised") == (
        "charges over USD 50",
        "charges over USD 500",
        ("lead",),
    )


def test_a_page_that_carries_an_old_edit_along_was_not_edited() -> None:
    before = edited(BEFORE, "wait for a yes.", "wait for a yes, within 2 hours.")
    told = changes_between(before, with_source(before, "within 24 hours", "within 12 hours"))
    assert whats(told) == ["page regenerated"]


def test_an_edit_that_is_taken_back_is_an_edit() -> None:
    before = edited(BEFORE, "wait for a yes", "wait for a nod")
    (one,) = changes_between(before, BEFORE)
    assert (one.what, one.old, one.new) == ("page edited", "nod.", "yes.")


def test_only_the_layout_of_a_page_is_an_edit_as_well() -> None:
    (one,) = changes_between(BEFORE, edited(BEFORE, "wait for a yes", "wait for\na yes"))
    assert (one.what, one.subject) == ("page edited", "its layout")


def test_what_is_written_behind_a_section_is_an_edit() -> None:
    end = "<!-- /derived -->"
    page = BEFORE[PAGE.path].replace(end, f"{end}\n\nCall Robin within 5 minutes.", 1)
    told = changes_between(BEFORE, BEFORE | {PAGE.path: page})
    assert whats(told) == ["duration added", "page edited"]


def test_a_generated_form_alone_cannot_change_unseen() -> None:
    form = BEFORE[PAGE.generated].replace("wait for a yes", "wait for a nod")
    told = changes_between(BEFORE, BEFORE | {PAGE.generated: form})
    assert set(whats(told, PAGE.generated)) == {"page edited", "page regenerated"}


def test_pages_that_come_and_go() -> None:
    without = {
        path: text for path, text in BEFORE.items() if path not in {PAGE.path, PAGE.generated}
    }
    assert whats(changes_between(BEFORE, without)) == ["page removed"]
    assert whats(changes_between(without, BEFORE)) == ["page regenerated"]
    foreign = BEFORE | {"playbooks/refunds/foreign.md": "# Words\n\nOf somebody.\n"}
    assert whats(changes_between(BEFORE, foreign), "playbooks/refunds/foreign.md") == [
        "page edited"
    ]


def test_a_difference_is_told_when_it_is_accepted_and_never_again() -> None:
    before = edited(BEFORE, "charges over USD 50", "charges over USD 500")
    catalog = catalog_of(before)
    accepted = written(before, plan_sync(catalog, accept=[Acceptance(PAGE.path, SECTION)]))
    told = changes_between(before, accepted)
    assert whats(told, LOCK_PATH) == ["lock regenerated"]
    assert whats(told) == ["difference accepted"]
    (one,) = (change for change in told if change.path == PAGE.path)
    assert one.subject == "§ refund-a-charge"
    assert (one.owners, one.roles) == (("billing-support",), ("lead",))
    later = with_source(accepted, "within 24 hours", "within 12 hours")
    assert "difference accepted" not in whats(changes_between(accepted, later))


def test_a_page_of_which_only_the_record_changed_is_told() -> None:
    told = changes_between(BEFORE, BEFORE | {LOCK_PATH: ""})
    assert whats(told) == ["page regenerated"]
    assert whats(told, LOCK_PATH) == ["lock regenerated"]


def test_layout_of_the_lock_belongs_to_no_page() -> None:
    told = changes_between(BEFORE, BEFORE | {LOCK_PATH: BEFORE[LOCK_PATH] + "\n"})
    assert [(one.path, one.what) for one in told] == [(LOCK_PATH, "file changed")]


def test_a_broken_lock_is_told() -> None:
    told = changes_between(BEFORE, BEFORE | {LOCK_PATH: BEFORE[LOCK_PATH] + "{}\n"})
    assert whats(told, LOCK_PATH) == ["file unreadable"]


@given(repositories(), st.data())
def test_a_persons_words_are_an_edit_and_the_engines_are_none(
    files: dict[str, str], data: st.DataObject
) -> None:
    before = synced(files)
    found = sorted(
        page.path for path in before if (page := PageName.of(path)) and page.path == path
    )
    assume(found)
    path = data.draw(st.sampled_from(found))
    text, _ = data.draw(hand_edited(before[path]))
    told = changes_between(files, before)
    assert not [one for one in told if one.what == "page edited"]
    theirs = [one for one in changes_between(before, before | {path: text}) if one.path == path]
    assert bool(theirs) == (text != before[path])
    assert all(one.what != "page regenerated" for one in theirs)


def test_a_huge_page_takes_no_time() -> None:
    words = "word " * 200_000
    old, new = f"a {words} b {words}".split(), f"{words} c {words} d".split()
    assert len(list(pages._departures(old, new))) == 1
