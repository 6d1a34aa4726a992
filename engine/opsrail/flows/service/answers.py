"""What a caller is told of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from opsrail.flows.model import Outcome
from opsrail.flows.service.jobs import Finished
from opsrail.flows.service.problems import Problem
from opsrail.flows.telling import run_json
from opsrail.llm.model import Json


@dataclass(frozen=True, slots=True)
class Answer:
    """A result: 200, or 202 where its effect waits for a person."""

    status: int
    told: Mapping[str, Json]


def answer_to(finished: Finished, revision: str) -> Answer | Problem:
    """The answer that a run makes. It has no time in it: a replay gives the same bytes again."""
    run = finished.run
    if run.outcome is Outcome.REFUSED_INPUT:
        detail = "the body is JSON, and not what this flow takes; /openapi.json says what it does"
        return Problem("input-refused", detail, faults=finished.faults, reasons=run.reasons)
    if run.outcome is Outcome.FAILED:
        detail = "the run is on record, with these reasons"
        return Problem("flow-failed", detail, reasons=run.reasons)
    told = {**run_json(run), "revision": revision}
    if run.outcome is Outcome.WAITING:
        told["waiting"] = [
            {"id": one.id, "flow": one.flow, "team": one.team} for one in finished.waiting
        ]
        return Answer(HTTPStatus.ACCEPTED, told)
    return Answer(HTTPStatus.OK, told)
