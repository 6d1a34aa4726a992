"""Personal data that does not belong in content: addresses, phone, card and account numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from opsrail.findings import Finding
from opsrail.gate.numbers import is_card, is_iban, is_phone
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.gate.texts import MOST, Text, changed_texts

_NOBODYS = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|invalid|test|localhost)$")
"""Domains that RFC 2606 sets apart: they belong to nobody, so no person is behind them."""
_FILE_NAME = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|css|js|md|html?|pdf)$", re.IGNORECASE)
_EMAIL = re.compile(
    r"(?<![\w.+%/@-])[A-Za-z0-9][\w.+%'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}"
    r"(?![\w@:-]|\.\w)"
)
_CARD = re.compile(
    r"(?<![\w.,/+=&#-])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})"
    r"(?![\w/=-]|[.,]\d)"
)
_IBAN = re.compile(
    r"(?<![\w/=-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\w/=-])"
)
_PHONE = re.compile(
    # With a country code; in the North American way; with the trunk prefix 0; after a label.
    r"(?<![\w.+/=&#-])(?:"
    r"(?:\+|00(?=[1-9]))[1-9](?:[ ./()-]{0,2}\d){6,16}"
    r"|(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}"
    r"|\(?0[1-9]\d{0,4}\)?(?:[ /-]\d{2,8}){1,4}"
    r")(?![\w/=:-]|[.,]\d)"
    r"|(?:\b(?:tel|phone|mobile|cell|fax|whatsapp)\b[.: ]{1,3}(?:\d[ .-]?){6,14}\d(?![\d-]))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What to look for. `sign`: a text without one of these characters has none of it."""

    name: str
    pattern: re.Pattern[str]
    is_real: Callable[[str], bool]
    shown: int


def _is_personal_address(found: str) -> bool:
    domain = found.rpartition("@")[2].lower()
    return not (_NOBODYS.search(domain) or _FILE_NAME.search(domain))


_KINDS = (
    _Kind("an IBAN", _IBAN, is_iban, 4),
    _Kind("a payment card number", _CARD, is_card, 4),
    _Kind("an e-mail address", _EMAIL, _is_personal_address, 4),
    _Kind("a phone number", _PHONE, is_phone, 2),
)


@check("personal-data")
def personal_data(subject: Subject) -> Iterator[Finding]:
    """Content holds an e-mail address, a phone, card or account number that nobody allowed.

    Pages are copied, searched and printed, and what is in Git stays in its history. Use
    invented data (`@example.com`), or allow the address of a desk of ours in
    policies/content.yaml under `personal_data.allow`. Real data that was committed has to be
    removed from the history as well: tell who answers for privacy.
    """
    allowed = _Allowed(subject.policy.personal_data.allow)
    for text in changed_texts(subject, (".md", ".yaml", ".yml")):
        if text.path.startswith(("content/", "playbooks/")):
            yield from islice(_found(text, allowed), MOST)


def _found(text: Text, allowed: _Allowed) -> Iterator[Finding]:
    rest = text.text
    for kind in _KINDS:
        matches = [match for match in kind.pattern.finditer(rest) if kind.is_real(match[0])]
        told: dict[str, list[int]] = {}
        for match in matches:
            if match[0] not in allowed and text.is_own(match.start()):
                told.setdefault(match[0], []).append(match.start())
        for value, places in told.items():
            yield _finding(text, kind, value, places)
        rest = _without(rest, [match.span() for match in matches])


def _finding(text: Text, kind: _Kind, value: str, places: list[int]) -> Finding:
    """One finding a value and file, at the first place. It never repeats the value itself."""
    ending = value.replace(" ", "")[-kind.shown :]
    times = f" {len(places)} times" if len(places) > 1 else ""
    message = f"{kind.name} ending in “{ending}” is in this file{times}"
    hint = "use invented data, or allow it in policies/content.yaml if it is a desk's"
    return Finding(text.place(places[0]), "personal-data", message, hint=hint)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with blanks for what is told already: no card is also a phone number."""
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        pieces += [text[done:start], " " * (end - start)]
        done = end
    return "".join((*pieces, text[done:])) if spans else text


class _Allowed:
    """The allow-list: addresses, `@domains`, and numbers whatever way they are written."""

    def __init__(self, entries: Iterable[str]) -> None:
        words = {entry.strip().lower() for entry in entries}
        self._addresses = {word for word in words if "@" in word}
        self._numbers = {_digits(word) for word in words if "@" not in word}

    def __contains__(self, value: str) -> bool:
        if "@" in value:
            address = value.lower()
            return address in self._addresses or f"@{address.rpartition('@')[2]}" in self._addresses
        digits = _digits(value)
        return any(_same_number(digits, number) for number in self._numbers)


def _same_number(one: str, other: str) -> bool:
    """Equal, or equal but for the country code or trunk prefix."""
    return one == other or (min(len(one), len(other)) >= 9 and one[-9:] == other[-9:])


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number.replace("(0)", "")).removeprefix("00")
