"""Landing on a plain Git repository: the merge commit that bears the record of its decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from opsrail.gate.changing import shares_between
from opsrail.gate.chronicle.recording import record_of
from opsrail.gate.plan.model import Plan
from opsrail.governance.changes import digest_of
from opsrail.governance.record import Record, one_line
from opsrail.governance.trailers import trailers
from opsrail.repo.git import Repository
from opsrail.repo.merging import checked_out, merge_commit, merged_tree, move_branch
from opsrail.repo.proposals import is_ancestor

MOST_FILES: Final = 10
TITLE: Final = 100
"""Characters of a landing's first line."""


class Refused(Exception):
    """It does not land, and nothing changed: no branch, no index, no file.

    `hint` says what helps.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Where:
    """What is to land and where: two resolved commits, and the branch that stands at `target`."""

    head: str
    branch: str
    target: str


@dataclass(frozen=True, slots=True)
class Landed:
    """The commit that landed, with its record."""

    commit: str
    record: Record


def land(repository: Repository, plan: Plan, where: Where, user: Mapping[str, str]) -> Landed:
    """Merge what the plan is about into its branch, on record, as `user` (from `committing_user`).

    Raises `Refused` if the plan is closed or about something else, if the merge is not clean or
    would not be exactly what was agreed to, or if somebody else moved the branch meanwhile.
    """
    _refuse_closed(plan, where)
    _refuse_place(repository, where)
    tree = _tree(repository, where)
    _refuse_other(repository, plan, where, tree)
    record = record_of(plan)
    message = f"{title_of(plan)}\n\n{trailers(record)}"
    parents = (where.target, where.head)
    commit = merge_commit(repository, tree, parents, message, dict(user))
    if not move_branch(repository, where.branch, commit, where.target, "opsrail land"):
        raise Refused(
            f"somebody else moved {where.branch} at this moment", "look at it again, then land"
        )
    return Landed(commit, record)


def trial_merge(repository: Repository, target: str, head: str, user: Mapping[str, str]) -> str:
    """A commit, named by no branch, of what would lie on the target; empty where head holds all
    of the target already, or the two do not merge, which `land` says.
    """
    if is_ancestor(repository, target, head):
        return ""
    merged = merged_tree(repository, target, head)
    if merged.conflicts:
        return ""
    return merge_commit(repository, merged.tree, (target, head), "A trial", dict(user))


def title_of(plan: Plan) -> str:
    """A landing's first line: the request's title, with its number."""
    request = plan.request
    number = one_line(request.number, 40)
    mark = f" (#{number})" if number else ""
    title = one_line(request.title, TITLE) or f"Land {plan.change.head[:12]}"
    return title if mark and title.endswith(mark) else f"{title}{mark}"


def _refuse_closed(plan: Plan, where: Where) -> None:
    if not plan.is_open:
        raise Refused("the plan is closed")
    heads = {plan.request.head, plan.change.head} - {""}
    if heads - {where.head}:
        raise Refused(
            "the plan is about another commit than the one that would land", "plan it anew"
        )


def _refuse_place(repository: Repository, where: Where) -> None:
    if f"refs/heads/{where.branch}" in checked_out(repository):
        raise Refused(
            f"{where.branch} is checked out, and its files would no longer be those of the branch",
            f"switch to another branch first, and come back with `git switch {where.branch}`",
        )
    if is_ancestor(repository, where.head, where.target):
        raise Refused(f"{where.branch} has it already")


def _tree(repository: Repository, where: Where) -> str:
    merged = merged_tree(repository, where.target, where.head)
    if merged.conflicts:
        raise Refused(
            f"it does not merge with {where.branch} by itself: {_listed(merged.conflicts)}",
            f"merge {where.branch} into it, say which words hold, and have it agreed to again",
        )
    return merged.tree


def _refuse_other(repository: Repository, plan: Plan, where: Where, tree: str) -> None:
    """What would land has to be exactly what people agreed to."""
    shares = shares_between(repository, where.target, tree)
    if not shares:
        raise Refused(f"it changes nothing: {where.branch} says so already")
    if digest_of(shares) != plan.change.digest:
        agreed = plan.change.shares
        other = [one for one in {*shares, *agreed} if shares.get(one) != agreed.get(one)]
        raise Refused(
            f"{where.branch} changed the same files meanwhile, so what would land is not what was"
            f" agreed to: {_listed(sorted(other))}",
            f"merge {where.branch} into it, and have it agreed to again",
        )


def _listed(paths: tuple[str, ...] | list[str]) -> str:
    more = len(paths) - MOST_FILES
    return ", ".join(paths[:MOST_FILES]) + (f" and {more} more" if more > 0 else "")
