"""Networks such as `10.0.0.0/8` and `2001:db8::/32`, as a test on the text of an address.

No two engines share a type for addresses, so that a network becomes one regular expression over
every way in which an address within it can be written (RFC 4291, section 2.2): with `::` in any
place, leading zeros, and the last 32 bits as four decimal numbers.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Network

import ibis.expr.types as ir

from opsrail.detection.conditions.columns import as_text

_BYTE = "(?:25[0-5]|(?:2[0-4]|1[0-9]|[1-9])?[0-9])"
_WORD = "[0-9a-f]{1,4}"
_WORDS = 8
_ANY = (0, 0xFFFF)
_ZONE = "(?:%[^%]+)?"

Limits = tuple[tuple[int, int], ...]
"""The least and the largest value of each part of an address."""


def within(column: ir.Value, network: IPv4Network | IPv6Network) -> ir.BooleanValue:
    """Whether the column's text is an address of the network."""
    return as_text(column).lower().re_search(expression_of(network))


@lru_cache(maxsize=1024)
def expression_of(network: IPv4Network | IPv6Network) -> str:
    """The regular expression that lower-case texts of the network's addresses match."""
    if isinstance(network, IPv4Network):
        return rf"\A{_dotted(network)}\z"
    forms = [*_forms(_limits(network), ""), *_forms(*_mixed(network))]
    return rf"\A(?:{'|'.join(dict.fromkeys(forms))}){_ZONE}\z"


def _dotted(network: IPv4Network) -> str:
    """Four decimal numbers of an IPv4 network."""
    pairs = zip(network.network_address.packed, network.broadcast_address.packed, strict=True)
    return r"\.".join(_byte(low, high) for low, high in pairs)


def _byte(low: int, high: int) -> str:
    if (low, high) == (0, 255):
        return _BYTE
    numbers = "|".join(str(number) for number in range(low, high + 1))
    return f"(?:{numbers})" if low < high else numbers


def _limits(network: IPv6Network) -> Limits:
    """The range of each of the eight words."""
    ends = (network.network_address.packed, network.broadcast_address.packed)
    low, high = ([int.from_bytes(end[at : at + 2]) for at in range(0, 16, 2)] for end in ends)
    return tuple(zip(low, high, strict=True))


def _mixed(network: IPv6Network) -> tuple[Limits, str]:
    """The ranges of the first six words, and the last two as four decimal numbers."""
    length = max(network.prefixlen - 96, 0)
    last = IPv4Address(int(network.network_address) & 0xFFFFFFFF)
    return _limits(network)[: _WORDS - 2], _dotted(IPv4Network((last, length)))


def _forms(limits: Limits, tail: str) -> list[str]:
    """Every way to write the words: in full, and with `::` for one or more zeros.

    `tail` is what follows the words, if anything does. Where the network says nothing about the
    words after `::`, their number is left open.
    """
    size = len(limits)
    forms = [_side(limits, tail)]
    fixed = sum(limit != _ANY for limit in limits)
    for before in range(size):
        free = min(size - before - 1, size - fixed)
        if _are_zero(limits[before : size - free]):
            forms.append(f"{_side(limits[:before], '')}::{_up_to(free, tail)}")
        for after in range(free + 1, size - before):
            if _are_zero(limits[before : size - after]):
                right = _side(limits[size - after :], tail)
                forms.append(f"{_side(limits[:before], '')}::{right}")
    return forms


def _are_zero(limits: Limits) -> bool:
    """Whether all of these words may be zero."""
    return all(low == 0 for low, _ in limits)


def _up_to(count: int, tail: str) -> str:
    """At most `count` words of any value, then the tail."""
    if tail:
        return f"(?:{_WORD}:){{0,{count}}}{tail}"
    return f"(?:{_WORD}(?::{_WORD}){{0,{count - 1}}})?" if count else ""


def _side(limits: Limits, tail: str) -> str:
    words = [_word(low, high) for low, high in limits]
    return ":".join([*words, tail] if tail else words)


def _word(low: int, high: int) -> str:
    """Hexadecimal numbers from `low` to `high`, which differ only in their last bits."""
    if (low, high) == _ANY:
        return _WORD
    first, last = f"{low:04x}", f"{high:04x}"
    digits = [_digit(one, other) for one, other in zip(first, last, strict=True)]
    return _shortened(digits, len(first) - len(first.lstrip("0")))


def _digit(low: str, high: str) -> str:
    if low == high:
        return low
    return "[" + "".join(f"{number:x}" for number in range(int(low, 16), int(high, 16) + 1)) + "]"


def _shortened(digits: list[str], zeros: int) -> str:
    """Four digits of which leading zeros may be left out, though never the last digit."""
    optional = min(zeros, 3)
    text = "".join(digits[optional:])
    return "".join(f"{digit}?" for digit in digits[:optional]) + text
