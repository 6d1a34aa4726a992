"""Where a link leads inside the repository."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote

from opsrail.content.clearance import Clearance
from opsrail.content.model import Document
from opsrail.repo.snapshot import GOVERNED
from opsrail.tailor.catalog import Catalog, PageName

SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """A path in the repository and an anchor in it, decoded; the anchor may be empty."""

    path: str
    anchor: str = ""

    @property
    def is_outside(self) -> bool:
        """Whether it leads above the repository's top."""
        return self.path == ".." or self.path.startswith("../")

    @property
    def is_governed(self) -> bool:
        """Whether the engine knows what is there."""
        return self.path.split("/", 1)[0] in GOVERNED


def target_of(link: str, path: str) -> Target | None:
    """Where a link in the file at `path` leads; None for addresses on other sites.

    A path that starts with `/` counts from the repository's top where a governed folder
    follows, as Git hosts show it, and otherwise as an address on some site.
    """
    if SCHEME.match(link):
        return None
    written, _, anchor = link.partition("#")
    written = unquote(written.partition("?")[0])
    if written.startswith("/"):
        found = Target(posixpath.normpath(written.lstrip("/")), unquote(anchor))
        return found if found.is_governed else None
    if not written:
        return Target(path, unquote(anchor))
    joined = posixpath.join(posixpath.dirname(path), written)
    return Target(posixpath.normpath(joined), unquote(anchor))


def has_anchor(document: Document, anchor: str) -> bool:
    """Whether an anchor stands in a document: a heading's, or one that was set by hand."""
    if not anchor or anchor.lower() == "top" or anchor in document.by_anchor:
        return True
    by_hand = re.compile(rf"""(?:\b(?:id|name)=["']?|\{{:?\s*#){re.escape(anchor)}(?![\w-])""")
    return any(by_hand.search(line) for line in document.lines)


def clearance_of(catalog: Catalog, target: Target) -> Clearance | None:
    """What a reader needs to follow a link; None where nothing says so.

    A derived page asks for the clearance of the role that it was made for.
    """
    if page := PageName.of(target.path):
        role = catalog.roles.get(page.role)
        return role.clearance if role else None
    if not target.path.endswith(".md") or (found := catalog.document(target.path)) is None:
        return None
    section = found.by_anchor.get(target.anchor) if target.anchor else None
    return section.clearance if section else found.front.clearance
