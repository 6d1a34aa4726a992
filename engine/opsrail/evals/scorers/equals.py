"""equals, iequals, and what they must not be: the answer is exactly this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema

from opsrail.evals.model import Score
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.texts.passages import clipped, quoted
from opsrail.evals.texts.plain import folded, plain, text_of


def _as_json(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """What YAML reads as a date, as the text it is in JSON."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _as_json(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_as_json(part) for part in value]
    return value


_Wanted: Final = Annotated[Any, BeforeValidator(_as_json), WithJsonSchema({})]


@scorer("equals", _Wanted)
def equals(asked: Asked) -> Score:
    """The answer is exactly this: a text, a number, a list, a mapping.

    1 and 1.0 are the same number, and true is no number. Keys of a mapping have no order.
    """
    return _is(asked, ignoring_case=False)


@scorer("iequals", _Wanted)
def iequals(asked: Asked) -> Score:
    """The answer is exactly this, whatever is written in capital letters."""
    return _is(asked, ignoring_case=True)


@scorer("not_equals", _Wanted)
def not_equals(asked: Asked) -> Score:
    """The answer is anything but this."""
    return _is_not(asked, ignoring_case=False)


@scorer("not_iequals", _Wanted)
def not_iequals(asked: Asked) -> Score:
    """The answer is anything but this, whatever is written in capital letters."""
    return _is_not(asked, ignoring_case=True)


def _is(asked: Asked, *, ignoring_case: bool) -> Score:
    if _same(asked.output, asked.setting, ignoring_case=ignoring_case):
        return Score(1.0)
    return Score(0.0, clipped(_difference(asked.setting, asked.output)))


def _is_not(asked: Asked, *, ignoring_case: bool) -> Score:
    if not _same(asked.output, asked.setting, ignoring_case=ignoring_case):
        return Score(1.0)
    return Score(0.0, clipped(f"the answer is {_shown(asked.output)}, which it must not be"))


def _same(one: Any, other: Any, *, ignoring_case: bool) -> bool:  # noqa: ANN401 - any JSON
    if isinstance(one, str) and isinstance(other, str):
        return one == other or (ignoring_case and folded(one) == folded(other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(
            _same(value, other[key], ignoring_case=ignoring_case) for key, value in one.items()
        )
    if _is_list(one) and _is_list(other):
        return len(one) == len(other) and all(
            _same(*pair, ignoring_case=ignoring_case) for pair in zip(one, other, strict=True)
        )
    return one is None and other is None


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _difference(wanted: object, got: object) -> str:
    if got is None:
        return f"expects {_shown(wanted)}, there is no answer"
    said = f"expects {_shown(wanted)}, the answer is {_shown(got)}"
    if isinstance(wanted, str) and isinstance(got, str):
        if plain(wanted) == plain(got):
            return f"{said}: only marks or white space differ"
        if folded(plain(wanted)) == folded(plain(got)):
            return f"{said}: only capital letters differ"
    elif text_of(wanted) == text_of(got):
        return f"{said}: one is a text, the other is not"
    return said


def _shown(value: object) -> str:
    if isinstance(value, str):
        return quoted(value, 44)
    return "nothing" if value is None else clipped(text_of(value) or "unreadable", 44)
