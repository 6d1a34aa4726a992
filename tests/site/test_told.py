from __future__ import annotations

import pytest

from opsrail.content.changes import PieceChange
from opsrail.content.diff import diff_documents
from opsrail.content.pieces import Piece
from opsrail.content.sections import parse_document
from opsrail.site.told import fact_line, piece_line


def change(old: str, new: str) -> PieceChange:
    documents = [{"a.md": parse_document("a.md", f"# A\n\n{text}\n")} for text in (old, new)]
    (section,) = diff_documents(*documents).sections
    (piece,) = section.pieces
    return piece


def test_only_the_words_around_a_change_are_shown() -> None:
    words = " ".join(f"w{number}" for number in range(40))
    line = piece_line(change(f"{words} old {words}", f"{words} new {words}"), str)
    assert line.count("…") == 2
    assert '<span class="ops-old">old</span> <span class="ops-new">new</span>' in line
    assert "w39 <span" in line
    assert "</span> w0" in line
    assert "w20" not in line


def test_markup_and_html_in_a_change_are_words() -> None:
    line = piece_line(change("Say *this* now, all of you.", "Say <b>x</b> now, all of you."), str)
    assert "<b>" not in line


@pytest.mark.parametrize(("old", "new", "lead"), [("", "More", "new:"), ("Less", "", "gone:")])
def test_what_came_and_what_went_is_quoted(old: str, new: str, lead: str) -> None:
    pieces = [Piece("paragraph", text, 1, text) if text else None for text in (old, new)]
    assert lead in piece_line(PieceChange(*pieces), str)


def test_a_fact_says_old_new_and_which_way() -> None:
    documents = [
        {"a.md": parse_document("a.md", f"# A\n\nPay within {days} days of the charge.\n")}
        for days in (30, 14)
    ]
    (section,) = diff_documents(*documents).sections
    line = fact_line(section.facts[0], lambda text: text.replace("charge", "fee"))
    assert "within 30 days of the fee</span> → " in line
    assert line.endswith('<span class="ops-meta">lowered</span>')
