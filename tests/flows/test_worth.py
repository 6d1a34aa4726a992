"""What a model adds: the same cases by the baseline and with the model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from opsrail.evals.model import Assertion, Suite
from opsrail.evals.parts import Judging, TargetEntry, Tier
from opsrail.evals.targets.model import Side, Target
from opsrail.flows.target import FlowTarget
from opsrail.flows.worth import in_words, worth
from tests.flows.test_target import HELLO
from tests.flows.toy import FILES, KINDS, OFF, Says, better, world_of
from tests.tailor.held import catalog_of

CASES = tuple(
    replace(
        HELLO,
        id=f"case-{number}",
        input={"text": f"hello {number}"},
        asserts=(Assertion("contains", "hi", of="said"),),
        digest=str(number),
    )
    for number in range(12)
)


def suite(**target: str) -> Suite:
    return Suite(
        name="echo",
        path="policies/evals/echo.yaml",
        title="Echo",
        owner="desk",
        target=TargetEntry.model_validate(target),
        tier=Tier.PROTECTED,
        judging=Judging.EACH,
        margin=2.0,
        floor=None,
        repeats=1,
        seconds=30.0,
        watches=(),
        common=(),
        cases=CASES,
        quarantine=(),
        is_deterministic=True,
        digest="digest",
    )


def side(asker: Says) -> Side:
    def flow(name: str, *, has_model: bool) -> Target:
        assert has_model or asker is OFF
        return FlowTarget(world_of(FILES), name, asker, KINDS)

    return Side(catalog_of(FILES), Path, asker, flow)


@pytest.mark.parametrize("kind", ["flow", "baseline"])
def test_a_model_that_helps_earns_its_place(kind: str) -> None:
    model = side(Says([better("hi") for _ in CASES]))
    off = Side(model.catalog, Path, OFF, lambda name, *, has_model: _off(name, has_model=has_model))
    found = worth(suite(**{kind: "echo"}), off, model)
    assert (found.without, found.with_model) == (0.0, 1.0)
    assert found.authors == {"model": 12}
    assert found.comparison is not None
    assert found.comparison.low > 0
    assert in_words(found).endswith("The model earns its place.")


def _off(name: str, *, has_model: bool) -> Target:
    del has_model
    return FlowTarget(world_of(FILES), name, OFF, KINDS)


def test_a_model_that_is_refused_adds_nothing() -> None:
    refused = side(Says([better("see http://x.example/a") for _ in range(2 * len(CASES))]))
    off = Side(
        refused.catalog, Path, OFF, lambda name, *, has_model: _off(name, has_model=has_model)
    )
    found = worth(suite(flow="echo"), off, refused)
    assert found.authors == {"baseline": 12}
    assert "the model's answer was used for 0 of 12" in in_words(found)
    assert in_words(found).endswith("cannot be seen on these cases.")
