"""Rule files and files around them that nobody should commit: what is wrong, and how badly."""

from __future__ import annotations

import json

BAD = "rules/bad/bad.yaml"
STREAMS = """\
streams:
  tickets:
    path: data/tickets.csv
    occurred_at: at
    columns: {kind: string, area: string, n: number}
  other: {path: data/other.csv, occurred_at: at, columns: {kind: string}}
"""
TICKETS = "at,kind,area,n\n" + "".join(
    f"2026-01-05T09:0{minute}:00Z,created,sso,{minute}\n" for minute in range(5)
)
OTHER = "at,kind\n2026-01-05T09:00:00Z,created\n"
OPS = "{owner: desk, route: desk, runbook: content/runbooks/desk.md%s}"
EVENT = """\
title: Event
name: %s
logsource: {product: support, service: %s}
detection: {selection: {kind: created}, condition: selection}
"""
RULE = """\
---
title: Many
name: %s
correlation: {type: event_count, rules: [%s], timespan: 1h, condition: {gte: 3}}
ops: %s
"""
GOOD = EVENT % ("good-event", "tickets") + RULE % ("good", "good-event", OPS % "")
ON_OTHER = EVENT % ("other-event", "other") + RULE % ("peer", "other-event", OPS % "")
RUNBOOK = """\
---
title: Desk
owner: desk
verified: 2026-01-05
review_by: 2026-03-05
---

# Desk

1. Look.
"""


def detection(selection: str, condition: str = "selection") -> str:
    return f"""\
title: Bad
name: bad
logsource: {{product: support, service: tickets}}
detection: {{{selection}, condition: {json.dumps(condition)}}}
ops: {OPS % ""}
"""


def correlation(inside: str = "", ops: str = "", timespan: str = "1h") -> str:
    return f"""\
title: Bad
name: bad
correlation:
  type: event_count
  rules: [good-event]
  timespan: {timespan}
  {inside or "condition: {gte: 1}"}
ops: {OPS % ops}
"""


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    return "\n".join(lines) + "\n"


def one_test(inside: str, until: str = "") -> str:
    return correlation(ops=f", tests: [{{name: t, {until} given: [{inside}], expect: []}}]")


MANY = ", ".join(f"s{n}: {{kind: k{n}}}" for n in range(10_000)).replace("}, ", "},\n  ")
DEEP = " and ".join(["(" * 30 + "selection" + ")" * 30] * 20)
GIVEN = "{at: 0s, event: {kind: created}}"

BROKEN: dict[str, str | bytes] = {
    "noise": "{[}]: : - &&& !!\n",
    "bytes": bytes(range(256)) * 8,
    "latin-1": "title: caf\xe9\n".encode("latin-1"),
    "nul": "title: a\0b\n",
    "a list": "- title: x\n- title: y\n",
    "a text": "title\n",
    "a number": "7\n",
    "an alias bomb": bomb(),
    "an alias of itself": "title: &a [*a]\n",
    "a tag that runs": "title: !!python/object/apply:os.system ['true']\n",
    "keys twice": "title: a\ntitle: b\n",
    "a thousand brackets": "title: " + "[" * 1_000,
    "a thousand levels": "".join(f"{' ' * n}a:\n" for n in range(1_000)),
    "a line of a megabyte": f"title: {'x' * 1_000_000}\n",
    "five megabytes": "# comment\n" * 500_000,
    "built on itself": correlation().replace("good-event", "bad"),
    "built in a circle": correlation().replace("good-event", "worse")
    + "---\n"
    + correlation().replace("good-event", "bad").replace("name: bad", "name: worse"),
    "silenced by itself": correlation(ops=", inhibited_by: [bad]"),
    "another's name": correlation().replace("name: bad", "name: good-event"),
    "a rule that there is not": correlation().replace("good-event", "nobody"),
    "no rules": correlation().replace("[good-event]", "[]"),
    "a stream that there is not": detection("selection: {kind: a}").replace("tickets", "letters"),
    "no condition": detection("selection: {kind: a}", ""),
    "an endless condition": detection("selection: {kind: a}", "selection and " * 300),
    "a condition of noise": detection("selection: {kind: a}", "not and or ( ((" * 100),
    "nothing selected": detection("selection: {}"),
    "an unknown modifier": detection("selection: {kind|sounds_like: a}"),
    "a network that is none": detection("selection: {kind|cidr: 999.0.0.0/99}"),
    "a pattern with a loop back": detection(r"selection: {kind|re: '(a)\1'}"),
    "a pattern that is none": detection("selection: {kind|re: '((('}"),
    "a million repeats": detection("selection: {kind|re: 'a{1000}{1000}'}"),
    "a field that there is not": detection("selection: {'kind\"; drop table x --': a}"),
    "a threshold that is no number": correlation("condition: {gte: .nan}"),
    "an endless threshold": correlation("condition: {gte: .inf}"),
    "a threshold of text": correlation("condition: {gte: many}"),
    "a percentile beyond all": correlation(
        "condition: {gte: 1, field: n, percentile: 101}"
    ).replace("event_count", "value_percentile"),
    "no time at all": correlation(timespan="0s"),
    "more time than there is": correlation(timespan="9" * 30 + "y"),
    "an every of nothing": correlation(ops=", every: 0s"),
    "a million events a test": one_test("{every: 1s, count: 1000000, event: {kind: created}}"),
    "a test of last century's calendar": one_test(GIVEN, "start: 2026-02-30T00:00:00Z,"),
    "a fold of nothing": correlation(ops=", dedupe: {}"),
    "an owner that is a list": correlation().replace("owner: desk", "owner: [desk]"),
}
"""What cannot be a rule: the file has to be told, and all else goes on."""

