"""Rules as a target, and the living example's scenarios, of which every rule is in some."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from opsrail.detection.library import Library, read_library
from opsrail.detection.recorded import streams_of
from opsrail.detection.timed.scenario import Played, Scenario, play_all
from opsrail.evals.model import Answer, Case, Json
from opsrail.evals.reading.suite import read_suite
from opsrail.evals.targets.rules import RulesTarget
from tests.detection.desk_rules import STREAMS
from tests.detection.test_scenario import RULES
from tests.evals import living
from tests.evals.repositories import commit, side

PATH = "policies/evals/days.yaml"
SUITE = """\
title: Days
owner: desk
target: {rules: [all]}
cases:
  - id: a-crowd
    ask: Five customers at once. Who says so?
    input:
      given:
        - {every: 1m, count: 5, stream: tickets, event: {event_type: created, product_area: sso}}
    expect: [{of: rules, f1: [crowd]}, {of: silent, f1: [many-tickets]}]
  - id: nothing
    input: {given: []}
    expect: [{of: rules, f1: []}]
  - id: no-such-stream
    input: {given: [{at: 0s, stream: mail, event: {}}]}
    expect: [{of: rules, f1: []}]
  - id: no-such-key
    input: {given: [{at: 0s, stream: tickets, evnt: {}}]}
    expect: [{of: rules, f1: []}]
"""


@pytest.fixture
def answers(tmp_path: Path) -> dict[str, tuple[Case, Answer]]:
    commit(tmp_path, {PATH: SUITE, "rules/streams.yaml": STREAMS, "rules/desk/all.yaml": RULES})
    snapshot = side(tmp_path).catalog.snapshot
    suite = read_suite(snapshot, PATH).suite
    assert suite is not None
    found = RulesTarget(snapshot, ("all",)).answers(suite.cases, 1)
    return {case.id: (case, answer) for case, (answer,) in zip(suite.cases, found, strict=True)}


def test_an_answer_names_the_rules_that_were_heard_and_those_that_were_not(
    answers: dict[str, tuple[Case, Answer]],
) -> None:
    case, answer = answers["a-crowd"]
    assert answer.output == {
        "rules": ["crowd"],
        "silent": ["many-tickets"],
        "alerts": [
            "crowd at 2m: high product_area=sso",
            "many-tickets at 3m: low product_area=sso (silent)",
        ],
    }
    assert living.scored(case, answer.output).is_passed
    assert living.scored(answers["nothing"][0], answers["nothing"][1].output).is_passed


def test_what_cannot_be_played_is_an_error_and_never_a_quiet_pass(
    answers: dict[str, tuple[Case, Answer]],
) -> None:
    assert "no stream is called “mail”" in answers["no-such-stream"][1].error
    assert "its events cannot be read: given.0" in answers["no-such-key"][1].error


def test_a_suite_of_a_rule_that_is_not_there_has_only_errors(tmp_path: Path) -> None:
    rules = RULES.replace("[crowd]", "[many]")
    commit(tmp_path, {PATH: SUITE, "rules/streams.yaml": STREAMS, "rules/desk/all.yaml": rules})
    snapshot = side(tmp_path).catalog.snapshot
    suite = read_suite(snapshot, PATH).suite
    assert suite is not None
    ((answer,), *_) = RulesTarget(snapshot, ("crowds",)).answers(suite.cases[:1], 1)
    assert "there is no rule crowds" in answer.error


# The living example


@lru_cache(maxsize=1)
def library() -> Library:
    return read_library(living.catalog().snapshot)


def raising() -> list[str]:
    return [name for name, rule in library().rules.items() if rule.ops is not None]


@lru_cache(maxsize=1)
def played() -> tuple[tuple[Case, Played], ...]:
    cases = [case for one in living.suites(of_rules=True) for case in one.cases]
    scenarios = [Scenario.model_validate(case.input) for case in cases]
    return tuple(zip(cases, play_all(library(), raising(), scenarios), strict=True))


def heard(found: Played) -> set[str]:
    return {one.rule for one in found.raised if not one.is_silent}


def output(found: Played) -> dict[str, Json]:
    """What the target answers, without levels and times."""
    silent = {one.rule for one in found.raised if one.is_silent} - heard(found)
    groups = [
        (one.rule, *(f"{key}={is_}" for key, is_ in one.group.items())) for one in found.raised
    ]
    alerts: list[Json] = [" ".join(group) for group in groups]
    return {"rules": [*sorted(heard(found))], "silent": [*sorted(silent)], "alerts": alerts}


def test_every_scenario_comes_out_as_it_says() -> None:
    for case, found in played():
        assert found.fault == "", case.id
        assert living.scored(case, output(found)).reason == "", case.id


def test_every_scenario_fails_where_a_rule_falls_silent_or_another_one_joins_in() -> None:
    for case, found in played():
        for one in (one for one in case.asserts if one.scorer == "f1"):
            names = output(found)[one.of]
            assert isinstance(names, list)
            others = [names[:at] + names[at + 1 :] for at in range(len(names))]
            for wrong in [*others, [*names, "some-other-rule"]]:
                assert not living.scored(case, {**output(found), one.of: wrong}).is_passed


def test_every_scenario_fails_where_a_rule_speaks_of_a_neighbour_as_well() -> None:
    for case, found in played():
        for one in (one for one in case.asserts if one.of == "alerts"):
            for neighbour in one.setting if isinstance(one.setting, list) else [one.setting]:
                alerts = output(found)["alerts"]
                assert isinstance(alerts, list)
                wrong: Json = [*alerts, f"some-rule group={neighbour}"]
                assert not living.scored(case, {**output(found), "alerts": wrong}).is_passed
                # The story does speak of it, or it could not be told apart.
                assert str(neighbour).rpartition("=")[2] in str(case.input), case.id


def test_every_rule_speaks_in_some_scenario_and_in_another_has_events_and_does_not() -> None:
    assert len(raising()) == 28
    for name in raising():
        streams = set(streams_of(library(), [name]))
        read = [
            found
            for case, found in played()
            if streams & {one.stream for one in Scenario.model_validate(case.input).given}
        ]
        assert any(name in heard(found) for found in read), name
        assert any(name not in heard(found) for found in read), name


def test_every_scenario_looks_at_all_rules() -> None:
    for suite in living.suites(of_rules=True):
        assert suite.target.rules == ("all",)
        assert 8 <= len(suite.cases) <= 14
