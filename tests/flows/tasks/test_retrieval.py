from __future__ import annotations

import re
from hashlib import sha256

import pytest

from opsrail.content.pieces import pieces_of
from opsrail.content.sections import parse_document
from opsrail.evals.texts.plain import plain
from opsrail.flows.retrieval.extracts import as_markdown, extracts, parts_of
from opsrail.flows.retrieval.passages import Passage, passages_of
from opsrail.flows.retrieval.ranking import ANSWERS, Index
from opsrail.flows.retrieval.words import asked_for, terms
from opsrail.tailor.faithful.words.stemming import root
from tests.evals import living
from tests.flows.tasks import desk
from tests.flows.tasks.desk_tickets import SEEN, UNSEEN, Ticket
from tests.tailor.held import catalog_of

ROLES = list(living.catalog().roles)
_SENTENCE = re.compile(r"(?<=[.!?]) ")


def passage(text: str, title: str = "Fees", key: str = "content/sources/a.md#fees") -> Passage:
    return Passage(key, "playbooks/a/desk.md", "a", title, text, "Handbook")


def answers(text: str, *passages: Passage) -> list[str]:
    index = Index(passages)
    return [one.passage.title for one in index.search(text)]


# What a role may find


@pytest.mark.parametrize("role", ROLES)
def test_a_role_finds_nothing_above_its_clearance(role: str) -> None:
    catalog = living.catalog()
    clearance = catalog.roles[role].clearance
    found = passages_of(catalog, role)
    assert found
    for one in found:
        section = catalog.section(one.key)
        assert section is not None
        assert clearance.admits(section[1].clearance), one.key
        assert one.page == f"playbooks/{one.playbook}/{role}.md"


def test_a_section_that_was_closed_is_not_found_though_the_page_still_has_it() -> None:
    path = "content/sources/refunds.md"
    closed = desk.changed(path, ("{#timing", "{#timing clearance=restricted"))
    page = closed.text("playbooks/refunds/customer.md")
    assert page is not None
    assert "5 to 10 business days" in page
    assert f"{path}#timing" in {one.key for one in passages_of(living.catalog(), "customer")}
    assert f"{path}#timing" not in {one.key for one in passages_of(closed, "customer")}


def test_a_role_that_does_not_exist_finds_nothing() -> None:
    assert passages_of(living.catalog(), "gardener") == ()
    assert desk.library().index("gardener").search("refund of a charge") == ()


def test_what_a_person_wrote_behind_a_section_is_found_with_it_and_its_origin_is_not() -> None:
    path = "playbooks/refunds/customer.md"
    end = "<!-- /derived -->\n\n<!-- derived: content/sources/refunds.md#timing -->"
    catalog = desk.changed(path, (end, f"<!-- /derived -->\n\nAsk the zebra desk.\n\n{end[18:]}"))
    found = {one.key: one for one in passages_of(catalog, "customer")}
    text = found["content/sources/refunds.md#eligibility"].text
    assert text.endswith("Ask the zebra desk.")
    assert "*From" not in text
    assert "<!--" not in text


# Which section is found


def hits(tickets: tuple[Ticket, ...]) -> tuple[int, int, int, int]:
    """Of tickets with an answer: first, among three, held to be answered. Of those without one:
    held to be answered.
    """
    first = three = held = wrong = 0
    for ticket in tickets:
        found = desk.library().index("customer").search(f"{ticket.subject}\n\n{ticket.body}")
        names = [one.passage.key.partition("#")[2] for one in found]
        is_held = bool(found) and found[0].confidence >= ANSWERS
        if ticket.answer:
            first += names[:1] == [ticket.answer]
            three += ticket.answer in names
            held += is_held
        else:
            wrong += is_held
    return first, three, held, wrong


def test_tickets_find_their_section_and_others_find_none() -> None:
    assert [sum(bool(t.answer) for t in tickets) for tickets in (SEEN, UNSEEN)] == [21, 21]
    first, three, held, wrong = hits(SEEN)
    assert (first, three, held) >= (19, 21, 21)
    assert wrong <= 1
    # Nobody looked at these before the search was as it is: 19, 20, 19 and 1 of 15.
    first, three, held, wrong = hits(UNSEEN)
    assert first >= 19
    assert three >= 20
    assert held >= 19
    assert wrong <= 1


def test_questions_of_the_suites_find_their_section() -> None:
    # Harder: they are asked with the playbook open, in few words. Measured: 90 and 125 of 163;
    # of the 85 that nobody looked at, 45 and 62.
    count = {True: [0, 0, 0], False: [0, 0, 0]}
    for suite in living.suites(of_rules=False):
        if not suite.name.endswith("-facts"):
            continue
        for case in suite.cases:
            name = f"{suite.target.playbook}{case.id.partition('@')[0]}"
            is_seen = int(sha256(name.encode()).hexdigest(), 16) % 2 == 0
            found = desk.library().index(case.role).search(case.ask)
            names = [one.passage.key.partition("#")[2] for one in found]
            counted = count[is_seen]
            counted[0] += 1
            counted[1] += names[:1] == [case.section.rpartition("#")[2]]
            counted[2] += case.section.rpartition("#")[2] in names
    assert count[True][1] / count[True][0] >= 0.55
    assert count[True][2] / count[True][0] >= 0.78
    assert count[False][1] / count[False][0] >= 0.50
    assert count[False][2] / count[False][0] >= 0.70


def test_the_title_counts_more_than_a_word_of_the_text() -> None:
    one = passage("We like lanterns.", "Colours")
    other = passage("We like colours.", "Lanterns", "content/sources/a.md#b")
    third = passage("We like tea.", "Tea", "content/sources/a.md#c")
    assert answers("lanterns", one, other, third) == ["Lanterns", "Colours"]


