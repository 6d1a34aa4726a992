"""What the audit log says of a run, of a decision, and who was there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from opsrail import __version__
from opsrail.flows.model import Run
from opsrail.llm.model import Json, Mode


@dataclass(frozen=True, slots=True)
class Caller:
    """Who had a flow run. `through` is `cli` or `service`; `name` is empty where nobody said."""

    through: str
    name: str


def run_record(
    run: Run,
    caller: Caller,
    at: datetime,
    mode: Mode,
    revision: str,
    waiting: Sequence[str] = (),
) -> Mapping[str, Json]:
    """One run. Neither input nor output stand in it, nor a reason that could quote them.

    `at` is a moment with its zone. `waiting`: the ids of the effects that wait for approval.
    """
    record: dict[str, Json] = {
        "what": "run",
        "at": _spelled(at),
        "through": caller.through,
        "by": caller.name,
        "engine": __version__,
        "revision": revision,
        "mode": mode.value,
        "seconds": round(run.seconds, 3),
        "waiting": list(waiting),
        **_of_run(run),
    }
    if run.steps:
        record["steps"] = [_of_run(step) for step in run.steps]
    return record


def _of_run(run: Run) -> dict[str, Json]:
    used = run.usage
    return {
        "flow": run.flow,
        "outcome": run.outcome.value,
        "author": run.author.value,
        "reasons": list(run.causes),
        "suspicions": len(run.suspicions),
        "digests": dict(run.digests),
        "usage": {
            "input_tokens": used.input_tokens,
            "output_tokens": used.output_tokens,
            "dollars": used.dollars,
            "is_estimate": used.is_estimate,
        },
        "proposes": run.effect.name if run.effect else "",
        "approval": run.approval,
    }


def decision_record(
    what: str, proposal: Mapping[str, Json], by: str, reason: str, at: datetime
) -> Mapping[str, Json]:
    """A decision about a proposal: `approved`, `rejected`, or `done` where none was needed.

    `proposal` has its id, flow, team, revision, branch and, once there is one, its commit.
    """
    return {
        "what": what,
        "at": _spelled(at),
        "by": by,
        "reason": reason,
        "engine": __version__,
        **proposal,
    }


def _spelled(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
