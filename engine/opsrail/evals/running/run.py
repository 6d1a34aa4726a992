"""Running the cases of a suite on one side, from memory where that knows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

from opsrail.evals.agreement.bench import Bench, judges_named, open_bench
from opsrail.evals.model import Answer, Assertion, Case, CaseResult, Json, Suite
from opsrail.evals.reading.cases import fingerprint
from opsrail.evals.reading.places import FOLDER
from opsrail.evals.running.memory import Memory
from opsrail.evals.running.scoring import PYTHON, questions_of, result_of
from opsrail.evals.targets.model import Side, Target
from opsrail.evals.targets.opening import open_target
from opsrail.evals.working.function import Function

_AT_ONCE = 4
"""Programs that run beside each other; what runs within the engine runs one by one."""

Results = Mapping[str, CaseResult]
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Task:
    """Cases of a suite to be run on a side. `judge` is the side that the scorers come from.

    `look` counts the times that the suite is asked anew: 1, and 2 where the first could not
    tell.
    """

    suite: Suite
    cases: tuple[Case, ...]
    side: Side
    judge: Side
    repeats: int
    look: int = 1

    @property
    def is_program(self) -> bool:
        """Whether other people's code answers or scores: slow, and in its own process."""
        return _is_answered_by_program(self.suite) or self.has_scoring_code

    @property
    def has_scoring_code(self) -> bool:
        """Whether a function of the repository scores."""
        return any(one.scorer == PYTHON for one in self._asserts)

    @property
    def judges(self) -> frozenset[str]:
        """The judges that score."""
        return judges_named(self._asserts)

    @property
    def _asserts(self) -> Iterator[Assertion]:
        yield from self.suite.common
        for case in self.cases:
            yield from case.asserts


def runs_program(suite: Suite) -> bool:
    """Whether running all of the suite executes other people's code."""
    every = (*suite.common, *(one for case in suite.cases for one in case.asserts))
    return _is_answered_by_program(suite) or any(one.scorer == PYTHON for one in every)


def _is_answered_by_program(suite: Suite) -> bool:
    return bool(suite.target.python or suite.target.command)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A task with the results that memory has, and what is still to be run."""

    task: Task
    target: Target
    keys: Mapping[str, str]
    bench: Bench
    known: dict[str, CaseResult] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[Case, ...]:
        return tuple(case for case in self.task.cases if case.id not in self.known)


def run_tasks(
    tasks: Sequence[Task], memory: Memory, progress: Progress | None = None
) -> tuple[Results, ...]:
    """The results of each task, by case."""
    begun = [_begin(task, memory) for task in tasks]
    waiting = [one for one in begun if one.missing]
    for one in waiting:
        if one.task.is_program:
            # Files are read through one process, which knows no threads.
            one.task.side.files()
            one.task.judge.files()
    done = 0

    def finish(one: _Begun, found: Results) -> None:
        nonlocal done
        if one.bench.may_remember:
            memory.keep({one.keys[name]: result for name, result in found.items()})
        one.known.update(found)
        done += 1
        if progress:
            progress(f"eval {one.task.suite.name}", done, len(waiting))

    # Recordings are files as well, so who asks a judge does it here, in this thread.
    programs = [one for one in waiting if one.task.is_program and not one.task.judges]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        futures = [pool.submit(_run, one) for one in programs]
        for one in waiting:
            if all(one is not other for other in programs):
                finish(one, _run(one))
        for one, future in zip(programs, futures, strict=True):
            finish(one, future.result())
    return tuple({case.id: one.known[case.id] for case in one.task.cases} for one in begun)


def _begin(task: Task, memory: Memory) -> _Begun:
    target = open_target(task.suite, task.side)
    common = _written(task.suite.common)
    code = scorer_code(task.judge) if task.is_program else ""
    judging, judged = task.judge.catalog.snapshot, task.side.catalog.snapshot
    bench = open_bench(task.judges, judging, task.judge.asker)
    judges = bench.digest(judging, judged)
    keys = {
        case.id: memory.key(
            case.digest, common, code, target.key(case), str(task.repeats), str(task.look), judges
        )
        for case in task.cases
    }
    known = memory.known(list(keys.values())) if bench.may_remember else {}
    found = {name: known[key] for name, key in keys.items() if key in known}
    return _Begun(task, target, keys, bench, found)


def scorer_code(judge: Side) -> str:
    """A digest of the files that functions which score may come from."""
    entries = judge.catalog.snapshot.entries
    code = [path for path in entries if path.startswith(f"{FOLDER}/") and path.endswith(".py")]
    return fingerprint([(path, entries[path].blob) for path in code])


def _written(asserts: Sequence[Assertion]) -> str:
    return fingerprint([(a.scorer, a.setting, a.of, a.at_least, a.weight) for a in asserts])


def _run(begun: _Begun) -> Results:
    task, cases = begun.task, begun.missing
    answers = begun.target.answers(cases, task.repeats)
    both = list(zip(cases, answers, strict=True))
    begun.bench.hear([one for c, a in both for one in questions_of(c, task.suite.common, a)])
    with ExitStack() as stack:
        functions: dict[str, Function] = {}

        def call(setting: Json, output: Json, case: Case) -> Answer:
            assert isinstance(setting, dict)
            name = f"{setting['file']}:{setting['function']}"
            if name not in functions:
                function = Function(task.judge.files(), name, task.suite.seconds)
                functions[name] = stack.enter_context(function)
            told: Json = {"id": case.id, "input": case.input, "expected": case.expected}
            return functions[name].call(output, told)

        return {
            case.id: result_of(case, task.suite.common, answer, call, begun.bench)
            for case, answer in both
        }
