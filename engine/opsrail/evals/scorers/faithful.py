"""faithful: the answer says what a source says, and nothing else that counts."""

from __future__ import annotations

from pydantic import Field

from opsrail.evals.model import Score
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.scorers.setting import Setting
from opsrail.evals.texts.passages import clipped
from opsrail.evals.texts.plain import text_of
from opsrail.evals.texts.sought import Sought


class Source(Setting):
    """What the answer is held against."""

    example = '{source: "{input.source}"}'

    source: Sought = Field(description="The text, in Markdown; often a part of the case's input.")


@scorer("faithful", Source)
def faithful(asked: Asked) -> Score:
    """The answer says what its source says: `{source: "{input.source}"}`.

    Facts, rules, steps and the targets of links have to be those of the source, and names have
    to come from it; wording is free. The score is the share of the source's statements that are
    kept. It cannot see a false claim that has no fact, no rule and no name in it.
    """
    from opsrail.tailor.faithful import judge

    text = text_of(asked.output)
    if text is None:
        return Score(0.0, "there is no answer to compare with its source")
    found = judge(asked.setting.source, text)
    grave = [departure for departure in found.departures if departure.is_grave]
    if not grave:
        return Score(found.score)
    more = f" (and {len(grave) - 1} more)" if len(grave) > 1 else ""
    return Score(found.score, clipped(grave[0].message, 145) + more)
