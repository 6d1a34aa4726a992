"""What libyaml complains about, said plainly and at the place where the mistake was made."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from opsrail.repo.yaml_nodes import Fault

_FORBIDDEN: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


class _Said(NamedTuple):
    """Our words for one of libyaml's problems; `at_opening` if the mistake is where it began."""

    problem: str
    message: str
    hint: str
    at_opening: bool = False


_SAID: Final = (
    _Said(
        "mapping values are not allowed",
        "this `:` starts a value where none can stand",
        "put the text in quotes if it contains `: `; otherwise check the indentation",
    ),
    _Said(
        "could not find expected ':'",
        "this looks like a key, and no `:` follows it",
        "write `key: value`, or indent the line to continue the text above",
        at_opening=True,
    ),
    _Said(
        "found unexpected end of stream",
        "the quote that opens here is never closed",
        "close it, or put text that contains a quote in the other kind of quotes",
        at_opening=True,
    ),
    _Said(
        "found unexpected document indicator",
        "the quote that opens here is not closed before the next document",
        "close it before the line `---` or `...`",
        at_opening=True,
    ),
    _Said(
        "did not find expected ',' or ']'",
        "the list in `[ ]` that opened before this is not closed",
        "separate values with `,` and close the list with `]`",
    ),
    _Said(
        "did not find expected ',' or '}'",
        "the mapping in `{ }` that opened before this is not closed",
        "separate entries with `,` and close the mapping with `}`",
    ),
    _Said(
        "did not find expected key",
        "this does not line up with the keys above it",
        "give keys of one mapping the same indentation; put text after a closing quote inside it",
    ),
    _Said(
        "did not find expected '-' indicator",
        "this does not line up with the list above it",
        "start it with `- ` in the same column as the items before it, or indent it less",
    ),
    _Said(
        "block sequence entries are not allowed",
        "a list cannot start here",
        "put `- ` on a line of its own, indented under its key",
    ),
    _Said(
        "mapping keys are not allowed",
        "a key cannot start here",
        "put it on a line of its own, indented under its parent",
    ),
    _Said(
        "tab character",
        "a tab stands where YAML wants spaces",
        "indent with spaces",
    ),
    _Said(
        "found unknown escape character",
        "this backslash sequence means nothing in double quotes",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    _Said(
        "did not find expected hexdecimal number",
        "this backslash sequence lacks its hexadecimal digits",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    _Said(
        "invalid Unicode character escape",
        "this backslash sequence names no character",
        "write the character itself",
    ),
    _Said(
        "did not find expected alphabetic or numeric character",
        "a name has to follow `&` or `*`",
        "put a text that starts with `&` or `*` in quotes",
    ),
    _Said(
        "did not find expected node content",
        "a value is missing here",
        "write the value, or take the comma or bracket away",
    ),
    _Said(
        "did not find expected <document start>",
        "the text goes on after the document has ended",
        "check the indentation of this line; separate documents with `---`",
    ),
    _Said(
        "found undefined tag handle",
        "this tag is not known here",
        "remove the tag; put a text that starts with `!` in quotes",
    ),
)
_TIME: Final = re.compile(r"(?<![0-9])[0-9]{1,2}:[0-9]{2}(?![0-9])")
_COLON_INSIDE: Final = "text with a `:` inside {…} or […] needs quotes"
_TIME_INSIDE: Final = 'a time inside {…} needs quotes: {from: "Fri 17:00"}'
_FIRST_CHARACTERS: Final = {
    "\t": ("a tab cannot indent a line", "indent with spaces"),
    "@": ("a text cannot start with `@`", "put it in quotes"),
    "`": ("a text cannot start with a backtick", "put it in quotes"),
    "%": ("a text cannot start with `%`", "put it in quotes"),
}


def forbidden_character(text: str) -> Fault | None:
    """The first character that no YAML file may hold: NUL, other controls, half a surrogate."""
    match = _FORBIDDEN.search(text)
    if match is None:
        return None
    return Fault(
        "yaml-control-character",
        match.start(),
        f"the character U+{ord(match[0]):04X} cannot stand in a YAML file",
        "remove it; save the file as plain text in UTF-8",
    )


def in_plain_words(error: YAMLError, text: str) -> Fault:
    """The fault behind an error of the parser for `text`."""
    if isinstance(error, ReaderError):
        return Fault("yaml-syntax", min(error.position, len(text)), "this is not readable text")
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Fault("yaml-syntax", 0, "this is not valid YAML", str(error).splitlines()[0])
    problem = str(error.problem)
    start = int(error.problem_mark.index)
    opened = None if error.context_mark is None else int(error.context_mark.index)
    if "cannot start any token" in problem and text[start : start + 1] in _FIRST_CHARACTERS:
        message, hint = _FIRST_CHARACTERS[text[start]]
        return Fault("yaml-syntax", start, message, hint)
    if problem == "found unexpected ':'":
        hint = _TIME_INSIDE if _is_in_a_time(text, start) else _COLON_INSIDE
        return Fault("yaml-syntax", start, "this `:` cannot stand here", hint, opened=opened)
    for said in _SAID:
        if said.problem in problem:
            if said.at_opening and opened is not None:
                return Fault("yaml-syntax", opened, said.message, said.hint)
            return Fault("yaml-syntax", start, said.message, said.hint, opened=opened)
    return Fault("yaml-syntax", start, f"this is not valid YAML: {problem}", opened=opened)


def _is_in_a_time(text: str, colon: int) -> bool:
    """Whether this colon stands between an hour and its minutes, in braces that opened before."""
    around = _TIME.search(text, max(colon - 2, 0), colon + 4)
    return (
        around is not None
        and around.start() < colon < around.end()
        and text.find("{", 0, colon) >= 0
    )
