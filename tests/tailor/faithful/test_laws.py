"""What holds of every text: it is faithful to itself, and so is what the engine selects of it."""

from __future__ import annotations

import re

from hypothesis import Phase, given, settings

from opsrail.tailor.catalog import PageName
from opsrail.tailor.faithful import judge
from opsrail.tailor.faithful.section import grounds_of, judge_section
from opsrail.tailor.generate import draft_page
from tests.strategies import AMOUNTS, OUTLINES, Written, document, repositories
from tests.tailor.held import catalog_of

LAWS = settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@LAWS
@given(OUTLINES)
def test_a_text_is_faithful_to_itself(sections: list[Written]) -> None:
    text = document(sections)
    judged = judge(text, text)
    assert (judged.departures, judged.score) == ((), 1.0)


@LAWS
@given(repositories())
def test_what_the_engine_selects_is_faithful(files: dict[str, str]) -> None:
    catalog = catalog_of(files)
    for playbook in catalog.playbooks():
        for role in playbook.roles:
            page = PageName(playbook.name, role)
            texts = {one.key: one.text for one in draft_page(catalog, playbook, role).sections}
            for item, form in playbook.sections_for(role):
                grounds = grounds_of(catalog, page, item, form, playbook.file.title)
                if grounds is not None and item.from_ in texts:
                    judged = judge_section(grounds, texts[item.from_])
                    assert judged.is_faithful, (grounds, texts[item.from_], judged.departures)


@LAWS
@given(OUTLINES, AMOUNTS)
def test_another_amount_is_seen(sections: list[Written], amount: int) -> None:
    text = f"{document(sections)}\n\nPay the lantern deposit back within {amount} days.\n"
    judged = judge(text, text.replace(f"within {amount} days.\n", f"within {amount + 401} days.\n"))
    assert not judged.is_faithful
    assert 0.0 <= judged.score < 1.0


@LAWS
@given(OUTLINES, OUTLINES)
def test_a_judgement_is_in_order_and_places_exist(one: list[Written], other: list[Written]) -> None:
    source, derived = document(one), document(other)
    judged = judge(source, derived)
    assert judged == judge(source, derived)
    assert 0.0 <= judged.score <= 1.0
    assert judged.is_faithful or judged.score < 1.0
    for departure in judged.departures:
        for span, text in ((departure.source, source), (departure.derived, derived)):
            if span is not None:
                line = text.split("\n")[span.line - 1]
                assert 1 <= (span.column or 1) <= len(line)
        assert departure.message
        assert not re.search(r"[\n*]|\s\s", departure.message)
