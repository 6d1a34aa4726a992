"""What examples and rules say of a ticket, with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from opsrail.flows.learning.classifier import Answer, Labeller
from opsrail.flows.tasks.triage import wording
from opsrail.flows.tasks.triage.learnt import Learnt
from opsrail.flows.tasks.triage.priorities import Known, PriorityRules
from opsrail.flows.tasks.triage.ticket import Ticket

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_MOST: Final = 0.999
"""Nothing that was learnt is certain."""
_TOLD: Final = 3
"""Intents whose likelihood is given."""


@dataclass(frozen=True, slots=True)
class Prioritised:
    """A priority and its reason."""

    priority: str
    reason: str
    is_by_rule: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What is said of a ticket. `intent` is None where it is not sure."""

    intent: str | None
    area: str | None
    priority: str
    sentiment: str | None
    likely: Mapping[str, float]
    reasons: tuple[str, ...]


class Decider:
    """Decides by what was learnt and by rules. `otherwise` is the priority where no rule fits;
    None: as learnt.
    """

    def __init__(self, learnt: Learnt, rules: PriorityRules, otherwise: str | None) -> None:
        self._learnt = learnt
        self._rules = rules
        self._otherwise = otherwise

    @property
    def learnt(self) -> Learnt:
        """The classifiers."""
        return self._learnt

    @property
    def intents(self) -> tuple[str, ...]:
        """Every intent there is."""
        return self._learnt.intents.labels

    @property
    def sentiments(self) -> tuple[str, ...]:
        """Every sentiment there is; none where the examples have none."""
        return self._learnt.sentiments.labels if self._learnt.sentiments else ()

    @property
    def areas(self) -> Mapping[str, str]:
        """The area of each intent that has one."""
        return self._learnt.areas

    def decision(self, ticket: Ticket) -> Decision:
        """What is said of a ticket."""
        likely: Mapping[str, float] = {}
        row = self._learnt.features.of([ticket.text])
        if not ticket.words:
            intent, area, reasons = None, None, [wording.NO_WORDS]
        else:
            answer = self._learnt.intents.answers(row)[0]
            likely = {
                name: round(min(p, _MOST), 4) for name, p in islice(answer.likely.items(), _TOLD)
            }
            intent, area, reasons = self._about(row, answer)
        sentiment = self._sentiment(row) if ticket.words else None
        found = self.prioritised(ticket, intent, sentiment, area)
        reasons.append(found.reason)
        if sentiment is not None and self._learnt.sentiments is not None:
            words = self._learnt.sentiments.words(row, sentiment)
            reasons.append(wording.of_sentiment(sentiment, words))
        return Decision(intent, area, found.priority, sentiment, likely, tuple(reasons))

    def _about(self, row: csr_matrix, answer: Answer) -> tuple[str | None, str | None, list[str]]:
        classifier, best = self._learnt.intents, answer.best
        likelihood = answer.likely[best]
        if likelihood >= classifier.threshold:
            words = classifier.words(row, best)
            return best, self.areas.get(best), [wording.of_intent(best, likelihood, words)]
        reasons = [wording.of_doubt(best, likelihood, classifier.threshold)]
        if area := self._area(answer):
            reasons.append(wording.of_area(*area))
        return None, area[0] if area else None, reasons

    def _area(self, answer: Answer) -> tuple[str, float] | None:
        """The area that several intents of it make likely enough together."""
        together: dict[str, float] = {}
        for intent, likelihood in answer.likely.items():
            if area := self.areas.get(intent):
                together[area] = together.get(area, 0.0) + likelihood
        whole = max(1.0, sum(answer.likely.values()))
        best = max(together, key=lambda area: together[area], default="")
        share = together.get(best, 0.0) / whole
        return (best, share) if share >= self._learnt.intents.threshold else None

    def _sentiment(self, row: csr_matrix) -> str | None:
        return self._learnt.sentiments.label(row) if self._learnt.sentiments else None

    def prioritised(
        self, ticket: Ticket, intent: str | None, sentiment: str | None, area: str | None = None
    ) -> Prioritised:
        """The priority of a ticket, once it is known what it is about."""
        area = self.areas.get(intent, area) if intent is not None else area
        about = {"intent": intent, "area": area, "sentiment": sentiment}
        known = Known({**ticket.fields, **about}, ticket.words)
        if ruled := self._rules.ruled(known):
            return Prioritised(ruled.priority, wording.of_rule(ruled), is_by_rule=True)
        if self._otherwise is not None:
            reason = wording.of_default_priority(self._otherwise)
            return Prioritised(self._otherwise, reason, is_by_rule=False)
        learnt = _needed(self._learnt.priorities)
        row = self._learnt.features.of([ticket.text])
        priority = learnt.label(row)
        reason = wording.of_learnt_priority(priority, learnt.words(row, priority))
        return Prioritised(priority, reason, is_by_rule=False)


def _needed(labeller: Labeller | None) -> Labeller:
    """What `learn` makes wherever there is no other way to a priority."""
    assert labeller is not None
    return labeller
