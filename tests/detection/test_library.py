from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from opsrail.detection.library import Library, library_of, read_library
from opsrail.detection.model import Correlation
from opsrail.detection.query.presence import names_in
from opsrail.detection.reading.order import arranged
from opsrail.findings import CannotWork, Location
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import Snapshot, worktree_snapshot

STREAMS = """\
streams:
  parcels:
    path: rules/history/parcels.csv
    occurred_at: at
    columns: {event_type: string, depot: string, van: string, weight: number}
  vans:
    path: rules/history/vans.csv
    occurred_at: at
    columns: {place: string, van: string}
"""
OPS = "ops: {owner: depot-desk, route: depots, runbook: content/runbooks/lost.md%s}\n"
ID = "3b0b8ae4-2a45-4c86-9a1f-0d4b8d1c7a55"


def event(name: str, stream: str = "parcels", head: str = "") -> str:
    field = "event_type" if stream == "parcels" else "van"
    return (
        f"title: {name}\nname: {name}\n{head}logsource: {{service: {stream}}}\n"
        f"detection: {{selection: {{{field}: one}}, condition: selection}}\n"
    )


def spike(name: str, *rules: str, group: str = "depot", ops: str = "", block: str = "") -> str:
    return (
        f"title: {name}\nname: {name}\ncorrelation:\n  type: event_count\n"
        f"  rules: [{', '.join(rules)}]\n  group-by: [{group}]\n  timespan: 1h\n"
        f"  condition: {{gte: 5}}\n{block}{OPS % ops}"
    )


def library(**files: str) -> Library:
    """The library of these files; `a` stands for rules/depots/a.yaml."""
    rules = {f"rules/depots/{name}.yaml": text for name, text in files.items()}
    return library_of({"rules/streams.yaml": STREAMS, **rules})


def told(found: Library) -> list[tuple[str, str]]:
    return [(f"{one.location.path[13:]}:{one.location.line}", one.code) for one in found.findings]


# Evaluation order


def test_a_closure_has_what_a_rule_needs_before_it() -> None:
    found = library(
        a=spike("all", "second", ops=", inhibited_by: [outage]"),
        b=spike("second", "lost"),
        c=event("lost"),
        d=spike("outage", "late"),
        e=event("late"),
        f=event("other"),
    )
    assert found.findings == ()
    names = [rule.name for rule in found.closure(["all"])]
    assert sorted(names) == ["all", "late", "lost", "outage", "second"]
    for rule in found.closure(["all"]):
        assert all(names.index(n) < names.index(rule.name) for n in rule.references)
        assert all(names.index(n) < names.index(rule.name) for n in rule.inhibitors)
    assert [rule.name for rule in found.closure(["lost"])] == ["lost"]


def test_a_closure_of_a_rule_that_there_is_not_says_so() -> None:
    with pytest.raises(CannotWork, match="no rule losst") as raised:
        library(a=event("lost")).closure(["losst"])
    assert raised.value.hint == "did you mean `lost`?"


def test_an_order_leaves_out_circles_and_nothing_else() -> None:
    needs = {"a": ["b"], "b": ["a"], "c": ["a", "d"], "d": [], "e": ["e"], "f": ["gone"]}
    order, circles = arranged(needs)
    assert sorted(order) == ["c", "d", "f"]
    assert order.index("d") < order.index("c")
    assert circles == (("a", "b"), ("e",))


def test_a_long_chain_of_rules_has_an_order() -> None:
    needs = {f"r{n}": [f"r{n + 1}"] for n in range(1_500)} | {"r1500": []}
    order, circles = arranged(needs)
    assert (order[0], order[-1], circles) == ("r1500", "r0", ())


# References


def test_a_rule_may_be_named_by_its_id() -> None:
    found = library(
        a=event("lost", head=f"id: {ID}\n"),
        b=f"title: b\nname: b\ncorrelation:\n  type: temporal_ordered\n  timespan: 1h\n"
        f"  condition: {ID} and not late\n{OPS % f', inhibited_by: [{ID}]'}",
        c=event("late"),
        d=spike("d", ID, "vans", block=f"  aliases: {{depot: {{{ID}: van, vans: place}}}}\n"),
        e=event("vans", "vans"),
    )
    assert found.findings == ()
    body, other = found.rules["b"].body, found.rules["d"].body
    assert isinstance(body, Correlation)
    assert isinstance(other, Correlation)
    assert body.rules == ("lost", "late")
    assert body.presence is not None
    assert names_in(body.presence) == ("lost", "late")
    assert found.rules["b"].inhibitors == ("lost",)
    assert (other.field_of("depot", "lost"), other.field_of("depot", "vans")) == ("van", "place")


def test_a_rule_without_what_it_needs_is_not_in_the_library() -> None:
    found = library(a=spike("all", "second"), b=spike("second", "gone"))
    assert found.rules == {}
    assert told(found) == [("a.yaml:5", "rule-reference"), ("b.yaml:5", "rule-reference")]
    assert found.findings[0].related == (
        (Location("rules/depots/b.yaml", 1, 1), "mend this rule first"),
    )


