"""Whether an answer is what was asked for. Judged here, whatever the endpoint promised.

The same judgement holds for an answer that just came and for a recorded one.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry
from referencing.exceptions import Unresolvable

from opsrail.llm.answers import Answer, Ended
from opsrail.llm.canonical import plain
from opsrail.llm.model import Fault, FaultKind, Json, Reply, Request
from opsrail.repo.schema_words import problems_of

_FENCED: Final = re.compile(r"\A```(?:json)?[ \t]*\n(.*)\n[ \t]*```\Z", re.DOTALL)
_SHOWN: Final = 3
_LONGEST: Final = 200


class NotJson(Exception):
    """A text that is no JSON value; the message is a plain sentence's end."""


def judged(request: Request, answer: Answer) -> Reply | Fault:
    """The answer as a reply, or why it cannot be used."""
    if answer.ended is Ended.REFUSAL:
        said = f": {shown(answer.text)}" if answer.text.strip() else ""
        return _refused(request, f"the model said that it will not answer{said}")
    if answer.ended is Ended.LENGTH:
        return _too_long(request)
    if not answer.text.strip():
        return Fault(
            request,
            FaultKind.EMPTY,
            "the model answered with nothing",
            "ask once more; if that repeats, reword the prompt or take another model",
        )
    if request.schema is None:
        return Reply(request, answer.text)
    return _structured(request, answer.text, request.schema)


def _structured(request: Request, text: str, schema: Mapping[str, Json]) -> Reply | Fault:
    try:
        value = json_of(text)
    except NotJson as error:
        message = f"the model was asked for JSON and its answer is none: {error}"
        return Fault(request, FaultKind.NOT_JSON, message, _REPHRASE)
    wrong = misfits(value, schema)
    if wrong:
        message = f"the model's JSON is not of the shape that was asked for: {'; '.join(wrong)}"
        return Fault(request, FaultKind.SCHEMA, message, _REPHRASE)
    return Reply(request, text, value)


_REPHRASE: Final = (
    "ask once more; if that repeats, say in the prompt what the answer has to look like,"
    " or take a larger model"
)


def _refused(request: Request, message: str) -> Fault:
    hint = "reword the prompt, or leave this one to the baseline"
    return Fault(request, FaultKind.REFUSAL, message, hint)


def _too_long(request: Request) -> Fault:
    return Fault(
        request,
        FaultKind.LENGTH,
        f"the answer reached its longest length ({request.most_tokens:,} tokens) and stops in the"
        " middle",
        "raise `most_tokens` of the prompt or the model, or ask for less",
    )


def json_of(text: str) -> Json:
    """The JSON value that a text is. A fence around the whole of it is taken off, nothing else.

    Raises `NotJson`: also for a key given twice, and for numbers that JSON has not.
    """
    bare = text.strip()
    fenced = _FENCED.match(bare)
    try:
        value: Json = json.loads(
            fenced[1] if fenced else bare,
            object_pairs_hook=_without_repeats,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotJson(f"{error.msg[:1].lower()}{error.msg[1:]} at {where}") from None
    except RecursionError:
        raise NotJson("it is nested too deeply") from None
    except ValueError:  # the standard library's limit on the digits of a whole number
        raise NotJson("a number in it is too long") from None
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise NotJson(f"the key `{shown(key, 60)}` stands in it twice")
        found[key] = value
    return found


def _refuse_constant(name: str) -> float:
    raise NotJson(f"{name} is no number in JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NotJson(f"the number {shown(digits, 60)} is too large")
    return number


def misfits(value: Json, schema: Mapping[str, Json]) -> tuple[str, ...]:
    """What of the value the schema does not allow, in plain words, the first few; else nothing.

    No reference out of the schema is followed. A schema that is none is what is wrong.
    """
    try:
        validator = _validator(schema)
        errors = list(islice(validator.iter_errors(plain(value)), _SHOWN))
    except SchemaError as error:
        return (f"the schema itself is not valid: {shown(error.message)}",)
    except Unresolvable as error:
        return (f"the schema refers to `{shown(error.ref, 60)}`, which is not in it",)
    return tuple(
        f"{_at(problem.route)}{problem.message}" for one in errors for problem in problems_of(one)
    )[:_SHOWN]


def _validator(schema: Mapping[str, Json]) -> Draft202012Validator:
    whole = plain(schema)
    Draft202012Validator.check_schema(whole)
    # An empty registry: a reference that leaves the schema is an error, never a download.
    return Draft202012Validator(whole, registry=Registry())


def _at(route: tuple[str | int, ...]) -> str:
    return f"at `{shown('.'.join(str(step) for step in route), 60)}`, " if route else ""


def shown(text: str, most: int = _LONGEST) -> str:
    """Somebody else's words inside a message of ours: one line, no control characters, cut."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
