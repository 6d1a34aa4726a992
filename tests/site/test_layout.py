from __future__ import annotations

import pytest

from opsrail.content.clearance import Clearance
from opsrail.site.layout import Layout, lay_out
from tests.site.conftest import Desk

PAGE = "roles/tier-1/refunds.md"
LAYOUT = Layout(
    places={
        "playbooks/refunds/tier-1.md": PAGE,
        "playbooks/refunds/lead.md": "roles/lead/refunds.md",
        "content/sources/refunds.md": "sources/refunds.md",
    },
    anchors={"sources/refunds.md": frozenset({"bands"}), PAGE: frozenset({"timing"})},
)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("../../content/sources/refunds.md#bands", "../../sources/refunds.md#bands"),
        ("../../content/sources/refunds.md", "../../sources/refunds.md"),
        ("../../content/sources/refunds.md#gone", None),
        ("../../content/sources/gone.md", None),
        ("lead.md", "../lead/refunds.md"),
        ("#timing", "#timing"),
        ("#gone", None),
        ("../../policies/roles.yaml", None),
        ("/etc/passwd", None),
        ("//evil.example/x", None),
        ("javascript:alert(1)", None),
        ("JavaScript:alert(1)", None),
        ("data:text/html,x", None),
        ("https://e.example/x#y", "https://e.example/x#y"),
        ("mailto:help@example.com", "mailto:help@example.com"),
        ("../../../../../../etc/passwd", None),
        ("../../content/sources/re%66unds.md", "../../sources/refunds.md"),
    ],
)
def test_links_lead_to_what_the_edition_has(target: str, expected: str | None) -> None:
    assert LAYOUT.resolve(target, "playbooks/refunds/tier-1.md", PAGE) == expected


def test_every_file_has_a_place_of_its_own(desk: Desk) -> None:
    names = (
        "alerts.md",
        "a.md",
        "A.md",
        "README.md",
        "readme.md",
        "roles/x.md",
        "a#1.md",
        ".b/.c.md",
    )
    for name in names:
        desk.write(f"content/{name}", "---\nclearance: public\n---\n\n# X\n")
    edition = desk.edition(Clearance.STAFF)
    layout = lay_out(edition, {})
    mine = [place for file, place in layout.places.items() if file.startswith("content/")]
    assert len({place.casefold() for place in layout.places.values()}) == len(layout.places)
    assert len(mine) == len(names) + 3
    assert not any(set("#? ") & set(place) or "/." in place for place in mine)


def test_withheld_sections_have_no_anchor(desk: Desk) -> None:
    layout = lay_out(desk.edition(Clearance.PARTNER), {})
    assert layout.anchors["sources/refunds.md"] == {"refunds", "timing", "bands"}
