"""A decision record as the trailers of a commit message, and back.

The format is that of git-interpret-trailers(1): the last paragraph, a `Name: value` a line. Git
does not read a message's first paragraph for trailers, and neither is that done here.

A record is believed whole or not at all: what is read is written again, and has to be the same
lines. So a doubled, folded, hidden or overlong trailer makes all of it unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from opsrail.governance.formats import RiskLevel
from opsrail.governance.record import (
    BREAK_GLASS,
    KNOWN,
    LONGEST,
    OPEN,
    PREFIX,
    ROLLBACK_OF,
    Agreed,
    Emergency,
    Record,
    one_line,
)

_TRAILER = re.compile(r"([A-Za-z0-9-]+)[ \t]*:(.*)", re.DOTALL)
_AGREED = re.compile(r"(.+) \(([^()]*)\) (\S+)")
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_RECORD = frozenset(name.lower() for name in KNOWN)
_LONGEST_LINE = 3 * LONGEST
_BLANK = " \t\r\v\f"


def trailers(record: Record) -> str:
    """The record's lines, each with its line end. They belong behind a blank line, last of all."""
    return "".join(f"{name}: {value}".rstrip() + "\n" for name, value in _written(record))


def _written(record: Record) -> Iterator[tuple[str, str]]:
    yield "Opsrail-Plan", record.plan
    yield "Opsrail-Verdict", record.verdict
    single = (
        ("Opsrail-Tier", "" if record.tier is None else str(record.tier)),
        ("Opsrail-Risk", record.risk or ""),
        ("Opsrail-Policy", record.policy),
        ("Opsrail-Pull-Request", record.request),
    )
    yield from ((name, value) for name, value in single if value)
    for one in record.approvals:
        yield "Opsrail-Approved-By", f"{one.person} ({one.team}) {_spelled(one.at)}"
    yield from (("Opsrail-Proved-By", proof) for proof in record.proofs)
    yield from (("Opsrail-Changed", change) for change in record.changes)
    if record.glass:
        yield from _broken(record.glass)
    yield from record.others


def _broken(glass: Emergency) -> Iterator[tuple[str, str]]:
    yield from (("Opsrail-Break-Glass", person) for person in glass.people)
    if glass.reason:
        yield "Opsrail-Reason", glass.reason
    if glass.review_by:
        yield "Opsrail-Review-By", _spelled(glass.review_by)


def read_record(message: str) -> tuple[Record | None, str]:
    """The record of a commit message, or None and why it cannot be believed.

    The reason is empty where the message has no record at all; trailers that only later versions,
    or other commands, know make none. Only its last paragraph counts:
    whatever looks like a record further up is what somebody wrote.
    """
    block = _last_paragraph(message)
    own = [line for line in block if line.lower().startswith(PREFIX.lower())]
    if not any(line.partition(":")[0].strip().lower() in _RECORD for line in own):
        return None, ""
    if fault := _fault(block):
        return None, fault
    try:
        record = _read([_parted(line) for line in own])
    except ValueError as error:
        return None, str(error)
    if sorted(own) != sorted(trailers(record).splitlines()):
        return None, "it is not written as opsrail writes records"
    return record, ""


def _last_paragraph(message: str) -> Sequence[str]:
    """The lines behind the last blank one; none where there is no blank line before them."""
    lines = message.rstrip(f"{_BLANK}\n").split("\n")
    for at in range(len(lines) - 1, 0, -1):
        if not lines[at].strip(_BLANK):
            return lines[at + 1 :]
    return ()


def _fault(block: Sequence[str]) -> str:
    """What keeps a paragraph from being trailers only; empty if nothing does."""
    is_own = True
    for line in block:
        if line[:1] in {" ", "\t"} and not is_own:
            continue  # the rest of a long trailer of somebody else
        if len(line) > _LONGEST_LINE and line.lower().startswith(PREFIX.lower()):
            return "one of its lines is longer than any that opsrail writes"
        if not _TRAILER.fullmatch(line):
            return f"“{one_line(line, 40)}” stands among its trailers"
        is_own = line.lower().startswith(PREFIX.lower())
    return ""


def _parted(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip(_BLANK)


def _read(lines: Sequence[tuple[str, str]]) -> Record:
    """Raises `ValueError` with what is wrong, in words."""
    said: dict[str, list[str]] = {name: [] for name in KNOWN}
    others: list[tuple[str, str]] = []
    for name, value in lines:
        if name in said:
            said[name].append(value)
        else:
            others.append((name, value))
    is_emergency, rolls_back = _verdict(_one(said, "Opsrail-Verdict"))
    tier, risk = _one(said, "Opsrail-Tier"), _one(said, "Opsrail-Risk")
    return Record(
        plan=_one(said, "Opsrail-Plan"),
        policy=_one(said, "Opsrail-Policy"),
        tier=_tier(tier) if tier else None,
        risk=_risk(risk) if risk else None,
        request=_one(said, "Opsrail-Pull-Request"),
        approvals=tuple(_agreed(value) for value in said["Opsrail-Approved-By"]),
        proofs=tuple(said["Opsrail-Proved-By"]),
        changes=tuple(said["Opsrail-Changed"]),
        glass=_emergency(said) if is_emergency else None,
        rolls_back=rolls_back,
        others=tuple(others),
    )


def _one(said: dict[str, list[str]], name: str) -> str:
    if len(said[name]) > 1:
        raise ValueError(f"it has {name} more than once")
    return said[name][0] if said[name] else ""


def _verdict(value: str) -> tuple[bool, str]:
    """Whether the glass was broken, and what is rolled back."""
    if value == OPEN:
        return False, ""
    words = value.split(", ")
    is_emergency = words[0] == BREAK_GLASS
    rest = words[1:] if is_emergency else words
    if not rest:
        return is_emergency, ""
    if len(rest) > 1 or not rest[0].startswith(ROLLBACK_OF):
        raise ValueError(f"“{one_line(value, 40)}” is no verdict")
    return is_emergency, rest[0].removeprefix(ROLLBACK_OF)


def _emergency(said: dict[str, list[str]]) -> Emergency:
    until = _one(said, "Opsrail-Review-By")
    return Emergency(
        tuple(said["Opsrail-Break-Glass"]),
        _one(said, "Opsrail-Reason"),
        _time(until) if until else None,
    )


def _agreed(value: str) -> Agreed:
    if not (found := _AGREED.fullmatch(value)):
        raise ValueError(f"“{one_line(value, 40)}” is no approval")
    return Agreed(found[1], found[2], _time(found[3]))


def _tier(value: str) -> int:
    if not re.fullmatch("[0-9]", value):
        raise ValueError(f"“{one_line(value, 40)}” is no tier")
    return int(value)


def _risk(value: str) -> RiskLevel:
    if value not in set(RiskLevel):
        raise ValueError(f"“{one_line(value, 40)}” is no risk")
    return RiskLevel(value)


def _time(value: str) -> datetime:
    try:
        return datetime.strptime(value, _TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError(f"“{one_line(value, 40)}” is no time") from error


def _spelled(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