def test_a_fact_of_the_kind_that_is_asked_for_decides_between_equals() -> None:
    dry = passage("The lantern is repaired by the desk.", "One", "content/sources/a.md#a")
    timed = passage("The lantern is repaired in 3 days.", "Two", "content/sources/a.md#b")
    assert answers("How long is a lantern repaired?", dry, timed)[0] == "Two"
    assert answers("Who is a lantern repaired by?", dry, timed)[0] == "One"


def test_words_that_say_how_it_is_asked_find_nothing() -> None:
    assert (
        answers("How long can I still do this, and when?", passage("Do this when you can.")) == []
    )
    assert terms("Where's the refund?") == (root("refund"),)
    assert asked_for("Where is it?") == frozenset()


def test_further_words_that_nothing_says_make_less_sure() -> None:
    found = [
        desk.library().index("customer").search(text)[0].confidence
        for text in (
            "How long does a refund take on cards?",
            "How long does a refund take on cards? The hedgehog ate my tomatoes and the ladder.",
        )
    ]
    assert 0 < found[1] < found[0] < 1


def test_the_same_search_gives_the_same_whatever_was_asked_before() -> None:
    index = desk.library().index("tier-1")
    before = index.search("refund of a charge")
    index.search("something else altogether")
    assert Index(passages_of(living.catalog(), "tier-1")).search("refund of a charge") == before


# What is taken from a section


@pytest.mark.parametrize("role", ROLES)
def test_parts_come_whole_as_they_stand_on_the_page(role: str) -> None:
    for one in passages_of(living.catalog(), role):
        text = " ".join(plain(one.text).split())
        for part in parts_of(one):
            if "|" in part.quote or "\n" in part.quote:
                continue  # rows lose their bars, steps their numbers
            assert " ".join(plain(part.quote).split()) in text, one.key


@pytest.mark.parametrize("ticket", [one for one in SEEN + UNSEEN if one.answer])
def test_no_sentence_comes_without_its_paragraph_and_no_cell_without_its_row(
    ticket: Ticket,
) -> None:
    index = desk.library().index("customer")
    text = f"{ticket.subject}\n\n{ticket.body}"
    for found in index.search(text):
        told = plain(as_markdown(extracts(index, found.passage, text)))
        assert told
        for section in parse_document("", found.passage.text).sections:
            for piece in pieces_of(section):
                said = plain(piece.text)
                if piece.kind == "row" and f"- {plain(piece.key)} –" in told:
                    assert all(cell.strip(" |") in told for cell in said.split(" | ")), said
                elif piece.is_prose and piece.kind != "row":
                    sentences = [one for one in _SENTENCE.split(said) if len(one) > 20]
                    assert len({one in told for one in sentences}) <= 1, said


def parts_for(text: str, asked: str) -> list[str]:
    one = passage(text)
    index = Index((one, passage("We like tea.", "Tea", "content/sources/a.md#c")))
    return [part.text for part in extracts(index, one, asked)]


def test_an_item_brings_the_one_that_it_leans_on_and_the_one_that_leans_on_it() -> None:
    lines = "A lantern is lent.|Then it costs USD 5.|Unless it is wet.|Cats eat.|Dogs eat.|Owls eat"
    text = "\n".join(f"- {line}" for line in lines.split("|"))
    assert parts_for(text, "costs")[:3] == [
        "- A lantern is lent.",
        "- Then it costs USD 5.",
        "- Unless it is wet.",
    ]
    assert len(parts_for(text, "costs")) == 3


def test_steps_come_together_and_in_order() -> None:
    text = "1. Find the lantern.\n2. Light it.\n   - Not indoors.\n3. Go."
    assert parts_for(text, "light") == [
        "1. Find the lantern.\n2. Light it.\n   - Not indoors.\n3. Go."
    ]
    assert parts_for("- [ ] Find the lantern.\n- [ ] Go.", "go") == ["1. Find the lantern.\n2. Go."]


def test_a_row_brings_all_its_cells_under_their_heads() -> None:
    rows = (
        "| Plan | Costs | When |",
        "|---|---|---|",
        "| Small | USD 5 | in May |",
        "| Tall | 9 | no |",
    )
    text = "\n".join(rows)
    assert parts_for(text, "small") == ["- **Small** – Costs: USD 5; When: in May"]


def test_a_rule_comes_with_any_part_of_its_section() -> None:
    text = (
        "Lanterns are red.\n\n- Small ones cost 5.\n- Tall ones glow.\n\nYou must never lend two."
    )
    assert parts_for(text, "small")[-1] == "You must never lend two."


def test_two_questions_of_one_sentence_are_both_heard() -> None:
    text = (
        "- The red lantern by the harbour gate burns.\n- A deletion takes a while.\n- Cats are fed."
    )
    asked = "Where is the red lantern of the harbour gate, and what does a deletion need?"
    assert len(parts_for(text, asked)) == 2


def test_links_into_the_repository_keep_their_words_only() -> None:
    text = (
        "See [the sum](../../content/sources/a.md#b) of lanterns, or [us](https://status.example)."
    )
    assert parts_for(text, "lanterns") == [
        "See the sum of lanterns, or [us](https://status.example)."
    ]


def test_a_section_without_anything_that_fits_comes_whole() -> None:
    assert parts_for("Cats are fed.\n\nDogs are fed.", "lantern") == [
        "Cats are fed.",
        "Dogs are fed.",
    ]


def test_a_page_that_is_not_there_or_has_no_sections_is_no_trouble() -> None:
    some = {path: text for path, text in desk.files().items() if not path.endswith("customer.md")}
    assert passages_of(catalog_of(some), "customer") == ()
