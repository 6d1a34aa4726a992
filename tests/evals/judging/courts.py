"""Suites over small pages and small programs, judged as `opsrail eval` judges them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from opsrail.evals.formats import EvalRules
from opsrail.evals.judging.files import open_side
from opsrail.evals.judging.judge import Court, judge
from opsrail.evals.judging.judged import Judged, Outcome
from opsrail.evals.reading.suite import suite_paths
from opsrail.evals.running.memory import Memory
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import revision_snapshot
from opsrail.tailor.catalog import Catalog
from tests.evals.repositories import commit
from tests.tailor.held import catalog_of

TODAY = date(2026, 11, 22)
CODE = "policies/evals/a.py"

Files = Mapping[str, str]


def held(
    base: Files | None,
    head: Files,
    rules: EvalRules | None = None,
    paths: Sequence[str] = (),
    memory: Memory | None = None,
) -> Judged:
    """Suites whose targets run within the engine: files that lie on no disk."""
    before = catalog_of(base) if base is not None else None
    return _judged(before, catalog_of(head), rules, paths, memory)


def in_git(
    folder: Path,
    base: Files,
    head: Mapping[str, str | None],
    rules: EvalRules | None = None,
    memory: Memory | None = None,
    paths: Sequence[str] = (),
) -> Judged:
    """Two commits, whose programs run in processes of their own."""
    first, second = commit(folder, base), commit(folder, head)
    repository = Repository.discover(folder)
    before, after = (Catalog(revision_snapshot(repository, one)) for one in (first, second))
    judged = _judged(before, after, rules, paths, memory)
    repository.close()
    return judged


def _judged(
    before: Catalog | None,
    after: Catalog,
    rules: EvalRules | None,
    paths: Sequence[str],
    memory: Memory | None,
) -> Judged:
    sides = [after, *([before] if before else [])]
    known = sorted({path for side in sides for path in suite_paths(side.snapshot)})
    with ExitStack() as stack:
        court = Court(
            open_side(after, stack),
            open_side(before, stack) if before else None,
            rules or EvalRules(),
            TODAY,
            memory or Memory(),
        )
        return judge(court, paths or known)


def only(judged: Judged) -> Outcome:
    (outcome,) = judged.outcomes
    return outcome


def suite(name: str = "s", more: str = "", cases: Sequence[str] = (), target: str = "") -> Files:
    """A suite's file; without another target, over the pages of the playbook `desk`."""
    target = target or "{playbook: desk}"
    lines = "".join(f"\n  - {case}" for case in cases) or " []"
    text = f"title: t\nowner: desk\ntarget: {target}\n{more}cases:{lines}\n"
    return {f"policies/evals/{name}.yaml": text}


def page(*sections: str) -> Files:
    """The page of the playbook `desk` for the role `agent`: `s0`, `s1` with a text each."""
    text = "".join(
        f"<!-- derived: content/a.md#s{number} -->\n\n## S {{#s{number}}}\n\n{said}\n\n{_END}\n\n"
        for number, said in enumerate(sections)
    )
    return {"playbooks/desk/agent.md": f"# Desk\n\n{text}"}


_END = "<!-- /derived -->"


def case(number: int, said: str, more: str = "") -> str:
    """A case about a section: that it says this."""
    return (
        f"{{id: c{number}, role: agent, section: s{number}, expect: [{{contains: {said}}}]{more}}}"
    )
