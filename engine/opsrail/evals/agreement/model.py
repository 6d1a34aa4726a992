"""The values this package is about: judges, what they are asked and say, and what that is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from opsrail.evals.agreement.formats import JudgeFile
from opsrail.evals.statistics.kappa import Kappa
from opsrail.findings import Finding, Location
from opsrail.llm.prompts import Prompt


@dataclass(frozen=True, slots=True)
class Labelled:
    """An answer that people labelled. `settled` is what they came to, `given` what each said."""

    id: str
    question: str
    answer: str
    given: Mapping[str, str]
    settled: str
    cluster: str
    place: Location


@dataclass(frozen=True, slots=True)
class Judge:
    """A judge, read. `digest` covers its file, its prompt and the model, not the labelled set."""

    name: str
    path: str
    file: JudgeFile
    prompt: Prompt
    labelled: tuple[Labelled, ...]
    digest: str

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of its labels, the worst first."""
        return tuple(label.name for label in self.file.labels)

    def score(self, label: str) -> float:
        """What a label counts, from 0 to 1. Raises `ValueError` for one that it has not."""
        at = self.labels.index(label)
        given = self.file.labels[at].score
        return at / (len(self.labels) - 1) if given is None else given


@dataclass(frozen=True, slots=True)
class ReadJudge:
    """A judge as it could be read: `judge` is None where it cannot be asked.

    `inputs` are the files and folders on which it depends what it says, and how good it is.
    """

    judge: Judge | None
    findings: tuple[Finding, ...]
    inputs: tuple[str, ...]
    place: Location
    """Where the agreement it claims stands."""

    def depends_on(self, path: str) -> bool:
        """Whether a file is one of its inputs, or lies in such a folder."""
        return any(path == one or path.startswith(f"{one}/") for one in self.inputs)


@dataclass(frozen=True, slots=True)
class Question:
    """What a judge is asked: `answer` as an answer to `question`, for the `repeat`-th time."""

    judge: str
    question: str
    answer: str
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class Opinion:
    """The label that a judge gave, what it counts, and the judge's reason."""

    label: str
    value: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unheard:
    """Why a judge has no opinion, and what to do about it."""

    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class Standing(StrEnum):
    """Whether a judge may gate. Only the first lets it."""

    MAY_GATE = "may gate"
    BELOW = "below what it states"
    """Kappa itself is lower."""
    TOO_FEW = "too few labels to tell"
    """Kappa is high enough, its lower bound is not."""
    ONE_SIDED = "nothing to agree on"
    """One label was given to everything, so kappa has no meaning."""
    ONE_VOICE = "labelled by one person"
    """Too few answers have labels of two people: nobody knows whether people agree."""
    UNMEASURED = "not measured"
    """An answer of the labelled set has no label by the judge."""


@dataclass(frozen=True, slots=True)
class Differing:
    """An answer to which the judge gave another label than people."""

    labelled: Labelled
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class Agreement:
    """How much a judge agrees with people, and they among themselves.

    `table` counts people's labels (rows) against the judge's (columns), the worst label first.
    `twice` is the number of answers that two people labelled. `unheard` names answers without
    the judge's label.
    """

    judge: Judge
    standing: Standing
    with_people: Kappa
    among_people: Kappa
    twice: int
    table: Sequence[Sequence[int]]
    differing: tuple[Differing, ...]
    unheard: Sequence[tuple[Labelled, Unheard]]
    would_do: int | None = None
    """Answers that would be enough to show what it states, if kappa stays as it is."""

    @property
    def may_gate(self) -> bool:
        """Whether suites that close the gate may be scored by it."""
        return self.standing is Standing.MAY_GATE
