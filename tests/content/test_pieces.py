from __future__ import annotations

from opsrail.content.pieces import Piece, pieces_of
from opsrail.content.sections import parse_document

TEXT = """\
# A

Lead.

1. First <!-- needs: refund -->
   - nested
2. Second

| Tier | Limit |
|---|---|
| One | 5 |

```sh
run --within 30
```

<!-- only: lead -->

For leads.

<!-- /only -->
"""


def _pieces(text: str = TEXT) -> list[Piece]:
    return [
        piece for section in parse_document("a.md", text).sections for piece in pieces_of(section)
    ]


def test_lists_by_item_and_tables_by_row() -> None:
    assert [(piece.kind, piece.text.split("\n")[0], piece.line) for piece in _pieces()] == [
        ("paragraph", "Lead.", 3),
        ("step", "First", 5),
        ("item", "nested", 6),
        ("step", "Second", 7),
        ("row", "Tier | Limit", 9),
        ("row", "One | 5", 11),
        ("code", "```sh", 13),
        ("paragraph", "For leads.", 19),
    ]


def test_who_may_do_and_read_it() -> None:
    first, leads = _pieces()[1], _pieces()[-1]
    assert (first.needs, leads.only) == ("refund", frozenset({"lead"}))
    assert first.digest != _pieces(TEXT.replace(" <!-- needs: refund -->", ""))[1].digest


def test_a_row_is_known_by_its_first_cell() -> None:
    assert [piece.key for piece in _pieces() if piece.kind == "row"] == ["Tier", "One"]


def test_code_states_nothing() -> None:
    assert [piece.kind for piece in _pieces() if not piece.is_prose] == ["code"]
