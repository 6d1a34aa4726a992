from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from opsrail.llm.injection.folding import folded, in_words
from opsrail.llm.injection.views import Lines, View, shown, unescaped


def test_a_replaced_part_leads_to_where_it_began() -> None:
    view = View("one two three").replaced(re.compile("two"), "2!")
    assert view.text == "one 2! three"
    assert [view.at(offset) for offset in (0, 4, 5, 6, 12)] == [0, 4, 4, 7, 13]


def test_what_nobody_sees_is_gone_and_plain_forms_stand_for_the_rest() -> None:
    assert shown("i\u200bg\u00adnore \uff21\ufb01 e\u0301").text == "ignore Afi é"


def test_entities_and_escapes_are_resolved_as_a_page_does() -> None:
    assert unescaped(View("&#73;gnore \\*all\\* &lt;b&gt;")).text == "Ignore *all* <b>"


def test_words_come_in_one_form_and_sentences_stay_apart() -> None:
    view = in_words(folded(View("Émile's  well—known_file.  ØK, don't\n> go")))
    assert view.text == "emile s well known file . ok don t go"
    assert in_words(View("忽略。之前")).text == "忽略 . 之前"


@given(st.text(max_size=200))
def test_every_character_of_a_view_has_a_place_in_the_text(text: str) -> None:
    view = in_words(folded(unescaped(shown(text))))
    places = [view.at(offset) for offset in range(len(view.text) + 1)]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


def test_lines_and_columns_count_from_one() -> None:
    lines = Lines("ab\r\nc\rd\n")
    assert [lines.place(offset) for offset in (0, 1, 4, 6, 8)] == [
        (1, 1),
        (1, 2),
        (2, 1),
        (3, 1),
        (4, 1),
    ]
