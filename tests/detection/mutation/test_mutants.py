from __future__ import annotations

import pytest

from opsrail.detection.library import library_of
from opsrail.detection.mutation.changes import applied
from opsrail.detection.mutation.mutants import diff, mutants_of
from tests.detection.desk_rules import PATH, SPIKE, STREAMS, library, spike_with

EVENTS = """\
title: Events
name: events
logsource: {product: support, service: tickets}
detection:
"""
HEAD = """\
ops:
  owner: desk
  route: desk
  runbook: content/runbooks/desk.md
"""
TWO = """\
title: Created
name: created
logsource: {product: support, service: tickets}
detection: {selection: {event_type: created, amount|gt: 1.5}, condition: selection}
---
title: Solved
name: solved
logsource: {product: support, service: tickets}
detection: {selection: {event_type: solved}, condition: selection}
---
title: Both
name: both
correlation:
  type: TYPE
  rules: [created, solved]
  group-by: [product_area, ticket]
  timespan: 1h
CONDITION"""


def words(text: str, name: str = "") -> list[str]:
    """What the mutants of the file's rules (or of one of them) are called."""
    made = library_of({"rules/streams.yaml": STREAMS, PATH: text})
    assert [str(finding) for finding in made.findings] == []
    found = mutants_of(made, PATH)
    return [mutant.words for mutant in found if name in ("", mutant.rule.name)]


def both(kind: str, condition: str = "", ops: str = "") -> list[str]:
    """The mutants of a correlation of two rules, without those that all of them have."""
    text = TWO.replace("TYPE", kind).replace("CONDITION", condition)
    usual = (
        "`product_area` is dropped from `group-by`",
        "`ticket` is dropped from `group-by`",
        "`timespan: 1h` becomes `timespan: 2h`",
        "`timespan: 1h` becomes `timespan: 30m`",
        "`created` is dropped from `rules`",
        "`solved` is dropped from `rules`",
    )
    return [told for told in words(text + HEAD + ops, "both") if told not in usual]


def test_every_part_of_a_rule_is_changed() -> None:
    assert words(spike_with("[]").replace("[product_area]", "[product_area, topic]")) == [
        "`event_type: created` is dropped",
        "`topic|startswith: sign-in` is dropped",
        "`topic|startswith: sign-in` becomes `topic: sign-in`",
        "`product_area` is dropped from `group-by`",
        "`topic` is dropped from `group-by`",
        "`timespan: 15m` becomes `timespan: 30m`",
        "`timespan: 15m` becomes `timespan: 450s`",
        "`gte: 3` becomes `gte: 2`",
        "`gte: 3` becomes `gte: 4`",
        "the window is `tumbling` instead of `sliding`",
        "the window is `session` instead of `sliding`",
        "`distinct: customer_id` is dropped",
        "`dedupe: {cooldown: 1h}` is dropped",
        "`cooldown: 1h` becomes `cooldown: 2h`",
        "`cooldown: 1h` becomes `cooldown: 30m`",
        "`cooldown: 1h` becomes `quiet: 1h`",
    ]


@pytest.mark.parametrize(
    ("detection", "told"),
    [
        (
            "{selection: {topic: [a, b]}, condition: selection}",
            [
                "`topic: [a, b]` becomes `topic|exists: true`",
                "`a` is dropped from `topic`",
                "`b` is dropped from `topic`",
            ],
        ),
        (
            "{selection: {topic|contains|all: [a, b]}, condition: selection}",
            [
                "`topic|contains|all: [a, b]` becomes `topic|exists: true`",
                "`topic|contains|all: [a, b]` becomes `topic|all: [a, b]`",
                "`topic|contains|all: [a, b]` becomes `topic|contains: [a, b]`",
                "`a` is dropped from `topic|contains|all`",
                "`b` is dropped from `topic|contains|all`",
            ],
        ),
        (
            "{selection: {amount|gte: 50}, condition: selection}",
            [
                "`amount|gte: 50` becomes `amount|exists: true`",
                "`amount|gte: 50` becomes `amount|gte: 49`",
                "`amount|gte: 50` becomes `amount|gte: 51`",
                "`amount|gte: 50` becomes `amount|gt: 50`",
            ],
        ),
        (
            "{selection: {priority|lt: 3}, condition: selection}",
            [
                "`priority|lt: 3` becomes `priority|exists: true`",
                "`priority|lt: 3` becomes `priority|lt: 2`",
                "`priority|lt: 3` becomes `priority|lt: 4`",
            ],
        ),
        (
            "{a: {topic: x}, b: {is_vip: true}, condition: a and not b}",
            [
                "`topic: x` becomes `topic|exists: true`",
                "`is_vip: true` becomes `is_vip|exists: true`",
                "`a and not b` becomes `a or not b`",
                "`a and not b` becomes `a and b`",
            ],
        ),
        (
            "{s_1: {topic|exists: true}, s_2: {amount: null}, condition: 1 of s_*}",
            [
                "`topic|exists: true` becomes `topic|exists: false`",
                "`amount: null` becomes `amount|exists: true`",
                "`1 of s_*` becomes `all of s_*`",
            ],
        ),
        (
            "{selection: [{topic: x}, {topic: y, priority: 1}], condition: 1 of selection}",
            [
                "`{topic: x}` is dropped from `selection`",
                "`topic: x` becomes `topic|exists: true`",
                "`{topic: y, priority: 1}` is dropped from `selection`",
                "`topic: y` is dropped",
                "`priority: 1` is dropped",
            ],
        ),
    ],
)
def test_changes_to_a_detection(detection: str, told: list[str]) -> None:
    text = f"{EVENTS.rstrip()} {detection}\n"
    assert sorted(words(text)) == sorted(told)


