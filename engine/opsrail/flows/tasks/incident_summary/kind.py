"""Incident summaries: from the records of the repository, times and spans computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from opsrail.flows.formats import Permission
from opsrail.flows.model import Kind, Misconfigured, ProposedBranch, World
from opsrail.flows.tasks.incident_summary.baseline import missing, summary_of
from opsrail.flows.tasks.incident_summary.checking import summary_faults
from opsrail.flows.tasks.incident_summary.records import Records
from opsrail.flows.tasks.incident_summary.schemas import ANSWER, INPUT, OUTPUT
from opsrail.llm.model import Json
from opsrail.llm.prompts import Filling
from opsrail.repo.formats import FileFormat


class SummarySettings(FileFormat):
    """An incident summary has no settings."""


@dataclass(frozen=True)
class SummaryTask:
    """Summarises the incidents of one catalog."""

    records: Records

    def baseline(self, given: Json) -> Json:
        """The summary in the words of the records."""
        name = cast("Mapping[str, Any]", given)["incident"]
        incident = self.records.incident(name)
        return summary_of(incident) if incident else missing(name, self.records.names)

    def filling(self, given: Json, drafted: Json) -> Mapping[str, Filling] | None:
        """The records; None where there are none."""
        del given
        told = cast("Mapping[str, Any]", drafted)
        return {"records": "\n".join(_records(told))} if told["is_found"] else None

    def completed(self, given: Json, drafted: Json, answer: Json) -> Json:
        """The same output with the model's summary: all figures elsewhere stay ours."""
        del given
        summary = " ".join(cast("Mapping[str, Any]", answer)["summary"].split())
        return {**cast("Mapping[str, Any]", drafted), "summary": summary}

    def faults(self, given: Json, output: Json) -> Sequence[str]:
        """See `checking`: nothing but what is on record."""
        drafted = cast("Mapping[str, Any]", self.baseline(given))
        summary = cast("Mapping[str, Any]", output)["summary"]
        if summary == drafted["summary"]:
            return ()
        return tuple(dict.fromkeys(summary_faults(summary, tuple(_records(drafted)))))

    def effect(self, given: Json, output: Json) -> ProposedBranch | None:
        """None: a summary is to be read."""
        del given, output
        return None


def _records(told: Mapping[str, Any]) -> list[str]:
    """What is on record, one statement a line."""
    lines = [told["summary"]]
    lines += [f"{one['at']}: {one['what']}".lstrip(": ") for one in told["timeline"]]
    lines += [told["impact"]] if told["impact"] else []
    lines += [
        f"The rule {one['rule']} ({one['title']}) has to see it." for one in told["what_fired"]
    ]
    return lines


def open_summary(world: World, settings: Mapping[str, Any]) -> SummaryTask:
    """Look at the records. Raises `Misconfigured`."""
    if settings:
        name = next(iter(settings))
        raise Misconfigured(f"an incident summary has no setting `{name}`", (name,), "remove it")
    return SummaryTask(Records(world.catalog))


KIND: Final = Kind(
    name="incident-summary",
    about=(
        "Sums an incident up from its file, its review and its rules: when, how long, how soon it"
        " was noticed, what has to see it, and what nobody has written down yet."
    ),
    input=INPUT,
    output=OUTPUT,
    answer=ANSWER,
    open=open_summary,
    needs=frozenset({Permission.READ_INCIDENTS}),
    fills=frozenset({"records"}),
    settings=SummarySettings,
    reads=lambda _settings: ("content/incidents/*", "rules/*"),
    without_model=(
        "Computes spans, spells times, and quotes what was written down. What was not is listed as"
        " an open point."
    ),
    with_model="Tells the summary in plain words. Figures, times and names are those on record.",
)
