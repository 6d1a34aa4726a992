"""regex, not_regex: a regular expression that must, or must not, match somewhere in the answer."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field

from opsrail.evals.model import Score
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.texts.passages import around, clipped, quoted
from opsrail.evals.texts.plain import plain, text_of

_ABSENT: Final = {
    "(?=": "look ahead, `(?=`",
    "(?!": "look ahead, `(?!`",
    "(?<=": "look behind, `(?<=`",
    "(?<!": "look behind, `(?<!`",
}
"""What RE2 leaves out, since its time grows with the text and not with the pattern."""


@lru_cache(maxsize=1024)
def expression(pattern: str) -> Any:  # noqa: ANN401 - google-re2 is published without types
    """The compiled expression. Raises `ValueError` saying what is wrong with it."""
    import re2  # type: ignore[import-untyped] # google-re2 is published without types

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as refused:
        raise ValueError(_told(pattern, refused.args)) from None
    except UnicodeEncodeError:
        raise ValueError("this holds half a character, which cannot be looked for") from None


def _told(pattern: str, arguments: tuple[Any, ...]) -> str:
    for sign, what in _ABSENT.items():
        if sign in pattern:
            return (
                f"{quoted(pattern)} cannot be run: an expression cannot {what}; write two"
                " assertions instead, regex and not_regex"
            )
    said = arguments[0] if arguments else ""
    told = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return f"{quoted(pattern)} is no regular expression that can be run: {told}"


def _readable(pattern: str) -> str:
    expression(pattern)
    return pattern


_Pattern: Final = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_readable)]


@scorer("regex", _Pattern)
def regex(asked: Asked) -> Score:
    """The regular expression matches somewhere in the answer.

    It is tried on the text as it reads (without Markdown's marks, on one line) and as it is
    written. Expressions are RE2's: no look-ahead, look-behind or reference back. `(?i)` in front
    makes capital letters the same as small ones.
    """
    text = text_of(asked.output)
    if text is None:
        return Score(0.0, "there is no answer to look in")
    if _found(asked.setting, text):
        return Score(1.0)
    return Score(0.0, clipped(f"nothing in the answer matches {quoted(asked.setting, 90)}"))


@scorer("not_regex", _Pattern)
def not_regex(asked: Asked) -> Score:
    """The regular expression matches nowhere, neither as the answer reads nor as it is written."""
    text = text_of(asked.output)
    if text is None:
        return Score(0.0, "there is no answer to look in")
    found = _found(asked.setting, text)
    if not found:
        return Score(1.0)
    return Score(0.0, clipped(f"{quoted(asked.setting, 50)} must not match, and does: {found}"))


def _found(pattern: str, text: str) -> str:
    """The first match with the words around it; empty where there is none."""
    compiled = expression(pattern)
    for shown in (plain(text), text):
        match = compiled.search(shown)
        if match is not None:
            return around(shown, match.start(), match.end())
    return ""
