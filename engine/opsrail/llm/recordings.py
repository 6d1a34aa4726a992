"""Recordings: one JSON file a request, named by the request's digest, reviewed like any other."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Final

from opsrail.llm.answers import Answer, Ended
from opsrail.llm.canonical import canonical, canonical_json, digest_of
from opsrail.llm.model import Request
from opsrail.llm.validating import NotJson, json_of

FOLDER: Final = "policies/recordings"
_PURPOSE: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_NAMED: Final = re.compile(rf"{FOLDER}/[a-z0-9][a-z0-9-]*/(?P<digest>[0-9a-f]{{64}})\.json")
_LONGEST_PIECE: Final = 2_000
"""Characters. Governed files have an end to their lines."""


class Damaged(Exception):
    """A recording that cannot be trusted; the message says why, as a sentence's end."""


def recording_path(request: Request) -> str:
    """The file of a request's recording. Raises `ValueError` if its purpose is no plain name."""
    if not _PURPOSE.fullmatch(request.purpose):
        raise ValueError(f"{request.purpose!r} is no name for a folder of recordings")
    return f"{FOLDER}/{request.purpose}/{digest_of(request)}.json"


def recording_of(request: Request, answer: Answer) -> str:
    """The recording's text: what was asked and what came back, nothing about how or when."""
    asked = canonical(request)
    for message in asked["messages"]:
        message["text"] = _pieces(message["text"])
    came = {
        "text": _pieces(answer.text),
        "ended": answer.ended.value,
        "input_tokens": answer.input_tokens,
        "output_tokens": answer.output_tokens,
    }
    whole = {"request": asked, "reply": came}
    return json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def recorded(request: Request, text: str) -> Answer:
    """The answer that a recording of this request holds. Raises `Damaged`."""
    asked, answer = _read(text)
    if asked != json_of(json.dumps(canonical(request))):
        raise Damaged("what it says was asked is not what its name stands for")
    return answer


def recording_fault(path: str, text: str) -> str:
    """Why the file at `path` is no recording that will ever be used; empty if it is one."""
    named = _NAMED.fullmatch(path)
    if named is None:
        return "its name is not the digest of a request"
    try:
        asked, _ = _read(text)
    except Damaged as error:
        return str(error)
    if _digest(asked) != named["digest"]:
        return "what it says was asked is not what its name stands for"
    return ""


def _digest(asked: Any) -> str:  # noqa: ANN401 - any JSON value
    return hashlib.sha256(canonical_json(asked).encode()).hexdigest()


def _read(text: str) -> tuple[dict[str, Any], Answer]:
    try:
        whole: Any = json_of(text)
        asked, came = whole["request"], whole["reply"]
        for message in asked["messages"]:
            message["text"] = _joined(message["text"])
        answer = Answer(
            _joined(came["text"]),
            Ended(came["ended"]),
            _tokens(came["input_tokens"]),
            _tokens(came["output_tokens"]),
        )
    except NotJson as error:
        raise Damaged(f"it is not JSON: {error}") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Damaged("a part of it is missing, or is not what it has to be") from None
    return asked, answer


def _pieces(text: str) -> list[str]:
    """The text line by line, so that people can read a change of it; joined, the text itself."""
    return [
        line[at : at + _LONGEST_PIECE]
        for line in re.findall(r"[^\n]*\n|[^\n]+", text)
        for at in range(0, len(line), _LONGEST_PIECE)
    ]


def _joined(pieces: Any) -> str:  # noqa: ANN401 - whatever a file holds there
    if not isinstance(pieces, list):
        raise TypeError
    return "".join(pieces)


def _tokens(count: Any) -> int | None:  # noqa: ANN401 - whatever a file holds there
    if count is None or (type(count) is int and count >= 0):
        return count
    raise ValueError
