"""Mirrors of other repositories: fetched on request only, into a bare repository of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from opsrail.findings import CannotWork
from opsrail.repo.git import FETCH_PROTOCOLS, Repository
from opsrail.repo.snapshot import decode

_SCHEME = re.compile(r"^(?P<scheme>[a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_SCP_LIKE = re.compile(r"^[\w.-]+@[\w.-]+:")


@dataclass(frozen=True, slots=True)
class Mirror:
    """What is known of another repository. Its objects never mix with our own."""

    name: str
    objects: Repository
    newest: str
    """The newest commit of the branch that is followed."""

    def text(self, commit: str, path: str) -> str | None:
        """A file's text at a commit, or None if it is not there."""
        status, out, _ = self.objects.attempt(
            "rev-parse", "--verify", "--quiet", f"{commit}:{path}"
        )
        return None if status else decode(path, self.objects.blob(out.decode().strip()))

    def commits_between(self, old: str, new: str) -> int | None:
        """How many commits lie between two; None if the older one is unknown there."""
        status, out, _ = self.objects.attempt(
            "rev-list", "--count", "--end-of-options", f"{old}..{new}"
        )
        return None if status else int(out)


def fetch_mirror(repository: Repository, name: str, address: str, branch: str) -> Mirror:
    """Fetch one branch of the repository at `address` (a URL, or a path relative to ours).

    Raises `CannotWork` where it cannot be reached; only protocols that move data are spoken.
    """
    protocol, address = _protocol(repository.root, address)
    folder = repository.git_dir / "opsrail" / "upstream" / f"{name}.git"
    objects = Repository(folder, folder)
    if not (folder / "HEAD").exists():
        folder.mkdir(parents=True, exist_ok=True)
        objects.run("init", "--quiet", "--bare", str(folder))
    reference = "refs/heads/followed"
    status, _, err = objects.attempt(
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--end-of-options",
        address,
        f"+refs/heads/{branch}:{reference}",
        allow=(protocol,),
    )
    if status:
        words = err.decode(errors="replace").strip().splitlines()
        raise CannotWork(
            f"{name}: branch {branch} of {address} cannot be fetched",
            words[-1].removeprefix("fatal: ") if words else "",
        )
    return Mirror(name, objects, objects.resolve(reference))


def _protocol(root: Path, address: str) -> tuple[str, str]:
    if _SCP_LIKE.match(address):
        return "ssh", address
    if found := _SCHEME.match(address):
        if found["scheme"] not in FETCH_PROTOCOLS:
            raise CannotWork(
                f"{address} is not fetched: {found['scheme']} is not among"
                f" {', '.join(FETCH_PROTOCOLS)}"
            )
        return found["scheme"], address
    return "file", str((root / address).resolve())
