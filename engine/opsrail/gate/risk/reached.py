"""Which files a change touches and reaches: what the evidence about its risk is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from opsrail.content.changes import Weight
from opsrail.gate.subject import Subject
from opsrail.governance.changes import Change, ChangeSet
from opsrail.governance.kinds import ArtifactKind
from opsrail.tailor.impact import Reach

WRITTEN: Final = "page regenerated"
"""What the engine did because of something else; that is weighed, not this."""

_BUILDING: Final = (ArtifactKind.FLOW, ArtifactKind.PROMPT, ArtifactKind.MODEL)
"""What flows are made of."""


@dataclass(frozen=True, slots=True)
class Reached:
    """`paths` are changed files, without what the engine wrote anew and without the lock, and
    `told` those of them that say something else than before, not the same in other words.

    `reaching` are those through which somebody's page is another, `playbooks` the names of those
    that hold what changed. `flows` has each flow that is built otherwise, with the changed files
    that it is made of; what a flow only reads on changed pages counts with the pages.
    """

    paths: tuple[str, ...]
    told: tuple[str, ...]
    reaching: tuple[str, ...]
    playbooks: tuple[str, ...]
    flows: Mapping[str, tuple[str, ...]]


def reached_by(subject: Subject, change: ChangeSet, reach: Reach) -> Reached:
    """What a change touches and reaches; only its wording reaches nothing that is weighed."""
    own = [one for one in change.changes if is_own(one)]
    told = [one for one in own if one.weight is not Weight.WORDING]
    return Reached(
        paths=_paths(own),
        told=_paths(told),
        reaching=_paths([one for one in told if one.roles]),
        playbooks=tuple(sorted(set(_playbooks(told, reach)))) if told else (),
        flows=_flows(subject, told),
    )


def _flows(subject: Subject, told: list[Change]) -> Mapping[str, tuple[str, ...]]:
    """Flows of head that are made of something that changed, chains with their steps."""
    paths = [one.path for one in told if one.kind in _BUILDING]
    if not paths:
        return {}
    # Flows bring tasks of their own, and most changes touch none.
    from opsrail.flows.reading import dependencies, flow_names

    snapshot = subject.head.snapshot
    found = {name: dependencies(snapshot, name) for name in flow_names(snapshot)}
    made_of = {
        name: tuple(
            sorted({path for path in paths if any(fnmatchcase(path, one) for one in globs)})
        )
        for name, globs in found.items()
    }
    return {name: paths for name, paths in made_of.items() if paths}


def is_own(change: Change) -> bool:
    """Whether a person made it, rather than the engine because of another."""
    return change.what != WRITTEN and change.kind is not ArtifactKind.LOCK


def _paths(changes: list[Change]) -> tuple[str, ...]:
    return tuple(sorted({one.path for one in changes}))


def _playbooks(told: list[Change], reach: Reach) -> Iterator[str]:
    yield from reach.playbooks
    for one in told:
        if one.kind in (ArtifactKind.PLAYBOOK, ArtifactKind.PAGE):
            yield one.path.split("/")[1]
