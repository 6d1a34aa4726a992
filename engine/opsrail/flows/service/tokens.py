"""Who may call: tokens with names, so that the audit log can say who did."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from opsrail.findings import CannotWork

VARIABLE: Final = "OPSRAIL_FLOW_TOKEN"
SHORTEST: Final = 32
"""Characters of a token: fewer could be guessed."""
_LINE: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,63}):([A-Za-z0-9._~+/=-]+)")
_HINT: Final = (
    "write one with `opsrail flow serve --new-token FILE`, then start with `--token-file FILE`"
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens that open the service, as digests: nothing here gives one away."""

    digests: Mapping[str, bytes] = field(repr=False)

    def owner_of(self, authorization: str) -> str | None:
        """The name of the token that an `Authorization` header presents, if it is one of ours.

        Takes as long for a wrong token as for a right one: digests are compared, all of them.
        """
        scheme, _, token = authorization.partition(" ")
        shown = _digest(token.strip())
        owner = None
        for name, digest in self.digests.items():
            if hmac.compare_digest(shown, digest):
                owner = name
        return owner if scheme.lower() == "bearer" else None


def find_tokens(file: Path | None, environment: Mapping[str, str]) -> Tokens:
    """The tokens of the file, or else the environment's only one, called `environment`.

    Raises `CannotWork` if there is none: the service never runs without.
    """
    if file is not None:
        return read_tokens(file)
    token = environment.get(VARIABLE, "")
    if not token:
        raise CannotWork("the service needs a token, and there is none", _HINT)
    return tokens_of([("environment", token, VARIABLE)])


def read_tokens(file: Path) -> Tokens:
    """The tokens of a file: `name:token` a line; empty lines and `#` lines are passed over.

    Several lines let a new token come in before the old one goes. Raises `CannotWork`.
    """
    try:
        with file.open(encoding="utf-8") as opened:
            if os.fstat(opened.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise CannotWork(
                    f"other people on this machine may read {file}", f"run `chmod 600 {file}`"
                )
            text = opened.read()
    except FileNotFoundError as error:
        raise CannotWork(f"there is no token file {file}", _HINT) from error
    except UnicodeDecodeError as error:
        raise CannotWork(f"{file} is no text", _HINT) from error
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            found.append(_read_line(line.strip(), f"{file}:{number}"))
    if not found:
        raise CannotWork(f"{file} has no token in it", _HINT)
    return tokens_of(found)


def write_new_token(file: Path, name: str) -> None:
    """Add a new token to the file, or make the file, for its owner's eyes only.

    Raises `CannotWork` if the file already has a token of that name.
    """
    line = f"{name}:{secrets.token_urlsafe(32)}"
    _read_line(line, "--token-name")
    if file.exists() and name in read_tokens(file).digests:
        raise CannotWork(
            f"{file} already has a token called {name}",
            "choose another name with `--token-name`, or take its line out first",
        )
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(f"{line}\n")


def _read_line(line: str, place: str) -> tuple[str, str, str]:
    read = _LINE.fullmatch(line)
    if read is None:
        # The line itself is not shown: half of it is a secret.
        raise CannotWork(
            f"{place} is not of the form `name:token`",
            "a name has letters, digits, dots, dashes and underscores; a token has no blanks",
        )
    return read[1], read[2], place


def tokens_of(found: Sequence[tuple[str, str, str]]) -> Tokens:
    """Tokens by name; each comes with the place where it stands. Raises `CannotWork`."""
    digests: dict[str, bytes] = {}
    for name, token, place in found:
        if len(token) < SHORTEST:
            raise CannotWork(
                f"{place}: the token is too short, {SHORTEST} characters is the least", _HINT
            )
        if name in digests or _digest(token) in digests.values():
            raise CannotWork(
                f"{place}: the name or the token stands in the file twice",
                "give each caller a name and a token of its own",
            )
        digests[name] = _digest(token)
    return Tokens(digests)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
