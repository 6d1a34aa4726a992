"""The catalog: documents, roles, playbooks and pages of one snapshot, read when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from pydantic import BaseModel

from opsrail.content.formats import ContentPolicy
from opsrail.content.model import Document, Section
from opsrail.content.sections import parse_document
from opsrail.findings import Finding, Unreadable
from opsrail.llm.prompts import Prompt
from opsrail.repo.schemas import violations
from opsrail.repo.snapshot import Snapshot
from opsrail.repo.yaml import YamlText
from opsrail.tailor.formats import SELECTED, Form, PlaybookFile, PlaybookSection, Role, RolesFile

ROLES_PATH = "policies/roles.yaml"
CONTENT_POLICY_PATH = "policies/content.yaml"
PLAYBOOK_FILE = "playbook.yaml"
GENERATED = ".generated"

Format = TypeVar("Format", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class PageName:
    """A derived page: one playbook as one role reads it."""

    playbook: str
    role: str

    @property
    def path(self) -> str:
        """The page that people read and may edit."""
        return f"playbooks/{self.playbook}/{self.role}.md"

    @property
    def generated(self) -> str:
        """What the engine last wrote there."""
        return f"playbooks/{self.playbook}/{GENERATED}/{self.role}.md"

    @classmethod
    def of(cls, path: str) -> PageName | None:
        """The page that a path belongs to, be it the page itself or its generated form."""
        parts = path.split("/")
        if len(parts) == 4 and parts[2] == GENERATED:
            parts.pop(2)
        if len(parts) != 3 or parts[0] != "playbooks" or not parts[2].endswith(".md"):
            return None
        return cls(parts[1], parts[2].removesuffix(".md"))


@dataclass(frozen=True, slots=True)
class Playbook:
    """A playbook with the file it was read from. `name` is its folder's."""

    name: str
    path: str
    file: PlaybookFile
    yaml: YamlText

    def sections_for(self, role: str) -> tuple[tuple[PlaybookSection, Form], ...]:
        """What a role reads, in order, and in which form."""
        chosen = ((item, item.form.get(role, Form.OMIT)) for item in self.file.sections)
        return tuple((item, form) for item, form in chosen if form is not Form.OMIT)

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles with a page of this playbook, in order of first mention."""
        named = dict.fromkeys(role for item in self.file.sections for role in item.form)
        return tuple(role for role in named if self.sections_for(role))

    def prompt_for(self, item: PlaybookSection, role: str) -> str:
        """The prompt by which a model words this section for the role; empty for none."""
        chosen = item.rewrite.get(role) or self.file.rewrite.get(role, "")
        return "" if chosen == SELECTED else chosen

    def prompts(self) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
        """Every prompt that it names: the route in its file, the role and the prompt."""
        for role, prompt in self.file.rewrite.items():
            yield ("rewrite", role), role, prompt
        for index, item in enumerate(self.file.sections):
            for role, prompt in item.rewrite.items():
                yield ("sections", index, "rewrite", role), role, prompt

    @property
    def sources(self) -> tuple[str, ...]:
        """Paths of the documents it draws from, without repeats."""
        return tuple(dict.fromkeys(item.from_.partition("#")[0] for item in self.file.sections))


class Catalog:
    """Reads artifacts from a snapshot, each at most once.

    What cannot be read counts as absent here and is reported by the schema check: one broken
    file never hides what is wrong with the others.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._documents: dict[str, Document | None] = {}
        self._playbooks: dict[str, Playbook | None] = {}
        self._prompts: dict[str, Prompt | None] = {}

    def document(self, path: str) -> Document | None:
        """The Markdown file at `path`, or None if there is none to read."""
        if path not in self._documents:
            self._documents[path] = self._read_document(path)
        return self._documents[path]

    def _read_document(self, path: str) -> Document | None:
        if path not in self.snapshot:
            return None
        try:
            return parse_document(path, self.snapshot.text(path))
        except Unreadable:
            return None

    @property
    def source_paths(self) -> tuple[str, ...]:
        """Every Markdown file under content/."""
        return tuple(self.snapshot.paths("content", ".md"))

    def section(self, name: str) -> tuple[Document, Section] | None:
        """The section that `path#anchor` names; a bare path names the whole document."""
        path, _, anchor = name.partition("#")
        if (document := self.document(path)) is None:
            return None
        if anchor:
            section = document.by_anchor.get(anchor)
        else:
            section = next((s for s in document.sections if s.level), document.sections[0])
        return (document, section) if section else None

    @cached_property
    def roles_file(self) -> RolesFile | None:
        """policies/roles.yaml, or None if it cannot be read."""
        return self._parsed("roles", ROLES_PATH, RolesFile)

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        """Roles by id; none if policies/roles.yaml cannot be read."""
        return self.roles_file.roles if self.roles_file else {}

    @cached_property
    def content_policy(self) -> ContentPolicy:
        """policies/content.yaml, or what holds without one."""
        return self._parsed("content-policy", CONTENT_POLICY_PATH, ContentPolicy) or ContentPolicy()

    @property
    def playbook_names(self) -> tuple[str, ...]:
        """Every playbook's folder name, sorted, readable or not."""
        found = self.snapshot.paths("playbooks", f"/{PLAYBOOK_FILE}")
        return tuple(path.split("/")[1] for path in found if path.count("/") == 2)

    def playbook(self, name: str) -> Playbook | None:
        """The playbook in that folder, or None if its file is missing or malformed."""
        if name not in self._playbooks:
            path = f"playbooks/{name}/{PLAYBOOK_FILE}"
            yaml = self.yaml(path)
            file = self._parsed("playbook", path, PlaybookFile, yaml)
            self._playbooks[name] = Playbook(name, path, file, yaml) if file and yaml else None
        return self._playbooks[name]

    def playbooks(self) -> Iterator[Playbook]:
        """Every readable playbook, by name."""
        return (found for name in self.playbook_names if (found := self.playbook(name)))

    def prompt(self, name: str) -> Prompt | None:
        """The prompt of that name with its model, or None if there is none to read."""
        if not name:
            return None
        if name not in self._prompts:
            # Most repositories have no prompts.
            from opsrail.llm.reading import read_prompt

            self._prompts[name], _ = read_prompt(self.snapshot, name)
        return self._prompts[name]

    def yaml(self, path: str) -> YamlText | None:
        """A YAML file with its positions, or None if it is missing or not YAML."""
        if path not in self.snapshot:
            return None
        try:
            return YamlText.parse(path, self.snapshot.text(path))
        except Unreadable:
            return None

    def _parsed(
        self, kind: str, path: str, model: type[Format], yaml: YamlText | None = None
    ) -> Format | None:
        yaml = yaml or self.yaml(path)
        if yaml is None or violations(kind, yaml):
            return None
        return model.model_validate(yaml.value)

    def text(self, path: str) -> str | None:
        """A file's text, or None if it is missing or unreadable."""
        if path not in self.snapshot:
            return None
        try:
            return self.snapshot.text(path)
        except Unreadable:
            return None

    def unreadable(self, path: str) -> Finding | None:
        """Why a file cannot be read as text, if so."""
        try:
            self.snapshot.text(path)
        except Unreadable as error:
            return error.finding
        return None
