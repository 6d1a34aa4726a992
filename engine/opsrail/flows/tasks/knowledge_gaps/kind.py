"""Knowledge gaps: tickets that no section answers, grouped by what they ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from pydantic import Field, ValidationError

from opsrail.content.formats import UpstreamFile
from opsrail.flows.formats import Permission
from opsrail.flows.model import Kind, Misconfigured, ProposedBranch, World
from opsrail.flows.retrieval.ranking import ANSWERS, Found, Library
from opsrail.flows.retrieval.words import terms
from opsrail.flows.tasks.knowledge_gaps.checking import wording_faults
from opsrail.flows.tasks.knowledge_gaps.clustering import clusters, weights_of
from opsrail.flows.tasks.knowledge_gaps.proposing import (
    anchor_of,
    branch,
    fits,
    section_text,
    title_of,
    with_section,
)
from opsrail.flows.tasks.knowledge_gaps.schemas import ANSWER, INPUT, OUTPUT
from opsrail.flows.tasks.knowledge_gaps.telling import Asked, shared_words
from opsrail.llm.model import Json
from opsrail.llm.prompts import Filling, Untrusted
from opsrail.repo.formats import FileFormat
from opsrail.repo.schemas import violations

LEAST: Final = 3
_SHOWN: Final = 5
_LENGTH: Final = 600
"""Characters of a ticket that a model is shown."""
_UPSTREAM: Final = "content/upstream.yaml"


class GapSettings(FileFormat):
    """The settings of a knowledge-gap flow."""

    threshold: float = Field(
        default=ANSWERS, ge=0, le=1, description="Below this confidence nothing answers a ticket."
    )
    alike: float = Field(
        default=0.15, gt=0, le=1, description="How alike the tickets of one gap are on average."
    )


@dataclass(frozen=True)
class GapsTask:
    """Finds gaps in the pages of one catalog, and proposes a section for each."""

    world: World
    library: Library
    settings: GapSettings
    kept_elsewhere: frozenset[str]
    """Documents that another repository owns: what is proposed there would be lost."""

    def baseline(self, given: Json) -> Json:
        """The gaps, largest first, each with a section of open points for the nearest document."""
        parts = cast("Mapping[str, Any]", given)
        tickets = [Asked.of(ticket) for ticket in parts["tickets"]]
        index, least = self.library.index(parts["role"]), parts.get("least", LEAST)
        best = [next(iter(index.search(ticket.text, 1)), None) for ticket in tickets]
        limit = self.settings.threshold
        open_ = [t for t, f in zip(tickets, best, strict=True) if not f or f.confidence < limit]
        weights = weights_of([terms(ticket.text) for ticket in open_])
        groups = clusters(weights, self.settings.alike)
        chosen = [[open_[at] for at in group] for group in groups if len(group) >= least]
        gaps: list[dict[str, Any]] = []
        for group in chosen:
            gaps.append(self._gap(group, parts["role"], gaps))
        return {"gaps": gaps, "answered": len(tickets) - len(open_), "unanswered": len(open_)}

    def filling(self, given: Json, drafted: Json) -> Mapping[str, Filling] | None:
        """The groups with a few of their tickets each; None where there is no gap."""
        gaps, by_id = _gaps(drafted), _by_id(given)
        if not gaps:
            return None
        told: list[str] = []
        for number, gap in enumerate(gaps, 1):
            texts = [by_id[name].text[:_LENGTH] for name in gap["tickets"][:_SHOWN]]
            told.append("\n\n".join((f"Group {number}", *texts)))
        return {"groups": Untrusted("\n\n".join(told))}

    def completed(self, given: Json, drafted: Json, answer: Json) -> Json:
        """The gaps with the model's titles and questions."""
        del given
        said = {gap["number"]: gap for gap in cast("Mapping[str, Any]", answer)["gaps"]}
        gaps: list[dict[str, Any]] = []
        for number, gap in enumerate(_gaps(drafted), 1):
            words = said.get(number)
            if words is None:
                gaps.append(gap)
                continue
            told = {**gap, "title": words["title"].strip(), "questions": list(words["questions"])}
            gaps.append({**told, "proposal": self._again(told)})
        return {**cast("Mapping[str, Any]", drafted), "gaps": gaps}

    def faults(self, given: Json, output: Json) -> Sequence[str]:
        """See `checking`: questions that state nothing, name nobody and repeat no ticket."""
        by_id = _by_id(given)
        wrong: list[str] = []
        if not any(gap["questions"] for gap in _gaps(output)):
            wrong.append("The answer has no question for any group.")
        for gap in _gaps(output):
            proposal = gap["proposal"]
            source = self.world.catalog.text(proposal["path"]) if proposal else None
            tickets = [by_id[name].text for name in gap["tickets"]]
            if not gap["questions"] and gap["title"] == title_of(gap["terms"]):
                continue
            grounds = [source or "", " ".join(gap["terms"]), title_of(gap["terms"])]
            wrong += wording_faults(gap["title"], gap["questions"], tickets, grounds)
        return tuple(dict.fromkeys(wrong))

    def effect(self, given: Json, output: Json) -> ProposedBranch | None:
        """A branch with the proposed sections."""
        del given
        return branch(self.world.catalog, _gaps(output))

    def _gap(
        self, group: Sequence[Asked], role: str, before: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        index = self.library.index(role)
        words = shared_words(group, max(2, (len(group) + 1) // 2), index.telling)
        found = index.search("\n".join(one.text for one in group), 12)
        gap: dict[str, Any] = {
            "title": title_of(words),
            "tickets": [one.id for one in group],
            "count": len(group),
            "terms": list(words),
            "questions": [],
            "nearest": {"section": found[0].passage.key, "score": found[0].confidence}
            if found
            else None,
        }
        return {**gap, "proposal": self._proposal(gap, found, before)}

    def _proposal(
        self, gap: Mapping[str, Any], found: Sequence[Found], before: Sequence[Mapping[str, Any]]
    ) -> dict[str, str] | None:
        """A section for the document of the nearest section that may be edited here."""
        paths = dict.fromkeys(one.passage.key.partition("#")[0] for one in found)
        for path in paths:
            document = self.world.catalog.document(path)
            if document is None or path in self.kept_elsewhere:
                continue
            taken = {*document.by_anchor, *(p["anchor"] for g in before if (p := g["proposal"]))}
            anchor = anchor_of(gap["terms"], taken)
            text = section_text(gap, anchor, document, self.world.today, ())
            if self._fits(path, text, anchor):
                return {"path": path, "anchor": anchor, "text": text}
        return None

    def _again(self, gap: Mapping[str, Any]) -> dict[str, str] | None:
        """The same proposal in other words; None where those break the document."""
        old = gap["proposal"]
        document = self.world.catalog.document(old["path"]) if old else None
        if document is None:
            return None
        text = section_text(gap, old["anchor"], document, self.world.today, gap["questions"])
        return {**old, "text": text} if self._fits(old["path"], text, old["anchor"]) else None

    def _fits(self, path: str, section: str, anchor: str) -> bool:
        text = self.world.catalog.text(path)
        return text is not None and fits(path, text, with_section(text, section), anchor)


def _gaps(output: Json) -> list[dict[str, Any]]:
    return list(cast("Mapping[str, Any]", output)["gaps"])


def _by_id(given: Json) -> dict[str, Asked]:
    tickets = (Asked.of(ticket) for ticket in cast("Mapping[str, Any]", given)["tickets"])
    return {ticket.id: ticket for ticket in tickets}


def _kept_elsewhere(world: World) -> frozenset[str]:
    yaml = world.catalog.yaml(_UPSTREAM)
    if yaml is None or yaml.value is None or violations("upstream", yaml):
        return frozenset()
    file = UpstreamFile.model_validate(yaml.value)
    return frozenset(document.to for one in file.upstream for document in one.documents)


def open_gaps(world: World, settings: Mapping[str, Any]) -> GapsTask:
    """Prepare the search. Raises `Misconfigured`."""
    try:
        read = GapSettings.model_validate(settings)
    except ValidationError as error:
        one = error.errors(include_url=False)[0]
        raise Misconfigured(one["msg"], one["loc"]) from None
    return GapsTask(world, Library(world.catalog), read, _kept_elsewhere(world))


KIND: Final = Kind(
    name="knowledge-gaps",
    about=(
        "Finds what customers ask and no section answers, and proposes a section for each on a"
        " branch: what is asked, and what its owner has to find out. It makes up no answers."
    ),
    input=INPUT,
    output=OUTPUT,
    answer=ANSWER,
    open=open_gaps,
    needs=frozenset({Permission.READ_PAGES, Permission.PROPOSE_BRANCH}),
    fills=frozenset({"groups"}),
    settings=GapSettings,
    reads=lambda _settings: (
        "playbooks/*",
        "policies/roles.yaml",
        "content/*.md",
        "content/upstream.yaml",
    ),
    without_model=(
        "Searches the pages for each ticket, groups those without an answer by their words, and"
        " names each group by words that several customers share."
    ),
    with_model="Gives each group a title, and puts into words what the customers want to know.",
)
