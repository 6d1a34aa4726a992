"""Rewriting pages in the work tree, a few sections at a time, so that nothing is lost on the way.

Each lot of sections is written, with its lock lines, before the next is asked for: who ends a
run keeps what was finished, and the next run asks only for the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from opsrail.findings import CannotWork
from opsrail.llm.asking import Asker
from opsrail.llm.budget import Ledger
from opsrail.repo.git import Repository
from opsrail.repo.journal import write_all
from opsrail.repo.snapshot import worktree_snapshot
from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.generate import Generated
from opsrail.tailor.rewriting.attempt import Attempt, attempt
from opsrail.tailor.rewriting.pending import Pending
from opsrail.tailor.rewriting.work import Work, work
from opsrail.tailor.sync import pages_to_sync, plan_sync

LOT = 8
"""Sections that are asked for, and then written, together."""


def find_work(repository: Repository, named: Collection[str] = (), *, again: bool = False) -> Work:
    """What there is to rewrite in the work tree: everywhere, or on the pages (or in the
    playbooks) that are named. Raises `CannotWork` for a name that fits nothing.
    """
    catalog = Catalog(worktree_snapshot(repository))
    pages = pages_to_sync(catalog)
    for name in named:
        if not any(_is_named(page, name) for page in pages):
            raise CannotWork(f"there is no page or playbook {name}", "see `playbooks/`")
    chosen = [page for page in pages if not named or any(_is_named(page, one) for one in named)]
    return work(catalog, chosen, again=again)


def _is_named(page: PageName, name: str) -> bool:
    name = name.removeprefix("./").rstrip("/")
    return name in {page.path, page.playbook, f"playbooks/{page.playbook}"}


def rewrite(
    repository: Repository, pending: Sequence[Pending], asker: Asker, within: Ledger | None = None
) -> Iterator[Attempt]:
    """Ask for each section and write what is good enough; tells of each as it is done.

    The caller holds the repository for writing.
    """
    for start in range(0, len(pending), LOT):
        found = attempt(pending[start : start + LOT], asker, within)
        _write(repository, found)
        yield from found


def _write(repository: Repository, found: Sequence[Attempt]) -> None:
    """Write the answers into pages as they are now: somebody may have edited one meanwhile."""
    answers: dict[PageName, dict[str, Generated]] = {}
    for one in found:
        if one.section is not None:
            answers.setdefault(one.pending.page, {})[one.pending.section.key] = one.section
    if answers:
        catalog = Catalog(worktree_snapshot(repository))
        plan = plan_sync(catalog, tuple(answers), answers=_still_fit(catalog, answers))
        write_all(repository, plan.writes)


def _still_fit(
    catalog: Catalog, answers: Mapping[PageName, Mapping[str, Generated]]
) -> Mapping[PageName, Mapping[str, Generated]]:
    """The answers to what is still asked: a source may have been edited while a model wrote, and
    a person may have taken to a section.
    """
    now = {
        (one.page, one.section.key): one.brief.digest
        for one in work(catalog, answers, again=True).pending
    }
    return {
        page: {
            key: section
            for key, section in sections.items()
            if section.brief is not None and now.get((page, key)) == section.brief.digest
        }
        for page, sections in answers.items()
    }
