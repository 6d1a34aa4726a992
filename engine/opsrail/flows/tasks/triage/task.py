"""Triage at work: by examples and rules, and with a model for what they leave open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from opsrail.flows.model import Kind, Misconfigured, ProposedBranch, Task, World
from opsrail.flows.tasks.triage import wording
from opsrail.flows.tasks.triage.deciding import Decider, Decision, Prioritised
from opsrail.flows.tasks.triage.learnt import learn
from opsrail.flows.tasks.triage.priorities import PriorityRules
from opsrail.flows.tasks.triage.schemas import ANSWER, INPUT, OUTPUT
from opsrail.flows.tasks.triage.settings import Asking, TriageSettings
from opsrail.flows.tasks.triage.ticket import Ticket
from opsrail.llm.model import Json
from opsrail.llm.prompts import Filling, Untrusted

_FILLS: Final = frozenset({"intents", "likeliest", "priorities", "sentiments", "ticket"})
_NOTHING: Final = frozenset({"", "null", "none"})


class Triage:
    """One triage flow, ready to run. Never changes, so that many threads may use it."""

    def __init__(self, settings: TriageSettings, decider: Decider) -> None:
        self._settings = settings
        self._decider = decider

    @property
    def decider(self) -> Decider:
        """What it learnt, for those who measure it."""
        return self._decider

    def baseline(self, given: Json) -> Json:
        """What examples and rules say."""
        return _output(self._decider.decision(Ticket.of(given)))

    def filling(self, given: Json, drafted: Json) -> Mapping[str, Filling] | None:
        """The ticket, and everything that a model may choose from; None where all is clear."""
        if self._settings.ask is Asking.UNSURE and _part(drafted, "is_sure"):
            return None
        likely = _part(drafted, "confidence")
        return {
            "intents": "\n".join(self._told(name) for name in self._decider.intents),
            "likeliest": ", ".join(likely) or "none",
            "priorities": ", ".join(self._settings.order),
            "sentiments": ", ".join(self._decider.sentiments) or "none",
            "ticket": Untrusted(Ticket.of(given).as_text()),
        }

    def _told(self, intent: str) -> str:
        about = self._settings.intents[intent].about if intent in self._settings.intents else ""
        return f"- {intent}: {about}" if about else f"- {intent}"

    def completed(self, given: Json, drafted: Json, answer: Json) -> Json:
        """The model's intent and sentiment; its priority where that is more urgent than a rule's.

        Sure is only what model and examples both say: they err in different ways. A rule's
        priority is never lowered: rules are there for what must not be missed.
        """
        ticket = Ticket.of(given)
        intent = _named(answer, "intent", self._decider.intents)
        sentiment = _named(answer, "sentiment", self._decider.sentiments)
        agree = intent is not None and intent == next(iter(_part(drafted, "confidence")), None)
        area = self._decider.areas.get(str(intent), _part(drafted, "area"))
        found = self._decider.prioritised(ticket, intent, sentiment, area)
        priority = self._more_urgent(found, str(_part(answer, "priority")))
        return {
            "intent": intent,
            "area": area,
            "priority": priority,
            "sentiment": sentiment,
            "confidence": _part(drafted, "confidence"),
            "is_sure": agree,
            "reasons": [
                wording.of_model(intent),
                found.reason if priority == found.priority else f"{priority} by the same model.",
            ],
        }

    def _more_urgent(self, found: Prioritised, said: str) -> str:
        if not found.is_by_rule or said not in self._settings.order:
            return said
        return min(found.priority, said, key=self._settings.order.index)

    def faults(self, _given: Json, output: Json) -> Sequence[str]:
        """Names that the flow does not know."""
        intent, sentiment = _part(output, "intent"), _part(output, "sentiment")
        priority = _part(output, "priority")
        faults = []
        if intent is not None and intent not in self._decider.intents:
            faults.append(f"there is no intent “{intent}”: choose one of the list, or none")
        if priority not in self._settings.order:
            order = ", ".join(self._settings.order)
            faults.append(f"there is no priority “{priority}”: it is one of {order}")
        if sentiment is not None and sentiment not in self._decider.sentiments:
            faults.append(f"there is no sentiment “{sentiment}”: choose one of the list, or none")
        return faults

    def effect(self, _given: Json, _output: Json) -> ProposedBranch | None:
        """None: it changes nothing."""
        return None


def _part(value: Json, name: str) -> Any:  # noqa: ANN401 - a part of JSON that a schema has checked
    return value[name] if isinstance(value, Mapping) else None


def _named(answer: Json, part: str, known: Sequence[str]) -> str | None:
    """What a model chose. Some write “null” or “none” where they mean it."""
    said = _part(answer, part)
    if said is None or (said not in known and said.strip().casefold() in _NOTHING):
        return None
    return str(said)


def _output(decision: Decision) -> Json:
    return {
        "intent": decision.intent,
        "area": decision.area,
        "priority": decision.priority,
        "sentiment": decision.sentiment,
        "confidence": decision.likely,
        "is_sure": decision.intent is not None,
        "reasons": list(decision.reasons),
    }


def open_triage(world: World, settings: Mapping[str, Any]) -> Task:
    """Learn from the examples of this revision. Raises `Misconfigured`."""
    try:
        read = TriageSettings.model_validate(dict(settings))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise Misconfigured(first["msg"].removeprefix("Value error, "), first["loc"]) from None
    rules = PriorityRules(read.priorities)
    return Triage(read, Decider(learn(world.catalog, read), rules, read.otherwise))


def _reads(settings: Mapping[str, Any]) -> Sequence[str]:
    return (str(settings.get("examples", "")),)


KIND: Final = Kind(
    name="triage",
    about="Says what a ticket is about, which product area it belongs to, how urgent it is and how"
    " it sounds, with reasons. Where it is not sure, it says so and leaves the intent open.",
    input=INPUT,
    output=OUTPUT,
    answer=ANSWER,
    open=open_triage,
    fills=_FILLS,
    settings=TriageSettings,
    reads=_reads,
    without_model="It learns from labelled tickets which words go with which intent, and measures"
    " on tickets that it did not learn from how sure it has to be. Priorities come from rules that"
    " people wrote; the first that fits decides.",
    with_model="For tickets that the examples leave open, a model chooses an intent of the list, or"
    " none. It can make a ticket more urgent than a rule does, never less.",
)
