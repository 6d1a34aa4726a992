"""Proposals that wait for a person's yes: one JSON file each in the Git directory."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from opsrail.findings import CannotWork
from opsrail.flows.effects import Wanted
from opsrail.flows.model import ProposedBranch
from opsrail.llm.model import Json

FOLDER: Final = "opsrail/waiting"
"""In the Git directory: gone with the clone, never tracked, never pushed."""
_ID: Final = re.compile(r"[0-9a-f]{12}")


class State(StrEnum):
    """How it stands with a proposal."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Proposal:
    """An effect that waits, or did. `by` had the flow run, `revision` is what it stands on.

    Equal proposals have equal ids: running a flow twice proposes nothing twice.
    """

    id: str
    flow: str
    team: str
    by: str
    at: str
    revision: str
    branch: str
    message: str
    files: Mapping[str, str]
    state: State = State.WAITING
    decided_by: str = ""
    decided_at: str = ""
    reason: str = ""
    commit: str = ""

    def decided(self, state: State, by: str, at: str, reason: str, commit: str = "") -> Proposal:
        """As somebody decided it."""
        return replace(
            self, state=state, decided_by=by, decided_at=at, reason=reason, commit=commit
        )

    @property
    def effect(self) -> ProposedBranch:
        """What it would do."""
        return ProposedBranch(self.branch, self.message, self.files)

    @property
    def told(self) -> Mapping[str, Json]:
        """What the audit log says of it: not the texts."""
        return {
            "id": self.id,
            "flow": self.flow,
            "approval": self.team,
            "revision": self.revision,
            "branch": self.branch,
            "commit": self.commit,
        }


def proposal_of(want: Wanted, revision: str, by: str, at: str) -> Proposal:
    """The proposal that an effect makes on top of a revision."""
    effect = want.effect
    made_of = [want.flow, revision, effect.name, effect.message, dict(effect.files)]
    text = json.dumps(made_of, sort_keys=True, ensure_ascii=False)
    name = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return Proposal(
        name,
        want.flow,
        want.team,
        by,
        at,
        revision,
        effect.name,
        effect.message,
        dict(effect.files),
    )


class WaitingRoom:
    """The folder in which proposals are kept, those decided too. Several processes may use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, proposal: Proposal) -> Proposal:
        """Keep a proposal; the one there was already, if it is the same."""
        with self.held():
            known = self._read(proposal.id)
            if known is None:
                self.put(proposal)
            return known or proposal

    def get(self, name: str) -> Proposal:
        """The proposal of this id. Raises `CannotWork` if there is none."""
        found = self._read(name) if _ID.fullmatch(name) else None
        if found is None:
            waiting = [one.id for one in self.all() if one.state is State.WAITING]
            hint = f"waiting are {', '.join(waiting)}" if waiting else "nothing waits"
            raise CannotWork(f"there is no proposal {name}", hint)
        return found

    def all(self) -> tuple[Proposal, ...]:
        """Every proposal, the oldest first."""
        names = (path.stem for path in sorted(self.folder.glob("*.json")))
        found = [one for name in names if _ID.fullmatch(name) and (one := self._read(name))]
        return tuple(sorted(found, key=lambda one: (one.at, one.id)))

    def put(self, proposal: Proposal) -> None:
        """Write a proposal's file, whole or not at all. To be called while `held`."""
        place = self._place(proposal.id)
        draft = place.with_suffix(".new")
        with draft.open("w", encoding="utf-8", errors="backslashreplace") as stream:
            json.dump(asdict(proposal), stream, indent=2, sort_keys=True, ensure_ascii=False)
            stream.write("\n")
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(place)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep everybody else from deciding meanwhile; waits for its turn."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _place(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _read(self, name: str) -> Proposal | None:
        place = self._place(name)
        try:
            raw: dict[str, Any] = json.loads(place.read_text("utf-8"))
            return Proposal(**{**raw, "state": State(raw["state"])})
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError) as error:
            raise CannotWork(
                f"{place} is damaged", "remove it and run the flow again: it proposes the same"
            ) from error
