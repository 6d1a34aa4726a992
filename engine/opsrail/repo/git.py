"""Git, hardened: plumbing commands, resolved revisions, an environment of our own.

A pull request may carry anything: configuration that names programs, hooks, file names that
look like options. So every command runs without the user's and the system's configuration,
without hooks, file-system monitors and remote protocols, and every revision a person typed is
resolved to a 40-hex commit before anything else sees it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from opsrail.findings import CannotWork

if TYPE_CHECKING:
    from git.cmd import Git as GitCommand

ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "protocol.allow=never",
)
FETCH_PROTOCOLS = ("file", "https", "ssh", "git")
"""What `opsrail upstream pull` may speak, and only towards a repository the user configured."""


KEPT_VARIABLES = ("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_SSH", "GIT_SSL_", "GIT_ASKPASS")
"""Who commits, and how a remote is reached: the user's to say, and harmless to reading."""
QUARANTINE = "GIT_QUARANTINE_PATH"
"""Set by Git for a `pre-receive` hook alone, together with where the pushed objects lie."""
QUARANTINED = (QUARANTINE, "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")


def strip_git_environment(environment: MutableMapping[str, str]) -> None:
    """Forget the variables that Git exports to its hooks.

    `GIT_DIR` and `GIT_INDEX_FILE` would silently point every command at another repository
    or a half-made index when opsrail runs inside a hook. What was pushed and is not taken in yet
    can only be seen through the variables of its quarantine, so these stay.
    """
    kept = QUARANTINED if environment.get(QUARANTINE) else ()
    for name in [name for name in environment if name.startswith("GIT_")]:
        if not name.startswith(KEPT_VARIABLES) and name not in kept:
            del environment[name]


class UnknownRevision(CannotWork):
    """What was typed as a revision names no commit here."""


