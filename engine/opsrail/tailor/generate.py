"""Generate a derived page: its opening and, for each section a role reads, text in its form."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from opsrail.content.clearance import Clearance
from opsrail.content.digests import digest
from opsrail.content.model import Document, FrontMatter
from opsrail.content.sections import parse_document
from opsrail.llm.prompts import Prompt
from opsrail.tailor.brief import FILLS, REWRITER, Brief, split_heading
from opsrail.tailor.catalog import Catalog, PageName, Playbook
from opsrail.tailor.formats import Form, PlaybookSection
from opsrail.tailor.forms import FORMS
from opsrail.tailor.page import OPENING
from opsrail.tailor.select import Reader, Selection, select

GENERATOR = "select/1"
"""Who wrote a section, for the lock. The number grows when a form lays things out otherwise."""

_YAML_WORDS = frozenset("true false yes no on off y n null".split())
"""What one YAML reader or another takes for something other than text."""

ORIGIN_START = "*From "
"""How the line under a section begins that says where it comes from."""


@dataclass(frozen=True, slots=True)
class Generated:
    """What the engine would write for one derived section (or a page's opening) now.

    `inputs` is the digest of everything that went in; `sources` gives each source section's
    own digest, so that a reader of the lock sees which of them moved. `brief` is what a model
    would be given to rewrite it, where its playbook asks for that; `declined` says why its
    answer to just that was not taken.
    """

    key: str
    text: str
    inputs: str
    form: str = ""
    generator: str = GENERATOR
    sources: Mapping[str, str] = field(default_factory=dict)
    brief: Brief | None = None
    declined: str = ""

    @property
    def is_rewritten(self) -> bool:
        """Whether a model wrote its text."""
        return self.generator == REWRITER

    @property
    def output(self) -> str:
        """Digest of the text."""
        return digest(self.text)


@dataclass(frozen=True, slots=True)
class Draft:
    """A page as it should be. `unresolved` are keys whose source is missing, so that nothing
    can be said about them; `withheld` are those above the role's clearance.
    """

    page: PageName
    sections: tuple[Generated, ...]
    unresolved: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()


def draft_page(catalog: Catalog, playbook: Playbook, role: str) -> Draft:
    """Generate one role's page of a playbook."""
    page = PageName(playbook.name, role)
    reader = Reader(catalog, role, catalog.roles[role], posixpath.dirname(page.path))
    sections = [_opening(playbook, page)]
    unresolved: set[str] = set()
    withheld: set[str] = set()
    for item, form in _once(playbook.sections_for(role)):
        if (selection := select(reader, item)) is not None:
            prompt = catalog.prompt(playbook.prompt_for(item, role))
            section = _section(reader, item, form, selection)
            sections.append(replace(section, brief=_brief(reader, prompt, section)))
        elif catalog.section(item.from_) is None:
            unresolved.add(item.from_)
        else:
            withheld.add(item.from_)
    return Draft(page, tuple(sections), frozenset(unresolved), frozenset(withheld))


def _once(
    items: Iterable[tuple[PlaybookSection, Form]],
) -> Iterator[tuple[PlaybookSection, Form]]:
    """Each section where it is first given: a key can stand on a page only once."""
    seen: set[str] = set()
    for item, form in items:
        if item.from_ not in seen:
            seen.add(item.from_)
            yield item, form


def _opening(playbook: Playbook, page: PageName) -> Generated:
    front = (
        f"title: {_quoted(playbook.file.title)}",
        f"playbook: {page.playbook}",
        f"role: {page.role}",
        f"owner: {_quoted(playbook.file.owner)}",
    )
    head = "\n".join(("---", *front, "---", "", f"# {playbook.file.title}"))
    text = f"{head}\n\n{playbook.file.summary}" if playbook.file.summary else head
    return Generated(OPENING, text, inputs=digest(GENERATOR, text))


def _quoted(value: str) -> str:
    """A YAML scalar: plain where nothing in it could be read as anything but text."""
    if value.lower() in _YAML_WORDS:
        return f'"{value}"'
    if value and all(part.isalnum() for part in value.replace("-", " ").split(" ") if part):
        return value if not value[0].isdigit() else f'"{value}"'
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _section(reader: Reader, item: PlaybookSection, form: Form, selection: Selection) -> Generated:
    origin = _origin(reader, selection)
    laid_out = FORMS[form](parse_document(selection.document.path, selection.markdown))
    return Generated(
        key=item.from_,
        text=f"{laid_out}\n\n{origin}" if laid_out else origin,
        inputs=digest(GENERATOR, form, selection.markdown, origin),
        form=form,
        sources={section.name: _short(section.tree) for section in selection.sections},
    )


def _brief(reader: Reader, prompt: Prompt | None, section: Generated) -> Brief | None:
    heading, text = split_heading(without_origin(section.text))
    if prompt is None or prompt.gaps - FILLS or not text or text.startswith(ORIGIN_START):
        return None
    glossary = reader.catalog.content_policy.glossary
    return Brief(prompt, reader.role, Form(section.form), heading, text, glossary)


def rewritten(section: Generated, text: str) -> Generated:
    """The section with a model's text instead of the selected one, and who put it into words.

    Raises `ValueError` where its playbook asks for no rewriting.
    """
    if section.brief is None:
        raise ValueError(f"{section.key} is not to be rewritten")
    origin = section.text.rpartition("\n\n")[2]
    told = f"{origin.removesuffix('*')} · in words of `{section.brief.prompt.name}`*"
    return replace(
        section,
        text=f"{text}\n\n{told}",
        inputs=digest(REWRITER, section.brief.digest, origin),
        generator=REWRITER,
        declined="",
    )


def _origin(reader: Reader, selection: Selection) -> str:
    """Where a section comes from and how fresh it is, in one line under it.

    Readers outside see neither internal owners nor the title of a document they may not open.
    """
    document, head = selection.document, selection.head
    front = document.front
    link = reader.target(f"#{head.anchor}" if head.anchor else "", document.path)
    name = _document_name(reader, document)
    title = f"{name} § {head.title}" if name not in {"", head.title} else head.title
    title = title or posixpath.basename(document.path)
    upkeep = [f"[{title}]({link}) as of {_as_of(selection)}", *_upkeep(reader, front)]
    return f"{ORIGIN_START}{' · '.join(upkeep)}*"


def _document_name(reader: Reader, document: Document) -> str:
    """A document's title, empty where the role may not know it.

    Where it has no title of its own, its first heading stands for it, and that may be above
    the role's clearance.
    """
    first = next((section for section in document.sections if section.level), None)
    needed = [document.front.clearance]
    if first and not document.front.title:
        needed.append(first.clearance)
    return document.title if all(map(reader.role.clearance.admits, needed)) else ""


def without_origin(text: str) -> str:
    """A section's text without the line under it that says where it comes from."""
    body, _, last = text.rpartition("\n\n")
    return body if last.startswith(ORIGIN_START) else text


def _as_of(selection: Selection) -> str:
    """Seven digits over the source sections: a commit cannot be named inside itself."""
    return digest(*(f"{s.name} {s.tree} {s.clearance}" for s in selection.sections))[:7]


def _upkeep(reader: Reader, front: FrontMatter) -> Iterator[str]:
    if front.owner and reader.role.clearance is not Clearance.PUBLIC:
        yield f"owner {front.owner}"
    if front.verified:
        yield f"verified {front.verified.isoformat()}"
    if front.review_by and reader.role.clearance is not Clearance.PUBLIC:
        yield f"next review {front.review_by.isoformat()}"


def _short(value: str) -> str:
    return value[:12]
