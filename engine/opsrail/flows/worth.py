"""What a model adds to a flow: its suite run by the baseline, and with the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from opsrail.evals.model import Answer, Case, Suite
from opsrail.evals.running.memory import Memory
from opsrail.evals.running.run import Task, run_tasks
from opsrail.evals.statistics.paired import Paired
from opsrail.evals.targets.model import Side, Target
from opsrail.report.model import counted

if TYPE_CHECKING:
    from opsrail.evals.statistics.compare import Comparison

_SEED = 1


@dataclass(frozen=True, slots=True)
class Worth:
    """The same cases without a model and with one.

    `authors` counts who made the answers where a model was asked. `faults` are cases that
    could not be scored on either side. The comparison is None where there are none to compare.
    """

    suite: Suite
    without: float
    with_model: float
    comparison: Comparison | None
    authors: Mapping[str, int]
    faults: Mapping[str, str]


@dataclass
class _Counted:
    """A target that counts who made its answers."""

    target: Target
    authors: Counter[str] = field(default_factory=Counter)

    def key(self, case: Case) -> str:
        """The target's own."""
        return self.target.key(case)

    def answers(self, cases: Sequence[Case], repeats: int) -> Sequence[tuple[Answer, ...]]:
        """The target's own."""
        found = self.target.answers(cases, repeats)
        said = (answer.output for row in found for answer in row)
        self.authors.update(str(one["author"]) for one in said if isinstance(one, Mapping))
        return found


def worth(suite: Suite, without: Side, with_model: Side, confidence: float = 0.95) -> Worth:
    """Compare the two sides on every case of a flow's suite."""
    from opsrail.evals.statistics.compare import compare

    name = suite.target.flow or suite.target.baseline
    if name is None or with_model.flow is None:
        raise ValueError(f"{suite.name} asks no flow")
    tallied = _Counted(with_model.flow(name, has_model=True))
    asked = replace(with_model, flow=lambda _name, *, has_model: tallied)  # noqa: ARG005 - as opened
    sides = (without, asked)
    tasks = [Task(suite, suite.cases, side, side, suite.repeats) for side in sides]
    before, after = run_tasks(tasks, Memory())
    faults = {
        case.id: before[case.id].error or after[case.id].error
        for case in suite.cases
        if before[case.id].error or after[case.id].error
    }
    kept = [case for case in suite.cases if case.id not in faults]
    paired = Paired(
        tuple(before[case.id].value for case in kept),
        tuple(after[case.id].value for case in kept),
        tuple(case.cluster for case in kept),
    )
    count = max(len(paired), 1)
    return Worth(
        suite,
        sum(paired.base) / count,
        sum(paired.head) / count,
        compare(paired, confidence, _SEED) if kept else None,
        tallied.authors,
        faults,
    )


def in_words(found: Worth) -> str:
    """The two figures, the difference with its interval, and who made the answers."""
    if found.comparison is None:
        return _unscored(found)
    one = found.comparison
    asked = sum(found.authors.values())
    by_model = found.authors.get("model", 0)
    figures = (
        f"without a model {found.without:.1%}, with it {found.with_model:.1%}:"
        f" {one.estimate * 100:+.1f} points (95 % interval {one.low * 100:+.1f} to"
        f" {one.high * 100:+.1f}) over {counted(one.cases, 'case')}"
    )
    share = (
        f"{one.better} better, {one.worse} worse; the model's answer was used for {by_model} of"
        f" {asked}, the baseline's for the others"
    )
    lines = [figures, share, _verdict(one)]
    return "\n".join([*lines, _unscored(found)] if found.faults else lines)


def _verdict(one: Comparison) -> str:
    if one.low > 0:
        return "The model earns its place."
    if one.high < 0:
        return "The model makes it worse: take its prompt away."
    return "Whether the model adds anything cannot be seen on these cases."


def _unscored(found: Worth) -> str:
    name, reason = next(iter(found.faults.items()), ("", "there are no cases"))
    told = f"{counted(len(found.faults), 'case')} could not be scored"
    return f"{told}: {name}: {reason}" if name else reason
