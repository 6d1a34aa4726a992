"""Duplicates at work: by words and marks in common, and with a model that confirms or splits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from opsrail.flows.learning.examples import read_examples
from opsrail.flows.model import Kind, Misconfigured, ProposedBranch, Task, World
from opsrail.flows.tasks.duplicates.linking import Link, Links, links_of
from opsrail.flows.tasks.duplicates.schemas import ANSWER, INPUT, OUTPUT
from opsrail.flows.tasks.duplicates.settings import DuplicatesSettings
from opsrail.flows.tasks.duplicates.ticket import Ticket, tickets_of
from opsrail.llm.model import Json
from opsrail.llm.prompts import Filling, Untrusted

_SHOWN: Final = 600
"""Characters of a ticket that a model sees."""
_SHOWN_OF_GROUP: Final = 6
"""Tickets of a group that a model sees; larger groups stay as they are."""


class Duplicates:
    """One duplicates flow, ready to run. Never changes, so that many threads may use it."""

    def __init__(self, settings: DuplicatesSettings, usual: Sequence[str]) -> None:
        self._settings = settings
        self._usual = usual

    def baseline(self, given: Json) -> Json:
        """What words, marks, customers and times say."""
        links = self._links(given)
        return {
            "groups": [_told(link) for link in links.groups],
            "pairs": [_told(link) for link in links.pairs],
            "linked": [_linked(link.ids) for link in links.groups],
        }

    def _links(self, given: Json) -> Links:
        hours = _part(given, "within_hours") or self._settings.within_hours
        return links_of(tickets_of(given), self._usual, self._settings.threshold, hours)

    def filling(self, given: Json, drafted: Json) -> Mapping[str, Filling] | None:
        """The proposed groups with their tickets; None where there are none to look at."""
        asked = self._asked(drafted)
        if not asked:
            return None
        by_id = {one.id: one for one in tickets_of(given)}
        shown = (
            "\n\n".join([f"GROUP {number}", *(_shown(by_id[name]) for name in group["ids"])])
            for number, group in enumerate(asked, 1)
        )
        return {"groups": Untrusted("\n\n".join(shown)), "count": str(len(asked))}

    def _asked(self, drafted: Json) -> list[Mapping[str, Any]]:
        small = [one for one in _part(drafted, "groups") if len(one["ids"]) <= _SHOWN_OF_GROUP]
        return small[: self._settings.most_asked]

    def completed(self, _given: Json, drafted: Json, answer: Json) -> Json:
        """The groups that the model left, and those it was not shown as they were."""
        asked = self._asked(drafted)
        rest = [one for one in _part(drafted, "groups") if one not in asked]
        order = {name: at for one in asked for at, name in enumerate(one["ids"])}
        score = {name: one["score"] for one in asked for name in one["ids"]}
        kept = [
            {
                "ids": sorted(one["ids"], key=lambda name: (order.get(name, len(order)), name)),
                "same": one["why"],
                "score": min(score.get(name, 0.0) for name in one["ids"]),
            }
            for one in _part(answer, "groups")
        ]
        groups = sorted([*kept, *rest], key=lambda one: (-one["score"], one["ids"]))
        group_of = {name: at for at, one in enumerate(groups) for name in one["ids"]}
        is_asked = {name for one in asked for name in one["ids"]}
        pairs = [
            pair
            for pair in _part(drafted, "pairs")
            if is_asked.isdisjoint(pair["ids"])
            or len({group_of.get(name, name) for name in pair["ids"]}) == 1
        ]
        return {
            "groups": groups,
            "pairs": pairs,
            "linked": [_linked(one["ids"]) for one in groups],
        }

    def faults(self, given: Json, output: Json) -> Sequence[str]:
        """Tickets that do not exist, stand twice, or were not proposed together."""
        known = {one.id for one in tickets_of(given)}
        proposed = [set(link.ids) for link in self._links(given).groups]
        faults: list[str] = []
        seen: set[str] = set()
        for group in _part(output, "groups"):
            ids = group["ids"]
            if unknown := sorted(set(ids) - known):
                faults.append(f"there is no ticket {', '.join(unknown)}")
            elif len(set(ids)) < len(ids) or seen & set(ids):
                faults.append(f"a ticket of {_linked(ids)} stands in two places")
            elif not any(set(ids) <= one for one in proposed):
                faults.append(
                    f"{_linked(ids)} were not proposed as one group, and may only be split"
                )
            seen |= set(ids)
        return faults

    def effect(self, _given: Json, _output: Json) -> ProposedBranch | None:
        """None: it changes nothing."""
        return None


def _part(value: Json, name: str) -> Any:  # noqa: ANN401 - a part of JSON that a schema has checked
    return value.get(name) if isinstance(value, Mapping) else None


def _told(link: Link) -> Mapping[str, Json]:
    return {"ids": list(link.ids), "same": link.same, "score": round(link.score, 4)}


def _linked(ids: Sequence[str]) -> str:
    return " = ".join(ids)


def _shown(ticket: Ticket) -> str:
    when = f" ({ticket.at.isoformat()})" if ticket.at else ""
    return f"ticket {ticket.id}{when}\n{ticket.text[:_SHOWN]}"


def open_duplicates(world: World, settings: Mapping[str, Any]) -> Task:
    """Read the earlier tickets, if any. Raises `Misconfigured`."""
    try:
        read = DuplicatesSettings.model_validate(dict(settings))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise Misconfigured(first["msg"].removeprefix("Value error, "), first["loc"]) from None
    usual: Sequence[str] = ()
    if read.examples:
        found = read_examples(world.catalog, read.examples, read.columns, ())
        usual = [one.text for one in found]
    return Duplicates(read, usual)


def _reads(settings: Mapping[str, Any]) -> Sequence[str]:
    return tuple(str(path) for path in [settings.get("examples")] if path)


KIND: Final = Kind(
    name="duplicates",
    about="Finds the tickets of a batch that are about the same matter, says what they have in"
    " common, and which came first.",
    input=INPUT,
    output=OUTPUT,
    answer=ANSWER,
    open=open_duplicates,
    fills=frozenset({"groups", "count"}),
    settings=DuplicatesSettings,
    reads=_reads,
    without_model="It compares the words of every two tickets, rare ones above all. The same error"
    " code or invoice number brings two closer, different ones keep them apart. In a group every"
    " ticket is like every other, so that groups never grow together over a chain.",
    with_model="A model reads the groups that were found, and confirms, splits or drops each. It"
    " can't put tickets together that were not.",
)
