"""Networks hold an address however it is written; Python's ipaddress is the judge."""

from __future__ import annotations

from ipaddress import (
    IPv4Address,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

import re2  # type: ignore[import-untyped] # google-re2 is published without types
from hypothesis import example, given
from hypothesis import strategies as st

from opsrail.detection.conditions.networks import expression_of

WORDS = st.one_of(st.just(0), st.sampled_from([1, 0xAB, 0xA00, 0xFFFF]), st.integers(0, 0xFFFF))


def judged(text: str, network: str) -> bool:
    try:
        return ip_address(text) in ip_network(network)
    except ValueError:
        return False


def held(text: str, network: str) -> bool:
    return re2.search(expression_of(ip_network(network)), text.lower()) is not None


@st.composite
def near(draw: st.DrawFn, bits: int, number: int) -> tuple[int, int]:
    """A prefix length, and an address that differs from `number` in few bits at most."""
    flipped = draw(st.sets(st.integers(0, bits - 1), max_size=2))
    return draw(st.integers(0, bits)), number ^ sum(1 << bit for bit in flipped)


@st.composite
def four(draw: st.DrawFn) -> tuple[str, str]:
    """A text and a network of IPv4."""
    number = draw(st.integers(0, 2**32 - 1))
    length, other = draw(near(32, number))
    text = str(IPv4Address(other))
    return draw(blurred(text)), str(ip_network((number, length), strict=False))


@st.composite
def six(draw: st.DrawFn) -> tuple[str, str]:
    """A text and a network of IPv6."""
    words = draw(st.lists(WORDS, min_size=8, max_size=8))
    number = int.from_bytes(b"".join(word.to_bytes(2) for word in words))
    length, other = draw(near(128, number))
    network = IPv6Network((number, length), strict=False)
    return draw(blurred(draw(spelled(IPv6Address(other))))), str(network)


@st.composite
def spelled(draw: st.DrawFn, address: IPv6Address) -> str:
    """One of the ways to write the address."""
    packed = address.packed
    words = [int.from_bytes(packed[at : at + 2]) for at in range(0, 16, 2)]
    width = draw(st.sampled_from(["x", "02x", "04x"]))
    parts = [format(word, width) for word in words]
    if draw(st.booleans()):
        parts[6:] = [str(IPv4Address(packed[12:]))]
        words = words[:6]
    spans = [(start, end) for end in range(len(words) + 1) for start in range(end)]
    start, end = draw(
        st.sampled_from([(0, 0), *(one for one in spans if not any(words[slice(*one)]))])
    )
    halves = [parts[:start], parts[end:]] if end else [parts]
    text = "::".join(":".join(half) for half in halves)
    return draw(st.sampled_from([text, text.upper(), f"{text}%eth0"]))


@st.composite
def blurred(draw: st.DrawFn, text: str) -> str:
    """The text, now and then with a letter too many or too few."""
    at = draw(st.integers(0, len(text)))
    return draw(
        st.sampled_from([text, text, text, text[:at] + text[at + 1 :]])
        | st.sampled_from([text[:at] + letter + text[at:] for letter in ":.0f%x\n"])
    )


@given(four())
@example(("10.0.0.1", "0.0.0.0/0"))
@example(("::10.0.0.1", "10.0.0.0/8"))
@example(("010.0.0.1", "10.0.0.0/8"))
def test_an_ipv4_network_holds_its_addresses(drawn: tuple[str, str]) -> None:
    text, network = drawn
    assert held(text, network) is judged(text, network)


@given(six())
@example(("::", "::/128"))
@example(("::", "::/0"))
@example(("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0/128"))
@example(("::ffff:10.1.2.3", "::ffff:10.0.0.0/104"))
@example(("::ffff:a01:203", "::ffff:10.0.0.0/104"))
@example(("::ffff:11.1.2.3", "::ffff:10.0.0.0/104"))
@example(("1::2::3", "1::/16"))
@example(("10.0.0.1", "::/0"))
def test_an_ipv6_network_holds_its_addresses(drawn: tuple[str, str]) -> None:
    text, network = drawn
    assert held(text, network) is judged(text, network)


def test_the_expression_of_a_network_stays_short() -> None:
    networks = ["::/0", "2001:db8::/32", "2001:db8::/48", "fe80::/10", "::1/128", "10.0.0.0/9"]
    assert max(len(expression_of(ip_network(one))) for one in networks) < 8_000
