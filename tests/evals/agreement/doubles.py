"""A desk with a judge, and doubles of the model behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from opsrail.evals.agreement.asking import request_for
from opsrail.evals.agreement.model import Judge, Question
from opsrail.evals.agreement.reading import read_judge
from opsrail.llm.answers import Answer
from opsrail.llm.budget import Ledger
from opsrail.llm.model import Fault, FaultKind, Mode, Reply, Request
from opsrail.llm.recordings import recording_of, recording_path
from tests.tailor.held import HeldSnapshot

JUDGE_PATH = "policies/judges/tone.yaml"
LABELLED_PATH = "policies/judges/tone.jsonl"
PROMPT_PATH = "policies/prompts/judge-tone.yaml"
MODELS_PATH = "policies/models.yaml"

MODELS = "models: {small: {name: tiny, price: {input: 1, output: 1}}}\n"
PROMPT = """\
title: Tone
owner: desk
model: small
most_tokens: 50
system: |
  Label the answer.
  {rubric}
user: |
  {question}
  {answer}
"""
JUDGE = """\
title: Is it kind?
owner: desk
prompt: judge-tone
labels:
  - {name: poor, means: It blames.}
  - {name: fair, means: It is stiff.}
  - {name: good, means: It is kind.}
agreement: 0.6
labelled: policies/judges/tone.jsonl
"""
LABELS = ("poor", "fair", "good")

Files = Mapping[str, str]
Says = Callable[[str], str]
"""From an answer to the label that the model gives it."""


def labelled(count: int = 60, twice: int = 20) -> str:
    """So many answers of all three kinds, the first of them labelled by two people."""
    lines = []
    for number in range(count):
        label = LABELS[number % 3]
        people = {"robin": label, "sam": label} if number < twice else {"robin": label}
        answer = f"A {label} answer, number {number}."
        entry = {"id": f"a{number}", "question": "Why?", "answer": answer, "labels": people}
        lines.append(json.dumps(entry))
    return "\n".join(lines) + "\n"


def desk(judge: str = JUDGE, people: str | None = None, prompt: str = PROMPT) -> dict[str, str]:
    """A judge with all of its files, and nothing recorded."""
    return {
        JUDGE_PATH: judge,
        LABELLED_PATH: labelled() if people is None else people,
        PROMPT_PATH: prompt,
        MODELS_PATH: MODELS,
    }


def judge_of(files: Files) -> Judge:
    read = read_judge(HeldSnapshot(files), "tone")
    assert read.judge is not None, read.findings
    return read.judge


def as_people_do(answer: str) -> str:
    """The label that the answer itself names: what people gave it."""
    found = re.search(r"A (poor|fair|good) answer", answer)
    return found[1] if found else "fair"


def recordings(files: Files, says: Says, answers: Sequence[tuple[str, str, int]] = ()) -> Files:
    """What is recorded when such a model is asked about the labelled answers, and about these:
    question, answer, repeat.
    """
    judge = judge_of(files)
    asked = [Question("tone", one.question, one.answer) for one in judge.labelled]
    asked += [Question("tone", *one) for one in answers]
    found = {}
    for question in asked:
        request = request_for(judge, question)
        text = json.dumps({"reason": "so it seems", "label": says(question.answer)})
        found[recording_path(request)] = recording_of(request, Answer(text, input_tokens=9))
    return found


@dataclass
class Model:
    """An asker whose model is a function from the whole request to a label, or to a fault."""

    says: Callable[[Request], str | FaultKind]
    mode: Mode = Mode.REPLAY
    asked: list[Request] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    ledgers: list[Ledger | None] = field(default_factory=list)

    def ask(
        self, requests: Sequence[Request], within: Ledger | None = None
    ) -> tuple[Reply | Fault, ...]:
        self.batches.append(len(requests))
        self.asked += requests
        self.ledgers.append(within)
        return tuple(self._outcome(request) for request in requests)

    def _outcome(self, request: Request) -> Reply | Fault:
        said = self.says(request)
        if isinstance(said, FaultKind):
            return Fault(request, said, "there is no reply", "try later")
        value = {"reason": "so it seems", "label": said}
        return Reply(request, json.dumps(value), value)


def reading_answers(says: Says) -> Callable[[Request], str]:
    """A model that looks at what stands between the marks of the answer, and nowhere else."""

    def label(request: Request) -> str:
        text = request.messages[-1].text
        found = re.search(r"<untrusted answer (\w+)>\n(.*?)\n</untrusted \1>", text, re.DOTALL)
        assert found is not None
        return says(found[2])

    return label
