"""The audit log of flows: one JSON line a run, each with the digest of the line before it.

Nothing in it is ever changed or removed. What a ticket says is not in it, and neither is what was
answered: digests stand for both. A changed, missing or added line shows when the log is verified;
that lines were cut off its end shows only against a digest that somebody kept elsewhere.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from opsrail.findings import CannotWork
from opsrail.llm.model import Json

PLACE: Final = "opsrail/flow-runs.jsonl"
"""In the Git directory, unless who runs a flow says otherwise."""
FIRST: Final = ""
"""What stands for the digest of the line before the first."""
_BLOCK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Appended:
    """A line's number, its digest, and how many bytes of a torn line were set aside before it."""

    sequence: int
    digest: str
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class Verified:
    """What a log holds. `faults` say where it is not as it was written; `digest` is that of its
    last line.
    """

    count: int
    digest: str
    faults: tuple[str, ...]


class AuditLog:
    """A log file. Several processes and threads may append to it at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, entry: Mapping[str, Json]) -> Appended:
        """Write one line at the end. Raises `CannotWork` if the log cannot be written.

        A torn last line, of a run that was killed while it wrote, is moved to `FILE.torn`, and
        the new line says how long it was.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with _locked(self.path) as handle:
                return self._append(handle, entry)
        except OSError as error:
            raise CannotWork(
                f"the audit log {self.path} cannot be written: {error.strerror}",
                "no flow runs without its record; make room, or name another file with `--log`",
            ) from error

    def _append(self, handle: int, entry: Mapping[str, Json]) -> Appended:
        torn = self._set_torn_aside(handle)
        last = _last_line(handle)
        sequence = _sequence(last) + 1 if last else 1
        whole: dict[str, Json] = {**entry, "sequence": sequence, "before": _digest(last)}
        if torn:
            whole["set_aside_bytes"] = torn
        line = _line(whole)
        _write(handle, line)
        return Appended(sequence, _digest(line), torn)

    def _set_torn_aside(self, handle: int) -> int:
        """Move what stands after the last line end into a file of its own; how many bytes."""
        size = os.fstat(handle).st_size
        torn = _after_last_line_end(handle, size)
        if not torn:
            return 0
        with self.path.with_name(self.path.name + ".torn").open("ab") as aside:
            aside.write(torn + b"\n")
            aside.flush()
            os.fsync(aside.fileno())
        os.ftruncate(handle, size - len(torn))
        return len(torn)

    def entries(self) -> Iterator[Mapping[str, Any]]:
        """Every readable line, from the first."""
        for line in self._lines():
            entry = _entry(line)
            if entry is not None:
                yield entry

    def verify(self) -> Verified:
        """Whether every line is as it was written, in its place."""
        faults: list[str] = []
        before, count = b"", 0
        for number, line in enumerate(self._lines(), start=1):
            if not line.endswith(b"\n"):
                faults.append(f"line {number} is torn: a run was killed while it wrote")
                break
            count += 1
            faults += _faults(number, line, before)
            before = line
        return Verified(count, _digest(before), tuple(faults))

    def _lines(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as stream:
                yield from stream
        except FileNotFoundError:
            return
        except OSError as error:
            raise CannotWork(f"{self.path} cannot be read: {error.strerror}") from error


def _faults(number: int, line: bytes, before: bytes) -> Iterator[str]:
    entry = _entry(line)
    if entry is None:
        yield f"line {number} is no JSON: it was changed"
        return
    if entry.get("before") != _digest(before):
        yield (
            f"line {number} does not follow the line before it: one of the two was changed,"
            " or lines were added or taken out between them"
        )
    if entry.get("sequence") != number:
        yield f"line {number} says that it is number {entry.get('sequence')}"


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
    handle = os.open(path, flags, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _after_last_line_end(handle: int, size: int) -> bytes:
    tail = _tail(handle, size, b"\n")
    return tail.rpartition(b"\n")[2]


def _last_line(handle: int) -> bytes:
    """The last line with its end; nothing in an empty file."""
    size = os.fstat(handle).st_size
    if not size:
        return b""
    tail = _tail(handle, size - 1, b"\n")
    return tail.rpartition(b"\n")[2] + b"\n"


def _tail(handle: int, end: int, sign: bytes) -> bytes:
    """The bytes before `end`, from far enough back to have the last `sign` among them."""
    found = b""
    while end > 0 and sign not in found:
        step = min(_BLOCK, end)
        end -= step
        found = os.pread(handle, step, end) + found
    return found


def _write(handle: int, line: bytes) -> None:
    while line:
        line = line[os.write(handle, line) :]


def _sequence(line: bytes) -> int:
    """A line's number; one that was damaged says none, and numbers begin anew after it."""
    entry = _entry(line)
    number = entry.get("sequence") if entry else None
    return number if isinstance(number, int) else 0


def _entry(line: bytes) -> Mapping[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _line(entry: Mapping[str, Json]) -> bytes:
    text = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest() if line else FIRST
