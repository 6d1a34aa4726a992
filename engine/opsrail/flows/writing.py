"""How the output of one task comes about: the baseline's, and a model's where that is better.

The baseline always works first. A model's answer replaces it only if nothing is wrong with it;
it is asked once more with what was wrong. Whatever happens on the way, there is an output, and
the reasons why it is not the model's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from opsrail.flows.limits import NO_LIMITS, Limits, in_time
from opsrail.flows.model import Author, Flow, Kind, Task
from opsrail.flows.schemas import problems, size_fault, texts, told
from opsrail.llm.asking import Asker
from opsrail.llm.budget import Ledger
from opsrail.llm.estimate import estimated
from opsrail.llm.model import FREE, Fault, Json, Mode, Reply, Usage
from opsrail.llm.prompts import Filling, Prompt, request_of
from opsrail.tailor.introduced import introduced

_LARGEST_OUTPUT: Final = 8 * 1024 * 1024
_WHOLE: Final = "the output"
_CALLING: Final = (Mode.LIVE, Mode.RECORD)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one run. `repeat` tells the second answer to the same input from the first;
    `clock` counts seconds.
    """

    limits: Limits = NO_LIMITS
    repeat: int = 0
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Ready:
    """A flow of one task, opened. `output` is the schema that holds for what it gives."""

    flow: Flow
    kind: Kind
    task: Task
    input: Mapping[str, Any]
    output: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """An output and who made it. `is_fit` is False where even the baseline's is not usable."""

    output: Json
    author: Author = Author.BASELINE
    reasons: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    usage: Usage = FREE
    is_fit: bool = True


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What came of asking a model once. `faults` are those of its answer, said to it again."""

    output: Json = None
    faults: tuple[str, ...] = ()
    reason: str = ""
    cause: str = ""
    pending: Usage = FREE
    """What a call that was not waited for may cost."""

    @property
    def is_good(self) -> bool:
        return not self.faults and not self.reason


def written(ready: Ready, given: Json, asker: Asker, terms: Terms) -> Written:
    """The output for one input, which has already been held against the schema."""
    drafted = ready.task.baseline(given)
    if faults := _unfit(ready, drafted):
        return Written(drafted, reasons=faults, causes=("output schema",), is_fit=False)
    plain = Written(drafted)
    prompt = ready.flow.prompt
    if prompt is None:
        return plain
    if asker.mode is Mode.OFF:
        return replace(plain, reasons=("no model is asked: models are off",), causes=("off",))
    filling = ready.task.filling(given, drafted)
    if filling is None:
        reason = "there is nothing for a model to do here"
        return replace(plain, reasons=(reason,), causes=("nothing to ask",))
    return _with_model(_Asking(ready, prompt, given, drafted, filling, asker, terms))


@dataclass(frozen=True, slots=True)
class _Asking:
    """Everything that asking a model about one input takes."""

    ready: Ready
    prompt: Prompt
    given: Json
    drafted: Json
    filling: Mapping[str, Filling]
    asker: Asker
    terms: Terms


def _with_model(asking: _Asking) -> Written:
    ledger = asking.terms.limits.ledger
    first = _asked(asking, ledger)
    last = _asked(asking, ledger, again=_again(first.faults)) if first.faults else first
    if last.is_good:
        again = ("asked again",) if first.faults else ()
        return Written(last.output, Author.MODEL, causes=again, usage=ledger.spent)
    reasons = [*last.faults, *([last.reason] if last.reason else [])]
    if first is not last and last.reason:
        reasons = [*first.faults, *reasons]
    causes = dict.fromkeys(one.cause for one in (first, last))
    usage = ledger.spent + last.pending
    return Written(asking.drafted, reasons=tuple(reasons), causes=(*causes,), usage=usage)


def _asked(asking: _Asking, ledger: Ledger, *, again: str = "") -> _Attempt:
    """What comes of asking once."""
    terms = asking.terms
    # A recording takes no time: its replay is the same however busy the machine is.
    calls = asking.asker.mode in _CALLING
    left = terms.limits.left(terms.clock()) if calls else float("inf")
    if left <= 0:
        return _LATE
    schema = asking.ready.kind.answer
    request = request_of(asking.prompt, asking.filling, schema, again=again, repeat=terms.repeat)
    outcome = in_time(lambda: asking.asker.ask([request], ledger)[0], left)
    if outcome is None:
        price = asking.prompt.model.price
        return replace(_LATE, pending=estimated(request, price) if price else FREE)
    if isinstance(outcome, Fault):
        hint = f" ({outcome.hint})" if outcome.hint else ""
        return _Attempt(reason=f"{outcome.message}{hint}", cause=f"no answer: {outcome.kind}")
    return _judged(asking, outcome)


_LATE: Final = _Attempt(
    reason="the model was not asked to the end: the time of this run is used up", cause="time"
)


def _judged(asking: _Asking, reply: Reply) -> _Attempt:
    ready, given = asking.ready, asking.given
    # Endpoints may ignore the schema; whoever answers, it holds here.
    faults = [told(one, "the answer") for one in problems(ready.kind.answer, reply.value)]
    if faults:
        return _Attempt(faults=tuple(faults), cause="answer schema")
    output = ready.task.completed(given, asking.drafted, reply.value)
    if unfit := _unfit(ready, output):
        return _Attempt(faults=unfit, cause="answer schema")
    wrong = [*ready.task.faults(given, output), *_introduced(asking, output)]
    return _Attempt(output, tuple(dict.fromkeys(wrong)), cause="answer refused" if wrong else "")


def _unfit(ready: Ready, output: Json) -> tuple[str, ...]:
    """Why an output is none that the flow may give."""
    if fault := size_fault(output, _LARGEST_OUTPUT):
        return (f"{_WHOLE}: {fault}",)
    return tuple(told(one, _WHOLE) for one in problems(ready.output, output))


def _introduced(asking: _Asking, output: Json) -> Iterator[str]:
    """What the output has that neither the repository's own words nor the baseline have.

    What somebody outside wrote is no ground: an address that only a ticket has must not come
    back in an answer to it.
    """
    drafted = {text for _, text in texts(asking.drafted)}
    own = [text for text in asking.filling.values() if isinstance(text, str)]
    told_to = (asking.prompt.file.system, asking.prompt.file.user)
    grounds = [*own, *told_to, *sorted(drafted)]
    new = {text: place or _WHOLE for place, text in texts(output) if text not in drafted}
    # Together, since reading the grounds takes longest. A fence or a comment that one text opens
    # and never closes is refused as well as what it would hide.
    for one in introduced("\n\n".join(new), grounds) if new else ():
        where = next((place for text, place in new.items() if one.text in text), _WHOLE)
        yield f"{where}: {one.message}"


def _again(faults: Sequence[str]) -> str:
    """What a model is told about its first answer."""
    listed = "\n".join(f"- {fault}" for fault in faults)
    return f"Your answer cannot be used:\n{listed}\nAnswer once more, without these faults."
