"""Replies: an answer taken from what the customer may read, steps from what the agent may read.

Whoever works on the ticket has a role, and so has whoever reads the reply. The reply takes from
the pages of its reader alone (`reader`, the role `customer` unless set otherwise); what the agent
has to do comes beside it, from the pages of the agent's own role, and is never shown to the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast

from pydantic import Field, ValidationError

from opsrail.flows.formats import Permission
from opsrail.flows.model import Kind, Misconfigured, ProposedBranch, World
from opsrail.flows.retrieval.extracts import as_markdown, extracts, parts_of
from opsrail.flows.retrieval.passages import Passage
from opsrail.flows.retrieval.ranking import ANSWERS, Found, Library
from opsrail.flows.tasks.reply.checking import above_faults, reply_faults
from opsrail.flows.tasks.reply.letter import Letter, body_of, written
from opsrail.flows.tasks.reply.schemas import ANSWER, INPUT, OUTPUT
from opsrail.llm.model import Json
from opsrail.llm.prompts import Filling, Untrusted
from opsrail.tailor.above import Runs, runs_above
from opsrail.tailor.catalog import Catalog

_CLOSE: Final = 0.9
"""A second section is quoted, too, where its confidence is at least so much of the first one's."""
_HINTS: Final = 0.6
"""A model is shown sections from so much of the threshold on: it may see an answer in them."""
_SHOWN: Final = 3
_LOOKED_AT: Final = 12


class ReplySettings(Letter):
    """The settings of a reply flow."""

    reader: str = Field(default="customer", description="The role that reads the reply.")
    threshold: float = Field(
        default=ANSWERS,
        ge=0,
        le=1,
        description="From which confidence on a section is taken to answer.",
    )
    sections: int = Field(default=2, ge=1, le=4, description="The most that a reply quotes.")


@dataclass(frozen=True)
class ReplyTask:
    """Drafts replies from the pages of one catalog."""

    catalog: Catalog
    library: Library
    settings: ReplySettings

    def baseline(self, given: Json) -> Json:
        """The fitting parts of the section that answers, or a reply that promises nothing."""
        asked = _Asked.of(given)
        best = self._answering(self._found(asked, self.settings.reader))
        if not best:
            return self._holding(asked)
        index = self.library.index(self.settings.reader)
        parts = [as_markdown(extracts(index, one.passage, asked.text)) for one in best]
        if len(best) > 1:
            parts = [
                f"**{one.passage.title}**\n\n{text}" for one, text in zip(best, parts, strict=True)
            ]
        body = "\n\n".join((self.settings.opening, *parts))
        return self._output(asked, body, best)

    def filling(self, given: Json, drafted: Json) -> Mapping[str, Filling] | None:
        """The ticket and the sections that may answer it; None where there are none."""
        del drafted
        asked = _Asked.of(given)
        if not (shown := self._shown(asked)):
            return None
        told = (f"[{one.passage.key}] {one.passage.title}\n{one.passage.text}" for one in shown)
        return {"ticket": Untrusted(asked.text), "sections": "\n\n".join(told)}

    def completed(self, given: Json, drafted: Json, answer: Json) -> Json:
        """The model's words in our letter, with what it cites quoted from the pages. What the
        agent has to do stays as it was: no model had a part in it.
        """
        asked = _Asked.of(given)
        said = cast("Mapping[str, Any]", answer)
        beside = {"for_agent": cast("Mapping[str, Any]", drafted)["for_agent"]}
        if not said["is_answered"] or not said["citations"]:
            return {**self._holding(asked), **beside}
        by_key = {one.passage.key: one for one in self._shown(asked)}
        cited = [key.strip("[] ") for key in dict.fromkeys(said["citations"])]
        unknown = [{"page": "", "section": key, "title": ""} for key in cited if key not in by_key]
        output = self._output(asked, said["reply"], [by_key[k] for k in cited if k in by_key])
        return {**output, **beside, "citations": [*output["citations"], *unknown]}

    def faults(self, given: Json, output: Json) -> Sequence[str]:
        """See `checking`: nothing that the cited sections do not say."""
        asked, told = _Asked.of(given), cast("Mapping[str, Any]", output)
        if not told["is_answered"]:
            return ()
        by_key = {one.passage.key: one.passage for one in self._shown(asked)}
        keys = [citation["section"] for citation in told["citations"]]
        cited = [by_key[key] for key in keys if key in by_key]
        wrong = [f"“{key}” is none of the given sections." for key in keys if key not in by_key]
        body = body_of(self.settings, asked.name, told["reply"])
        if not body:
            return (*wrong, "The reply says nothing.")
        words = self.catalog.roles[self.settings.reader].words
        found = (*wrong, *reply_faults(body, cited), *above_faults(body, self._above, words))
        return tuple(dict.fromkeys(found))

    def effect(self, given: Json, output: Json) -> ProposedBranch | None:
        """None: a reply is a draft that a person sends."""
        del given, output
        return None

    @cached_property
    def _above(self) -> Runs:
        """What stands only in sections that the reader may not see."""
        clearance = self.catalog.roles[self.settings.reader].clearance
        return runs_above(self.catalog, self.catalog.source_paths, clearance)

    def _found(self, asked: _Asked, role: str, most: int = _SHOWN) -> tuple[Found, ...]:
        return self.library.index(role).search(asked.text, most)

    def _answering(self, found: Sequence[Found]) -> list[Found]:
        least = self.settings.threshold
        close = [one for one in found if one.confidence >= max(least, found[0].confidence * _CLOSE)]
        return close[: self.settings.sections]

    def _shown(self, asked: _Asked) -> list[Found]:
        least = self.settings.threshold * _HINTS
        return [one for one in self._found(asked, self.settings.reader) if one.confidence >= least]

    def _holding(self, asked: _Asked) -> dict[str, Any]:
        nearest = self._found(asked, self.settings.reader, 1)
        missing = "No section of the reader's pages answers this."
        if nearest:
            one = nearest[0]
            missing += (
                f" The nearest is “{one.passage.title}” ({one.passage.key}), not close enough."
            )
        return {
            "reply": written(self.settings, asked.name, self.settings.holding),
            "is_answered": False,
            "confidence": nearest[0].confidence if nearest else 0.0,
            "citations": [],
            "for_agent": self._for_agent(asked),
            "missing": [missing],
        }

    def _output(self, asked: _Asked, body: str, cited: Sequence[Found]) -> dict[str, Any]:
        index = self.library.index(self.settings.reader)
        quotes = [
            [part.quote for part in extracts(index, one.passage, asked.text)] for one in cited
        ]
        return {
            "reply": written(self.settings, asked.name, body),
            "is_answered": True,
            "confidence": max((one.confidence for one in cited), default=0.0),
            "citations": [
                {**_named(one.passage), "quote": "\n\n".join(quote)}
                for one, quote in zip(cited, quotes, strict=True)
            ],
            "for_agent": self._for_agent(asked, cited),
            "missing": [],
        }

    def _for_agent(self, asked: _Asked, cited: Sequence[Found] = ()) -> list[Json]:
        """What the agent's own page says of it: first the steps of the playbook that answers."""
        if asked.role == self.settings.reader:
            return []
        index = self.library.index(asked.role)
        found = index.search(asked.text, _LOOKED_AT)
        best = self._answering(found)
        books = {one.passage.playbook for one in cited}
        steps = (one for one in found if one.passage.playbook in books and _has_steps(one))
        chosen = dict.fromkeys([*list(steps)[:1], *best])
        return [
            {**_named(one.passage), "text": as_markdown(extracts(index, one.passage, asked.text))}
            for one in list(chosen)[: self.settings.sections]
        ]


