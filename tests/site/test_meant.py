"""Words of a policy, told to people."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrail.content.changes import Weight
from opsrail.content.clearance import Clearance
from opsrail.governance.formats import Predicate
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.vocabulary import ANYTHING, NOUNS, TERMS
from opsrail.site.layout import DECIDES
from opsrail.site.meant import AREAS, OVERALL, meanings, told
from opsrail.site.naming import WITHHELD, Naming
from tests.site.conftest import Desk

MONEY = "[money](#group-money)"


@pytest.fixture(scope="module")
def names(grown: Desk) -> Naming:
    return Naming(grown.edition(Clearance.STAFF), DECIDES)


def test_every_noun_is_about_something_and_about_one_thing_only() -> None:
    named = [noun for nouns in AREAS.values() for noun in nouns]
    assert sorted(named) == sorted(NOUNS)


@pytest.mark.parametrize("word", [*TERMS, *NOUNS])
def test_every_word_is_told_in_a_sentence_of_its_own(names: Naming, word: str) -> None:
    (one,) = meanings([word], names)
    assert one.word == word
    assert one.area in AREAS
    assert len(one.says.split()) > 2
    assert not re.search(r"\ba (money|percent|url|email)\b|  |\bgone[a-z]", one.says)


def test_directions_of_one_noun_are_told_in_one_breath() -> None:
    every = [name for name, term in TERMS.items() if term.noun == "money"]
    assert told(every) == (
        "an amount of money in a source document was raised, lowered, changed, added or removed"
    )
    assert told(["section removed"]) == "a section is gone"
    assert told(["case deleted", "case weakened", "mode changed"]) == (
        "a case is gone, or a case asks for less; or a file became executable, a link or a"
        " submodule"
    )
    assert told(["deontic removed"]).endswith("unless) was removed")


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (
            Predicate(change="section removed", kind=(ArtifactKind.SOURCE, ArtifactKind.RUNBOOK)),
            "a section is gone, in a source document or a runbook",
        ),
        (
            Predicate(change=("rule added", "mode"), reaches="lead"),
            f"{told(['rule added', 'mode changed'])}, on a page of a role that is {WITHHELD}",
        ),
        (Predicate(owner="leads"), "any change to what [leads](#group-leads) answers for"),
        (
            Predicate(kind=ArtifactKind.RULE, owner=("money", "strangers"), files="rules/*"),
            f"any change to an alert rule in `rules/*` where {MONEY} or `strangers` answers for it",
        ),
        (
            Predicate(weight=(Weight.MUST_REREAD, Weight.WORDING)),
            "any change that readers must read again or that says the same in other words",
        ),
    ],
)
def test_conditions_are_told_after_what_changes(names: Naming, one: Predicate, words: str) -> None:
    assert [found.says for found in meanings([one], names)] == [words]


def test_words_stand_by_what_they_are_about_and_once_only(names: Naming) -> None:
    found = meanings(["mode", "money", ANYTHING, "mode", "test removed"], names, "the rest")
    assert [one.area for one in found] == [OVERALL, "Figures and duties", "Alerts", "Files"]
    assert found[0].says == "the rest"


def some(values: list[str]) -> st.SearchStrategy[str | tuple[str, ...]]:
    return st.sampled_from(values) | st.lists(st.sampled_from(values)).map(tuple)


PREDICATES = st.builds(
    Predicate,
    change=st.sampled_from([ANYTHING, *TERMS]) | st.just(("money", "mode")),
    kind=some([*ArtifactKind]),
    files=some(["**", "content/sources/abuse.md", "a`b|c/*"]),
    owner=some(["leads", "strangers"]),
    weight=some([*Weight]),
    reaches=some(["tier-1", "lead", "x"]),
)


@settings(max_examples=200, deadline=None)
@given(one=PREDICATES)
def test_whatever_a_policy_says_is_told_in_one_line(names: Naming, one: Predicate) -> None:
    (found,) = meanings([one], names, "everything")
    assert found.says == found.says.strip()
    assert "\n" not in found.says
    says_nothing = not (one.kind or one.files or one.owner or one.weight or one.reaches)
    assert (found.says == "everything") == (says_nothing and one.change == ANYTHING)
