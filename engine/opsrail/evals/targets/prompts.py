"""Prompts: what a model answers to one, filled by the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final
from uuid import uuid4

from opsrail.evals.model import Answer, Case
from opsrail.evals.reading.cases import fingerprint
from opsrail.evals.targets.model import Side
from opsrail.llm.formats import MODELS_PATH
from opsrail.llm.marking import unmarked
from opsrail.llm.model import Fault, Mode, Reply, Request
from opsrail.llm.prompts import Prompt, Untrusted, request_of
from opsrail.llm.reading import prompt_path, read_prompt
from opsrail.llm.recordings import FOLDER

_OUTSIDE: Final = frozenset({"text", "ticket"})


def needed(name: str) -> tuple[str, ...]:
    """Globs of the files that a prompt's answers depend on."""
    return (prompt_path(name), MODELS_PATH, f"{FOLDER}/{name}/*")


@dataclass(frozen=True)
class PromptTarget:
    """A prompt of one side. A case's input says what stands for each `{name}` of it; a text alone
    stands for `{text}`. The answer is the model's text.

    `{text}` and `{ticket}` are marked as data from outside, as they are where prompts are at work.
    """

    side: Side
    name: str

    def key(self, _case: Case) -> str:
        """The prompt, its model, and what was recorded of it."""
        asker = self.side.asker
        if asker is not None and asker.mode in {Mode.LIVE, Mode.RECORD}:
            return uuid4().hex  # what is asked anew is not to be remembered
        entries = self.side.catalog.snapshot.entries
        globs = needed(self.name)
        files = [
            (path, entry.blob)
            for path, entry in entries.items()
            if any(fnmatchcase(path, glob) for glob in globs)
        ]
        return fingerprint([self.name, asker.mode.value if asker else "", files])

    def answers(self, cases: Sequence[Case], repeats: int) -> Sequence[tuple[Answer, ...]]:
        """All cases are asked together."""
        prompt, findings = read_prompt(self.side.catalog.snapshot, self.name)
        if prompt is None or self.side.asker is None:
            why = findings[0].message if findings else f"there is no prompt {self.name} to ask"
            return [(Answer(error=why),) * repeats for _ in cases]
        asked = [_request(prompt, case, repeat) for case in cases for repeat in range(repeats)]
        requests = [one for one in asked if isinstance(one, Request)]
        outcomes = iter(self.side.asker.ask(requests))
        found = [
            _answer(next(outcomes)) if isinstance(one, Request) else Answer(error=one)
            for one in asked
        ]
        return [tuple(found[at : at + repeats]) for at in range(0, len(found), repeats)]


def _request(prompt: Prompt, case: Case, repeat: int) -> Request | str:
    """The request, or what the case lacks for it."""
    given = case.input if isinstance(case.input, Mapping) else {"text": case.input}
    filling = {
        name: Untrusted(str(value)) if name in _OUTSIDE else str(value)
        for name, value in given.items()
    }
    try:
        return request_of(prompt, filling, repeat=repeat)
    except KeyError as missing:
        return f"the prompt asks for {{{missing.args[0]}}}, which the case's input does not give"


def _answer(outcome: Reply | Fault) -> Answer:
    if isinstance(outcome, Reply):
        return Answer(unmarked(outcome.text).strip(), outcome.seconds)
    hint = f" ({outcome.hint})" if outcome.hint else ""
    return Answer(error=f"{outcome.message}{hint}")