def _has_steps(found: Found) -> bool:
    return any(part.is_steps for part in parts_of(found.passage))


@dataclass(frozen=True, slots=True)
class _Asked:
    """An input, taken apart."""

    text: str
    role: str
    name: str

    @classmethod
    def of(cls, given: Json) -> _Asked:
        """Read an input that the schema has let through."""
        parts = cast("Mapping[str, Any]", given)
        ticket = parts["ticket"]
        text = f"{ticket['subject']}\n\n{ticket['body']}"
        return cls(text, parts["role"], parts.get("customer_name", ""))


def _named(passage: Passage) -> dict[str, Json]:
    return {"page": passage.page, "section": passage.key, "title": passage.title}


def open_reply(world: World, settings: Mapping[str, Any]) -> ReplyTask:
    """Prepare the search. Raises `Misconfigured`."""
    try:
        read = ReplySettings.model_validate(settings)
    except ValidationError as error:
        one = error.errors(include_url=False)[0]
        raise Misconfigured(one["msg"], one["loc"]) from None
    if read.reader not in world.catalog.roles:
        hint = f"the roles are {', '.join(world.catalog.roles)}"
        raise Misconfigured(f"there is no role `{read.reader}`", ("reader",), hint)
    return ReplyTask(world.catalog, Library(world.catalog), read)


KIND: Final = Kind(
    name="reply",
    about=(
        "Drafts a reply to a ticket from what the customer may read, with the sections it comes"
        " from, and gives the agent the fitting steps of their own page beside it."
    ),
    input=INPUT,
    output=OUTPUT,
    answer=ANSWER,
    open=open_reply,
    needs=frozenset({Permission.READ_PAGES}),
    fills=frozenset({"ticket", "sections"}),
    settings=ReplySettings,
    reads=lambda _settings: ("playbooks/*", "policies/roles.yaml", "content/*.md"),
    without_model=(
        "Quotes the fitting parts of the section that answers best, with their conditions. Where"
        " none answers it says so, and writes a reply that promises nothing."
    ),
    with_model="Puts the sections into an answer of its own words, with their facts and addresses.",
)
