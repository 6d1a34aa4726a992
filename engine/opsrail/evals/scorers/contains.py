"""contains and its family: texts that must, or must not, be in the answer.

`_all` wants each of several texts, `_any` at least one; `i` does not mind capital letters; `not_`
turns the question round. Text is compared as it reads, blind to Markdown's marks and line ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsrail.evals.model import Score
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.texts.passages import around, clipped, closest, listed, quoted
from opsrail.evals.texts.plain import folded, plain, text_of
from opsrail.evals.texts.sought import Sought, SoughtMany

NO_ANSWER = "there is no answer to look in"


@scorer("contains", Sought)
def contains(asked: Asked) -> Score:
    """The answer contains this text.

    Markdown's marks, line ends and kinds of quotation marks make no difference.
    """
    return _all(asked, [asked.setting], ignoring_case=False)


@scorer("icontains", Sought)
def icontains(asked: Asked) -> Score:
    """The answer contains this text, in capital letters or not."""
    return _all(asked, [asked.setting], ignoring_case=True)


@scorer("contains_all", SoughtMany)
def contains_all(asked: Asked) -> Score:
    """The answer contains each of these texts."""
    return _all(asked, asked.setting, ignoring_case=False)


@scorer("icontains_all", SoughtMany)
def icontains_all(asked: Asked) -> Score:
    """The answer contains each of these texts, in capital letters or not."""
    return _all(asked, asked.setting, ignoring_case=True)


@scorer("contains_any", SoughtMany)
def contains_any(asked: Asked) -> Score:
    """The answer contains at least one of these texts."""
    return _any(asked, ignoring_case=False)


@scorer("icontains_any", SoughtMany)
def icontains_any(asked: Asked) -> Score:
    """The answer contains at least one of these texts, in capital letters or not."""
    return _any(asked, ignoring_case=True)


@scorer("not_contains", Sought)
def not_contains(asked: Asked) -> Score:
    """The answer does not contain this text."""
    return _none(asked, [asked.setting], ignoring_case=False)


@scorer("not_icontains", Sought)
def not_icontains(asked: Asked) -> Score:
    """The answer does not contain this text, neither in capital letters nor in small ones."""
    return _none(asked, [asked.setting], ignoring_case=True)


@scorer("not_contains_all", SoughtMany)
def not_contains_all(asked: Asked) -> Score:
    """The answer does not contain all of these texts: at least one is missing."""
    return _not_all(asked, ignoring_case=False)


@scorer("not_icontains_all", SoughtMany)
def not_icontains_all(asked: Asked) -> Score:
    """The answer does not contain all of these texts, in capital letters or not."""
    return _not_all(asked, ignoring_case=True)


@scorer("not_contains_any", SoughtMany)
def not_contains_any(asked: Asked) -> Score:
    """The answer contains none of these texts."""
    return _none(asked, asked.setting, ignoring_case=False)


@scorer("not_icontains_any", SoughtMany)
def not_icontains_any(asked: Asked) -> Score:
    """The answer contains none of these texts, neither in capital letters nor in small ones."""
    return _none(asked, asked.setting, ignoring_case=True)


def _all(asked: Asked, sought: Sequence[str], *, ignoring_case: bool) -> Score:
    text = _read(asked)
    if text is None:
        return Score(0.0, NO_ANSWER)
    missing = [one for one in sought if not _is_in(one, text, ignoring_case=ignoring_case)]
    return Score(0.0, clipped(_missing(missing, len(sought), text))) if missing else Score(1.0)


def _any(asked: Asked, *, ignoring_case: bool) -> Score:
    text = _read(asked)
    if text is None:
        return Score(0.0, NO_ANSWER)
    if any(_is_in(one, text, ignoring_case=ignoring_case) for one in asked.setting):
        return Score(1.0)
    if len(asked.setting) == 1:
        return Score(0.0, clipped(_missing(asked.setting, 1, text)))
    return Score(0.0, clipped(f"none of {listed(asked.setting)} is in the answer"))


def _not_all(asked: Asked, *, ignoring_case: bool) -> Score:
    text = _read(asked)
    if text is None:
        return Score(0.0, NO_ANSWER)
    if not all(_is_in(one, text, ignoring_case=ignoring_case) for one in asked.setting):
        return Score(1.0)
    return Score(0.0, clipped(f"all of {listed(asked.setting)} are in the answer"))


def _none(asked: Asked, sought: Sequence[str], *, ignoring_case: bool) -> Score:
    text = _read(asked)
    if text is None:
        return Score(0.0, NO_ANSWER)
    found = next(_found(sought, text, ignoring_case=ignoring_case), "")
    return Score(0.0, clipped(found)) if found else Score(1.0)


def _read(asked: Asked) -> str | None:
    text = text_of(asked.output)
    return None if text is None else plain(text)


def _is_in(sought: str, text: str, *, ignoring_case: bool) -> bool:
    looked_for = plain(sought)
    return folded(looked_for) in folded(text) if ignoring_case else looked_for in text


def _found(sought: Sequence[str], text: str, *, ignoring_case: bool) -> Iterator[str]:
    """What must not be there and is, each with the words around it."""
    for one in sought:
        if _is_in(one, text, ignoring_case=ignoring_case):
            looked_for = plain(one)
            start = _place(looked_for, text)
            shown = around(text, start, start + len(looked_for)) if start >= 0 else quoted(one)
            yield f"{quoted(one, 40)} must not be in the answer, which says {shown}"


def _place(looked_for: str, text: str) -> int:
    """Where it stands; folding may change lengths, so that it cannot be told (-1)."""
    exact = text.find(looked_for)
    if exact >= 0:
        return exact
    lowered = text.lower()
    return lowered.find(looked_for.lower()) if len(lowered) == len(text) else -1


def _missing(missing: Sequence[str], of: int, text: str) -> str:
    if not text:
        return f"{quoted(missing[0])} is not in the answer, which is empty"
    if len(missing) > 1:
        return f"{len(missing)} of {of} texts are not in the answer: {listed(missing)}"
    near = closest(text, plain(missing[0]))
    behind = f"; the closest is {quoted(near, 60)}" if near else ""
    return f"{quoted(missing[0])} is not in the answer{behind}"
