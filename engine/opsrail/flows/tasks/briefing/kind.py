"""Briefings: changes of our own pages, and entries of a product's changelog, for one role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from pydantic import Field, ValidationError

from opsrail.content.changes import Weight
from opsrail.flows.formats import Permission
from opsrail.flows.model import Kind, Misconfigured, ProposedBranch, World
from opsrail.flows.retrieval.ranking import Found, Library
from opsrail.flows.tasks.briefing.changelog import Entry, entries_of
from opsrail.flows.tasks.briefing.changes import OwnChange, own_changes, rows, told
from opsrail.flows.tasks.briefing.checking import wording_faults
from opsrail.flows.tasks.briefing.schemas import ANSWER, INPUT, OUTPUT
from opsrail.flows.tasks.briefing.wording import plain_words
from opsrail.llm.model import Json
from opsrail.llm.prompts import Filling, Untrusted
from opsrail.repo.formats import FileFormat

_LISTS: Final = ("must_read", "worth_knowing")


class BriefingSettings(FileFormat):
    """The settings of a briefing flow."""

    concerns: float = Field(
        default=0.4,
        ge=0,
        le=1,
        description="From which confidence on an entry of a changelog concerns a section.",
    )


@dataclass(frozen=True)
class BriefingTask:
    """Writes briefings over one revision, and what changed up to it."""

    world: World
    library: Library
    settings: BriefingSettings

    def baseline(self, given: Json) -> Json:
        """What reaches the role, heaviest first: facts old → new, entries as they were written."""
        parts = cast("Mapping[str, Any]", given)
        role = self.world.catalog.roles.get(parts["role"])
        if role is None:
            return _briefing(
                "Briefing", notes=[f"There is no role “{plain_words(parts['role'])}”."]
            )
        own, notes = self._own(parts)
        entries = self._entries(parts)
        must = [self._item(one, role.words) for one in own if _is_heavy(one)]
        know = [self._item(one, role.words) for one in own if not _is_heavy(one)]
        must += [_entry_item(one) for one in entries if one.is_heavy]
        know += [_entry_item(one) for one in entries if not one.is_heavy]
        table = [row for one in own for row in rows(one, role.words)]
        return _briefing(f"What changed for you: {role.title}", must, know, table, notes)

    def filling(self, given: Json, drafted: Json) -> Mapping[str, Filling] | None:
        """The items, numbered; None where nothing changed."""
        role = self.world.catalog.roles.get(cast("Mapping[str, Any]", given)["role"])
        items = [f"{number}. {item['what']}" for number, item in enumerate(_items(drafted), 1)]
        if role is None or not items:
            return None
        return {"role": f"{role.title}. {role.reads_as}", "items": Untrusted("\n".join(items))}

    def completed(self, given: Json, drafted: Json, answer: Json) -> Json:
        """The briefing with the model's wording of its items. Tables and links stay."""
        del given
        said = {one["number"]: one["what"] for one in cast("Mapping[str, Any]", answer)["items"]}
        numbers = iter(range(1, len(list(_items(drafted))) + 1))
        output = dict(cast("Mapping[str, Any]", drafted))
        for name in _LISTS:
            output[name] = [
                {**item, "what": " ".join(said.get(next(numbers), item["what"]).split())}
                for item in output[name]
            ]
        return output

    def faults(self, given: Json, output: Json) -> Sequence[str]:
        """See `checking`: each item with the facts it had, and nothing besides."""
        pairs = zip(_items(self.baseline(given)), _items(output), strict=True)
        said = [
            (one["what"], other["what"]) for one, other in pairs if one["what"] != other["what"]
        ]
        if not said:
            return ("The answer puts no item into other words.",)
        found = (fault for before, after in said for fault in wording_faults(before, after))
        return tuple(dict.fromkeys(found))

    def effect(self, given: Json, output: Json) -> ProposedBranch | None:
        """None: a briefing is to be read."""
        del given, output
        return None

    def _own(self, parts: Mapping[str, Any]) -> tuple[list[OwnChange], list[str]]:
        if not parts.get("since", True):
            return [], []
        if self.world.base is None:
            if "changelog" in parts and "since" not in parts:
                return [], []
            return [], ["There is no earlier revision to compare our own pages with."]
        return list(own_changes(self.world.base, self.world.catalog, parts["role"])), []

    def _entries(self, parts: Mapping[str, Any]) -> Sequence[Entry]:
        if not (changelog := parts.get("changelog", "")):
            return ()
        return entries_of(changelog, self.library.index(parts["role"]), self.settings.concerns)

    def _item(self, own: OwnChange, words: Mapping[str, str]) -> dict[str, Any]:
        section = own.change.section
        where = {"section": section.name, "title": section.title, "link": own.link}
        return {"what": told(own, words), "of": "pages", "sections": [where]}


def _is_heavy(own: OwnChange) -> bool:
    return own.change.weight is Weight.MUST_REREAD


def _entry_item(entry: Entry) -> dict[str, Any]:
    return {"what": entry.what, "of": "product", "sections": [_where(one) for one in entry.found]}


def _where(found: Found) -> dict[str, Any]:
    passage = found.passage
    anchor = passage.key.partition("#")[2]
    link = f"{passage.page}#{anchor}" if anchor else passage.page
    return {
        "section": passage.key,
        "title": passage.title,
        "link": link,
        "confidence": found.confidence,
    }


def _briefing(
    title: str,
    must: Sequence[Json] = (),
    know: Sequence[Json] = (),
    table: Sequence[Json] = (),
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    return {
        "title": title,
        "must_read": list(must),
        "worth_knowing": list(know),
        "for_you": list(table),
        "nothing_changed": not (must or know),
        "notes": list(notes),
    }


def _items(output: Json) -> Iterator[dict[str, Any]]:
    for name in _LISTS:
        yield from cast("Mapping[str, Any]", output)[name]


def open_briefing(world: World, settings: Mapping[str, Any]) -> BriefingTask:
    """Prepare the search. Raises `Misconfigured`."""
    try:
        read = BriefingSettings.model_validate(settings)
    except ValidationError as error:
        one = error.errors(include_url=False)[0]
        raise Misconfigured(one["msg"], one["loc"]) from None
    return BriefingTask(world, Library(world.catalog), read)


KIND: Final = Kind(
    name="briefing",
    about=(
        "Tells a role what changed for it: on its own pages since an earlier revision, and in a"
        " release of the product, with the sections of its pages that this may concern."
    ),
    input=INPUT,
    output=OUTPUT,
    answer=ANSWER,
    open=open_briefing,
    needs=frozenset({Permission.READ_PAGES, Permission.READ_CHANGES}),
    fills=frozenset({"role", "items"}),
    settings=BriefingSettings,
    reads=lambda _settings: ("playbooks/*", "policies/roles.yaml", "content/*.md"),
    without_model=(
        "Compares the sections of the role's pages, fact by fact, and looks up which sections each"
        " entry of a changelog is about. Entries are told in their own words."
    ),
    with_model="Says each item in a plain sentence for the role. Every figure stays as it was.",
)
