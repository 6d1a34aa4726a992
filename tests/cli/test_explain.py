from __future__ import annotations

from opsrail.gate.registry import explanations
from tests.cli.desk import Desk

CODES = sorted(explanations())


def explain(desk: Desk, *codes: str) -> tuple[int, str, str]:
    ran = desk.opsrail("explain", *codes)
    return ran.code, ran.out, ran.err


def test_all_codes_are_listed_with_what_they_mean(desk: Desk) -> None:
    code, out, _ = explain(desk)
    assert code == 0
    lines = out.splitlines()
    assert [line.split()[0] for line in lines] == CODES
    assert all(line.partition("  ")[2].strip() for line in lines)


def test_every_code_is_explained(desk: Desk) -> None:
    for name in CODES:
        code, out, _ = explain(desk, name)
        assert code == 0
        title, blank, text = out.split("\n", 2)
        assert (title, blank) == (name, "")
        assert text.strip() == explanations()[name]


def test_a_misspelt_code_gets_a_suggestion(desk: Desk) -> None:
    code, out, err = explain(desk, "stale-sections")
    assert (code, out) == (2, "")
    assert "There is no code “stale-sections”. Did you mean stale-section" in err


def test_a_code_like_no_other_gets_none(desk: Desk) -> None:
    code, _, err = explain(desk, "zzz")
    assert code == 2
    assert "There is no code “zzz”." in err
    assert "Did you mean" not in err
