"""Regular expressions of rules: what engines cannot run, and the rest in a form they share.

pySigma takes what Python's `re` takes. DuckDB runs RE2, whose time grows with the text and not
with the pattern; in turn it knows no lookaround and no backreferences. Spark runs Java's
engine, which knows more, but in which nested repeats such as `(a+)+$` can take very long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import re2  # type: ignore[import-untyped] # google-re2 is published without types
from sigma.types import SigmaRegularExpression, SigmaRegularExpressionFlag

_LETTERS: Final = {
    SigmaRegularExpressionFlag.IGNORECASE: "i",
    SigmaRegularExpressionFlag.MULTILINE: "m",
    SigmaRegularExpressionFlag.DOTALL: "s",
}
_TOKEN: Final = re.compile(
    r"(?P<escape>\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.))"
    r"|(?P<set>\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\])"
    r"|(?P<group>\((?:\?(?:P<\w+>|P[=>]|<[=!]|[=!>(#]))?)"
    r"|(?P<repeat>(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})[+])"
    r"|(?P<most>\{,[0-9]+\})"
    r"|(?P<other>.)",
    re.DOTALL,
)
_CODE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))|\\.", re.DOTALL)
_AHEAD: Final = "put what must (or must not) follow into a selection of its own"
_BACK: Final = "list the values, or compare two fields by `|fieldref`"
_GROUPS: Final = {
    "(?=": ("looks ahead (`(?=`)", _AHEAD),
    "(?!": ("looks ahead (`(?!`)", _AHEAD),
    "(?<=": ("looks behind (`(?<=`)", _AHEAD.replace("follow", "precede")),
    "(?<!": ("looks behind (`(?<!`)", _AHEAD.replace("follow", "precede")),
    "(?P=": ("refers back to a group (`(?P=`)", _BACK),
    "(?>": ("never tries a group again (`(?>`)", "write `(?:`"),
    "(?(": ("depends on whether a group matched (`(?(`)", "write two expressions"),
    "(?#": ("holds a comment (`(?#`)", "leave it out"),
}
"""Groups that RE2 does not know: what they do, and what to do instead."""

_MOST_REPEATS: Final = 1000
_QUIET: Final = re2.Options()
_QUIET.log_errors = False


def expression_of(value: SigmaRegularExpression) -> str:
    """The regular expression with its flags, as RE2 and Java read it."""
    flags = "".join(sorted(_LETTERS[flag] for flag in value.flags))
    pattern = "".join(_portable(kind, token) for kind, token in _tokens(str(value.regexp)))
    spelled = pattern.replace("\0", r"\x00")  # DuckDB would take it for the query's end
    return f"(?{flags}){spelled}" if flags else spelled


def fault(value: SigmaRegularExpression) -> str | None:
    """Why the regular expression cannot be run, in words that follow its field; None if it can."""
    for kind, token in _tokens(str(value.regexp)):
        if said := _beyond(kind, token):
            return f"{said[0]}, which cannot be run: {said[1]}"
    try:
        re2.compile(expression_of(value), _QUIET)
    except re2.error as refused:
        return _refusal(str(value.regexp), refused)
    return None


def _tokens(pattern: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(pattern):
        yield found.lastgroup or "", found.group()


def _beyond(kind: str, token: str) -> tuple[str, str] | None:
    """What the token does that RE2 cannot, and what to do instead."""
    if kind == "group":
        return _GROUPS.get(token)
    if kind == "repeat":
        return f"never gives back what it repeats (`{token}`)", f"write `{token[:-1]}`"
    if kind == "escape" and token[1] in "123456789":
        return f"refers back to a group (`{token}`)", _BACK
    return None


def _portable(kind: str, token: str) -> str:
    if kind == "group" and token.startswith("(?P<"):
        return "("  # Java spells names differently, and nobody asks for them
    if kind == "escape" and token[1:] == "Z":
        return r"\z"
    if kind == "most":
        return "{0" + token[1:]  # to others, {,5} is plain text
    if kind in {"escape", "set"}:
        return _CODE.sub(_code_point, token)
    return token


def _code_point(found: re.Match[str]) -> str:
    code = found.group(1) or found.group(2)
    return rf"\x{{{code}}}" if code else found.group()


def _refusal(pattern: str, refused: re2.error) -> str:
    counts = re.findall(r"\{([0-9]*),?([0-9]*)\}", pattern)
    if any(int(count or 0) > _MOST_REPEATS for pair in counts for count in pair):
        return f"repeats more than {_MOST_REPEATS:,} times, which cannot be run: ask for fewer"
    said = refused.args[0] if refused.args else refused
    told = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return f"cannot be run: {told}"
