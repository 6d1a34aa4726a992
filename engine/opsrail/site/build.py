"""Build the site: from a repository to one folder of Markdown and one of HTML a clearance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
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
from opsrail.site.plans import PlanText
from opsrail.site.readings import Readings
from opsrail.site.records import landed_on_record
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
    earlier runs of eval suites came to: building a site runs no program. `plans` say what is under
    way; only the restricted edition shows them.
    """

    out: Path
    today: date
    revision: str | None = None
    clearances: tuple[Clearance, ...] = ()
    explanations: Mapping[str, str] = field(default_factory=dict)
    memory: Memory | None = None
    plans: tuple[PlanText, ...] = ()


def build_site(
    repository: Repository, order: Order, progress: Progress = lambda _: None
) -> tuple[Built, ...]:
    """Build what is ordered. Raises `CannotWork` if a page would not be right."""
    name = site_name(repository.root)
    catalog = _catalog(repository, order.revision)
    wanted = order.clearances or clearances(catalog)
    if not wanted:
        raise CannotWork(
            "no role is defined, so there is nobody to build a site for",
            "policies/roles.yaml says who reads; `opsrail check` tells what is wrong with it",
        )
    editions = _editions(repository, catalog, order, wanted)
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


def _editions(
    repository: Repository, catalog: Catalog, order: Order, wanted: Iterable[Clearance]
) -> Iterator[Edition]:
    """What each build holds. What insiders alone may see is not even read for outsiders."""
    revision = order.revision or "HEAD"
    news = tuple(follow(landings(repository, revision, order.today)))
    readings = Readings(catalog)
    outside = Edition(catalog, readings, Clearance.PUBLIC, order.today, news, DAYS)
    inside = outside
    if any(one.admits(Clearance.STAFF) for one in wanted):
        inside = replace(
            outside,
            standings=_standings(catalog, order),
            landed=landed_on_record(repository, revision, catalog.roles),
        )
    for one in wanted:
        edition = replace(inside if one.admits(Clearance.STAFF) else outside, clearance=one)
        yield replace(edition, plans=order.plans if edition.quotes else ())


def _standings(catalog: Catalog, order: Order) -> tuple[Standing, ...]:
    # Running suites takes a while to import, and `opsrail site --help` has no use for it.
    from opsrail.site.suites import standings

    return standings(catalog, order.today, order.memory)


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
