from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.content.facts.addresses import read_addresses
from opsrail.content.facts.model import FactKind


@given(st.text(alphabet="`~<>!-[](){}%#@&;*_\\\n aA1.:/", max_size=120))
def test_blanking_keeps_the_length_and_takes_only_away(text: str) -> None:
    prose, _ = read_addresses(text)
    assert len(prose) == len(text)
    assert "\x00" not in prose


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("`#billing`", FactKind.HANDLE, "#billing"),
        ("`a@b.example`", FactKind.EMAIL, "a@b.example"),
        ("`https://b.example/`", FactKind.URL, "https://b.example"),
        ("`rm -rf`", FactKind.CODE, "rm -rf"),
        ("`` a ` b ``", FactKind.CODE, "a ` b"),
        ('<a href="https://b.example/x">', FactKind.URL, "https://b.example/x"),
        ("(see https://b.example/x.)", FactKind.URL, "https://b.example/x"),
        ("https://b.example/x_(y)", FactKind.URL, "https://b.example/x_(y)"),
    ],
)
def test_one_address(text: str, kind: FactKind, value: str) -> None:
    (found,) = read_addresses(text)[1]
    assert (found.kind, found.value) == (kind, value)


def test_entities_and_escapes_mean_what_they_show() -> None:
    prose, _ = read_addresses(r"&gt; 5 \$3")
    assert prose.split() == [">", "5", "$3"]


@pytest.mark.parametrize("text", ["#fff", "#a1b2c3", "# Title", "#1234", "a/@b", "@types/node"])
def test_no_handle(text: str) -> None:
    assert read_addresses(text)[1] == []
