from __future__ import annotations

from opsrail.content.sections import parse_document
from opsrail.site.readings import page_anchors


def anchors(*texts: str) -> list[str]:
    return list(page_anchors([parse_document("x.md", text) for text in texts]))


def test_anchors_are_unique_over_all_parts_of_a_page() -> None:
    assert anchors("## Same\n", "## Same\n", "## Same\n") == ["same", "same-1", "same-2"]


def test_an_id_that_a_person_gave_comes_first() -> None:
    assert anchors("## Steps\n", "## Other {#steps}\n") == ["steps-1", "steps"]


def test_a_heading_without_words_still_has_a_place() -> None:
    assert anchors("## !!!\n", "text\n") == ["section", ""]
