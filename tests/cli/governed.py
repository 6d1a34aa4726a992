"""The small repository of the commands' tests, with a policy, as its author sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.gate.guarded import NOW, PEOPLE, POLICY, as_person

HOURS = "content/sources/hours.md"
HOLIDAYS = (HOURS, "2 business days", "3 business days")


def governed(desk: Desk, patch: pytest.MonkeyPatch, person: str = "dora") -> Desk:
    """The desk with a policy on main, and a branch `change` for this person to work on."""
    patch.setenv("OPSRAIL_NOW", NOW)
    desk.write("policies/governance.yaml", POLICY)
    desk.write("policies/people.yaml", PEOPLE)
    desk.commit("Who must agree")
    for name, value in as_person(person).items():
        patch.setenv(name, value)
    desk.git("switch", "-q", "-c", "change")
    return desk


def scenarios(root: Path) -> Path:
    return root / "policies" / "governance"
