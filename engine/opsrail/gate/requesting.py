"""A request for landing as a repository by itself can tell it, without any forge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from opsrail.gate.agreeing import reviews_in
from opsrail.gate.changing import shares_between
from opsrail.governance.request import Authorship, Request, Review, ReviewState
from opsrail.repo.authorship import Made, commits_between
from opsrail.repo.git import Repository, UnknownRevision
from opsrail.repo.log import added, paths_touched

WEB: Final = "noreply@github.com"
"""The committer of what was written or merged in the browser: nobody."""


def local_request(
    repository: Repository, base: str, head: str, target: str, *, pusher: str = "", title: str = ""
) -> Request:
    """The request of a branch: who made its commits, by their addresses, and the reviews that
    lie in the repository. `pusher` is whoever asks for it to land, as the caller knows them.
    """
    commits = commits_between(repository, base, head)
    return Request(
        title=title or (commits[-1].subject if commits else ""),
        author=commits[0].author if commits else pusher,
        last_pusher=pusher,
        target=target,
        head=head,
        commits=tuple(_authorship(one) for one in commits),
        reviews=tuple(_about(repository, base, head, target)),
    )


def _about(repository: Repository, base: str, head: str, target: str) -> Iterator[Review]:
    """The reviews that are about this branch, among all that lie in the repository: meant for its
    target, and of one of its commits, or of something that would land with it as it was seen.
    What somebody said about another change neither blocks nor frees this one.
    """
    found = [review for review in reviews_in(repository) if review.target == target]
    if not found:
        return
    own = {one.name for one in added(repository, head, base)}
    shares = shares_between(repository, base, head)
    moved: dict[str, frozenset[str] | None] = {}
    for review in found:
        seen = (review.covers or {}).items()
        if review.commit not in own and not any(shares.get(path) == one for path, one in seen):
            continue
        if review.commit not in moved:
            moved[review.commit] = _moved_since(repository, review.commit, base)
        yield _still_standing(review, moved[review.commit])


def _still_standing(review: Review, moved: frozenset[str] | None) -> Review:
    """The review without the paths that its target touched since: a yes is none to what was landed
    and taken back meanwhile, though the same would land again.
    """
    if review.state is not ReviewState.APPROVED:
        return review
    if moved is None:
        return replace(review, covers=None, commit="")
    seen = (review.covers or {}).items()
    return replace(review, covers={path: share for path, share in seen if path not in moved})


def _moved_since(repository: Repository, seen: str, base: str) -> frozenset[str] | None:
    """The paths that the target touched since the commit that somebody saw left it, be they as they
    were again; None where that commit is not here.
    """
    try:
        start = repository.merge_base(base, repository.resolve(seen))
    except UnknownRevision:
        return None
    return paths_touched(repository, base, start)


def with_commits_of_git(request: Request, repository: Repository, base: str, head: str) -> Request:
    """A forge's request, with everybody whom Git itself names as having made a commit of it. Who
    wrote it is too important to be left out by one of the two.
    """
    known = {one.commit: one for one in request.commits}
    merged: list[Authorship] = list(request.commits)
    for one in commits_between(repository, base, head):
        named = known.get(one.commit)
        if named is None or not _names(named) >= _names(_authorship(one)):
            merged.append(_authorship(one))
    return replace(request, commits=tuple(merged))


def _authorship(one: Made) -> Authorship:
    committer = "" if one.committer == WEB else one.committer
    return Authorship(one.commit, one.author, committer, one.co_authors)


def _names(one: Authorship) -> set[str]:
    return {name for name in (one.author, one.committer, *one.co_authors) if name}
