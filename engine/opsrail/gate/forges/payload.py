"""JSON that somebody else wrote, read with care: every part knows what it is called.

What does not fit is a finding that names the part. Nothing is guessed: a part that is missing or
of another type is never taken for an empty one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn

from opsrail.findings import Finding, Location, Unreadable
from opsrail.report.escaping import shortened, visible

CODE: Final = "forge-payload"
CODES: Final = {
    CODE: """
        What a forge, or a script of your own, says of a request does not have the form it should.

        The finding names the part. Nothing is guessed, so that no approval comes of a misread
        file: fetch it again, or hold it against `opsrail schema request`.
    """
}
"""What `opsrail forge` and `--request` may find, explained."""
MOST_BYTES: Final = 5_000_000
"""How large a payload may be. GitHub's own may have 25 MB, but those we read are far smaller."""
MOST_OF_OURS: Final = 50_000_000
"""How large a plan that we wrote ourselves may be: it has every change and finding."""
_COMMIT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SHOWN: Final = 60
_TYPES: Final = {dict: "a mapping", list: "a list", str: "text", bool: "yes or no", int: "a number"}


@dataclass(frozen=True, slots=True)
class Payload:
    """One part of a payload. `source` names the file, `route` the part: `review.user.login`."""

    value: object
    source: str
    route: str = ""

    def refuse(self, why: str, hint: str = "") -> NoReturn:
        """Raise the finding that this part is not as it must be."""
        raise Unreadable(refusal(self.source, f"{self.route or 'the whole'}: {why}", hint=hint))

    def part(self, key: str) -> Payload:
        """What stands under `key`. Raises `Unreadable` if there is nothing."""
        found = self.optional(key)
        if found is None:
            self.refuse(f"`{key}` is missing")
        return found

    def optional(self, key: str) -> Payload | None:
        """What stands under `key`, or None if that is missing or null."""
        content = self.mapping()
        value = content.get(key)
        route = f"{self.route}.{key}" if self.route else key
        return None if value is None else Payload(value, self.source, route)

    def mapping(self) -> dict[str, Any]:
        """Its keys and values. Raises `Unreadable` if it has none."""
        if not isinstance(self.value, dict):
            self.refuse(f"a mapping is wanted, this is {_kind(self.value)}")
        return self.value

    def items(self) -> Iterator[Payload]:
        """Its entries. Raises `Unreadable` if it is no list."""
        if not isinstance(self.value, list):
            self.refuse(f"a list is wanted, this is {_kind(self.value)}")
        for number, value in enumerate(self.value):
            yield Payload(value, self.source, f"{self.route}[{number}]")

    def entries(self) -> Iterator[Payload]:
        """The entries of a list that a forge hands out in pages: a list of lists, or one list."""
        for item in self.items():
            if isinstance(item.value, list):
                yield from item.items()
            else:
                yield item

    def text(self) -> str:
        """Its text. Raises `Unreadable` if it is none."""
        if not isinstance(self.value, str):
            self.refuse(f"text is wanted, this is {_kind(self.value)}")
        return self.value

    def number(self) -> int:
        """A whole number above zero. Raises `Unreadable` if it is none."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 1:
            self.refuse(f"a whole number above zero is wanted, this is {_kind(self.value)}")
        return self.value

    def commit(self) -> str:
        """The full name of a commit. Raises `Unreadable` if it is none."""
        if not _COMMIT.fullmatch(self.text()):
            self.refuse(f"`{_shown(self.text())}` is no full commit name")
        return self.text()

    def instant(self) -> datetime:
        """A time with its zone. Raises `Unreadable` if it is none."""
        try:
            at = datetime.fromisoformat(self.text())
        except ValueError:
            self.refuse(f"`{_shown(self.text())}` is no date and time")
        if at.tzinfo is None:
            self.refuse(f"`{_shown(self.text())}` says no time zone")
        return at


def parse(source: str, data: bytes, most: int = MOST_BYTES) -> Payload:
    """The JSON in `data`, of at most `most` bytes, called `source` in findings.

    Raises `Unreadable` for what is too large, no JSON, or JSON that readers understand in several
    ways: keys that stand there twice, and numbers that are none.
    """
    if len(data) > most:
        raise Unreadable(refusal(source, f"this is larger than {most:,} bytes"))
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise Unreadable(refusal(source, f"byte {error.start} is no UTF-8")) from error
    except json.JSONDecodeError as error:
        place = Location(visible(source), error.lineno, error.colno)
        message = f"this is no JSON: {error.msg}"
        raise Unreadable(Finding(place, CODE, message)) from error
    except RecursionError as error:
        raise Unreadable(refusal(source, "this is nested too deeply")) from error
    except ValueError as error:
        raise Unreadable(refusal(source, f"this is no JSON: {_shown(str(error))}")) from error
    return Payload(value, source)


def refusal(source: str, message: str, *, hint: str = "") -> Finding:
    """The finding that a payload cannot be taken in."""
    return Finding(Location(visible(source)), CODE, message, hint=hint)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content: dict[str, object] = {}
    for key, value in pairs:
        if key in content:
            raise ValueError(f"the key `{key}` stands there twice")
        content[key] = value
    return content


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _kind(value: object) -> str:
    return next((name for kind, name in _TYPES.items() if type(value) is kind), "something else")


def _shown(text: str) -> str:
    return shortened(visible(text), _SHOWN)
