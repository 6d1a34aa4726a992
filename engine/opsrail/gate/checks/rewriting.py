"""Sections that a playbook wants in a model's words."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.evals.reading.places import suite_path
from opsrail.findings import Finding, Location, Severity
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.llm.formats import MODELS_PATH, PROMPTS_FOLDER
from opsrail.llm.prompts import Prompt
from opsrail.llm.reading import prompt_path, read_prompt
from opsrail.tailor.brief import FILLS
from opsrail.tailor.catalog import Playbook
from opsrail.tailor.formats import SELECTED
from opsrail.tailor.lock import LockEntry
from opsrail.tailor.rewriting.standing import refusals
from opsrail.tailor.state import State

MOST_FAULTS = 3
"""Of one section: who has more than that to mend asks anew."""


@check("not-rewritten")
def not_rewritten(subject: Subject) -> Iterator[Finding]:
    """A section stands in its selected form where its playbook wants a model's words.

    Nothing is wrong on the page: it has every fact, in the source's own words. Either nobody
    has run `opsrail rewrite` since the source or the prompt changed, or the model's answers
    departed from the source, and the finding says how. `opsrail rewrite --again` tries anew.
    """
    for state in subject.section_states:
        entry = subject.lock.entry(state.page.path, state.key)
        if state.state in {State.FRESH, State.EDITED} and state.is_unwritten:
            yield Finding(
                Location(state.page.path, state.line),
                "not-rewritten",
                f"“{state.title}” is in its selected form: {_why(entry)}",
                Severity.NOTE,
                "`opsrail rewrite --again` tries anew" if _is_declined(entry) else "",
            )


def _is_declined(entry: LockEntry | None) -> bool:
    return bool(entry and entry.declined)


def _why(entry: LockEntry | None) -> str:
    if entry and entry.declined:
        return f"the model's words were not taken, since {entry.declined}"
    return "`opsrail rewrite` has not put it into words yet"


@check("unfaithful-rewrite")
def unfaithful_rewrite(subject: Subject) -> Iterator[Finding]:
    """A model's words stand on a page, and the gate for a model's words would not take them.

    `opsrail rewrite` never writes such words, so they came in another way: the generated form and
    its lock line were edited together, or an older engine was less strict. Run
    `opsrail rewrite --again` for the page, or take the role's `rewrite` away and run
    `opsrail sync`.
    """
    for page, view in subject.pages.items():
        if (playbook := subject.head.playbook(page.playbook)) is None:
            continue
        for key, wrong in refusals(subject.head, playbook, view).items():
            theirs = view.theirs.segment(key) if view.theirs else None
            place = Location(page.path, theirs.line if theirs else 1)
            for fault in wrong[:MOST_FAULTS]:
                hint = f"`opsrail rewrite --again {page.path}`"
                yield Finding(place, "unfaithful-rewrite", fault, hint=hint)


@check("prompt-broken")
def prompt_broken(subject: Subject) -> Iterator[Finding]:
    """A prompt cannot be used, so nobody can be asked with it.

    It names a model that policies/models.yaml does not have, or a suite that is not there; or a
    playbook wants a role's sections rewritten by a prompt that is not there, or that asks for
    something which rewriting cannot fill in. Until then the page keeps the selected text.
    """
    for path in subject.head.snapshot.paths(PROMPTS_FOLDER, ".yaml"):
        if path in subject.changed or MODELS_PATH in subject.changed:
            name = path.removeprefix(f"{PROMPTS_FOLDER}/").removesuffix(".yaml")
            prompt, found = read_prompt(subject.head.snapshot, name)
            yield from (one for one in found if one.code == "prompt-broken")
            yield from _unheld(subject, prompt) if prompt else ()
    for name in subject.playbook_names:
        if (playbook := subject.head.playbook(name)) is not None:
            for route, role, named in playbook.prompts():
                yield from _unusable(subject, playbook, route, role, named)


def _unheld(subject: Subject, prompt: Prompt) -> Iterator[Finding]:
    """A suite that the prompt names and that is not there."""
    suite, yaml = prompt.file.suite, subject.head.yaml(prompt.path)
    if suite and yaml and (path := suite_path(suite)) not in subject.head.snapshot:
        message = f"there is no eval suite {suite} for this prompt"
        hint = f"write {path}, with the target `{{prompt: {prompt.name}}}`"
        yield Finding(yaml.place(("suite",)), "prompt-broken", message, hint=hint)


def _unusable(
    subject: Subject, playbook: Playbook, route: tuple[str | int, ...], role: str, name: str
) -> Iterator[Finding]:
    if role not in playbook.roles:
        message = f"{role} reads nothing of this playbook, so there is nothing to rewrite"
        where = playbook.yaml.place(route, key=True)
        yield Finding(where, "prompt-broken", message, hint="take the line away")
    if name == SELECTED:
        return
    place = playbook.yaml.place(route)
    if prompt_path(name) not in subject.head.snapshot:
        hint = f"write {prompt_path(name)}, or name another prompt"
        yield Finding(place, "prompt-broken", f"there is no prompt {name}", hint=hint)
        return
    prompt, _ = read_prompt(subject.head.snapshot, name)
    if prompt is not None and (unknown := sorted(prompt.gaps - FILLS)):
        message = f"the prompt {name} asks for {{{unknown[0]}}}, which rewriting does not have"
        hint = f"it may ask for {', '.join(f'{{{gap}}}' for gap in sorted(FILLS))}"
        yield Finding(place, "prompt-broken", message, hint=hint)
