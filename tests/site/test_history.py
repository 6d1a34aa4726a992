from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from opsrail.content.changes import ChangeKind, Weight
from opsrail.content.clearance import Clearance
from opsrail.content.diff import diff_documents
from opsrail.content.sections import parse_document
from opsrail.site.history import Landing, News, as_read, follow

PATH = "content/sources/a.md"


def landing(number: int, before: dict[str, str], after: dict[str, str]) -> Landing:
    old = {path: parse_document(path, text) for path, text in before.items()}
    new = {path: parse_document(path, text) for path, text in after.items()}
    return Landing(f"{number:040d}", date(2026, 11, number), "why", diff_documents(old, new))


def history(*versions: dict[str, str]) -> list[News]:
    """News of a repository that had these versions one after the other, newest first."""
    steps = list(pairwise(versions))
    landings = [landing(number, *step) for number, step in enumerate(steps, 1)]
    return list(follow(reversed(landings)))


def anyone(_: frozenset[str] | None) -> bool:
    return True


def page(*sections: str, path: str = PATH) -> dict[str, str]:
    return {path: "---\nclearance: public\n---\n\n" + "\n\n".join(sections) + "\n"}


LONG = "Words that stay the same so that this section is known again anywhere it goes."


def test_an_old_change_is_named_as_its_section_is_today() -> None:
    news = history(
        page(f"## Old {{#old}}\n\n{LONG} Within 30 days."),
        page(f"## Old {{#old}}\n\n{LONG} Within 14 days."),
        page(f"## New {{#new}}\n\n{LONG} Within 14 days.", path="content/sources/b.md"),
    )
    changed = [one for one in news if one.change.kind is ChangeKind.CHANGED]
    assert [one.name for one in changed] == ["content/sources/b.md#new"]


def test_what_is_gone_by_now_has_no_name() -> None:
    news = history(
        page("## A {#a}\n\nWithin 30 days."),
        page("## A {#a}\n\nWithin 14 days."),
        page("## Other {#other}\n\nQuite different."),
    )
    names = {one.change.section.anchor: one.name for one in news}
    assert names["a"] == ""


def test_a_name_that_is_used_anew_is_not_the_old_section() -> None:
    news = history(
        page("## A {#a}\n\nRefunds take 30 days."),
        page("## A {#a}\n\nRefunds take 14 days."),
        page("## B {#b}\n\nNothing."),
        page("## B {#b}\n\nNothing.", f"## A {{#a}}\n\n{LONG}"),
    )
    changed = [one for one in news if one.change.kind is ChangeKind.CHANGED]
    assert [one.name for one in changed] == [""]
    added = [one for one in news if one.change.kind is ChangeKind.ADDED]
    assert f"{PATH}#a" in {one.name for one in added}


@pytest.mark.parametrize("reader", Clearance)
def test_a_change_is_read_only_by_who_may_see_both_sides(reader: Clearance) -> None:
    (news,) = history(
        page("## A {#a clearance=staff}\n\nSecret 30 days."),
        page("## A {#a clearance=public}\n\nOpen 14 days."),
    )
    seen = as_read(news.change, reader, anyone)
    assert (seen is not None) == reader.admits(Clearance.STAFF)
    assert news.needs is Clearance.STAFF


def test_facts_and_weight_are_those_of_what_the_reader_sees() -> None:
    block = "<!-- only: lead -->\n\nWithin {} days.\n\n<!-- /only -->"
    (news,) = history(
        page(f"## A\n\nWe answer you.\n\n{block.format(30)}"),
        page(f"## A\n\nWe reply to you.\n\n{block.format(14)}"),
    )
    assert news.weight is Weight.MUST_REREAD
    agent = as_read(news.change, Clearance.STAFF, lambda only: only is None)
    assert agent is not None
    assert agent.weight is Weight.WORDING
    assert not agent.facts
    assert len(agent.pieces) == 1


def test_a_change_of_others_blocks_only_is_no_news() -> None:
    block = "<!-- only: lead -->\n\nWithin {} days.\n\n<!-- /only -->"
    (news,) = history(
        page(f"## A\n\nSame.\n\n{block.format(30)}"), page(f"## A\n\nSame.\n\n{block.format(14)}")
    )
    assert as_read(news.change, Clearance.STAFF, lambda only: only is None) is None
