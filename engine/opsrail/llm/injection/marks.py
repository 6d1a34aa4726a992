"""Marks that a model reads as the frame of its conversation, and text that is hidden."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from opsrail.llm.injection.model import Kind
from opsrail.llm.injection.views import View
from opsrail.llm.injection.wording import compiled, sections

_SPEAKER = "(?:system|assistant|developer|ai|tool|model)"
_TOLD = (
    "you|your|ignore|disregard|forget|new|do|from now|always|never|please|override|reply|respond"
    "|answer|output|sure|ok(?:ay)?|certainly|understood|of course|i (?:will|have|can|am|understand)"
    "|the (?:assistant|model|ai|user|customer|following|above)|i'll|set|mark|approve|all |access"
    "|priority|this|instructions?|follow|include|add|append|say|tell|put|link|write|policy|update"
    "|verified|authori[sz]ed|clearance"
)
_MODELS = (
    r"(?:\bai\b|assistant|\bllm|language model|chatbot|instructions?\b|\bprompt|ignore|disregard"
    "|summar)"
)
_PLACES = {"{speaker}": _SPEAKER, "{told}": rf"(?:{_TOLD})\b", "{models}": _MODELS}
_TAGS = re.compile("[\U000e0001\U000e0020-\U000e007f]{2,}")
_OVERRIDES = re.compile("[\u202d\u202e]")
_INSIDE = re.compile("(?<=[A-Za-z])[\u200b-\u200d\u2060-\u2064\ufeff\u180e](?=[A-Za-z])")
_RUN = re.compile(
    "[\u200b-\u200d\u2060-\u2064\ufeff\u180e\u200e\u200f]{4,}|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}"
)
_FEW = 3
_FLAG = "\U0001f3f4"


def marks(view: View) -> Iterator[tuple[Kind, int, str]]:
    """Every mark of a view in small letters: its kind, where it starts, and its text."""
    for kind, pattern in _expressions():
        for found in pattern.finditer(view.text):
            text = found[0]
            yield kind, found.start() + len(text) - len(text.lstrip()), text.strip()


def unseen(text: str) -> Iterator[tuple[int, str]]:
    """Characters of a text, as it was written, that hide something: where, and what they are."""
    for pattern, said in ((_TAGS, "tag characters"), (_RUN, "characters without width")):
        for found in pattern.finditer(text):
            if text[found.start() - 1 : found.start()] != _FLAG:
                yield found.start(), said
    for found in _OVERRIDES.finditer(text):
        yield found.start(), f"{unicodedata.name(found[0]).lower()}"
    inside = [found.start() for found in _INSIDE.finditer(text)]
    if len(inside) >= _FEW:
        yield inside[0], "characters without width inside words"


@cache
def _expressions() -> tuple[tuple[Kind, Any], ...]:
    text = files("opsrail.llm.injection.phrases").joinpath("marks.rules").read_text("utf-8")
    for name, pattern in _PLACES.items():
        text = text.replace(name, pattern)
    return tuple(
        (kind, compiled("|".join(f"(?:{one})" for one in several)))
        for kind, several in sections(text).items()
    )
