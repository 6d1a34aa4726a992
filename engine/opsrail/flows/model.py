"""The values this package is about: flows as they run, and what came of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from opsrail.flows.formats import FlowFile
from opsrail.llm.model import FREE, Json, Usage
from opsrail.llm.prompts import Filling, Prompt
from opsrail.repo.formats import FileFormat
from opsrail.tailor.catalog import Catalog


@dataclass(frozen=True, slots=True)
class World:
    """What a task may look at: the repository's files at one revision, and the date.

    `base` is an earlier revision, for tasks about changes.
    """

    catalog: Catalog
    today: date
    base: Catalog | None = None


@dataclass(frozen=True, slots=True)
class ProposedBranch:
    """An effect: a branch with one commit on top of the revision that the flow ran on.

    `files` maps each path to its whole new text.
    """

    name: str
    message: str
    files: Mapping[str, str]


class Task(Protocol):
    """What a flow does, prepared for one revision. One file a kind in `flows/tasks/`.

    Inputs and outputs are JSON, already held against the schemas. Every method is a pure
    function of its arguments and of what was prepared; none may keep anything of one input for
    another, since a service runs many at a time in several threads.
    """

    def baseline(self, given: Json) -> Json:
        """The output without any model."""
        ...

    def filling(self, given: Json, drafted: Json) -> Mapping[str, Filling] | None:
        """What stands for the `{name}`s of the prompt, given the input and the baseline's output;
        None where there is nothing for a model to do. What comes from outside is `Untrusted`.
        """
        ...

    def completed(self, given: Json, drafted: Json, answer: Json) -> Json:
        """The output made of the model's answer and what the baseline knows for sure."""
        ...

    def faults(self, given: Json, output: Json) -> Sequence[str]:
        """What is wrong with an output that a model wrote, one plain sentence each: a citation
        of nothing, a fact that no cited section has, a new address. Empty if it may be used.
        """
        ...

    def effect(self, given: Json, output: Json) -> ProposedBranch | None:
        """What it would do to the repository, if anything."""
        ...


Opener = Callable[[World, Mapping[str, Any]], Task]
"""Prepares a task: reads its settings, learns from its examples. Raises `Misconfigured`."""


class Misconfigured(Exception):
    """A flow's settings cannot be used. `route` leads to the setting in the flow's file."""

    def __init__(self, message: str, route: tuple[str | int, ...] = (), hint: str = "") -> None:
        super().__init__(message)
        self.route = route
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of task as the registry knows it.

    `answer` is the JSON Schema of what a model has to answer, where it is asked; `input` and
    `output` are those of the flow. `about` says in a few sentences what it does, `without_model`
    how it does so by itself, `with_model` what a model adds: people read all three.
    """

    name: str
    about: str
    input: Mapping[str, Json]
    output: Mapping[str, Json]
    answer: Mapping[str, Json]
    open: Opener
    needs: frozenset[str] = frozenset()
    """The permissions that a flow of this kind must have."""
    fills: frozenset[str] = frozenset()
    """The `{name}`s that `Task.filling` fills: a prompt with others is refused when it is read."""
    settings: type[FileFormat] | None = None
    """The model that reads the settings, so that they are checked where they stand, and without
    opening the task. None: the task reads them itself when it is opened.
    """
    reads: Callable[[Mapping[str, Any]], Sequence[str]] | None = None
    """Given the settings, the globs (`*` stands for folders too) of the files that the outcome
    depends on. Files that the settings name count anyway. None: what the permissions let it read.
    """
    without_model: str = ""
    with_model: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow, read. `digest` covers its file, its prompt and the model's entry."""

    name: str
    path: str
    file: FlowFile
    prompt: Prompt | None
    digest: str


class Outcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    WAITING = "waiting"
    """Done but for its effect, which a person has to approve."""
    REFUSED_INPUT = "input refused"
    FAILED = "failed"


class Author(StrEnum):
    """Who made the output."""

    BASELINE = "baseline"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one input. `reasons` say why the model was not used, or what failed; they may
    quote the input. `causes` say the same in fixed words that hold nothing of it, for logs.
    """

    flow: str
    outcome: Outcome
    output: Json = None
    author: Author = Author.BASELINE
    reasons: tuple[str, ...] = ()
    usage: Usage = FREE
    seconds: float = 0.0
    effect: ProposedBranch | None = None
    approval: str = ""
    """Whose yes the effect waits for."""
    suspicions: tuple[str, ...] = ()
    """What the injection scanner said of the input; advisory."""
    steps: tuple[Run, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    """Of the flow, its input, its output, its prompt, its model, for the audit log."""
    causes: tuple[str, ...] = ()