@dataclass(slots=True)
class Repository:
    """One Git repository with a work tree. `root` is the work tree's top."""

    root: Path
    git_dir: Path
    settings: tuple[str, ...] = SETTINGS
    """Git settings of every command, as `key=value`."""
    _command: GitCommand | None = field(default=None, repr=False)

    @classmethod
    def discover(cls, start: Path) -> Repository:
        """The repository that `start` lies in. Raises `CannotWork` outside of one."""
        import shutil  # brings compression along, which `--help` has no use for

        if shutil.which("git") is None:
            raise CannotWork("git is not installed", "install git 2.38 or later")
        if not start.is_dir():
            raise CannotWork(f"{start} is no folder", "name a folder inside a Git work tree")
        probe = cls(start, start)
        question = ("rev-parse", "--show-toplevel", "--absolute-git-dir")
        status, out, err = probe.attempt(*question)
        if status and b"dubious ownership" in err:
            # In a CI container the files often belong to somebody else, and the user has said
            # in their own configuration, which is not read otherwise, that this is meant.
            trusted = probe.user_settings("safe.directory")
            probe = cls(start, start, (*SETTINGS, *(f"safe.directory={name}" for name in trusted)))
            status, out, err = probe.attempt(*question)
        if status:
            reason = err.decode(errors="replace").strip().partition("\n")[0]
            raise CannotWork(
                f"{start} is not inside a Git work tree", reason.removeprefix("fatal: ")
            )
        places = os.fsdecode(out).removesuffix("\n").split("\n")
        if len(places) != 2:
            raise CannotWork(f"there is a line break in the path of {start}", "rename the folder")
        return cls(Path(places[0]), Path(places[1]), probe.settings)

    @classmethod
    def bare(cls, git_dir: Path) -> Repository:
        """The repository without a work tree that a server keeps. Raises `CannotWork` if it is
        none. Only what looks at commits works there.
        """
        probe = cls(git_dir, git_dir, (*SETTINGS, "safe.directory=*"))
        status, out, err = probe.attempt("rev-parse", "--is-bare-repository", "--absolute-git-dir")
        answer = os.fsdecode(out).split("\n")
        if status or answer[0] != "true":
            reason = err.decode(errors="replace").strip().partition("\n")[0]
            raise CannotWork(f"{git_dir} is no bare Git repository", reason)
        return cls(Path(answer[1]), Path(answer[1]), probe.settings)

    @property
    def command(self) -> GitCommand:
        """GitPython's process runner, made on first use: importing it takes 0.2 s."""
        if self._command is None:
            from git.cmd import Git as GitCommand

            command = GitCommand(str(self.root))
            command.update_environment(**ENVIRONMENT)
            command.set_persistent_git_options(c=list(self.settings))
            self._command = command
        return self._command

    def attempt(
        self,
        *arguments: str,
        allow: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes, bytes]:
        """Run one plumbing command; its exit status, output and error text.

        `allow` lists the protocols that this one command may speak; `environment` is added to
        the hardened one.
        """
        options = [*self.settings, *(f"protocol.{name}.allow=always" for name in allow)]
        line = [
            "git",
            *(part for option in options for part in ("-c", option)),
            *arguments,
        ]
        status, out, err = self.command.execute(
            line,
            with_extended_output=True,
            with_exceptions=False,
            stdout_as_string=False,
            strip_newline_in_stdout=False,
            env=environment,
        )
        return status, _octets(out), _octets(err)

    def run(
        self,
        *arguments: str,
        allow: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> bytes:
        """Output of one plumbing command. Raises `CannotWork` with Git's words if it fails."""
        status, out, err = self.attempt(*arguments, allow=allow, environment=environment)
        if status:
            words = err.decode(errors="replace").strip() or f"exit status {status}"
            raise CannotWork(f"git {arguments[0]} failed: {words}")
        return out

    def resolve(self, revision: str) -> str:
        """The 40-hex commit that `revision` names. Raises `UnknownRevision`."""
        status, out, _ = self.attempt(
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            f"{revision}^{{commit}}",
        )
        commit = out.decode(errors="replace").strip()
        # `^main` names all but a commit, and Git prints it as such.
        if status or not re.fullmatch(r"[0-9a-f]{40}", commit):
            raise UnknownRevision(
                f"“{revision}” names no commit in this repository",
                "use a branch, a tag or a commit id; in CI fetch with full history",
            )
        return commit

    def merge_base(self, one: str, other: str) -> str:
        """The best common ancestor of two resolved commits, or `one` if they share none."""
        status, out, _ = self.attempt("merge-base", "--end-of-options", one, other)
        return one if status else out.decode().split()[0]

    def merge_bases(self, one: str, other: str) -> tuple[str, ...]:
        """Every best common ancestor of two resolved commits, sorted. More than one where two
        histories were merged crosswise: then no single comparison says what a merge would do.
        """
        status, out, _ = self.attempt("merge-base", "--all", "--end-of-options", one, other)
        return () if status else tuple(sorted(out.decode().split()))

    def blob(self, name: str) -> bytes:
        """A blob's content by object id, through one long-lived `cat-file --batch`."""
        _, _, _, data = self.command.get_object_data(name)
        return bytes(data)

    def blob_size(self, name: str) -> int:
        """A blob's size in bytes, without reading it."""
        _, _, size = self.command.get_object_header(name)
        return int(size)

    def history(self, since: str | None, until: str) -> Iterator[str]:
        """Commits reachable from `until` and not from `since`, oldest first (resolved ids)."""
        span = [until] if since is None else [until, f"^{since}"]
        yield from (self.run("rev-list", "--reverse", "--end-of-options", *span).decode().split())

    def tags(self, pattern: str, until: str) -> tuple[tuple[str, str], ...]:
        """Tags that match the glob and lead up to the commit `until`, the newest first.

        Each with the commit it names. A tag on anything but a commit is left out.
        """
        fields = (
            "%(refname:strip=2)%00%(objectname)%00%(*objectname)%00%(objecttype)%00%(*objecttype)"
        )
        out = self.run(
            "for-each-ref",
            f"--merged={until}",
            "--sort=-version:refname",
            "--sort=-creatordate",
            f"--format={fields}",
            f"refs/tags/{pattern}",
        )
        rows = (line.split("\0") for line in out.decode(errors="replace").splitlines())
        found = ((row[0], row[2] or row[1], row[4] or row[3]) for row in rows)
        return tuple((name, commit) for name, commit, kind in found if kind == "commit")

    def user_setting(self, key: str) -> str:
        """A value of the user's own Git configuration, empty if unset. Reading runs nothing."""
        return next(iter(self.user_settings(key)), "")

    def user_settings(self, key: str) -> tuple[str, ...]:
        """All values that the user's own Git configuration gives a key, the last one first.

        Git reads ~/.gitconfig where there is one, and ~/.config/git/config where there isn't.
        """
        home = Path.home()
        places = (home / ".gitconfig", home / ".config" / "git" / "config")
        place = next((place for place in places if place.is_file()), places[0])
        own = {"GIT_CONFIG_GLOBAL": str(place), "GIT_CONFIG_NOSYSTEM": "0"}
        _, out, _ = self.attempt("config", "--get-all", "-z", key, environment=own)
        return tuple(value for value in reversed(os.fsdecode(out).split("\0")) if value)

    def close(self) -> None:
        """End the long-lived processes."""
        if self._command is not None:
            self._command.clear_cache()


def _octets(output: object) -> bytes:
    if isinstance(output, bytes):
        return output
    return str(output).encode("utf-8", "surrogateescape")