def test_of_two_rules_with_one_name_the_first_counts() -> None:
    found = library(a=event("lost"), b=event("lost", "vans"))
    assert told(found) == [("b.yaml:2", "rule-duplicate")]
    assert found.rules["lost"].place.path == "rules/depots/a.yaml"


def test_of_two_rules_with_one_id_the_second_is_told() -> None:
    found = library(a=event("a", head=f"id: {ID}\n"), b=event("b", head=f"id: {ID.upper()}\n"))
    assert told(found) == [("b.yaml:3", "rule-duplicate")]


def test_who_needs_a_circle_is_told_where_it_is() -> None:
    found = library(a=spike("a", "b"), b=spike("b", "a"), c=spike("c", "a"))
    assert told(found) == [("a.yaml:5", "rule-circle"), ("c.yaml:5", "rule-reference")]
    assert found.rules == {}


def test_fields_of_alerts_are_their_group_under_the_names_of_the_group() -> None:
    aliased = "  aliases: {depot: {vans: place}}\n"
    found = library(
        a=event("vans", "vans"),
        b=spike("first", "vans", block=aliased),
        c=spike("second", "first"),
        d=spike("third", "first", group="place"),
    )
    assert told(found) == [("d.yaml:6", "rule-field")]
    assert sorted(found.rules) == ["first", "second", "vans"]


# Around the rules


def test_without_policy_and_routes_the_defaults_hold() -> None:
    found = library(a=event("lost"))
    assert (found.routes, found.policy.mutation.score) == (None, 0.9)


def test_policy_and_routes_are_read() -> None:
    found = library_of(
        {
            "rules/streams.yaml": STREAMS,
            "policies/detection.yaml": "mutation: {score: 0.5}\n",
            "policies/routes.yaml": "routes: {depots: {team: depot-desk}}\n",
        }
    )
    assert found.findings == ()
    assert found.routes is not None
    assert (found.policy.mutation.score, [*found.routes.routes]) == (0.5, ["depots"])


def test_a_policy_that_cannot_be_read_is_told_and_the_default_holds() -> None:
    found = library_of({"policies/detection.yaml": "mutation: {score: 5}\n"})
    assert [one.code for one in found.findings] == ["schema"]
    assert found.policy.mutation.score == 0.9


def test_another_text_in_one_file_gives_another_library() -> None:
    found = library(a=event("lost"), b=spike("many", "lost"))
    other = found.with_text("rules/depots/b.yaml", spike("fewer", "lost"))
    assert sorted(other.rules) == ["fewer", "lost"]
    assert sorted(found.rules) == ["lost", "many"]
    assert other.streams == found.streams


def test_a_narrowed_library_has_the_files_that_are_needed() -> None:
    found = library(a=event("lost"), b=spike("many", "lost"), c=event("late"), d=event("other"))
    assert sorted(found.narrowed(["many"]).texts) == ["rules/depots/a.yaml", "rules/depots/b.yaml"]


def test_a_part_of_a_rule_has_a_place() -> None:
    found = library(a=f"{event('lost')}---\n{spike('many', 'lost')}")
    assert found.place("many", "correlation", "timespan") == Location("rules/depots/a.yaml", 12, 13)
    assert found.place("many", "ops", "owner", key=True).line == 14


# From a repository


@pytest.fixture
def snapshot(tmp_path: Path) -> Iterator[Snapshot]:
    files: Mapping[str, str] = {
        "rules/streams.yaml": STREAMS,
        "rules/a/lost.yaml": event("lost"),
        "rules/a/late-van.yaml": event("x", "vans").replace("name: x\n", ""),
        "rules/b/many.yaml": spike("many", "lost", ops=", inhibited_by: [outage]"),
        "rules/b/outage.yaml": spike("outage", "late-van", group="van"),
        "rules/c/other.yaml": event("other").replace("event_type", "gone"),
        "rules/c/copy.yaml": event("more") + "---\n" + event("lost"),
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True, timeout=60)
    repository = Repository.discover(tmp_path)
    yield worktree_snapshot(repository)
    repository.close()


def test_all_rules_of_a_repository_are_read(snapshot: Snapshot) -> None:
    found = read_library(snapshot)
    assert sorted(found.rules) == ["late-van", "lost", "many", "more", "outage"]
    assert {one.code for one in found.findings} == {"rule-duplicate", "rule-field"}


def test_a_few_rules_bring_what_they_need_and_what_has_their_names(snapshot: Snapshot) -> None:
    found = read_library(snapshot, ["rules/b/many.yaml"])
    assert sorted(found.texts) == [
        "rules/a/late-van.yaml",
        "rules/a/lost.yaml",
        "rules/b/many.yaml",
        "rules/b/outage.yaml",
        "rules/c/copy.yaml",
    ]
    assert [rule.name for rule in found.closure(["many"])] == [
        "late-van",
        "lost",
        "outage",
        "many",
    ]


def test_a_file_that_is_not_there_is_not_looked_for(snapshot: Snapshot) -> None:
    assert read_library(snapshot, ["rules/a/gone.yaml"]).texts == {}
