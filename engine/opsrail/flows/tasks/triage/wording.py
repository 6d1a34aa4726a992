"""The reasons of a triage, as people read them."""

from __future__ import annotations

from collections.abc import Sequence

from opsrail.flows.tasks.triage.priorities import Ruled


def percent(likelihood: float) -> str:
    """`93 %`; never 100 %, which nothing learnt ever is."""
    return f"{min(likelihood, 0.99):.0%}".replace("%", " %")


def of_words(words: Sequence[str]) -> str:
    """`, by “refund” and “twice”`; empty without words."""
    quoted = [f"“{word}”" for word in words]
    if not quoted:
        return ""
    last = f" and {quoted[-1]}" if len(quoted) > 1 else quoted[-1]
    return f", by {', '.join(quoted[:-1])}{last}"


def of_intent(intent: str, likelihood: float, words: Sequence[str]) -> str:
    """Why it is about this."""
    return f"It is about {intent}, {percent(likelihood)} likely{of_words(words)}."


def of_doubt(likeliest: str, likelihood: float, needed: float) -> str:
    """Why nothing is said about what it is about."""
    if needed > 1:
        return "The examples are too few or too alike to be sure of any: a person has to sort it."
    return (
        f"It is not clear what it is about: {likeliest} is {percent(likelihood)} likely, and it"
        f" takes {percent(needed)} to be sure. A person has to sort it."
    )


def of_area(area: str, likelihood: float) -> str:
    """Why an area is given without an intent."""
    return f"It belongs to {area} all the same, {percent(likelihood)} likely."


def of_rule(ruled: Ruled) -> str:
    """Which rule gave the priority."""
    found = f" (it says “{ruled.phrase}”)" if ruled.phrase else ""
    return f"{ruled.priority} by the rule: {ruled.because.rstrip('.')}{found}."


def of_learnt_priority(priority: str, words: Sequence[str]) -> str:
    """Why this priority, where no rule fits."""
    return f"{priority}, as tickets like it have{of_words(words)}; no rule fits it."


def of_default_priority(priority: str) -> str:
    """As above, with nothing learnt."""
    return f"{priority}, since no rule fits it."


def of_sentiment(sentiment: str, words: Sequence[str]) -> str:
    """How it sounds, and which words say so."""
    return f"It sounds {sentiment}{of_words(words)}."


def of_model(intent: str | None) -> str:
    """What a model chose. Its own words are not repeated: a ticket may have put them there."""
    return f"A model took it for {intent or 'none of the known intents'}."


NO_WORDS = "There are no words in it."
