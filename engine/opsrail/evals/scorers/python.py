"""python: a function of the team's own gives the score."""

from __future__ import annotations

from pydantic import Field, field_validator

from opsrail.evals.model import Score
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.scorers.setting import Setting


class OwnFunction(Setting):
    """A function in a file of the repository."""

    example = "{file: policies/evals/tone.py, function: score}"

    file: str = Field(
        pattern=r"^[^/\\:\s.][^\\:\s]*\.py$",
        description="From the repository's root: `policies/evals/tone.py`.",
    )
    function: str = Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="Its name in that file: `score`."
    )

    @field_validator("file")
    @classmethod
    def _is_inside(cls, path: str) -> str:
        if ".." in path.split("/"):
            raise ValueError("give a path that stays inside the repository")
        return path


@scorer("python", OwnFunction)
def python(asked: Asked) -> Score:
    """A function of your own: `{file: policies/evals/tone.py, function: score}`.

    It is given the case and the answer and returns a number from 0 to 1, or a number and a
    reason. It runs in a process of its own.
    """
    raise RuntimeError(
        f"{asked.setting.file}:{asked.setting.function} is run by a worker process, never directly"
    )
