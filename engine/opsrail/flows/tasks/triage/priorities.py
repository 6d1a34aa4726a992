"""Priority by rules: the first that fits. So a person can read why, and change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from opsrail.flows.model import Misconfigured
from opsrail.flows.tasks.triage.phrases import Phrase
from opsrail.flows.tasks.triage.settings import PriorityRule, When

_FIELDS: Final = ("intent", "area", "plan", "channel", "language", "sentiment")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a ticket: the values of fields (none where unknown), and its words."""

    fields: Mapping[str, str | None]
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ruled:
    """The priority that a rule gave, its reason, and the phrase that was found, if it has any."""

    priority: str
    because: str
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class _Prepared:
    rule: PriorityRule
    words: tuple[Phrase, ...]
    without: tuple[Phrase, ...]


class PriorityRules:
    """The rules of a flow, in order. Raises `Misconfigured` for a phrase without a word."""

    def __init__(self, rules: Sequence[PriorityRule]) -> None:
        self._rules = [
            _Prepared(rule, _phrases(at, "words", rule), _phrases(at, "without", rule))
            for at, rule in enumerate(rules)
        ]

    def ruled(self, known: Known) -> Ruled | None:
        """What the first rule that fits says; None if none does."""
        return next((found for one in self._rules if (found := _ruled(one, known))), None)


def _phrases(at: int, key: str, rule: PriorityRule) -> tuple[Phrase, ...]:
    try:
        return tuple(Phrase.of(text) for text in getattr(rule.when, key))
    except ValueError as error:
        route = ("priorities", at, "when", key)
        raise Misconfigured(str(error), route, "write one word at least") from None


def _ruled(one: _Prepared, known: Known) -> Ruled | None:
    if not _fields_fit(one.rule.when, known.fields):
        return None
    if any(phrase.is_in(known.words) for phrase in one.without):
        return None
    found = next((phrase.text for phrase in one.words if phrase.is_in(known.words)), None)
    if one.words and found is None:
        return None
    return Ruled(one.rule.priority, one.rule.because, found or "")


def _fields_fit(when: When, fields: Mapping[str, str | None]) -> bool:
    return all(_one_of(getattr(when, name), fields.get(name)) for name in _FIELDS)


def _one_of(wanted: Sequence[str], value: str | None) -> bool:
    if not wanted:
        return True
    return value is not None and value.casefold() in {one.casefold() for one in wanted}
