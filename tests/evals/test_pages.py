"""Pages as targets: which part of a page answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from opsrail.evals.reading.suite import read_suite
from opsrail.evals.running.memory import Memory
from opsrail.evals.running.run import Task, run_tasks
from tests.evals.repositories import commit, side

PAGE = """\
---
title: P
---

# P

<!-- derived: content/sources/a.md#limits -->

## Limits

Up to USD 50.

<!-- /derived -->

<!-- derived: content/sources/b.md#limits -->

## Limits

Up to USD 90.

<!-- /derived -->
"""


@pytest.mark.parametrize(
    ("section", "fifty", "ninety"),
    [
        ("", True, True),
        ("limits", True, True),
        ("content/sources/a.md#limits", True, False),
        ("content/sources/b.md#limits", False, True),
    ],
)
def test_a_section_is_named_by_its_anchor_or_by_its_source(
    tmp_path: Path, section: str, fifty: bool, ninety: bool
) -> None:
    suite = (
        "title: t\nowner: o\ntarget: {playbook: p}\ncases:\n"
        f"  - {{id: a, role: agent, section: '{section}', expect: [{{contains: USD 50}}]}}\n"
        f"  - {{id: b, role: agent, section: '{section}', expect: [{{contains: USD 90}}]}}\n"
        "  - {id: c, role: agent, section: none, expect: [{contains: USD 90}]}\n"
    )
    commit(tmp_path, {"policies/evals/p.yaml": suite, "playbooks/p/agent.md": PAGE})
    here = side(tmp_path)
    read = read_suite(here.catalog.snapshot, "policies/evals/p.yaml").suite
    assert read
    (found,) = run_tasks([Task(read, read.cases, here, here, 1)], Memory())
    assert (found["a"].is_passed, found["b"].is_passed) == (fifty, ninety)
    assert "has no section none" in found["c"].error
