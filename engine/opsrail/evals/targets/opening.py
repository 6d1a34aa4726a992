"""From what a suite names as its target to the target, on one side of the comparison."""

from __future__ import annotations

from opsrail.evals.model import Suite
from opsrail.evals.targets.model import Side, Target
from opsrail.evals.targets.pages import PlaybookPages, RolePages
from opsrail.evals.targets.programs import CommandTarget, FunctionTarget
from opsrail.evals.targets.prompts import PromptTarget
from opsrail.evals.targets.rules import RulesTarget
from opsrail.findings import CannotWork


def open_target(suite: Suite, side: Side) -> Target:
    """The target of the suite at this side. Opening runs nothing."""
    entry = suite.target
    if entry.playbook is not None:
        return PlaybookPages(side.catalog, entry.playbook)
    if entry.role is not None:
        return RolePages(side.catalog, entry.role)
    if entry.rules is not None:
        return RulesTarget(side.catalog.snapshot, entry.rules)
    if name := entry.flow or entry.baseline:
        if side.flow is None:
            raise CannotWork(f"the suite {suite.name} asks a flow, and no flows are at hand here")
        return side.flow(name, has_model=entry.flow is not None)
    if entry.prompt is not None:
        return PromptTarget(side, entry.prompt)
    if entry.python is not None:
        return FunctionTarget(side, suite.watches, suite.seconds, entry.python)
    assert entry.command is not None
    return CommandTarget(side, suite.watches, suite.seconds, entry.command)
