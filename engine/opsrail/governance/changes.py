"""One typed change, the unit that governance decides on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsrail.content.changes import Weight
from opsrail.governance.kinds import ArtifactKind, kind_of
from opsrail.governance.vocabulary import TERMS, Term


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a request does to one governed file.

    `what` is a term of the vocabulary. `subject` says where in the file, as people would
    (“§ Refund a charge”, “sign-in-spike”, “case window”); `old` and `new` quote both sides, empty
    where there is none. `line` counts from 1 in the file at head (at base where it is gone).
    `roles` are those whose pages it reaches, `owners` the teams that answer for the file: base's,
    and head's where that names another.
    """

    path: str
    what: str
    subject: str = ""
    old: str = ""
    new: str = ""
    line: int = 1
    weight: Weight = Weight.WORTH_KNOWING
    owners: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.what not in TERMS:
            raise ValueError(f"{self.what!r} is no term of the vocabulary")

    @property
    def kind(self) -> ArtifactKind:
        """What sort of file it is in."""
        return kind_of(self.path)

    @property
    def term(self) -> Term:
        """What it does, with what that means."""
        return TERMS[self.what]

    @property
    def is_destructive(self) -> bool:
        """Whether something is lost or let loose by it."""
        return bool(self.term.danger)

    @property
    def place(self) -> str:
        """Where, for people: `refunds.md § Refund a charge`."""
        name = self.path.rsplit("/", 1)[-1]
        return f"{name} {self.subject}" if self.subject else self.path

    @property
    def order(self) -> tuple[str, int, str, str, str, str]:
        """By file and place."""
        return (self.path, self.line, self.what, self.subject, self.old, self.new)

    def describe(self) -> str:
        """In one line: `money raised: over USD 50 → over USD 80`."""
        sides = f"{self.old} → {self.new}" if self.old and self.new else self.old or self.new
        return f"{self.what}: {sides}" if sides else self.what


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """All that a request changes. `base` and `head` are what it is between (resolved commits;
    `head` is empty for a work tree), `shares` a digest for each changed path, over what was there
    and what is now.
    """

    base: str
    head: str
    changes: tuple[Change, ...]
    shares: Mapping[str, str]

    @property
    def digest(self) -> str:
        """64 hex digits over everything that changes: what approvals bind to.

        The same whatever commits lead there, and whatever else landed meanwhile.
        """
        return digest_of(self.shares)

    @property
    def owners(self) -> tuple[str, ...]:
        """Every team that answers for something that changes, sorted."""
        return tuple(sorted({owner for change in self.changes for owner in change.owners}))


def share_of(path: str, old: str, new: str) -> str:
    """The digest of one path's part in a change. `old` and `new` are mode and blob id, or empty."""
    return hashlib.sha256(f"{path}\0{old}\0{new}".encode("utf-8", "surrogateescape")).hexdigest()


def digest_of(shares: Mapping[str, str], paths: Iterable[str] | None = None) -> str:
    """One digest over the shares of these paths, or of all."""
    chosen = sorted(shares) if paths is None else sorted(set(paths) & shares.keys())
    text = "\n".join(shares[path] for path in chosen)
    return hashlib.sha256(text.encode()).hexdigest()
