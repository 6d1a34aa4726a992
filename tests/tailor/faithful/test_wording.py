from __future__ import annotations

import os
import subprocess
import sys

import pytest

from opsrail.tailor.faithful.model import Departure, Kind
from opsrail.tailor.faithful.wording import Point, rewording, unsupported

APPROVED = (
    "The agent called Mr. Marlow about the Gold plan, which was too expensive. "
    "She recommended the Silver plan for $90 a month, and he accepted before Friday."
)
CALL = """\
Agent: Good morning, this is Robin from Larkspindle. Am I speaking with Mr. Marlow?
Customer: Yes. I have a few questions. How much does the Gold plan cost?
Agent: It is $120 a month and covers repairs and outdoor lamps.
Customer: That is expensive. I am happy with a small plan.
Agent: Then I recommend the Silver plan. It is $90 a month, free for the first month.
Customer: Good, please send me the details by email. I don't need a visit.
"""


def told(departures: tuple[Departure, ...]) -> set[tuple[Kind, str]]:
    return {(one.kind, one.derived.text if one.derived else "") for one in departures}


def is_closed(departures: tuple[Departure, ...]) -> bool:
    return any(one.is_grave for one in departures)


@pytest.mark.parametrize("text", ["", "\n", APPROVED, CALL])
def test_a_text_departs_in_nothing_from_itself(text: str) -> None:
    assert rewording(text, text) == ()
    assert unsupported(text, text) == ()


@pytest.mark.parametrize(
    ("old", "new", "kind", "word"),
    [
        ("$90", "$80", Kind.FACT_CHANGED, "$80"),
        ("Marlow", "Quill", Kind.ENTITY_NEW, "Quill"),
        ("recommended", "did not recommend", Kind.NEGATION, "not"),
        ("expensive", "cheap", Kind.WORDING, "cheap"),
        ("accepted", "declined", Kind.NEGATION, "declined"),
        ("before", "after", Kind.WORDING, "after"),
        ("Friday", "Monday", Kind.WORDING, "Monday"),
        ("Silver", "Bronze", Kind.WORDING, "Bronze"),
        ("expensive", "inexpensive", Kind.WORDING, "inexpensive"),
    ],
)
def test_an_edit_that_says_something_else_closes(old: str, new: str, kind: Kind, word: str) -> None:
    found = rewording(APPROVED, APPROVED.replace(old, new))
    assert (kind, word) in told(found)
    assert is_closed(found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("called", "phoned"),
        ("recommended", "suggested"),
        ("a month", "per month"),
        ("expensive", "costly"),
        ("She recommended the Silver plan", "The Silver plan was recommended by her"),
        ("accepted", "agreed"),
        ("about", "regarding"),
    ],
)
def test_a_paraphrase_does_not_close(old: str, new: str) -> None:
    assert not is_closed(rewording(APPROVED, APPROVED.replace(old, new)))


def test_two_reversals_are_none() -> None:
    assert not rewording("He is not insured.", "He is uninsured.")
    assert rewording("He is not insured.", "He is insured.")


def test_a_lost_not_is_told_with_the_words_of_the_source() -> None:
    (one,) = rewording("Never pay it. Do not refund gifts.", "Never pay it. Do refund gifts.")
    assert one.kind is Kind.NEGATION
    assert one.derived is None
    assert one.source is not None
    assert "not refund" in one.source.text
    assert one.is_grave


def test_values_that_change_places_are_seen() -> None:
    edited = APPROVED.replace("Gold", "-").replace("Silver", "Gold").replace("-", "Silver")
    assert told(rewording(APPROVED, edited)) == {(Kind.WORDING, "Gold"), (Kind.WORDING, "Silver")}


def test_the_gate_is_stricter_than_the_balanced_point() -> None:
    edited = APPROVED.replace("recommended the", "recommended only the")
    assert is_closed(rewording(APPROVED, edited, point=Point.BALANCED))
    assert not is_closed(rewording(APPROVED, edited, point=Point.GATE))
    assert rewording(APPROVED, edited, point=Point.GATE)


@pytest.mark.parametrize(
    ("summary", "kind", "word"),
    [
        ("Robin offered the Silver plan for $80 a month.", Kind.FACT_ADDED, "$80"),
        ("Robin from Larkspindle spoke with Mr. Quill.", Kind.ENTITY_NEW, "Quill"),
        ("Robin did not recommend the Silver plan.", Kind.NEGATION, "not"),
        ("The Gold plan only covers repairs.", Kind.DEONTIC, "only"),
        ("The Gold plan covers indoor lamps.", Kind.WORDING, "indoor"),
        ("The Silver plan is paid for the first month.", Kind.WORDING, "paid"),
    ],
)
def test_a_summary_that_its_source_does_not_support_is_told(
    summary: str, kind: Kind, word: str
) -> None:
    found = unsupported(CALL, summary, point=Point.BALANCED)
    assert (kind, word) in told(found)
    assert is_closed(found)


@pytest.mark.parametrize(
    "summary",
    [
        "Robin from Larkspindle recommends the Silver plan at $90 per month.",
        "Mr. Marlow found the Gold plan costly and asked for information by email.",
        "The customer does not need a visit.",
    ],
)
def test_a_supported_summary_does_not_close(summary: str) -> None:
    assert not is_closed(unsupported(CALL, summary, point=Point.BALANCED))


def test_spans_point_at_their_words() -> None:
    derived = "Robin spoke.\n\nShe offered the *Silver* plan\nfor $80 a month."
    (one,) = unsupported(CALL, derived)
    assert one.derived is not None
    assert one.source is not None
    place = one.derived
    assert place.column is not None
    assert derived.splitlines()[place.line - 1][place.column - 1 :].startswith("$80")
    line = CALL.splitlines()[one.source.line - 1]
    assert one.source.text in line
    assert "Silver plan" in line


def test_a_message_quotes_both_texts_and_says_what_to_do() -> None:
    (one,) = rewording(APPROVED, APPROVED.replace("$90", "$80"))
    assert "“$80” stands here where the source has “$90”" in one.message
    assert "Check it against the source" in one.message


@pytest.mark.parametrize(("source", "derived"), [("", "Pay $5."), ("Pay $5.", ""), ("", "")])
def test_an_empty_side_is_no_error(source: str, derived: str) -> None:
    rewording(source, derived)
    unsupported(source, derived)


_PROGRAM = """
import sys
from opsrail.tailor.faithful.wording import rewording, unsupported
print(rewording(sys.argv[1], sys.argv[2]), unsupported(sys.argv[1], sys.argv[2]))
print([name for name in ("numpy", "scipy", "duckdb", "ibis") if name in sys.modules])
"""


def test_every_run_says_the_same_and_none_is_heavy() -> None:
    edited = APPROVED.replace("expensive", "cheap").replace("Gold", "Bronze")
    ran = {
        subprocess.run(
            [sys.executable, "-c", _PROGRAM, APPROVED, edited],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(ran) == 1
    assert ran.pop().endswith("[]\n")
