from __future__ import annotations

import re
from collections import Counter

from tests.injection.corpus import attacks, harmless
from tests.injection.pipelines import CARRIED

AIMS = {"url", "address", "command", "entity", "clearance", "say"}
PLACES = {
    "direct", "hidden", "encoded", "languages", "split", "table", "ticket", "link", "filename",
    "code", "front matter", "mail thread", "turn", "citation",
}  # fmt: skip
DOMAIN = re.compile(r"https?://([\w.-]+)|[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")


def test_there_are_enough_of_every_kind_on_both_sides() -> None:
    assert len(attacks()) >= 130
    assert len(harmless()) >= 130
    assert {one.kind for one in attacks()} == {one.kind for one in harmless()} == PLACES
    assert min(Counter(one.kind for one in attacks()).values()) >= 4
    assert len({one.language for one in attacks()}) >= 15


def test_each_is_told_apart_and_can_be_tried() -> None:
    for several in (attacks(), harmless()):
        assert len({one.id for one in several}) == len({one.text for one in several})
        assert {one.carrier for one in several} <= CARRIED.keys()
        assert {one.written for one in several} == {"seen", "unseen"}
    assert {one.aim for one in attacks()} == AIMS
    assert all(one.wanted for one in attacks())


def test_every_address_is_invented() -> None:
    texts = [*(one.text for one in attacks()), *(one.text for one in harmless())]
    for found in (found for text in texts for found in DOMAIN.finditer(text)):
        host = (found[1] or found[2]).rstrip(".")
        assert host.endswith((".example", ".invalid", ".test")), found[0]
