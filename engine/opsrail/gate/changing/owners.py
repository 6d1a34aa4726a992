"""Which teams answer for a file: what the file says itself, else the first claim that fits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from opsrail.detection.reading.documents import documents, is_rule_file
from opsrail.detection.reading.search import files_needing
from opsrail.evals.reading.places import DECISIONS_PATH, is_suite_file
from opsrail.evals.reading.places import FOLDER as SUITES
from opsrail.findings import Unreadable
from opsrail.governance.formats import Claim
from opsrail.governance.globs import matches
from opsrail.governance.kinds import ArtifactKind, kind_of
from opsrail.llm.formats import PROMPTS_FOLDER
from opsrail.tailor.catalog import PLAYBOOK_FILE, Catalog

JUDGES: Final = "policies/judges"


def owners_of(catalog: Catalog, path: str, claims: Sequence[Claim]) -> tuple[str, ...]:
    """The teams that answer for the file at one side, sorted; none where nobody claims it.

    A name that is no team is returned as it stands: governance says what is wrong with it.
    """
    own = _OWN.get(kind_of(path), _nobody)(catalog, path)
    if own:
        return tuple(sorted(own))
    return next(((claim.owner,) for claim in claims if matches(claim.files, path)), ())


def _nobody(_catalog: Catalog, _path: str) -> set[str]:
    return set()


def _of_document(catalog: Catalog, path: str) -> set[str]:
    document = catalog.document(path) if path.endswith(".md") else None
    return _named(document.front.owner) if document else set()


def _of_playbook(catalog: Catalog, path: str) -> set[str]:
    """A page is its playbook's."""
    return _said_in(catalog, f"playbooks/{path.split('/')[1]}/{PLAYBOOK_FILE}")


def _of_rules(catalog: Catalog, path: str) -> set[str]:
    """The owners of all rules in the file. One that raises nothing itself is built on by others,
    whose owners answer for what it lets through.
    """
    if not is_rule_file(path):
        return set()
    owners, is_built_on = _in_rule_file(catalog, path)
    if is_built_on:
        above = files_needing(catalog.snapshot, [path], lambda one: catalog.text(one) or "")
        for other in above - {path}:
            owners |= _in_rule_file(catalog, other)[0]
    return owners


def _in_rule_file(catalog: Catalog, path: str) -> tuple[set[str], bool]:
    """The owners that a rule file names, and whether a rule in it names none."""
    try:
        values = [one.yaml.value for one in documents(path, catalog.text(path) or "")]
    except Unreadable:
        return set(), False
    owners = [
        _named(ops.get("owner")) if isinstance(ops, Mapping) else set[str]()
        for value in values
        if isinstance(value, Mapping)
        for ops in (value.get("ops"),)
    ]
    return set[str]().union(*owners), not all(owners)


def _of_evals(catalog: Catalog, path: str) -> set[str]:
    """A suite's own word; a file of cases is owned by whoever reads it."""
    if is_suite_file(path):
        return _said_in(catalog, path)
    return set() if path == DECISIONS_PATH else _of_readers(catalog, path, SUITES, is_suite_file)


def _of_judges(catalog: Catalog, path: str) -> set[str]:
    if path.endswith(".yaml"):
        return _said_in(catalog, path)
    return _of_readers(catalog, path, JUDGES, lambda one: one.endswith(".yaml"))


def _of_readers(
    catalog: Catalog, path: str, folder: str, is_one: Callable[[str], bool]
) -> set[str]:
    """The owners of the files in a folder that mention this one."""
    found = filter(is_one, sorted(catalog.snapshot.mentioning([path], folder)))
    return set[str]().union(*(_said_in(catalog, one) for one in found))


def _of_recording(catalog: Catalog, path: str) -> set[str]:
    """A recording lies in the folder of the prompt that it answers."""
    parts = path.split("/")
    return _said_in(catalog, f"{PROMPTS_FOLDER}/{parts[2]}.yaml") if len(parts) == 4 else set()


def _of_itself(catalog: Catalog, path: str) -> set[str]:
    return _said_in(catalog, path) if path.endswith(".yaml") else set()


def _said_in(catalog: Catalog, path: str) -> set[str]:
    """The `owner` of a YAML file, be the rest of it right or wrong."""
    yaml = catalog.yaml(path)
    return _named(yaml.value.get("owner")) if yaml and isinstance(yaml.value, Mapping) else set()


def _named(owner: object) -> set[str]:
    return {owner.strip()} if isinstance(owner, str) and owner.strip() else set()


_OWN: Final[Mapping[ArtifactKind, Callable[[Catalog, str], set[str]]]] = {
    ArtifactKind.SOURCE: _of_document,
    ArtifactKind.RUNBOOK: _of_document,
    ArtifactKind.INCIDENT: _of_document,
    ArtifactKind.CONTENT: _of_document,
    ArtifactKind.PLAYBOOK: _of_playbook,
    ArtifactKind.PAGE: _of_playbook,
    ArtifactKind.RULE: _of_rules,
    ArtifactKind.SUITE: _of_evals,
    ArtifactKind.PROMPT: _of_itself,
    ArtifactKind.FLOW: _of_itself,
    ArtifactKind.JUDGE: _of_judges,
    ArtifactKind.RECORDING: _of_recording,
}
"""Who speaks for files of a kind. Policies about everybody say nothing of themselves."""
