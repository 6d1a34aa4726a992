"""Build the site: from a repository to one folder of Markdown and one of HTML a clearance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from opsrail.content.clearance import Clearance
from opsrail.content.sections import parse_document
from opsrail.findings import CannotWork
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import revision_snapshot, worktree_snapshot
from opsrail.site.edition import Edition
from opsrail.site.edition_pages import OwnPage, edition_pages
from opsrail.site.folder import MARK, claim, write_folder
from opsrail.site.history import follow
from opsrail.site.landings import DAYS, landings
from opsrail.site.mkdocs import OVERRIDES, OWN, run_mkdocs, site_name, write_config
from opsrail.site.pages.findings import PLACE, TITLE, findings_page
from opsrail.site.readings import Readings
from opsrail.tailor.catalog import Catalog

if TYPE_CHECKING:
    from opsrail.evals.running.memory import Memory
    from opsrail.site.suites import Standing

THEME = Path(__file__).parent / "theme"
"""Styles and scripts that the engine brings; a file of the same path in site/ replaces one."""

AT_ONCE = 2
"""Editions that are built side by side."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """One finished edition: where its HTML is, how many pages it has, what was rewritten."""

    clearance: Clearance
    site: Path
    pages: int
    touched: int


@dataclass(frozen=True, slots=True)
class Order:
    """What to build: from the work tree or a resolved revision, for which clearances, where to.

    No clearance means one edition for every clearance that some role has. `explanations` (code →
    Markdown) say what the gate's findings mean, for those who work with it. `memory` has what
    earlier runs of eval suites came to: building a site runs no program.
    """

    out: Path
    today: date
    revision: str | None = None
    clearances: tuple[Clearance, ...] = ()
    explanations: Mapping[str, str] = field(default_factory=dict)
    memory: Memory | None = None


def build_site(
    repository: Repository, order: Order, progress: Progress = lambda _: None
) -> tuple[Built, ...]:
    """Build what is ordered. Raises `CannotWork` if a page would not be right."""
    name = site_name(repository.root)
    catalog = _catalog(repository, order.revision)
    news = tuple(follow(landings(repository, order.revision or "HEAD", order.today)))
    wanted = order.clearances or clearances(catalog)
    if not wanted:
        raise CannotWork(
            "no role is defined, so there is nobody to build a site for",
            "policies/roles.yaml says who reads; `opsrail check` tells what is wrong with it",
        )
    readings = Readings(catalog)
    suites = _standings(catalog, order, wanted)
    editions = (
        Edition(catalog, readings, one, order.today, news, DAYS, suites[one]) for one in wanted
    )
    written = [_write(repository.root, order, edition, name) for edition in editions]

    def build(done: Built) -> Built:
        progress(f"building the {done.clearance} site")
        run_mkdocs(_config(order.out, done.clearance))
        (done.site / MARK).touch()
        return done

    with ThreadPoolExecutor(AT_ONCE) as workers:
        return tuple(workers.map(build, written))


def _catalog(repository: Repository, revision: str | None) -> Catalog:
    if revision is None:
        return Catalog(worktree_snapshot(repository))
    return Catalog(revision_snapshot(repository, revision))


def _standings(
    catalog: Catalog, order: Order, wanted: Iterable[Clearance]
) -> Mapping[Clearance, tuple[Standing, ...]]:
    """The eval suites for those clearances that may see them."""
    # Running suites takes a while to import, and `opsrail site --help` has no use for it.
    from opsrail.site.suites import standings

    inside = {one: one.admits(Clearance.STAFF) for one in wanted}
    found = standings(catalog, order.today, order.memory) if any(inside.values()) else ()
    return {one: found if is_inside else () for one, is_inside in inside.items()}


def clearances(catalog: Catalog) -> tuple[Clearance, ...]:
    """Those that some role has, the lowest first."""
    held = {role.clearance for role in catalog.roles.values()}
    return tuple(clearance for clearance in Clearance if clearance in held)


def _config(out: Path, clearance: Clearance) -> Path:
    return out / f"mkdocs-{clearance}.yml"


def _write(root: Path, order: Order, edition: Edition, name: str) -> Built:
    docs, site = order.out / "docs" / edition.clearance, order.out / "site" / edition.clearance
    claim(site)  # mkdocs empties it
    own = list(({**dict(_files(THEME)), **dict(_files(root / OWN))}).items())
    pages = edition_pages(edition, name, _about(order, edition.clearance, own))
    files = {path: content for path, content in own if not path.endswith(".md")}
    files |= {path: text.encode() for path, text in pages.texts.items()}
    touched = write_folder(docs, files)
    write_config(root, _config(order.out, edition.clearance), docs, site, pages.nav)
    return Built(edition.clearance, site, len(pages.texts), len(touched))


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The pages, styles and scripts of a folder, by path within it."""
    for place in sorted(folder.rglob("*")) if folder.is_dir() else ():
        path = place.relative_to(folder).as_posix()
        hidden = any(part.startswith((".", "__")) for part in path.split("/"))
        if place.is_file() and not hidden and not path.startswith(f"{OVERRIDES}/"):
            yield path, place.read_bytes()


def _about(order: Order, clearance: Clearance, own: Iterable[tuple[str, bytes]]) -> list[OwnPage]:
    """Pages about the site and its making: the repository's own, and what the gate says."""
    pages = list(_own_pages(own, clearance))
    if order.explanations and clearance.admits(Clearance.STAFF):
        pages.append(OwnPage(PLACE, TITLE, findings_page(order.explanations)))
    return pages


def _own_pages(files: Iterable[tuple[str, bytes]], clearance: Clearance) -> Iterator[OwnPage]:
    """The site's own Markdown pages that this clearance admits; without a word, staff's."""
    for path, content in files:
        if path.endswith(".md"):
            text = content.decode("utf-8")
            document = parse_document(path, text)
            if clearance.admits(document.front.clearance):
                yield OwnPage(path, document.title, text)
