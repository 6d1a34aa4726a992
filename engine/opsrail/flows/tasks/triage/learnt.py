"""What a triage flow learns from its examples when it is opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from opsrail.flows.learning.classifier import Aim, Classifier, Labeller
from opsrail.flows.learning.examples import Example, read_examples
from opsrail.flows.learning.features import TextFeatures
from opsrail.flows.model import Misconfigured
from opsrail.flows.tasks.triage.settings import TriageSettings
from opsrail.tailor.catalog import Catalog

LABELS: Final = ("intent", "area", "priority", "sentiment")


@dataclass(frozen=True, slots=True)
class Learnt:
    """Classifiers, and what the examples say besides. `areas` maps each intent to its area, where
    it has one; `priorities` and `sentiments` are None where the examples don't have them.
    """

    features: TextFeatures
    intents: Classifier
    areas: Mapping[str, str]
    priorities: Labeller | None
    sentiments: Labeller | None


def learn(catalog: Catalog, settings: TriageSettings) -> Learnt:
    """Learn from the file that the settings name. Raises `Misconfigured`."""
    read = read_examples(catalog, settings.examples, settings.columns, LABELS)
    _refuse(settings, read)
    examples = (*read, *_meanings(settings))
    intents = [one.labels["intent"] for one in examples if "intent" in one.labels]
    features = TextFeatures([one.text for one in examples])
    rows = [at for at, one in enumerate(examples) if "intent" in one.labels]
    return Learnt(
        features,
        Classifier(
            features,
            features.known[rows],
            intents,
            aim=Aim(settings.sure, settings.unknown, settings.threshold),
        ),
        _areas(settings, examples),
        _labeller(features, examples, "priority") if settings.otherwise is None else None,
        _labeller(features, examples, "sentiment"),
    )


def _meanings(settings: TriageSettings) -> Iterator[Example]:
    """What an intent means, in a line, is as good as a ticket that says so."""
    for name, intent in settings.intents.items():
        if intent.about:
            yield Example(intent.about, {"intent": name})


def _labeller(features: TextFeatures, examples: Sequence[Example], name: str) -> Labeller | None:
    rows = [at for at, one in enumerate(examples) if name in one.labels]
    if not rows:
        return None
    return Labeller(features, features.known[rows], [examples[at].labels[name] for at in rows])


def _refuse(settings: TriageSettings, examples: Sequence[Example]) -> None:
    intents = {one.labels["intent"] for one in examples if "intent" in one.labels}
    if len(intents) < 2:
        raise Misconfigured(
            f"{settings.examples} has {len(intents)} intents, and it takes two to tell apart",
            ("columns",) if settings.columns else ("examples",),
            "`columns: {intent: category}` says which column holds the intent",
        )
    for name in settings.intents:
        if name not in intents:
            raise Misconfigured(
                f"no example has the intent {name}",
                ("intents", name),
                f"add examples of it to {settings.examples}, or leave it out here",
            )
    priorities = {one.labels["priority"] for one in examples if "priority" in one.labels}
    if unknown := sorted(priorities - set(settings.order)):
        raise Misconfigured(
            f"{settings.examples} has the priority {unknown[0]}, which `order` does not have",
            ("order",),
            f"`order` is {', '.join(settings.order)}",
        )
    if settings.otherwise is None and not priorities:
        raise Misconfigured(
            "no example has a priority, so there is none where no rule fits",
            ("otherwise",),
            f"add `otherwise: {settings.order[-1]}`",
        )


def _areas(settings: TriageSettings, examples: Sequence[Example]) -> Mapping[str, str]:
    """The area that most examples of an intent have; the settings have the last word."""
    counted: dict[str, Counter[str]] = {}
    for one in examples:
        if "intent" in one.labels and "area" in one.labels:
            counted.setdefault(one.labels["intent"], Counter())[one.labels["area"]] += 1
    usual = {
        intent: min(areas, key=lambda area: (-areas[area], area))
        for intent, areas in counted.items()
    }
    told = {name: intent.area for name, intent in settings.intents.items() if intent.area}
    return {**usual, **told}
