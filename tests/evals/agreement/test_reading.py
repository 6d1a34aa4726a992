from __future__ import annotations

import json

import pytest

from opsrail.evals.agreement.reading import judge_names, read_judge
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import worktree_snapshot
from tests.conftest import ROOT
from tests.evals.agreement.doubles import (
    JUDGE,
    JUDGE_PATH,
    LABELLED_PATH,
    MODELS_PATH,
    PROMPT,
    PROMPT_PATH,
    desk,
    judge_of,
)
from tests.tailor.held import HeldSnapshot


def one(**changes: object) -> str:
    entry = {"id": "a", "question": "q", "answer": "x", "labels": {"robin": "good"}}
    return json.dumps({**entry, **changes})


def test_scores_are_evenly_spaced_unless_given() -> None:
    judge = judge_of(desk())
    assert [judge.score(label) for label in judge.labels] == [0, 0.5, 1]
    given = JUDGE
    for label, score in (("poor", 0), ("fair", 0.2), ("good", 1)):
        given = given.replace(f"{{name: {label}", f"{{score: {score}, name: {label}")
    judge = judge_of(desk(given))
    assert [judge.score(label) for label in judge.labels] == [0, 0.2, 1]


def test_what_changes_an_opinion_changes_the_digest_and_what_people_say_does_not() -> None:
    digest = judge_of(desk()).digest
    assert judge_of(desk(people=one())).digest == digest
    assert judge_of(desk(JUDGE.replace("0.6", "0.7"))).digest == digest
    others = [
        desk(JUDGE.replace("It blames", "It shouts")),
        desk(JUDGE.replace("name: good", "name: kind"), one(labels={"robin": "kind"})),
        desk(prompt=PROMPT.replace("Label", "Judge")),
        {**desk(), MODELS_PATH: desk()[MODELS_PATH].replace("tiny", "large")},
    ]
    assert digest not in {judge_of(files).digest for files in others}


def test_a_judge_knows_the_files_that_it_depends_on() -> None:
    read = read_judge(HeldSnapshot(desk()), "tone")
    for path in (JUDGE_PATH, LABELLED_PATH, PROMPT_PATH, MODELS_PATH):
        assert read.depends_on(path)
    assert read.depends_on("policies/recordings/judge-tone/a.json")
    assert not read.depends_on("policies/recordings/other/a.json")
    assert not read.depends_on("policies/recordings/judge-tone-too/a.json")


@pytest.mark.parametrize(
    ("judge", "said", "line"),
    [
        (JUDGE.replace("prompt: judge-tone", "prompt: none"), "there is no prompt `none`", 3),
        (JUDGE.replace("tone.jsonl", "gone.jsonl"), "no file policies/judges/gone.jsonl", 9),
        (JUDGE.replace("name: fair", "name: poor"), "two labels have the same name", 1),
        (JUDGE.replace("0.6", "0.3"), "0.3", 8),
        (JUDGE.replace("{name: poor", "{score: 1, name: poor"), "give every label a `score`", 1),
        (JUDGE + "rubric: x\n", "rubric", 10),
    ],
)
def test_a_judge_with_a_fault_cannot_be_asked(judge: str, said: str, line: int) -> None:
    read = read_judge(HeldSnapshot(desk(judge)), "tone")
    assert read.judge is None
    (found,) = read.findings
    assert found.code == "judge-broken"
    assert said in found.message
    assert found.location.path == JUDGE_PATH
    assert found.location.line == line


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        (PROMPT.replace("{answer}", "it"), "has no `{answer}`"),
        (PROMPT.replace("{rubric}", "it"), "has no `{rubric}`"),
        (PROMPT.replace("{question}", "{role}"), "has `{role}`, which no judge fills"),
        (PROMPT.replace("small", "large"), "its prompt `judge-tone` cannot be used"),
    ],
)
def test_a_prompt_has_to_take_what_a_judge_gives(prompt: str, said: str) -> None:
    read = read_judge(HeldSnapshot(desk(prompt=prompt)), "tone")
    assert read.judge is None
    assert [said in found.message for found in read.findings] == [True]


@pytest.mark.parametrize(
    ("lines", "said", "line"),
    [
        ([one(), "{"], "no JSON", 2),
        ([one(), "[" * 15_000], "no JSON", 2),
        ([one(), "3"], "an object with keys", 2),
        ([one(labels={"robin": "kind"})], "no label `kind`", 1),
        ([one(agreed="kind")], "no label `kind`", 1),
        ([one(labels={"robin": "good", "sam": "fair"})], "nothing says what they settled on", 1),
        ([one(labels={})], "at least 1 key", 1),
        ([one(), one(id="b")], "is there twice", 2),
        ([one(), one(answer="y")], "two labelled answers `a`", 2),
    ],
)
def test_a_labelled_set_is_read_whole_or_not_at_all(lines: list[str], said: str, line: int) -> None:
    read = read_judge(HeldSnapshot(desk(people="\n".join(lines))), "tone")
    assert read.judge is None
    (found,) = read.findings
    assert found.code == "judge-broken"
    assert said in f"{found.message} {found.hint}"
    assert (found.location.path, found.location.line) == (LABELLED_PATH, line)


def test_most_people_settle_a_label_or_all_of_them_later() -> None:
    several = {"robin": "good", "sam": "good", "kit": "poor"}
    differ = {"robin": "good", "sam": "poor"}
    lines = [one(labels=several), one(id="b", answer="y", labels=differ, agreed="fair")]
    read = judge_of(desk(people="\n".join(lines)))
    assert [entry.settled for entry in read.labelled] == ["good", "fair"]


def test_the_living_judge_can_be_asked_and_two_people_labelled_enough() -> None:
    repository = Repository.discover(ROOT)
    snapshot = worktree_snapshot(repository)
    for name in judge_names(snapshot):
        read = read_judge(snapshot, name)
        assert read.findings == ()
        assert read.judge is not None
        assert len(read.judge.labelled) >= 60
        assert sum(len(entry.given) > 1 for entry in read.judge.labelled) >= 20
    repository.close()
