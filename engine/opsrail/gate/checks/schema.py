"""Files held against the schema of their kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsrail.content.frontmatter import read_front_matter
from opsrail.detection.reading.documents import (
    KINDS,
    POLICY_PATH,
    ROUTES_PATH,
    STREAMS_PATH,
    is_rule_file,
    problems,
    read_documents,
)
from opsrail.findings import Finding, Location, Unreadable
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.gate.texts import changed_paths
from opsrail.gate.upstream import upstream_paths
from opsrail.governance.kinds import AFTERWARDS_PATH, MITIGATIONS_PATH
from opsrail.llm.formats import MODELS_PATH, PROMPTS_FOLDER
from opsrail.repo.schemas import violations
from opsrail.tailor.catalog import CONTENT_POLICY_PATH, PLAYBOOK_FILE, ROLES_PATH

_KINDS = (
    (re.compile(re.escape(STREAMS_PATH)), "streams"),
    (re.compile(re.escape(POLICY_PATH)), "detection-policy"),
    (re.compile(re.escape(ROUTES_PATH)), "routes"),
    (re.compile(r"content/incidents/[^/]+/incident\.yaml"), "incident"),
    (re.compile(re.escape(ROLES_PATH)), "roles"),
    (re.compile(re.escape(CONTENT_POLICY_PATH)), "content-policy"),
    (re.compile(rf"playbooks/[^/]+/{re.escape(PLAYBOOK_FILE)}"), "playbook"),
    (re.compile(r"content/upstream\.yaml"), "upstream"),
    (re.compile(re.escape(MODELS_PATH)), "models"),
    (re.compile(rf"{PROMPTS_FOLDER}/[^/]+\.yaml"), "prompt"),
    (re.compile(re.escape(MITIGATIONS_PATH)), "mitigations"),
    (re.compile(re.escape(AFTERWARDS_PATH)), "break-glass"),
)


@check("schema")
def schema(subject: Subject) -> Iterator[Finding]:
    """A file says something that files of its kind cannot say: a misspelt key, a wrong value.

    What the engine does not understand has no effect, and nobody would notice. The finding
    names the key and what may stand there. Front matter of source documents is held against
    its schema as well.
    """
    for path in changed_paths(subject, (".yaml",)):
        kind = next((kind for pattern, kind in _KINDS if pattern.fullmatch(path)), None)
        if kind and (yaml := subject.head.yaml(path)) is not None:
            yield from problems(kind, yaml) if kind in KINDS else violations(kind, yaml)
        elif is_rule_file(path):
            yield from _in_rules(subject, path)
    elsewhere = upstream_paths(subject.head)
    for document in subject.documents():
        # What another repository writes above its documents is its own business.
        if document.path not in elsewhere and document.front_values:
            front = read_front_matter(document.path, list(document.lines))
            yield from violations("source", front.yaml) if front.yaml else ()


def _in_rules(subject: Subject, path: str) -> Iterator[Finding]:
    """A rule file has several documents, each of its own kind."""
    try:
        found = read_documents(path, subject.head.text(path) or "")
    except Unreadable:
        return  # the checks of form say what is wrong
    for one in found:
        yield from one.findings


@check("file-missing")
def file_missing(subject: Subject) -> Iterator[Finding]:
    """A file is missing without which others say nothing.

    Playbooks need policies/roles.yaml, which says who reads them; a folder under playbooks/
    needs its playbook.yaml. Often the file is there under a name that is slightly off.
    """
    entries = subject.head.snapshot.entries
    if subject.head.playbook_names and ROLES_PATH not in entries:
        message = "there are playbooks, and no file says which roles read them"
        hint = _renamed(_misnamed(subject, "policies/roles"), ROLES_PATH)
        yield Finding(Location(ROLES_PATH), "file-missing", message, hint=hint)
    known = set(subject.head.playbook_names)
    told: set[str] = set()
    for path in entries:
        parts = path.split("/")
        if parts[0] != "playbooks" or len(parts) < 3 or parts[1] in known | told:
            continue
        told.add(parts[1])
        folder = f"playbooks/{parts[1]}"
        if any(changed.startswith(f"{folder}/") for changed in subject.changed):
            message = f"the folder {folder} has no {PLAYBOOK_FILE}, so nobody reads its pages"
            wanted = f"{folder}/{PLAYBOOK_FILE}"
            found = _misnamed(subject, f"{folder}/playbook")
            hint = _renamed(found, wanted)
            yield Finding(Location(found or wanted), "file-missing", message, hint=hint)


def _misnamed(subject: Subject, stem: str) -> str:
    """A file that was probably meant, or an empty text."""
    names = (f"{stem}{suffix}" for suffix in (".yml", ".YAML", ".json", ""))
    return next((name for name in names if name in subject.head.snapshot.entries), "")


def _renamed(found: str, wanted: str) -> str:
    return f"rename {found} to {wanted}" if found else f"add {wanted}"