@pytest.mark.parametrize(
    ("kind", "condition", "told"),
    [
        (
            "event_count",
            "  condition: {gte: 5, lt: 9}\n",
            [
                "`gte: 5` becomes `gte: 4`",
                "`gte: 5` becomes `gte: 6`",
                "`gte: 5` is dropped",
                "`lt: 9` becomes `lt: 8`",
                "`lt: 9` becomes `lt: 10`",
                "`lt: 9` is dropped",
            ],
        ),
        (
            "event_count",
            "  condition: {eq: 2}\n",
            ["`eq: 2` becomes `eq: 1`", "`eq: 2` becomes `eq: 3`", "`eq: 2` becomes `neq: 2`"],
        ),
        (
            "value_avg",
            "  condition: {lt: 3.5, field: amount}\n",
            [
                "`lt: 3.5` becomes `lt: 3.15`",
                "`lt: 3.5` becomes `lt: 3.85`",
                "`lt: 3.5` becomes `lte: 3.5`",
            ],
        ),
        ("temporal_ordered", "", ["`type: temporal_ordered` becomes `type: temporal`"]),
        (
            "temporal",
            "  condition: created or solved\n",
            ["`created or solved` becomes `created and solved`"],
        ),
    ],
)
def test_changes_to_a_correlation(kind: str, condition: str, told: list[str]) -> None:
    windows = [f"the window is `{one}` instead of `sliding`" for one in ("tumbling", "session")]
    assert sorted(both(kind, condition)) == sorted(told + windows)


def test_what_is_missing_has_no_window() -> None:
    told = both("temporal_ordered", "  condition: created and not solved\n")
    assert [one for one in told if "window" in one] == []


@pytest.mark.parametrize(
    ("ops", "told"),
    [
        (
            "  window: tumbling\n",
            [
                "`window: tumbling` becomes `window: sliding`",
                "`window: tumbling` becomes `window: session`",
            ],
        ),
        ("  group_nulls: keep\n", ["`group_nulls: keep` becomes `group_nulls: drop`"]),
        (
            "  dedupe: {quiet: 10m}\n",
            [
                "`dedupe: {quiet: 10m}` is dropped",
                "`quiet: 10m` becomes `quiet: 20m`",
                "`quiet: 10m` becomes `quiet: 5m`",
                "`quiet: 10m` becomes `cooldown: 10m`",
            ],
        ),
        (
            "  minimum: {events: 5, distinct: {customer_id: 2}}\n",
            [
                "`minimum: {events: 5, distinct: {customer_id: 2}}` is dropped",
                "`events: 5` is dropped",
                "`events: 5` becomes `events: 4`",
                "`events: 5` becomes `events: 6`",
                "`distinct: {customer_id: 2}` is dropped",
                "`customer_id: 2` becomes `customer_id: 1`",
                "`customer_id: 2` becomes `customer_id: 3`",
            ],
        ),
        (
            "  severities: [{level: critical, gte: 50}]\n",
            ["`gte: 50` becomes `gte: 49`", "`gte: 50` becomes `gte: 51`"],
        ),
        ("  inhibited_by: [created]\n", ["`inhibited_by: [created]` is dropped"]),
        (
            "  inhibited_by: [created, solved]\n",
            ["`created` is dropped from `inhibited_by`", "`solved` is dropped from `inhibited_by`"],
        ),
        (
            "  baseline: {rate_ratio: 2}\n",
            [
                "`baseline: {rate_ratio: 2}` is dropped",
                "`rate_ratio: 2` becomes `rate_ratio: 4`",
            ],
        ),
        (
            "  every: 10m\n  remember: 7d\n",
            ["`every: 10m` becomes `every: 20m`", "`remember: 7d` becomes `remember: 3d12h`"],
        ),
    ],
)
def test_changes_to_what_sigma_leaves_out(ops: str, told: list[str]) -> None:
    usual = ("`gte: 7` becomes", "the window is")
    found = both("event_count", "  condition: {gte: 7}\n", ops)
    assert sorted(one for one in found if not one.startswith(usual)) == sorted(told)


