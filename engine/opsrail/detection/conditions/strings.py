"""Sigma strings on columns: wildcards, escapes, upper and lower case.

Whole values, beginnings, ends and parts use the engines' plain text functions. They know no
wildcards of their own, so that `%`, `_` and backslashes need no care: LIKE treats them
differently in each engine. All other patterns become a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import ibis.expr.types as ir
from sigma.types import Placeholder, SigmaCasedString, SigmaString, SpecialChars

from opsrail.detection.conditions.columns import (
    NO,
    NUMBER,
    as_number,
    as_text,
    folded,
    folded_column,
    moment_text,
    number,
)

MANY: Final = SpecialChars.WILDCARD_MULTI
ONE: Final = SpecialChars.WILDCARD_SINGLE
NUL: Final = "\0"
"""It ends a query's text in DuckDB, and `wide` puts it after each letter: only expressions can
name it."""
_SPECIAL: Final = re.compile(r"[\\.+*?()|\[\]{}^$]")

Piece = str | SpecialChars
"""A part of a pattern: text as it is, or a wildcard."""


def pieces_of(pattern: SigmaString) -> tuple[Piece, ...]:
    """The pattern's parts, texts joined and wildcards that repeat each other left out.

    Raises `ValueError` where a placeholder is left.
    """
    found: list[Piece] = []
    for part in pattern.s:
        match part:
            case str() if found and isinstance(found[-1], str):
                found[-1] += part
            case SpecialChars.WILDCARD_MULTI if found and found[-1] is MANY:
                pass
            case str() | SpecialChars():
                found.append(part)
            case Placeholder(name=name):
                raise ValueError(f"the placeholder %{name}% has no values")
    return tuple(found)


def plain(pattern: SigmaString) -> str | None:
    """The text that the pattern stands for; None if it has wildcards."""
    match pieces_of(pattern):
        case ():
            return ""
        case (str(text),):
            return text
    return None


def is_whole(pattern: SigmaString) -> bool:
    """Whether it is one text without wildcards, in any case of letters."""
    text = plain(pattern)
    return text is not None and NUL not in text and not is_cased(pattern)


def is_one_of(column: ir.StringValue, patterns: Sequence[SigmaString]) -> ir.BooleanValue:
    """Whether the column's text is one of these patterns, all of which are whole."""
    texts = [folded(plain(pattern) or "") for pattern in patterns]
    return folded_column(column, "".join(texts)).isin([*dict.fromkeys(texts)])


def is_cased(pattern: SigmaString) -> bool:
    """Whether upper and lower case are told apart."""
    return isinstance(pattern, SigmaCasedString)


def equals(column: ir.Value, pattern: SigmaString) -> ir.BooleanValue:
    """Whether the column's value is what the pattern says."""
    kind = column.type()
    text = plain(pattern)
    if text is not None and kind.is_numeric():
        return _same_number(column, text)
    if text is not None and kind.is_timestamp():
        text = moment_text(text) or text
        return like(as_text(column), (text,), cased=is_cased(pattern))
    return like(as_text(column), pieces_of(pattern), cased=is_cased(pattern))


def has(column: ir.Value, pattern: SigmaString) -> ir.BooleanValue:
    """Whether the pattern occurs anywhere in the column's text."""
    pieces = pieces_of(pattern)
    return like(as_text(column), _joined(MANY, *pieces, MANY), cased=is_cased(pattern))


def like(column: ir.StringValue, pieces: tuple[Piece, ...], *, cased: bool) -> ir.BooleanValue:
    """Whether the whole text of the column has the form of the pieces."""
    if not cased:
        pieces = tuple(folded(one) if isinstance(one, str) else one for one in pieces)
        column = folded_column(column, "".join(one for one in pieces if isinstance(one, str)))
    if any(NUL in one for one in pieces if isinstance(one, str)):
        return column.re_search(expression_of(pieces))
    match pieces:
        case ():
            return column == ""
        case (SpecialChars.WILDCARD_MULTI,):
            return column.notnull()
        case (str(text),):
            return column == text
        case (str(text), SpecialChars.WILDCARD_MULTI):
            return column.startswith(text)
        case (SpecialChars.WILDCARD_MULTI, str(text)):
            return column.endswith(text)
        case (SpecialChars.WILDCARD_MULTI, str(text), SpecialChars.WILDCARD_MULTI):
            return column.contains(text)
    return column.re_search(expression_of(pieces))


def expression_of(pieces: tuple[Piece, ...]) -> str:
    """The regular expression, of RE2 and of Java alike, that the whole text must match.

    Wildcards at the ends become missing anchors: a search that may start anywhere is linear,
    one that begins with `.*` need not be.
    """
    start = r"\A" if pieces[0] is not MANY else ""
    end = r"\z" if pieces[-1] is not MANY else ""
    inner = pieces[not start : len(pieces) - (not end)]
    return "(?s)" + start + "".join(map(_expression, inner)) + end


def _expression(piece: Piece) -> str:
    if isinstance(piece, str):
        return _SPECIAL.sub(r"\\\g<0>", piece).replace(NUL, r"\x00")
    return ".*" if piece is MANY else "."


def _joined(*pieces: Piece) -> tuple[Piece, ...]:
    """The pieces without a wildcard that follows its like."""
    return tuple(
        one for at, one in enumerate(pieces) if one is not MANY or not at or pieces[at - 1] != MANY
    )


def _same_number(column: ir.NumericValue, text: str) -> ir.BooleanValue:
    trimmed = text.strip(" ")
    if not re.fullmatch(NUMBER, trimmed):
        return NO
    value = int(trimmed) if re.fullmatch("[+-]?[0-9]+", trimmed) else float(trimmed)
    return as_number(column) == number(value)
