"""Random detections find in random events what SQLite finds by SQL that others wrote.

Left out is where the two differ by design: SQLite knows case for ASCII letters only, and under
`not` a field that is absent makes its answer NULL.
"""

from __future__ import annotations

from typing import Any

import ibis
from hypothesis import given, settings
from hypothesis import strategies as st
from sigma.rule import SigmaRule

from tests.detection.conditions.asking import asked, condition_of
from tests.detection.sqlite_oracle import in_sqlite

WORDS = st.text("abAB_%. '", min_size=1, max_size=4)
PATTERNS = st.lists(st.sampled_from(["a", "B", "*", "?", "_", "%", "b."]), min_size=1, max_size=4)
NUMBERS = st.integers(-3, 3)
EVENTS = st.fixed_dictionaries({"text": WORDS, "other": WORDS, "count": NUMBERS})
BACKEND = ibis.duckdb.connect()

ITEMS = st.one_of(
    st.tuples(
        st.sampled_from(["text", "other"]),
        st.sampled_from(["", "|contains", "|startswith", "|endswith"]),
        st.lists(PATTERNS.map("".join), min_size=1, max_size=3),
    ),
    st.tuples(st.just("text"), st.just("|contains|all"), st.lists(WORDS, min_size=2, max_size=2)),
    st.tuples(st.just("count"), st.sampled_from(["", "|lt", "|lte", "|gt", "|gte"]), NUMBERS),
)
SELECTIONS = st.lists(ITEMS, min_size=1, max_size=2).map(
    lambda items: {field + modifiers: value for field, modifiers, value in items}
)
CONDITIONS = st.sampled_from(
    ["s", "s and t", "s or t", "s and not t", "not (s or t)", "1 of s*", "all of them"]
)
DETECTIONS = st.fixed_dictionaries({"s": SELECTIONS, "t": SELECTIONS, "condition": CONDITIONS})


def rule_of(detection: dict[str, Any]) -> SigmaRule:
    return SigmaRule.from_dict(
        {"title": "T", "logsource": {"product": "support"}, "detection": detection}
    )


@settings(max_examples=15)
@given(st.lists(DETECTIONS, min_size=1, max_size=8), st.lists(EVENTS, min_size=1, max_size=12))
def test_random_detections_agree(
    detections: list[dict[str, Any]], events: list[dict[str, str | int]]
) -> None:
    found = asked(BACKEND, events, [condition_of(one) for one in detections])
    ours = [{at for at, hit in enumerate(hits) if hit} for hits in found]
    assert ours == in_sqlite([rule_of(one) for one in detections], events)