ODD: dict[str, str] = {
    "nothing": "",
    "only a comment": "# later\n",
    "a thousand empty documents": "---\n" * 1_000,
    "a pattern that explodes": detection("selection: {kind|re: '(a+)+$'}"),
    "a pattern that explodes further": detection("selection: {kind|re: '(.*a){50}'}"),
    "two hundred stars": detection(f"selection: {{kind: '{'*a' * 200}*'}}"),
    "ten thousand selections": detection(f"\n  {MANY}", "1 of s*"),
    "ten thousand values": detection(
        "selection: {kind: [" + ",\n  ".join(f"v{n}" for n in range(10_000)) + "]}"
    ),
    "deep brackets": detection("selection: {kind: created}", DEEP),
    "quotes and signs": detection("""selection: {kind: "'; DROP TABLE x; -- \\u202e\\e[31m"}"""),
    "a great number": correlation("condition: {gte: 1.0e+308}"),
    "a number below all": correlation("condition: {lt: -1.0e+308}"),
    "ten thousand years": correlation(timespan="3650000d"),
    "a month and a year": correlation(timespan="12M"),
    "a clock that never rests": correlation(
        "condition: {lt: 1}", ops=", every: 1s, remember: 99999d", timespan="1s"
    ),
    "a fold for ever": correlation(ops=", dedupe: {quiet: 9999999d}"),
    "a fold beyond ever": correlation(ops=", dedupe: {cooldown: 999999999w}"),
    "a hundred thousand events a test": one_test(
        "{every: 1s, count: 100000, event: {kind: created}}"
    ),
    "a test at the end of time": one_test(GIVEN, "start: 9999-12-31T23:59:59Z, until: 1d,"),
    "a test before all time": one_test(
        "{at: -3650d, event: {kind: created}}", "start: 0001-01-01T00:00:00Z,"
    ),
    "a test that ends before it starts": one_test(GIVEN, "until: -5d,"),
    "a title that acts": correlation().replace("title: Bad", r'title: "\e[31m\u202e\0"'),
}
"""What may or may not be a rule: whichever it is, all else goes on."""

AROUND: dict[str, tuple[str, str | bytes, str]] = {
    "a stream without a file": ("data/other.csv", "", "unlink"),
    "a folder for a file": ("data/other.csv", "", "folder"),
    "an empty file": ("data/other.csv", "", ""),
    "only a header": ("data/other.csv", "at,kind\n", ""),
    "another header": ("data/other.csv", "when,what\n2026-01-05,created\n", ""),
    "bytes for rows": ("data/other.csv", bytes(range(256)) * 50, ""),
    "dates out of range": (
        "data/other.csv", "at,kind\n0000-00-00,a\n99999-01-01,b\n9999-12-31T23:59:59Z,c\n", ""
    ),
    "quotes never closed": ("data/other.csv", 'at,kind\n2026-01-05,"created\n' * 3, ""),
    "a corrupt Parquet file": (
        "data/other.parquet", b"PAR1" + bytes(range(256)) + b"PAR1", "parquet"
    ),
    "an empty Parquet file": ("data/other.parquet", b"", "parquet"),
    "an unknown time zone": ("rules/streams.yaml", "time_zone: Mars/Olympus, ", "stream"),
    "a column of an unknown type": ("rules/streams.yaml", "columns: {kind: colour}", "columns"),
    "streams of noise": ("rules/streams.yaml", "{[}", ""),
    "no streams": ("rules/streams.yaml", "streams: {}\n", ""),
    "streams not in UTF-8": ("rules/streams.yaml", b"\xff\xfe\x00", ""),
    "a policy of noise": ("policies/detection.yaml", "noise: [", ""),
    "a policy of lists": ("policies/detection.yaml", "noise: []\nmutation: 7\n", ""),
    "a limit of no time": ("policies/detection.yaml", "time_limit: 0s\n", ""),
    "a budget that is no number": (
        "policies/detection.yaml", "noise: {default: {alerts_per_day: .nan}}\n", ""
    ),
    "maintenance at the ends of time": (
        "policies/detection.yaml",
        "maintenance: [{name: m, from: 0001-01-01T00:00:00Z, to: 9999-12-31T23:59:59Z}]\n",
        "",
    ),
    "routes of noise": ("policies/routes.yaml", "routes: {desk: 7}\n", ""),
}  # fmt: skip
"""Bad files around the rules: path, content, and what to do with them."""
