"""What is told of a run, for programs and for people. No time in it: replays give equal bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from opsrail.flows.model import Author, Outcome, Run
from opsrail.flows.waiting import Proposal, State
from opsrail.llm.model import FREE, Json, Usage
from opsrail.report.model import counted


def run_json(run: Run, proposals: Sequence[Proposal] = ()) -> dict[str, Json]:
    """A run as JSON: the output with who made it, why, and what waits for whom."""
    told: dict[str, Json] = {
        "flow": run.flow,
        "outcome": run.outcome.value,
        "author": run.author.value,
        "output": run.output,
        "reasons": list(run.reasons),
        "suspicions": list(run.suspicions),
        "usage": {
            "input_tokens": run.usage.input_tokens,
            "output_tokens": run.usage.output_tokens,
            "dollars": run.usage.dollars,
        },
    }
    if proposals:
        told["proposals"] = [
            {"id": one.id, "flow": one.flow, "team": one.team, "branch": one.branch}
            | {"state": one.state.value}
            for one in proposals
        ]
    return told


def summary(runs: Counter[Outcome], by_model: int, usage: Usage, unread: int = 0) -> str:
    """Many runs in one line."""
    total = sum(runs.values())
    parts = [f"{runs[outcome]} {outcome.value}" for outcome in Outcome if runs[outcome]]
    said = f"{counted(total, 'run')}: {', '.join(parts) or 'none'}"
    said += f" · {by_model} written by a model"
    if usage != FREE:
        tokens = usage.input_tokens + usage.output_tokens
        about = "about " if usage.is_estimate else ""
        said += f" · {about}{tokens:,} tokens, USD {usage.dollars:.4f}"
    if unread:
        said += f" · {counted(unread, 'line')} could not be read"
    return said


def is_by_model(run: Run) -> bool:
    """Whether a model wrote the output, or a part of it."""
    return run.author is Author.MODEL


def proposal_lines(proposals: Iterable[Proposal]) -> list[str]:
    """What happened to the effects of a run, a line each."""
    return [_proposal_line(one) for one in proposals]


def _proposal_line(one: Proposal) -> str:
    if one.state is State.APPROVED and one.commit:
        return f"made the branch {one.branch} ({one.commit[:10]}); look: git log -p {one.branch}"
    if one.state is State.REJECTED:
        return f"{one.branch} was rejected before, by {one.decided_by}: {one.reason}"
    return f"{one.branch} waits for a yes of {one.team}: `opsrail flow approve {one.id} --reason …`"
