"""`opsrail init DIR`: start an operations repository that depends on the engine."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from opsrail import __version__
from opsrail.cli.surroundings import today
from opsrail.findings import CannotWork
from opsrail.gate.pipeline import judge
from opsrail.gate.starter import Beginning, shown_tree, starter_texts
from opsrail.repo.git import Repository
from opsrail.repo.journal import exclusive, recover, write_all
from opsrail.repo.snapshot import worktree_snapshot
from opsrail.report import Report, render
from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.lock import LOCK_PATH
from opsrail.tailor.sync import plan_sync

BRANCH = "main"
PAGES = tuple(PageName("welcome", role) for role in ("customer", "agent", "team-lead"))
NOTES = {
    "README.md": "how you work here, in one page",
    "content/sources/welcome.md": "a source document: what people write",
    "playbooks/welcome/playbook.yaml": "which sections, for which roles, in which form",
    "playbooks/welcome/agent.md": "a page as its role reads it, written by `opsrail sync`",
    "policies/roles.yaml": "what each role may see and do, and who takes over",
    "policies/content.yaml": "what must hold for every document",
    "policies/people.yaml": "who there is: put yourselves here first",
    "policies/governance.yaml": "who must agree to what, and when nothing lands",
    ".github/workflows/opsrail.yml": "the same check on every pull request",
    ".github/workflows/opsrail-plan.yml": "one comment that says who is missing and why",
}


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path) -> int:
    """Start an operations repository in DIR: a first document, three roles and their pages.

    Nothing that is there already is overwritten. DIR becomes a Git repository unless it is one.
    """
    place = folder.resolve()
    existing = _repository_around(place)
    begun = Beginning(_name(place), today(), __version__)
    texts = starter_texts(dict(_templates(_starter(), "")), begun)
    derived = [LOCK_PATH, *(path for page in PAGES for path in (page.path, page.generated))]
    _refuse_overwriting(folder, place, (*texts, *derived))
    repository = existing or _made_repository(place)
    _write(repository, texts)
    _tell(folder, (*texts, *derived))
    verdict = judge(repository, begun.today)
    click.echo(render(Report("opsrail check", verdict.findings, {}), "text"), nl=False)
    return Report("opsrail check", verdict.findings).exit_code


def _repository_around(place: Path) -> Repository | None:
    """The repository whose top `place` is; None where there is none yet."""
    there = next(path for path in (place, *place.parents) if path.is_dir())
    try:
        found = Repository.discover(there)
    except CannotWork:
        return None
    if found.root.resolve() != place:
        raise CannotWork(
            f"{place} lies inside the Git repository {found.root}",
            "an operations repository starts at the top: name a folder outside of it, or its top",
        )
    return found


def _name(place: Path) -> str:
    """The folder's name as a title; letters, digits and dashes only, since files quote it."""
    words = re.findall(r"[^\W_]+", place.name)
    return " ".join(words).capitalize() or "Support operations"


def _starter() -> Traversable:
    return resources.files("opsrail").joinpath("starter")


def _templates(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for inner in folder.iterdir():
        if inner.is_dir():
            yield from _templates(inner, f"{path}{inner.name}/")
        else:
            yield f"{path}{inner.name}", inner.read_text("utf-8")


def _refuse_overwriting(folder: Path, place: Path, paths: Iterable[str]) -> None:
    taken = [path for path in sorted(paths) if _is_taken(place, path)]
    if taken:
        listed = "".join(f"\n  {path}" for path in taken)
        raise click.UsageError(
            f"in {folder} there is already{listed}\n"
            "Nothing was written. Move these away, or name another folder."
        )


def _is_taken(place: Path, path: str) -> bool:
    """Whether a file stands there, or something that is no folder stands in the way."""
    parents = [place / parent for parent in Path(path).parents]
    in_the_way = any(p.is_symlink() or (p.exists() and not p.is_dir()) for p in parents)
    return in_the_way or (place / path).is_symlink() or (place / path).exists()


def _made_repository(place: Path) -> Repository:
    place.mkdir(parents=True, exist_ok=True)
    Repository(place, place).run("init", "--quiet", f"--initial-branch={BRANCH}", str(place))
    return Repository.discover(place)


def _write(repository: Repository, texts: Mapping[str, str]) -> None:
    """The files, then the pages that follow from them."""
    with exclusive(repository):
        recover(repository)
        write_all(repository, texts)
        write_all(repository, plan_sync(Catalog(worktree_snapshot(repository)), PAGES).writes)


def _tell(folder: Path, paths: Iterable[str]) -> None:
    enter = "" if folder == Path() else f"cd {shlex.quote(str(folder))} && "
    click.echo(
        f"Started an operations repository in {folder}\n\n{shown_tree(paths, NOTES)}\n\n"
        "Next:\n"
        f"  {enter}git add --all && git commit --message 'Start of operations'\n"
        "  opsrail diff     after an edit of a source document: what changed, and for whom\n"
        "  opsrail sync     and every role's page follows\n"
    )
