"""Made-up events and rule files, for tests that compare what detection says with what it should.

Times of events are counted from `START`, in seconds; lengths in rules are a few seconds, so that
ties and exact window edges come by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
from hypothesis import strategies as st

from opsrail.detection.model import Key
from opsrail.streams.model import EVENT, TIME
from opsrail.streams.spans import SECOND, spelled

START = 1_767_571_200 * SECOND
"""Monday 2026-01-05T00:00Z: a multiple of nearly all window lengths used here."""

GRACES: Mapping[str, int] = {"tickets": 5 * SECOND, "replies": 2 * SECOND}
"""The streams, and how late a record of each may arrive."""

COLUMNS: Mapping[str, pa.DataType] = {
    "kind": pa.string(),
    "g": pa.string(),
    "h": pa.string(),
    "u": pa.string(),
    "n": pa.float64(),
}
"""What every event has: its kind, two group keys, who, and a number."""

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Event:
    """A record: when it happened, how much later it arrived (both microseconds), its fields."""

    t: int
    fields: Mapping[str, Key]
    stream: str = "tickets"
    delay: int = 0
    scope: str = ""

    @property
    def counts(self) -> bool:
        """Whether it arrived in time."""
        return self.delay <= GRACES[self.stream]


def stream_of(kind: str) -> str:
    """The stream that events of a kind are in."""
    return "replies" if kind == "c" else "tickets"


def moment(when: datetime) -> int:
    """Microseconds since 1970 UTC of a moment with a zone."""
    since = when - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def event(at: float, kind: str = "a", **fields: Key) -> Event:
    """An event of this kind, `at` seconds after `START`."""
    return Event(START + round(at * SECOND), {"kind": kind, **fields}, stream_of(kind))


def rows(events: Iterable[Event], *, scoped: bool = False) -> pa.Table:
    """The events as an engine's table holds them."""
    listed = list(events)
    columns: dict[str, pa.Array] = {
        TIME: pa.array([one.t for one in listed], pa.int64()),
        EVENT: pa.array([f"e-{number}" for number in range(len(listed))], pa.string()),
    }
    if scoped:
        columns["_scope"] = pa.array([one.scope for one in listed], pa.string())
    for name, kind in COLUMNS.items():
        columns[name] = pa.array([one.fields.get(name) for one in listed], kind)
    return pa.table(columns)


def streams_text() -> str:
    """rules/streams.yaml with the streams that made-up events are in."""
    columns = {name: "number" if name == "n" else "string" for name in COLUMNS}
    streams = {
        name: {
            "path": f"history/{name}/*.csv",
            "occurred_at": "at",
            "ingested_at": "arrived",
            "grace": spelled(grace),
            "columns": columns,
        }
        for name, grace in GRACES.items()
    }
    return json.dumps({"streams": streams})


def detection(name: str, kind: str | None = None, **ops: object) -> Document:
    """The rule that events of a kind match; as many fields of it as the file format wants."""
    found: dict[str, object] = {
        "title": f"Events {name}",
        "name": name,
        "logsource": {"product": "support", "service": stream_of(kind or name)},
        "detection": {"selection": {"kind": kind or name}, "condition": "selection"},
    }
    return found | ({"ops": owned(ops)} if ops else {})


def correlation(
    name: str, body: Document, ops: Mapping[str, object] | None = None, level: str = "medium"
) -> Document:
    """A rule over the events of others, which raises alerts."""
    return {
        "title": f"Rule {name}",
        "name": name,
        "level": level,
        "correlation": dict(body),
        "ops": owned(ops or {}),
    }


def owned(ops: Mapping[str, object]) -> Document:
    """An `ops` block with the keys that each must have."""
    needed = {"owner": "desk", "route": "desk", "runbook": "content/runbooks/desk.md"}
    return needed | dict(ops)


def files(rules: Sequence[Document], policy: object = None) -> dict[str, str]:
    """A repository of these rules, one file each. JSON is YAML, too."""
    texts = {f"rules/laws/{rule['name']}.yaml": json.dumps(rule) for rule in rules}
    texts["rules/streams.yaml"] = streams_text()
    if policy is not None:
        texts["policies/detection.yaml"] = json.dumps(policy)
    return texts


# Events as single numbers: one draw each, so that many fit into an example, and 0 is the simplest.
_RADIX: Mapping[str, Sequence[Key]] = {
    "kind": ("a", "b", "c"),
    "g": ("x", "y", None),
    "h": ("p", "q", None),
    "u": ("u1", "x", "U1", None),
    "n": (1.0, 2.5, -1.25, None, 4.0),
}
_SECONDS = 26
_SHIFTS = (0, 0, 0, 0, 1, -1)
"""Microseconds beside the whole second: most events come exactly on it."""
_DELAYS = (0, 0, 0, 2 * SECOND, 2 * SECOND + 1, 5 * SECOND, 5 * SECOND + 1)
_CODES = _SECONDS * len(_SHIFTS) * len(_DELAYS) * 3 * 3 * 3 * 4 * 5


def decoded(code: int, scope: str = "") -> Event:
    """The event that a number stands for."""
    code, second = divmod(code, _SECONDS)
    code, shift = divmod(code, len(_SHIFTS))
    fields: dict[str, Key] = {}
    for name, values in _RADIX.items():
        code, place = divmod(code, len(values))
        fields[name] = values[place]
    t = START + second * SECOND + _SHIFTS[shift]
    stream = stream_of(str(fields["kind"]))
    return Event(t, fields, stream, _DELAYS[code % len(_DELAYS)], scope)


EVENTS = st.builds(decoded, st.integers(0, _CODES - 1))


def histories(scopes: int, most: int = 12) -> st.SearchStrategy[list[Event]]:
    """Events of so many small worlds at once, told apart by their scope; some are empty."""
    world = st.lists(st.integers(0, _CODES - 1), max_size=most)
    return st.lists(world, min_size=scopes, max_size=scopes).map(
        lambda worlds: [
            decoded(code, f"w{number}") for number, codes in enumerate(worlds) for code in codes
        ]
    )
