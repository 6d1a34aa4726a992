"""A toy kind of task, a world of files held in memory, and askers that say what a test wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from opsrail.flows.model import Kind, Misconfigured, ProposedBranch, World
from opsrail.flows.running import Flows, open_flows
from opsrail.llm.budget import Ledger
from opsrail.llm.model import Fault, FaultKind, Json, Mode, Reply, Request, Usage
from opsrail.llm.prompts import Filling, Untrusted
from tests.tailor.held import catalog_of

TODAY = date(2026, 1, 5)
FLOW = "policies/flows/echo.yaml"
PROMPT = "policies/prompts/echo.yaml"
MODELS = "policies/models.yaml"
DOCUMENT = "content/sources/notes.md"
MODELS_TEXT = """\
models:
  small: {name: small-1, price: {input: 1, output: 2}, deadline: 5}
"""
PROMPT_TEXT = """\
title: Say it better
owner: desk
model: small
system: You answer tickets. Our handbook says {known}
user: "Say this better: {ticket}"
"""
FLOW_TEXT = """\
title: Say it again
owner: desk
task: echo
prompt: echo
permissions: [ask-model]
suite: echo
"""
PLAIN = "title: Say it again\nowner: desk\ntask: echo\n"
PROPOSING = PLAIN + "permissions: [propose-branch]\nsettings: {propose: true}\n"
FILES: Mapping[str, str] = {FLOW: FLOW_TEXT, PROMPT: PROMPT_TEXT, MODELS: MODELS_TEXT}


@dataclass(frozen=True)
class Echo:
    """Says what it was given. The model may say it in other words."""

    settings: Mapping[str, Any]

    def baseline(self, given: Json) -> Json:
        assert isinstance(given, Mapping)
        return {"said": str(given["text"]).upper()}

    def filling(self, given: Json, _drafted: Json) -> Mapping[str, Filling] | None:
        assert isinstance(given, Mapping)
        if given["text"] == "nothing to do":
            return None
        return {"ticket": Untrusted(str(given["text"])), "known": "see https://help.example/a"}

    def completed(self, _given: Json, _drafted: Json, answer: Json) -> Json:
        assert isinstance(answer, Mapping)
        return {"said": answer["better"]}

    def faults(self, _given: Json, output: Json) -> Sequence[str]:
        assert isinstance(output, Mapping)
        return ["this is rude"] if "rude" in str(output["said"]) else []

    def effect(self, _given: Json, output: Json) -> ProposedBranch | None:
        assert isinstance(output, Mapping)
        if not self.settings.get("propose"):
            return None
        return ProposedBranch(
            "opsrail/note", "Note what was said", {DOCUMENT: f"# Notes\n\n{output['said']}\n"}
        )


def open_echo(_world: World, settings: Mapping[str, Any]) -> Echo:
    if "wrong" in settings:
        raise Misconfigured("this cannot be", ("wrong",), "remove it")
    return Echo(settings)


def _object(**properties: object) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


ECHO = Kind(
    "echo",
    "Says what it was given.",
    _object(text={"type": "string", "maxLength": 1000}),
    _object(said={"type": "string", "maxLength": 200}),
    _object(better={"type": "string"}),
    open_echo,
    fills=frozenset({"ticket", "known"}),
    without_model="It writes it in capitals.",
    with_model="It may choose other words.",
)
KINDS: Mapping[str, Kind] = {"echo": ECHO}


def world_of(files: Mapping[str, str]) -> World:
    return World(catalog_of(files), TODAY)


def flows_of(files: Mapping[str, str] = FILES) -> Flows:
    return open_flows(world_of(files), known=KINDS)


@dataclass
class Says:
    """An asker whose answers a test wrote; each request is kept."""

    answers: Sequence[Json | FaultKind | Callable[[Request], Json]]
    mode: Mode = Mode.REPLAY
    usage: Usage = field(default_factory=lambda: Usage(100, 10, 0.001))
    requests: list[Request] = field(default_factory=list)
    ledgers: list[Ledger | None] = field(default_factory=list)

    def ask(
        self, requests: Sequence[Request], within: Ledger | None = None
    ) -> tuple[Reply | Fault, ...]:
        return tuple(self._one(request, within) for request in requests)

    def _one(self, request: Request, within: Ledger | None) -> Reply | Fault:
        answer = self.answers[min(len(self.requests), len(self.answers) - 1)]
        self.requests.append(request)
        self.ledgers.append(within)
        if isinstance(answer, FaultKind):
            return Fault(request, answer, f"there was a fault: {answer}", "do something")
        if within is not None and not within.reserve(self.usage):
            return Fault(request, FaultKind.BUDGET, "this would go over the budget")
        if within is not None:
            within.settle(self.usage, self.usage)
        value = answer(request) if callable(answer) else answer
        return Reply(request, str(value), value, self.usage)


OFF = Says([FaultKind.OFF], mode=Mode.OFF)


def better(text: str) -> Json:
    return {"better": text}
