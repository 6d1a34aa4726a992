"""The versions of one file: what landed, when, in the order in which it was in force."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from opsrail.repo.git import Repository
from opsrail.repo.snapshot import REGULAR

_RECORD: Final = re.compile(
    rb"\x01([0-9a-f]{40}) (\d+)\0\n?:\d{6} (\d{6}) [0-9a-f]{40} ([0-9a-f]{40}) [A-Z]\d*\0"
)
_QUIET: Final = (
    "--no-show-signature",
    "--no-notes",
    "--no-mailmap",
    "--no-decorate",
    "--no-follow",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
)
"""What a clone's own configuration could otherwise switch on; some of it starts programs."""


@dataclass(frozen=True, slots=True)
class Version:
    """A file as one commit left it. `blob` is empty where that commit took the file away.

    `day` is the UTC date of the commit that brought it onto the branch.
    """

    commit: str
    blob: str
    day: date


def versions(
    repository: Repository, revision: str, path: str, most: int
) -> tuple[tuple[Version, ...], bool]:
    """The newest `most` versions of a file on the first-parent line that ends in the commit
    `revision`, newest first; and whether these are all there are to be found.

    A merge counts as the moment at which its changes came into force. Links and submodules count
    as if the file were gone. Earlier names of the file are not followed, and a shallow clone has
    no more than what was fetched.
    """
    out = repository.run(
        "log",
        "--first-parent",
        "-m",
        "--raw",
        "-z",
        "--no-renames",
        "--no-abbrev",
        *_QUIET,
        "--format=%x01%H %ct",
        f"--max-count={most + 1}",
        "--end-of-options",
        revision,
        "--",
        path,
    )
    found = tuple(
        Version(
            commit.decode(),
            blob.decode() if mode.decode() in REGULAR else "",
            datetime.fromtimestamp(int(seconds), UTC).date(),
        )
        for commit, seconds, mode, blob in _RECORD.findall(out)
    )
    is_whole = len(found) <= most and not _is_shallow(repository)
    return found[:most], is_whole


def _is_shallow(repository: Repository) -> bool:
    return repository.run("rev-parse", "--is-shallow-repository").strip() == b"true"
