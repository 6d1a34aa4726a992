"""Keeping pages in step at a cost that grows with the change, not with the repository.

A state of the repository in which sync had nothing to do is remembered by its content. What
differs from HEAD's, if that is such a state, is all that sync then looks at. The memory only
narrows the search; without it everything is looked at, and the pages come out the same.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from opsrail.gate.memo import CACHE_FILE, engine_fingerprint
from opsrail.gate.pipeline import Progress
from opsrail.gate.subject import Subject
from opsrail.repo.cache import Cache, key_of
from opsrail.repo.git import Repository, UnknownRevision
from opsrail.repo.journal import write_all
from opsrail.repo.snapshot import Snapshot, revision_snapshot, worktree_snapshot
from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.sync import Acceptance, SyncPlan, plan_sync


class Keeper:
    """Plans and carries out syncs of one repository's work tree.

    Without memory (`remembers` false) everything is looked at and nothing is kept.
    """

    def __init__(self, repository: Repository, today: date, *, remembers: bool = True) -> None:
        self._repository = repository
        self._today = today
        self._remembers = remembers
        self._engine = engine_fingerprint()

    def plan(
        self, accept: Collection[Acceptance] = (), progress: Progress | None = None
    ) -> SyncPlan:
        """What to write, looking only at what can have fallen out of step."""
        snapshot = worktree_snapshot(self._repository)
        if not self._remembers:
            return plan_sync(Catalog(snapshot), None, accept, progress)
        with Cache(self._repository.git_dir / CACHE_FILE) as cache:
            if not accept and self._was_in_step(cache, snapshot):
                return SyncPlan()
            catalog = Catalog(snapshot)
            pages = None if accept else self._pages(cache, catalog)
            plan = plan_sync(catalog, pages, accept, progress)
            if not (plan.writes or plan.events or plan.findings):
                self._remember(cache, snapshot)
            return plan

    def carry_out(self, plan: SyncPlan) -> None:
        """Write what was planned, and remember the outcome if nothing is left to a person."""
        write_all(self._repository, plan.writes)
        if self._remembers and plan.writes and not plan.is_blocked:
            with Cache(self._repository.git_dir / CACHE_FILE) as cache:
                self._remember(cache, worktree_snapshot(self._repository))

    def _pages(self, cache: Cache, catalog: Catalog) -> tuple[PageName, ...] | None:
        """Pages that a difference to HEAD can have put out of step; None for all of them."""
        try:
            head = revision_snapshot(self._repository, self._repository.resolve("HEAD"))
        except UnknownRevision:
            return None
        if not self._was_in_step(cache, head):
            return None
        return Subject(catalog, Catalog(head), self._today).page_names

    def _was_in_step(self, cache: Cache, snapshot: Snapshot) -> bool:
        return cache.get(self._key(snapshot)) is not None

    def _remember(self, cache: Cache, snapshot: Snapshot) -> None:
        cache.put(self._key(snapshot), b"in step")

    def _key(self, snapshot: Snapshot) -> str:
        return key_of("in step", self._engine, snapshot.digest)
