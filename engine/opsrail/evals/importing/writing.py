"""A suite file's text: each part is written as YAML, read again, and has to be the same."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from opsrail.evals.importing.model import Taken
from opsrail.findings import Finding
from opsrail.repo.yaml import Unreadable, YamlText

_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")
_WIDTH: Final = 4_000


def suite_text(
    head: Mapping[str, Any], notes: Sequence[str], cases: Sequence[Taken], empty: Sequence[Taken]
) -> str:
    """The suite file. What is left out of a case stands as a comment above it.

    `notes` are the first lines, `empty` the tests of which nothing is left: comments only.
    """
    parts = [*(f"# {_one_line(note)}\n" for note in notes), block(head), "cases:\n"]
    for case in cases:
        parts += [_comments(case.left), block([case.entry])]
    if empty:
        parts.append("# Nothing is left of these tests:\n")
        for case in empty:
            said = case.entry.get("id")
            parts.append(f"# {_one_line(str(said))}\n" if said else "")
            parts.append(_comments(case.left))
    return "".join(parts)


def block(value: Any) -> str:  # noqa: ANN401 - any JSON
    """The value as YAML in block style. Raises `ValueError` for what YAML cannot hold."""
    for styled in (_as_literal, _as_is, _as_quoted):
        text = _dumped(styled(value))
        try:
            if YamlText.parse("", text).value == value:
                return text
        except Unreadable:
            continue
    raise ValueError("this holds characters that YAML cannot hold")


def _dumped(value: Any) -> str:  # noqa: ANN401 - any JSON
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.allow_unicode = True
    yaml.default_flow_style = False
    out = io.StringIO()
    yaml.dump(value, out)
    return out.getvalue().removesuffix("...\n")


def _as_literal(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Texts of several lines as they stand."""
    return _each_text(value, lambda text: LiteralScalarString(text) if "\n" in text else text)


def _as_is(value: Any) -> Any:  # noqa: ANN401 - any JSON
    return value


def _as_quoted(value: Any) -> Any:  # noqa: ANN401 - any JSON
    return _each_text(value, DoubleQuotedScalarString)


def _each_text(value: Any, style: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        return style(value)
    if isinstance(value, Mapping):
        return {key: _each_text(part, style) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(part, style) for part in value]
    return value


def _comments(left: Sequence[Finding]) -> str:
    return "".join(
        f"# not taken over ({found.location}): {_one_line(found.message)}\n" for found in left
    )


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text).strip()
