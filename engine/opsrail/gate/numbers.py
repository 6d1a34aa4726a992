"""Which runs of digits are somebody's: phone, payment card and account numbers."""

from __future__ import annotations

import re

_SCHEMES = (
    # Issuer prefixes and lengths (ISO/IEC 7812), so that an order number is no card.
    (re.compile(r"4"), {13, 16, 19}),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), {16}),
    (re.compile(r"3[47]"), {15}),
    (re.compile(r"6011|64[4-9]|65"), {16, 17, 18, 19}),
    (re.compile(r"30[0-5]|36|38|39"), {14, 16, 19}),
    (re.compile(r"352[89]|35[3-8]"), {16, 17, 18, 19}),
    (re.compile(r"62"), {16, 17, 18, 19}),
    (re.compile(r"50|5[6-8]|6304|67"), {16, 17, 18, 19}),
)
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28,
    "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
    "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27,
    "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24,
    "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19,
    "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
_DATE = re.compile(r"\b(?:\d{1,2}([-./ ])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([-./ ])\d\d\2\d\d)\b")


def is_card(written: str) -> bool:
    """Whether an issuer gives out such numbers and the check digit holds (Luhn)."""
    digits = re.sub(r"\D", "", written)
    known = any(len(digits) in sizes and prefix.match(digits) for prefix, sizes in _SCHEMES)
    return known and len(set(digits)) > 1 and _luhn(digits)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_iban(written: str) -> bool:
    """Whether the country, its length and the check digits hold (ISO 13616, modulo 97)."""
    compact = written.replace(" ", "")
    if _IBAN_LENGTHS.get(compact[:2]) != len(compact):
        return False
    moved = compact[4:] + compact[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def is_phone(written: str) -> bool:
    """Whether something written like a phone number is one, and no date, amount or range."""
    if _DATE.search(written):
        return False
    digits = re.sub(r"\D", "", written.replace("(0)", ""))
    if len(set(digits)) < 3:
        return False
    if written.startswith(("+", "00")):
        return 8 <= len(digits.removeprefix("00")) <= 15
    if written.startswith(("0", "(0")):
        return 10 <= len(digits) <= 12
    return 7 <= len(digits) <= 15
