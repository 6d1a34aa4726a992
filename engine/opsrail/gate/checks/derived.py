"""Derived sections: in step with their sources, and whole."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.content.facts import FactChange
from opsrail.findings import Finding, Location, Severity
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.tailor.state import SectionState, State


@check("stale-section")
def stale_section(subject: Subject) -> Iterator[Finding]:
    """A derived section was written from an older version of its source.

    People who open this page read what no longer holds. Run `opsrail sync`: it rewrites just
    the sections that are behind and keeps what people wrote into them.
    """
    found = _in(subject, State.STALE)
    for state in found:
        behind = "the prompt that words it" if state.asked_otherwise else "its source"
        message = f"“{_name(state)}” is behind {behind}{_lag(state)}"
        yield _finding(state, "stale-section", message, _sync_hint(len(found)))


@check("missing-section")
def missing_section(subject: Subject) -> Iterator[Finding]:
    """A playbook gives a section to a role, and the role's page does not have it.

    Run `opsrail sync` to write it.
    """
    for state in _in(subject, State.MISSING):
        message = f"“{_name(state)}” is not on the page of {state.page.role}"
        yield _finding(state, "missing-section", message, "run `opsrail sync`")


@check("conflicted-section")
def conflicted_section(subject: Subject) -> Iterator[Finding]:
    """A source changed just where a person had changed the page.

    The person's text stands, so the page may say what no longer holds. Bring it in line by
    hand, then put that on record with `opsrail sync --accept PAGE#ANCHOR`.
    """
    for state in _in(subject, State.CONFLICTED):
        anchor = state.key.rpartition("#")[2]
        message = f"“{_name(state)}” was edited here and has changed in its source{_lag(state)}"
        hint = f"edit it, then run `opsrail sync --accept {state.page.path}#{anchor}`"
        yield _finding(state, "conflicted-section", message, hint)


@check("orphaned-section")
def orphaned_section(subject: Subject) -> Iterator[Finding]:
    """A derived section is on a page that its playbook no longer gives it to.

    `opsrail sync` removes it. Where a person edited it, sync keeps it: remove it by hand, or
    make it the page's own text with `opsrail sync --accept PAGE#ANCHOR`.
    """
    for state in _in(subject, State.ORPHANED):
        message = f"“{_name(state)}” is no longer part of this page's playbook"
        yield _finding(state, "orphaned-section", message, "run `opsrail sync`, or remove it")


@check("hand-broken")
def hand_broken(subject: Subject) -> Iterator[Finding]:
    """A page no longer says what its source says, and nobody put that on record.

    Either the markers around a derived section are damaged, or its generated form was edited,
    or a person's edit on the page changed a fact: an amount, a period, a *must* or *never*.
    Change the source document instead, or record the difference with
    `opsrail sync --accept PAGE#ANCHOR`.
    """
    for view in subject.pages.values():
        yield from view.theirs.problems if view.theirs else ()
        yield from view.written.problems if view.written else ()
    for state in _in(subject, State.BROKEN):
        message = f"what the engine wrote for “{_name(state)}” was changed behind its back"
        yield _finding(state, "hand-broken", message, "run `opsrail sync`")
    for state in _in(subject, State.EDITED):
        if state.lost and not state.is_accepted:
            anchor = state.key.rpartition("#")[2]
            message = f"“{_name(state)}” was edited here and departs from its source: "
            hint = f"edit the source, or `opsrail sync --accept {state.page.path}#{anchor}`"
            yield _finding(state, "hand-broken", message + _told(state.lost), hint)


@check("edited-section")
def edited_section(subject: Subject) -> Iterator[Finding]:
    """A page carries a person's edit inside a derived section, and no fact of the source is lost.

    That is fine, and closes nothing: the edit is carried along when the source changes.
    """
    for state in _in(subject, State.EDITED):
        if not state.lost or state.is_accepted:
            kind = "an accepted difference" if state.lost else "a human edit"
            message = f"“{_name(state)}” carries {kind}"
            yield _finding(state, "edited-section", message, "", Severity.NOTE)


@check("lock-broken")
def lock_broken(subject: Subject) -> Iterator[Finding]:
    """A line of playbooks/opsrail.lock cannot be read, most often after a merge in Git.

    Run `opsrail sync`: it writes the lock anew. Never edit it by hand.
    """
    yield from subject.lock.problems


def _in(subject: Subject, state: State) -> list[SectionState]:
    return [found for found in subject.section_states if found.state is state]


def _finding(
    state: SectionState, code: str, message: str, hint: str, severity: Severity = Severity.ERROR
) -> Finding:
    return Finding(
        Location(state.page.path, state.line, state.column), code, message, severity, hint
    )


def _name(state: SectionState) -> str:
    return state.title or "the opening"


def _sync_hint(count: int) -> str:
    return (
        "run `opsrail sync`" if count == 1 else f"run `opsrail sync` ({count} sections are stale)"
    )


def _lag(state: SectionState) -> str:
    return f": {_told(state.behind)}" if state.behind else ""


def _told(changes: tuple[FactChange, ...], limit: int = 2) -> str:
    words = tuple(dict.fromkeys(" ".join(change.describe().split()) for change in changes))
    shown = "; ".join(words[:limit])
    return f"{shown}; {len(words) - limit} more" if len(words) > limit else shown
