from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from opsrail.gate.plan.document import PlanDocument
from opsrail.gate.plan.model import Plan
from opsrail.gate.plan.rendering import render
from opsrail.gate.plan.telling import is_too_large
from tests.gate.plan.plans import NOW, PLANS, glass, opened, rollback, too_large, waiting
from tests.gate.plan.spoiling import NASTY_TEXT, spoiled

SCHEMA = PlanDocument.model_json_schema()


def read(plan: Plan) -> Any:  # noqa: ANN401 - what json.loads gives
    return json.loads(render(plan, "json", now=NOW))


@pytest.mark.parametrize("name", PLANS)
def test_what_is_written_fits_its_schema_and_reads_back_the_same(name: str) -> None:
    found = read(PLANS[name]())
    Draft202012Validator(SCHEMA).validate(found)
    document = PlanDocument.model_validate_json(json.dumps(found))
    assert json.loads(document.model_dump_json()) == found
    assert list(found)[:4] == ["version", "verdict", "is_open", "exit_code"]


@pytest.mark.parametrize("name", PLANS)
def test_only_an_open_plan_ends_well(name: str) -> None:
    plan = PLANS[name]()
    found = read(plan)
    assert found["is_open"] == (plan.is_open and not is_too_large(plan))
    assert found["is_open"] == (found["verdict"] == "open") == (found["exit_code"] == 0)


def test_agreement_opens_no_plan_that_nobody_could_weigh() -> None:
    plan = replace(too_large(), decision=replace(opened().decision, outcomes=(), tiers={}))
    assert plan.is_open
    found = read(plan)
    assert (found["verdict"], found["is_open"], found["exit_code"]) == ("closed", False, 1)


def test_nothing_is_left_out_of_it() -> None:
    found = read(too_large())
    assert found["is_too_large"]
    assert len(found["changes"]) == 412
    assert len(found["rules"][0]["changes"]) == 412
    assert len(found["shares"]) == 37


def test_changes_are_named_by_their_place_in_the_list() -> None:
    found = read(waiting())
    (risk,) = [rule for rule in found["rules"] if rule["rule"] == "risk"]
    (change,) = [found["changes"][at] for at in risk["changes"]]
    assert (change["what"], change["is_destructive"]) == ("money raised", True)
    assert risk["state"] == "pending"
    assert risk["missing"] == 1
    assert risk["place"] == {"path": "policies/governance.yaml", "line": 32, "column": 3}
    assert risk["candidates"] == ["ana", "jon", "lena"]
    assert {tier["tier"]: len(tier["changes"]) for tier in found["tiers"]} == {2: 1, 1: 2, 0: 4}


def test_it_names_whom_it_waits_for_as_the_words_do() -> None:
    found = read(waiting())
    assert found["waits_for"] == [
        {
            "groups": ["risk-owners"],
            "missing": 1,
            "candidates": ["ana", "jon", "lena"],
            "rules": ["risk"],
        }
    ]
    assert found["words"][0].startswith("WAITING for 1 of 2: have maya")


def test_times_are_in_iso_8601() -> None:
    found = read(glass())
    assert found["as_of"] == "2026-12-02T09:30:00+00:00"
    assert found["break_glass"]["expires"] == "2026-12-02T13:30:00+00:00"
    assert found["frozen"][0]["until"] == "2026-12-07T08:00:00+00:00"


def test_a_rollback_names_what_it_takes_back() -> None:
    plan = rollback()
    assert read(plan)["request"]["rolls_back"] == plan.decision.rolls_back


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(PLANS)), NASTY_TEXT)
def test_every_text_comes_as_it_was_written(name: str, text: str) -> None:
    found = read(spoiled(PLANS[name](), text))
    spelt = re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)
    assert found["request"]["title"] == spelt
    assert all(change["path"] == spelt for change in found["changes"])
    Draft202012Validator(SCHEMA).validate(found)
