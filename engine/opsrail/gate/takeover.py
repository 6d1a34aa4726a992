"""Upstream sources end to end: fetch, compare, take over, commit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from opsrail.content.formats import UpstreamFile, UpstreamSource
from opsrail.content.upstream import Takeover, moved_pin, plan_takeover
from opsrail.findings import CannotWork
from opsrail.gate.diff_formats import as_text
from opsrail.gate.telling import Told
from opsrail.gate.upstream import UPSTREAM_PATH
from opsrail.repo.commits import commit_files, committing_user
from opsrail.repo.git import Repository
from opsrail.repo.journal import exclusive, recover, write_all
from opsrail.repo.mirror import fetch_mirror
from opsrail.repo.schemas import violations
from opsrail.repo.snapshot import worktree_changes, worktree_snapshot
from opsrail.tailor.catalog import Catalog
from opsrail.tailor.impact import pages_by_section, reach
from opsrail.tailor.merge import merge


@dataclass(frozen=True)
class Standing:
    """One upstream source, what taking it over would do, and how many commits it is behind."""

    takeover: Takeover
    behind: int | None
    told: Told


def standings(
    repository: Repository, names: Collection[str] = (), *, keep_ours: bool = False
) -> Iterator[Standing]:
    """Fetch and compare every upstream source, or the named ones."""
    catalog = Catalog(worktree_snapshot(repository))
    sources = _sources(catalog)
    if unknown := set(names) - {source.name for source in sources}:
        known = ", ".join(source.name for source in sources) or "none"
        raise CannotWork(
            f"{UPSTREAM_PATH} has no source {', '.join(sorted(unknown))}", f"known: {known}"
        )
    for source in sources:
        if not names or source.name in names:
            yield _standing(repository, catalog, source, keep_ours=keep_ours)


def _sources(catalog: Catalog) -> tuple[UpstreamSource, ...]:
    yaml = catalog.yaml(UPSTREAM_PATH)
    if yaml is None or yaml.value is None:
        return ()
    if violations("upstream", yaml):
        raise CannotWork(f"{UPSTREAM_PATH} is malformed", "run `opsrail check`, which says where")
    return UpstreamFile.model_validate(yaml.value).upstream


def _standing(
    repository: Repository, catalog: Catalog, source: UpstreamSource, *, keep_ours: bool
) -> Standing:
    mirror = fetch_mirror(repository, source.name, source.repository, source.branch)

    def combine(base: str, mine: str, new: str) -> str | None:
        merged = merge(base, mine, new)
        return mine if merged is None and keep_ours else merged

    takeover = plan_takeover(source, mirror.newest, mirror.text, catalog.text, combine)
    placed = pages_by_section([catalog], catalog.playbook_names) if takeover.diff else {}
    return Standing(
        takeover,
        mirror.commits_between(source.commit, mirror.newest),
        Told(takeover.diff, reach(takeover.diff.sections, placed, catalog)),
    )


def take_over(repository: Repository, standing: Standing) -> str:
    """Write our copies and the moved pin, as one commit on the current branch; its id.

    Raises `CannotWork` if one of these files has changes of its own that are not committed.
    """
    takeover = standing.takeover
    with exclusive(repository):
        recover(repository)
        catalog = Catalog(worktree_snapshot(repository))
        texts = {**takeover.texts, UPSTREAM_PATH: _moved(catalog, takeover)}
        if busy := sorted(_uncommitted(repository) & texts.keys()):
            raise CannotWork(f"{busy[0]} has changes that are not committed", "commit them first")
        author = committing_user(repository)  # before anything is written
        write_all(repository, texts)
        return commit_files(repository, texts, message(standing), author)


def _uncommitted(repository: Repository) -> set[str]:
    """Paths whose text on disk or in the index is not that of the current commit."""
    changed, removed = worktree_changes(repository)
    staged = repository.run("diff-index", "--cached", "--name-only", "-z", "HEAD", "--", "content")
    return {*changed, *removed, *staged.decode("utf-8", "surrogateescape").split("\0")}


def _moved(catalog: Catalog, takeover: Takeover) -> str:
    yaml, text = catalog.yaml(UPSTREAM_PATH), catalog.text(UPSTREAM_PATH)
    assert yaml is not None, "the sources were just read from it"
    assert text is not None, "as above"
    names = [source.name for source in _sources(catalog)]
    place = yaml.place(("upstream", names.index(takeover.source.name), "commit"))
    return moved_pin(text, place.line, takeover.source.commit, takeover.offered)


def message(standing: Standing) -> str:
    """The commit's message: the typed diff, and trailers that name both ends."""
    takeover = standing.takeover
    trailers: Mapping[str, str] = {
        "Upstream": takeover.source.repository,
        "Upstream-From": takeover.source.commit,
        "Upstream-To": takeover.offered,
    }
    head = f"Take over {takeover.source.name} at {takeover.offered[:7]}"
    foot = "\n".join(f"{key}: {value}" for key, value in trailers.items())
    return f"{head}\n\n{as_text(standing.told).strip()}\n\n{foot}\n"
