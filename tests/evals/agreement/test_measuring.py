from __future__ import annotations

import json
from dataclasses import replace

from opsrail.evals.agreement.measuring import measure
from opsrail.evals.agreement.model import Agreement, Standing
from opsrail.evals.agreement.words import report, what_to_do, why
from opsrail.llm.model import FaultKind, Request
from tests.evals.agreement.doubles import (
    JUDGE,
    Model,
    Says,
    as_people_do,
    desk,
    judge_of,
    labelled,
    reading_answers,
)


def found(says: Says, people: str | None = None, judge: str = JUDGE) -> Agreement:
    return measure(judge_of(desk(judge, people)), Model(reading_answers(says)))


def every(number: int, label: str) -> Says:
    """As people do, but every so-manieth answer gets this label."""

    def says(answer: str) -> str:
        at = int(answer.rstrip(".").rpartition(" ")[2])
        return label if at % number == 0 else as_people_do(answer)

    return says


def test_a_judge_that_labels_as_people_do_may_gate() -> None:
    got = found(as_people_do)
    assert got.standing is Standing.MAY_GATE
    assert got.may_gate
    assert got.with_people.value == 1
    assert got.table == ((20, 0, 0), (0, 20, 0), (0, 0, 20))
    assert (got.twice, got.among_people.value) == (20, 1)
    assert what_to_do(got) == ""


def test_a_judge_below_what_it_states_may_not() -> None:
    got = found(every(2, "good"))
    assert got.standing is Standing.BELOW
    assert not got.may_gate
    assert {one.opinion.label for one in got.differing} == {"good"}
    assert "below the 0.60 that it states" in why(got)


def test_kappa_alone_does_not_let_a_judge_gate() -> None:
    got = found(every(4, "good"), labelled(24))
    assert got.with_people.value is not None
    assert got.with_people.value > got.judge.file.agreement
    assert got.standing is Standing.TOO_FEW
    assert got.would_do is not None
    assert got.would_do > 24
    # As many more labels as it says are about enough, where kappa stays the same.
    more = found(every(4, "good"), labelled(3 * (got.would_do // 3) + 12))
    assert more.standing is Standing.MAY_GATE


def test_one_answer_without_a_label_leaves_the_judge_unmeasured() -> None:
    judge = judge_of(desk())
    hidden = judge.labelled[7].answer

    def says(request: Request) -> str | FaultKind:
        if hidden in request.messages[-1].text:
            return FaultKind.NO_RECORDING
        return reading_answers(as_people_do)(request)

    got = measure(judge, Model(says))
    assert got.standing is Standing.UNMEASURED
    assert [one.id for one, _ in got.unheard] == ["a7"]
    assert "`a7`" in why(got)
    assert "eval agree tone --model record" in what_to_do(got)


def test_nothing_labelled_and_nobody_to_ask_is_unmeasured() -> None:
    assert measure(judge_of(desk(people="")), None).standing is Standing.UNMEASURED
    assert measure(judge_of(desk()), None).standing is Standing.UNMEASURED


def test_one_label_for_everything_shows_nothing() -> None:
    people = "".join(line + "\n" for line in labelled().splitlines() if '"good"' in line)
    got = found(as_people_do, people)
    assert got.with_people.same == 1
    assert got.standing is Standing.ONE_SIDED
    always = found(lambda _answer: "good")
    assert always.standing is Standing.BELOW


def test_one_person_alone_does_not_tell_what_people_think() -> None:
    got = found(as_people_do, labelled(60, twice=19))
    assert got.standing is Standing.ONE_VOICE
    assert found(as_people_do, labelled(60, twice=20)).may_gate


def test_answers_of_one_cluster_count_less() -> None:
    entries = [json.loads(line) for line in labelled(60).splitlines()]
    grouped = [{**one, "cluster": f"c{at // 10}"} for at, one in enumerate(entries)]
    text = "\n".join(json.dumps(one) for one in grouped)
    alone, together = found(every(7, "good")), found(every(7, "good"), text)
    assert alone.with_people.value == together.with_people.value
    assert (together.with_people.low or 0) < (alone.with_people.low or 0)


def test_people_among_themselves_are_told_beside_the_judge() -> None:
    entries = [json.loads(line) for line in labelled(60, twice=60).splitlines()]
    for one in entries[::2]:
        one["labels"]["sam"] = "fair"
        one["agreed"] = one["labels"]["robin"]
    got = found(every(2, "fair"), "\n".join(json.dumps(one) for one in entries))
    assert got.twice == 60
    assert got.among_people.value is not None
    assert got.among_people.value < 0.6
    assert "people agree less than that among themselves" in what_to_do(got)


def test_the_report_names_what_to_read() -> None:
    got = found(every(2, "good"))
    text = "\n".join(report([got]))
    head, row = text.splitlines()[:2]
    assert head.split()[:2] == ["judge", "answers"]
    assert row.startswith("tone   60")
    assert "below what it states" in row
    assert "policies/judges/tone.jsonl:5:" in text
    assert "a4: people fair, judge good" in text
    assert "people \\ judge  poor  fair  good" in text
    assert list(report([replace(got, differing=())])) != text.splitlines()


def test_weights_decide_how_much_a_near_miss_counts() -> None:
    values = {}
    for weights in ("none", "linear", "quadratic"):
        got = found(every(2, "fair"), judge=f"{JUDGE}weights: {weights}\n")
        values[weights] = got.with_people.value or 0
    assert values["none"] < values["linear"]
