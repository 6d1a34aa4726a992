"""Questions for facts: honest first drafts, which a person puts in the readers' words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from opsrail.content.facts import Fact, FactKind
from opsrail.evals.texts.plain import plain

_NAMED: Final[Mapping[FactKind, str]] = {
    FactKind.MONEY: "which amount",
    FactKind.DURATION: "how long",
    FactKind.PERCENT: "how many percent",
    FactKind.NUMBER: "how many",
    FactKind.DATE: "when",
    FactKind.URL: "which web address",
    FactKind.EMAIL: "which e-mail address",
    FactKind.CODE: "which name, label or code",
    FactKind.HANDLE: "which channel",
    FactKind.DEONTIC: "must, may or never",
}
_LIMITED: Final[Mapping[tuple[FactKind, str], str]] = {
    (FactKind.DURATION, "<="): "within which time",
    (FactKind.DURATION, ">="): "for how long at least",
    (FactKind.DURATION, ">"): "after how long",
    (FactKind.MONEY, "<="): "up to which amount",
    (FactKind.MONEY, ">"): "above which amount",
    (FactKind.NUMBER, "<="): "at most how many",
    (FactKind.NUMBER, ">="): "from how many on",
    (FactKind.NUMBER, ">"): "over how many",
}


def question(title: str, fact: Fact) -> str:
    """The question that the fact answers: `Eligibility: within which time (charge date)?`."""
    asked = _LIMITED.get((fact.kind, fact.comparator), _NAMED[fact.kind])
    about = ", ".join(part for part in (plain(fact.label), fact.noun) if part)
    behind = f" ({about})" if about else ""
    return f"{plain(title)}: {asked}{behind}?" if title else f"{asked.capitalize()}{behind}?"
