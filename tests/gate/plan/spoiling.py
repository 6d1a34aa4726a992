"""Plans in which somebody else's words stand wherever words can stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from hypothesis import strategies as st

from opsrail.gate.plan.model import Plan
from tests.gate.plan.plans import NASTY

T = TypeVar("T")

OURS = {"what", "place", "shares"}
"""Fields that hold no words of other people: a term of the vocabulary, a place in
the policy, digests."""

NASTY_TEXT = st.sampled_from(NASTY) | st.lists(
    st.sampled_from(
        [*NASTY, "\n", " ", "`", "*", "_", "$", "@", "#", ":", "<", "a", "1", "\u05d0"]
    ),
    max_size=5,
).map("".join)


def spoiled(plan: Plan, text: str) -> Plan:
    """The plan with `text` in the place of every text, and its shape as it was."""
    return _spoiled(plan, text)


def _spoiled(value: T, text: str) -> T:
    found: Any = value
    if isinstance(found, Enum):
        return value
    if isinstance(found, str):
        found = text if found else ""
    elif isinstance(found, tuple):
        found = tuple(_spoiled(one, text) for one in found)
    elif isinstance(found, Mapping):
        found = {_spoiled(key, text): _spoiled(one, text) for key, one in found.items()}
    elif is_dataclass(found) and not isinstance(found, type):
        names = [field.name for field in fields(found) if field.init and field.name not in OURS]
        changed = {name: _spoiled(getattr(found, name), text) for name in names}
        found = replace(found, **changed)
    return found  # type: ignore[no-any-return]  # as the value came in, with other words