def test_a_group_key_takes_its_dedupe_key_and_alias_along() -> None:
    text = TWO.replace("TYPE", "event_count").replace("CONDITION", "  condition: {gte: 2}\n")
    text = text.replace("timespan: 1h", "timespan: 1h\n  aliases: {ticket: {solved: customer_id}}")
    text += HEAD + "  dedupe: {key: [ticket], cooldown: 1h}\n"
    made = library(text)
    (dropped,) = [m for m in mutants_of(made, PATH) if m.words.startswith("`ticket` is dropped")]
    assert dropped.rule.group_by == ("product_area",)
    assert diff(dropped, text) == (
        "-  group-by: [product_area, ticket]",
        "+  group-by: [product_area]",
        "-  aliases: {ticket: {solved: customer_id}}",
        "-  dedupe: {key: [ticket], cooldown: 1h}",
        "+  dedupe: {cooldown: 1h}",
    )


def test_a_mutant_is_what_its_text_says() -> None:
    text = spike_with("- {name: a, given: [{at: 1m, event: {}}], expect: []}\n")
    made = library(text)
    found = list(mutants_of(made, PATH))
    assert found
    for mutant in found:
        whole = made.with_text(PATH, applied(text, mutant.edits))
        assert whole.findings == ()
        assert whole.rules[mutant.rule.name].logic == mutant.rule.logic
        assert mutant.rule.logic != made.rules[mutant.rule.name].logic


def test_a_mutant_differs_in_the_lines_it_names() -> None:
    text = spike_with("[]")
    made = library(text)
    for mutant in mutants_of(made, PATH):
        line = text.splitlines()[mutant.place.line - 1]
        told = diff(mutant, text)
        assert f"-{line}" in told or any(one.startswith("+  window") for one in told)
        assert len(told) <= 2


def test_comments_and_the_order_of_lines_stay() -> None:
    text = spike_with("[]").replace("timespan: 15m", "timespan: 15m  # a quarter")
    made = library(text)
    told = {mutant.words: diff(mutant, text) for mutant in mutants_of(made, PATH)}
    assert told["`timespan: 15m` becomes `timespan: 30m`"] == (
        "-  timespan: 15m  # a quarter",
        "+  timespan: 30m  # a quarter",
    )


def test_the_same_rule_has_the_same_mutants() -> None:
    made = library(spike_with("[]"))
    first, again = (list(mutants_of(made, PATH)) for _ in range(2))
    assert [(m.words, m.place, m.edits) for m in first] == [
        (m.words, m.place, m.edits) for m in again
    ]


def test_two_changes_that_mean_the_same_are_one_mutant() -> None:
    text = f"{EVENTS.rstrip()} {{selection: {{topic: [a, a, b]}}, condition: selection}}\n"
    assert words(text) == [
        "`topic: [a, a, b]` becomes `topic|exists: true`",
        "`a` is dropped from `topic`",
        "`b` is dropped from `topic`",
    ]


def test_a_change_that_makes_no_rule_is_no_mutant() -> None:
    text = TWO.replace("TYPE", "temporal").replace("CONDITION", "  condition: created and solved\n")
    told = words(text + HEAD, "both")
    assert [one for one in told if one.startswith("`created` is dropped")] == []


def test_rules_named_by_id_are_found() -> None:
    uuid = "0b0d3f5e-6c1f-4b0a-9d5d-0f3d0f6f6b11"
    text = spike_with(
        "[]", SPIKE.replace("name: sign-in-ticket", f"name: sign-in-ticket\nid: {uuid}")
    )
    text = text.replace("rules: [sign-in-ticket]", f"rules: [{uuid}]")
    made = library(text)
    spikes = [m.rule for m in mutants_of(made, PATH) if m.rule.name == "sign-in-spike"]
    assert {rule.references for rule in spikes} == {("sign-in-ticket",)}
