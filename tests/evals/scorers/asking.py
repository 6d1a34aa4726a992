"""Asking a scorer directly: a setting as a file writes it, an output, and what comes of them."""

from __future__ import annotations

from opsrail.evals.model import Answer, Case, Json, Score
from opsrail.evals.scorers.registry import Asked, scorers
from opsrail.findings import Location

CASE = Case(
    id="one",
    ask="How long may I ask for a refund?",
    input=None,
    expected=None,
    asserts=(),
    must_pass=False,
    cluster="",
    tags=(),
    role="",
    section="",
    place=Location("policies/evals/refunds.yaml"),
    digest="",
)


def score(name: str, setting: object, output: Json, seconds: float = 0.0) -> Score:
    """What the scorer says, its setting read as from a file."""
    found = scorers()[name]
    read = found.setting.validate_python(setting)
    return found.run(Asked(CASE, Answer(output, seconds), output, read))
