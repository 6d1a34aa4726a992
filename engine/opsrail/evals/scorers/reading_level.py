"""reading_level: how many years of school a reader of the answer needs."""

from __future__ import annotations

import re
from typing import Final

from pydantic import Field

from opsrail.evals.model import Score
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.scorers.setting import Setting
from opsrail.evals.texts.passages import clipped, quoted
from opsrail.evals.texts.plain import folded, text_of
from opsrail.evals.texts.sentences import readable, sentences, words

_VOWELS: Final = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿ]+")
_SILENT: Final = re.compile(r"(?<=[^aeiouy])(?:(?<![td])ed|(?<![sxzcg])(?<![sc]h)es|(?<!l)e)$")
_PARTS: Final = re.compile(r"[-/.,:]")


class Level(Setting):
    """The highest level that is fine."""

    example = "{most: 9}"

    most: float = Field(
        ge=0, le=30, description="The highest grade of school that a reader may need; 9 is plain."
    )


@scorer("reading_level", Level)
def reading_level(asked: Asked) -> Score:
    """How hard the answer is to read: `{most: 9}` allows what a ninth-grader understands.

    The Flesch–Kincaid grade (Kincaid et al. 1975): 0.39 × words a sentence + 11.8 × syllables a
    word − 15.59, never below 0. It is made for English. List items and table rows count as
    sentences; headings, code and addresses are left out. Syllables are counted by groups of
    vowels without a silent e at the end, which is right for about nine words in ten.
    """
    text = text_of(asked.output)
    if text is None:
        return Score(0.0, "there is no answer to read")
    found = grade(text)
    if found is None:
        return Score(0.0, "there are no sentences in the answer to read")
    if found <= asked.setting.most:
        return Score(1.0)
    said = f"reads at grade {found:.1f}; {asked.setting.most:g} is the most. The hardest sentence: "
    return Score(0.0, clipped(said + quoted(_hardest(text), 84)))


def grade(markdown: str) -> float | None:
    """The Flesch–Kincaid grade of a Markdown text; None where it has no sentence."""
    read = [words(readable(sentence)) for sentence in sentences(markdown)]
    counted = [sentence for sentence in read if sentence]
    every = [word for sentence in counted for word in sentence]
    if not every:
        return None
    spoken = sum(syllables(word) for word in every)
    found = 0.39 * len(every) / len(counted) + 11.8 * spoken / len(every) - 15.59
    return max(0.0, found)


def syllables(word: str) -> int:
    """About how many syllables an English word has; a figure counts as one."""
    return sum(_spoken(part) for part in _PARTS.split(folded(word)) if part)


def _spoken(part: str) -> int:
    return max(1, len(_VOWELS.findall(_SILENT.sub("", part) if len(part) > 3 else part)))


def _hardest(markdown: str) -> str:
    return max(sentences(markdown), key=lambda one: grade(one.replace("\n", " ")) or 0.0)
