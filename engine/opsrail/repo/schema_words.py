"""What a schema error means for the person who wrote the file."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from jsonschema import ValidationError

_TYPES: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "nothing",
    "number": "a number",
    "object": "a mapping of keys to values",
    "string": "text",
}
_FORMATS: Final = {
    "date": "a date such as 2026-11-02",
    "date-time": "a date and time such as 2026-11-02T09:00:00Z",
    "regex": "a regular expression",
}
_LISTED: Final = 12
_MANY: Final = 30
"""Alternatives from which none is listed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A violation at a route through the data, about the key there or the value."""

    route: tuple[str | int, ...]
    message: str
    hint: str = ""
    is_about_key: bool = False


def problems_of(error: ValidationError) -> Iterator[Problem]:
    """The problems behind one error of the validator."""
    keyword = str(error.validator)
    if keyword in ("anyOf", "oneOf"):
        yield from _of_alternatives(error)
    elif keyword == "additionalProperties":
        yield from _unknown_keys(error)
    elif keyword == "required":
        yield from _missing_keys(error)
    elif keyword in _WORDS:
        message, hint = _WORDS[keyword](error)
        yield Problem(tuple(error.absolute_path), message, hint)
    else:
        message = f"{_shown(error.instance)} does not fit: {error.message}"
        yield Problem(tuple(error.absolute_path), message, _described(error))


def _of_alternatives(error: ValidationError) -> Iterator[Problem]:
    """The problems of the alternative that the author most likely meant."""
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    fitting = [errors for errors in branches.values() if not _is_another_shape(errors)]
    if fitting:
        for inner in min(fitting, key=_mismatch):
            yield from problems_of(inner)
    else:
        yield _no_alternative(error)


def _is_another_shape(errors: list[ValidationError]) -> bool:
    """Whether the value, or the key that tells alternatives apart, says it is another one."""
    return any(
        (inner.validator == "type" and not inner.path) or _tells_apart(inner) for inner in errors
    )


def _tells_apart(error: ValidationError) -> bool:
    return error.validator == "const" and len(error.path) == 1


def _mismatch(errors: list[ValidationError]) -> tuple[int, int]:
    missing = sum(inner.validator in ("required", "additionalProperties") for inner in errors)
    return (missing, len(errors))


def _no_alternative(error: ValidationError) -> Problem:
    telling = [inner for inner in error.context or () if _tells_apart(inner)]
    if telling:
        names = _listed([inner.validator_value for inner in telling])
        message = f"expected {names}, got {_shown(telling[0].instance)}"
        return Problem(tuple(telling[0].absolute_path), message, _described(error))
    kinds = dict.fromkeys(
        _TYPES.get(str(inner.validator_value), "another value")
        for inner in error.context or ()
        if inner.validator == "type"
    )
    message = f"expected {' or '.join(kinds)}, got {_kind(error.instance)}"
    return Problem(tuple(error.absolute_path), message, _described(error))


def _unknown_keys(error: ValidationError) -> Iterator[Problem]:
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    known = list(schema.get("properties", {}))
    patterns = list(schema.get("patternProperties", {}))
    instance = error.instance if isinstance(error.instance, Mapping) else {}
    for key in instance:
        if key not in known and not any(re.search(pattern, key) for pattern in patterns):
            route = (*error.absolute_path, key)
            hint = _closest(key, [name for name in known if name not in instance], known)
            yield Problem(
                route, f"the key `{_cut(key)}` is not known here", hint, is_about_key=True
            )


def _demanded(error: ValidationError) -> Any:  # noqa: ANN401 - whatever the schema says
    """What the violated keyword asks for; never unset in an error that validation yields."""
    return error.validator_value


def _missing_keys(error: ValidationError) -> Iterator[Problem]:
    instance = error.instance if isinstance(error.instance, Mapping) else {}
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    for key in _demanded(error):
        if key not in instance:
            meaning = schema.get("properties", {}).get(key, {})
            hint = meaning.get("description", "") if isinstance(meaning, Mapping) else ""
            yield Problem(
                tuple(error.absolute_path),
                f"the key `{key}` is missing",
                _sentence(hint),
                is_about_key=True,
            )


def _closest(word: str, candidates: list[str], known: list[str]) -> str:
    close = difflib.get_close_matches(word.lower(), candidates or known, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    if not known:
        return "no keys are allowed here"
    return f"known are {_listed(sorted(known))}"


def _wrong_type(error: ValidationError) -> tuple[str, str]:
    wanted = _demanded(error)
    names = wanted if isinstance(wanted, list) else [wanted]
    expected = " or ".join(_TYPES.get(str(name), str(name)) for name in names)
    hint = _described(error)
    if names == ["string"] and not isinstance(error.instance, dict | list | None):
        quoted = _bare(error.instance)
        schema = error.schema if isinstance(error.schema, Mapping) else {}
        # Where quotes alone would not make it fit, what the value is for says what would.
        if not hint or re.search(str(schema.get("pattern", "")), quoted):
            hint = f'put it in quotes: "{quoted}"'
    return f"expected {expected}, got {_kind(error.instance)}", hint


def _not_allowed(error: ValidationError) -> tuple[str, str]:
    allowed = _demanded(error) if error.validator == "enum" else [_demanded(error)]
    close = ""
    if isinstance(error.instance, str):
        names = [name for name in allowed if isinstance(name, str)]
        found = difflib.get_close_matches(error.instance.lower(), names, n=1, cutoff=0.6)
        close = f"did you mean `{found[0]}`?" if found else ""
    if len(allowed) > _MANY:
        said = f"{_shown(error.instance)} is not known here"
        where = "the schema that `opsrail schema` prints has them"
        return said, close or f"{len(allowed)} words are known: {where}"
    return f"expected {_listed(allowed)}, got {_shown(error.instance)}", close


def _unmatched(error: ValidationError) -> tuple[str, str]:
    meaning = _described(error) or f"it has to match the pattern {_demanded(error)}"
    return f"{_shown(error.instance)} does not have the right form", meaning


def _misformatted(error: ValidationError) -> tuple[str, str]:
    wanted = _FORMATS.get(str(_demanded(error)), str(_demanded(error)))
    return f"expected {wanted}, got {_shown(error.instance)}", _described(error)


def _bound(words: str) -> Callable[[ValidationError], tuple[str, str]]:
    def say(error: ValidationError) -> tuple[str, str]:
        limit = _demanded(error)
        message = f"{_shown(error.instance)} has to be {words} {limit}"
        return message, _described(error)

    return say


def _count(words: str, one: str, many: str) -> Callable[[ValidationError], tuple[str, str]]:
    def say(error: ValidationError) -> tuple[str, str]:
        limit = _demanded(error)
        message = f"expected {words} {limit} {one if limit == 1 else many}, got "
        instance: Any = error.instance  # whatever the file says there; it has a length here
        return message + f"{len(instance)}", _described(error)

    return say


def _repeated(_error: ValidationError) -> tuple[str, str]:
    return "an item stands in this list twice", "keep one of them"


_WORDS: Final[Mapping[str, Callable[[ValidationError], tuple[str, str]]]] = {
    "const": _not_allowed,
    "enum": _not_allowed,
    "exclusiveMaximum": _bound("less than"),
    "exclusiveMinimum": _bound("more than"),
    "format": _misformatted,
    "maxItems": _count("at most", "item", "items"),
    "maxLength": _count("at most", "character", "characters"),
    "maxProperties": _count("at most", "key", "keys"),
    "maximum": _bound("at most"),
    "minItems": _count("at least", "item", "items"),
    "minLength": _count("at least", "character", "characters"),
    "minProperties": _count("at least", "key", "keys"),
    "minimum": _bound("at least"),
    "pattern": _unmatched,
    "type": _wrong_type,
    "uniqueItems": _repeated,
}


def _described(error: ValidationError) -> str:
    """What the schema says the value is for, where it says so."""
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    return _sentence(str(schema.get("description", "")))


def _sentence(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].split())


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return _bare(value)
    names: list[tuple[type | tuple[type, ...], str]] = [
        (str, "text"),
        ((int, float), "a number"),
        (date, "a date"),
        (dict, "a mapping"),
        (list, "a list"),
    ]
    return next((name for kind, name in names if isinstance(value, kind)), "nothing")


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return _kind(value)
    return f"`{_cut(_bare(value))}`" if value not in (None, "") else "nothing"


def _bare(value: Any) -> str:  # noqa: ANN401 - any value of a file
    if isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


def _cut(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _listed(values: list[Any]) -> str:
    shown = [_shown(value) for value in values[:_LISTED]]
    if len(values) > _LISTED:
        return f"{', '.join(shown)} or one of {len(values) - _LISTED} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
