"""What each feature of Sigma finds and what it leaves, in all engines alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from tests.detection.conditions.asking import Row


@dataclass(frozen=True)
class Case:
    """A detection in YAML, events that it matches and others that it does not."""

    about: str
    detection: str
    matching: tuple[Row, ...]
    others: tuple[Row, ...]


def at(text: str) -> Row:
    return {"at": datetime.fromisoformat(text).replace(tzinfo=UTC)}


def texts(*values: str) -> tuple[Row, ...]:
    return tuple({"text": value} for value in values)


NONE: Row = {}

CASES = (
    Case(
        "text in any case",
        "text: Sign-In",
        texts("sign-in", "SIGN-IN"),
        (NONE, *texts("sign-ins", "a sign-in", "")),
    ),
    Case("text in its own case", "text|cased: Sign", texts("Sign"), (NONE, *texts("sign", "SIGN"))),
    Case(
        "letters beyond ASCII",
        "text: ÜBER straße",
        texts("über STRAßE"),
        texts("uber straße", "über strasse"),
    ),
    Case(
        "both small Greek sigmas",
        "text|contains: ΟΔΟΣ",
        texts("οδος", "ΟΔΟΣ 4", "οδοσ"),
        texts("οδο"),
    ),
    Case("the empty text", "text: ''", texts(""), (NONE, *texts(" "))),
    Case(
        "one of a list",
        "text: [billing, Sso, 'a*c']",
        texts("BILLING", "sso", "abc"),
        (NONE, *texts("bill", "ab")),
    ),
    Case("a list in its own case", "text|cased: [A, B]", texts("A", "B"), texts("a", "b", "C")),
    Case(
        "one of numbers and texts", "text: [12, sso]", texts("12", "sso", "12.0"), texts("13", "so")
    ),
    Case(
        "contains",
        "text|contains: fail",
        texts("FAILED", "a failure", "fail"),
        (NONE, *texts("fai l", "")),
    ),
    Case(
        "contains all",
        "text|contains|all: [log, in]",
        texts("LOG-IN", "in the log"),
        texts("log", "in", ""),
    ),
    Case(
        "contains in its own case",
        "text|contains|cased: Fail",
        texts("a Failure"),
        texts("a failure"),
    ),
    Case(
        "starts with", "text|startswith: 're:'", texts("RE: x", "re:"), (NONE, *texts("a re:", "r"))
    ),
    Case(
        "ends with", "text|endswith: .exe", texts("A.EXE", ".exe"), (NONE, *texts("a.exe ", "aexe"))
    ),
    Case("neq", "text|neq: sso", (NONE, *texts("billing", "")), texts("sso", "SSO")),
    Case("neq of a list", "text|neq: [a, b]", (NONE, *texts("c")), texts("a", "B")),
    Case(
        "neq beside another field",
        "{text|neq: sso, count: 1}",
        ({"count": 1},),
        ({"count": 2}, {"count": 1, "text": "sso"}),
    ),
    Case(
        "many wildcard",
        "text: 'a*c'",
        texts("ac", "AbC", "a\nc", "a*c"),
        (NONE, *texts("acd", "bac")),
    ),
    Case("one wildcard", "text: 'a?c'", texts("abc", "a?c", "aüc", "a\nc"), texts("ac", "abbc")),
    Case("any value", "text: '*'", texts("", "a"), (NONE,)),
    Case("at least one letter", "text: '?*'", texts("a", "ab"), (NONE, *texts(""))),
    Case("repeated wildcards", "text: '**a**'", texts("a", "bab"), texts("b", "")),
    Case(
        "wildcards at both ends and within", "text: '*a*c*'", texts("xaxcx", "ac"), texts("ca", "a")
    ),
    Case("an escaped wildcard", r"text: 'a\*c'", texts("a*c", "A*C"), texts("abc", r"a\*c")),
    Case("an escaped question mark", r"text|contains: 'why\?'", texts("Why? x"), texts("whys")),
    Case("a backslash", r"text: 'C:\Temp'", texts(r"c:\temp"), texts(r"c:\\temp", "c:temp")),
    Case(
        "an escaped backslash before a wildcard",
        r"text: 'a\\*'",
        texts("a\\", r"a\b"),
        texts("ab", "a*"),
    ),
    Case("a backslash at the end", r"text|endswith: '\'", texts("a\\"), texts("a", "\\a")),
    Case(
        "the wildcards of LIKE are plain", "text|contains: '5%_'", texts("5%_"), texts("5xy", "5%x")
    ),
    Case("a quote", 'text|contains: "it\'s"', texts("IT'S"), texts("its", "it''s")),
    Case(
        "letters special to expressions",
        "text: 'a.b+(c)[d]{e}^$|*z'",
        texts("a.b+(c)[d]{e}^$|z"),
        texts("axb+(c)[d]{e}^$|z"),
    ),
    Case("a line break", 'text: "a\\nb*c"', texts("a\nb c"), texts("a b c", "anb c")),
    Case(
        "windash",
        "text|contains|windash: ' -v '",
        texts("x -v y", "x /V y", "x \u2013v y"),
        texts("x v y"),
    ),
    Case("base64", "text|base64|contains: opsrail", texts("x b3BzcmFpbA== y"), texts("opsrail")),
    Case(
        "base64offset",
        "text|base64offset|contains: secret",
        texts("c2VjcmV0", "eHNlY3JldA==", "eHhzZWNyZXQ="),
        texts("secret", "c2Vjcm"),
    ),
    Case(
        "wide text in base64",
        "text|wide|base64offset|contains: ab",
        texts("YQBiAA=="),
        texts("YWI="),
    ),
    Case("wide text", "text|wide: ab", texts("a\0b\0"), texts("ab")),
    Case(
        "a regular expression, found anywhere",
        "text|re: 'a[0-9]+b'",
        texts("xa12by", "a1b"),
        (NONE, *texts("ab", "A1B")),
    ),
    Case(
        "a regular expression with anchors",
        "text|re: '^a.c$'",
        texts("abc"),
        texts("xabc", "a\nc", "abcd"),
    ),
    Case(
        "a regular expression in any case", "text|re|i: '^sso$'", texts("SSO", "sso"), texts("ssö")
    ),
    Case("a regular expression over lines", "text|re|m: '^b$'", texts("a\nb\nc", "b"), texts("ab")),
    Case("a dot that is any letter", "text|re|s: '^a.c$'", texts("a\nc", "abc"), texts("ac")),
    Case("a named group", "text|re: '(?P<digit>[0-9])x'", texts("1x"), texts("x")),
    Case(
        "letters by number",
        r"text|re: '^\u00fc[\u0061-\u0063]\Z'",
        texts("üb"),
        texts("ü", "üd", "u00fcb"),
    ),
    Case("at most so many", "text|re: '^a{,2}$'", texts("", "a", "aa"), texts("aaa", "a{,2}")),
    Case(
        "a regular expression on a number",
        "count|re: '^4.*4$'",
        ({"count": 4624},),
        ({"count": 4625}, NONE),
    ),
    Case("a number", "count: 4624", ({"count": 4624},), ({"count": 4625}, NONE)),
    Case(
        "a number asked for as text", "count: '4624'", ({"count": 4624},), ({"count": 46240}, NONE)
    ),
    Case("text that is no number on a number", "count: many", (), ({"count": 0}, NONE)),
    Case("a fraction on whole numbers", "count: 1.5", (), ({"count": 1}, {"count": 2})),
    Case(
        "a number beyond all columns",
        "count: 99999999999999999999",
        (),
        ({"count": 9223372036854775807},),
    ),
    Case(
        "a large number, exact in quotes",
        "count: '9007199254740993'",
        ({"count": 9007199254740993},),
        ({"count": 9007199254740992},),
    ),
    Case(
        "a wildcard on a number",
        "count: '46*'",
        ({"count": 4624}, {"count": 46}),
        ({"count": 146}, NONE),
    ),
    Case(
        "a wildcard on a fraction",
        "share: '1*.5'",
        ({"share": 12.5}, {"share": 1.5}),
        ({"share": 2.5}, {"share": 1.25}),
    ),
    Case(
        "a whole number in a column of fractions",
        "share: 12",
        ({"share": 12.0},),
        ({"share": 12.5}, NONE),
    ),
    Case(
        "its text has no zero at the end",
        "share|endswith: '2'",
        ({"share": 12.0},),
        ({"share": 20.0},),
    ),
    Case(
        "a number in text",
        "text: 12",
        texts("12", "12.0", "+12", " 12 ", "1.2e1"),
        (NONE, *texts("012x", "12d", "0x0c", "1_2", "", "12.5")),
    ),
    Case("greater", "count|gt: 5", ({"count": 6},), ({"count": 5}, NONE)),
    Case("at least", "count|gte: 5", ({"count": 5}, {"count": 6}), ({"count": 4}, NONE)),
    Case("less", "count|lt: 5", ({"count": -6},), ({"count": 5}, NONE)),
    Case("at most", "share|lte: 0.5", ({"share": 0.5},), ({"share": 0.51}, NONE)),
    Case(
        "not a number is not greater",
        "share|gt: 5",
        ({"share": float("inf")},),
        ({"share": float("nan")},),
    ),
    Case(
        "greater on text",
        "text|gt: 9",
        texts("10", "9.5"),
        (NONE, *texts("9", "nan", "inf", "ten", "")),
    ),
    Case("true", "open: true", ({"open": True},), ({"open": False}, NONE)),
    Case("false", "open: false", ({"open": False},), ({"open": True}, NONE)),
    Case("true as text on yes or no", "open: 'True'", ({"open": True},), ({"open": False}, NONE)),
    Case("true on text", "text: true", texts("true", "TRUE"), (NONE, *texts("false", "1", "yes"))),
    Case("false on a number", "count: false", ({"count": 0},), ({"count": 1}, {"count": 2}, NONE)),
    Case("one on yes or no", "open: 1", ({"open": True},), ({"open": False}, NONE)),
    Case("null", "text: null", (NONE,), texts("", "null")),
    Case("null or a value", "text: [null, sso]", (NONE, *texts("SSO")), texts("", "x")),
    Case("null on a field that is nowhere", "nowhere: null", (NONE, *texts("x")), ()),
    Case("null on a column without a type", "nothing: null", (NONE, *texts("x")), ()),
    Case("a value on a column without a type", "nothing: x", (), (NONE, *texts("x"))),
    Case("a field that is nowhere", "nowhere|contains: x", (), (NONE, *texts("x"))),
    Case("exists", "text|exists: true", texts("", "x"), (NONE,)),
    Case("exists not", "text|exists: false", (NONE,), texts("", "x")),
    Case("a field that is nowhere exists not", "nowhere|exists: false", (NONE,), ()),
    Case("a field that is nowhere does not exist", "nowhere|exists: true", (), (NONE, *texts("x"))),
    Case(
        "another field",
        "text|fieldref: other",
        ({"text": "Ana", "other": "ANA"},),
        ({"text": "a", "other": "b"}, {"text": "a"}, {"other": "a"}, NONE),
    ),
    Case(
        "starts with another field",
        "text|fieldref|startswith: other",
        ({"text": "Ana B", "other": "ana"},),
        ({"text": "ana", "other": "ana b"}, {"text": "a"}),
    ),
    Case(
        "ends with another field",
        "text|fieldref|endswith: other",
        ({"text": "by Ana", "other": "ana"},),
        ({"text": "ana b", "other": "ana"},),
    ),
    Case(
        "contains another field",
        "text|fieldref|contains: other",
        ({"text": "by Ana B", "other": "ana"},),
        ({"text": "a", "other": "b"},),
    ),
    Case(
        "a number and a text field",
        "count|fieldref: text",
        ({"count": 12, "text": "12.0"},),
        ({"count": 12, "text": "x"}, {"count": 12}),
    ),
    Case("another field that is nowhere", "text|fieldref: nowhere", (), (NONE, *texts("x"))),
    Case(
        "a network",
        "text|cidr: 10.4.0.0/14",
        texts("10.4.0.0", "10.7.255.255"),
        (NONE, *texts("10.8.0.0", "10.3.1.1", "10.4.0", "10.4.0.256", "x10.4.0.0", "10.4.0.0\n")),
    ),
    Case(
        "one of two networks",
        "text|cidr: [10.0.0.0/8, 192.168.1.7/32]",
        texts("10.1.2.3", "192.168.1.7"),
        texts("192.168.1.70", "11.0.0.0"),
    ),
    Case(
        "a network of IPv6",
        "text|cidr: 2001:db8::/32",
        texts("2001:db8::1", "2001:0DB8:0:0:0:0:0:1", "2001:db8:1::2%eth0"),
        (NONE, *texts("2001:db9::1", "2001:db8", "10.0.0.1", "::2001:db8")),
    ),
    Case(
        "the minute",
        "at|minute: 7",
        (at("2026-01-05T09:07:59"),),
        (at("2026-01-05T07:09:00"), NONE),
    ),
    Case(
        "the hour",
        "at|hour: [22, 23]",
        (at("2026-01-05T22:00:00"), at("2026-01-05T23:59:59")),
        (at("2026-01-05T21:59:59"), NONE),
    ),
    Case("the day", "at|day: 31", (at("2026-01-31T00:00:00"),), (at("2026-02-01T00:00:00"),)),
    Case(
        "the week of ISO 8601",
        "at|week: 53",
        (at("2027-01-02T00:00:00"),),
        (at("2027-01-05T00:00:00"),),
    ),
    Case("the month", "at|month: 2", (at("2026-02-28T23:59:59"),), (at("2026-03-01T00:00:00"),)),
    Case("the year", "at|year: 2026", (at("2026-12-31T23:59:59"),), (at("2027-01-01T00:00:00"),)),
    Case(
        "the hour of a time in text",
        "text|hour: 7",
        texts("2026-01-05T07:30:00Z", "2026-01-05 07:30:00", "2026-01-05T09:30:00+02:00"),
        (NONE, *texts("2026-01-05T08:30:00Z", "seven")),
    ),
    Case(
        "a moment",
        "at: '2026-01-05T09:00:00Z'",
        (at("2026-01-05T09:00:00"),),
        (at("2026-01-05T09:00:01"), NONE),
    ),
    Case(
        "a moment of another zone",
        "at: '2026-01-05T11:00:00+02:00'",
        (at("2026-01-05T09:00:00"),),
        (at("2026-01-05T11:00:00"),),
    ),
    Case(
        "a moment as text",
        "at|startswith: '2026-01'",
        (at("2026-01-05T09:00:00"),),
        (at("2026-11-05T09:00:00"), NONE),
    ),
    Case("a keyword", "[refund]", texts("a Refund!", "refund"), (NONE, *texts("re fund"))),
    Case(
        "a keyword in any text field",
        "['*refund*', 'charge back']",
        ({"other": "Charge Back"}, {"text": "x", "other": "refund"}),
        (NONE, {"text": "charge", "other": "back"}),
    ),
    Case(
        "all keywords",
        "{'|all': [refund, annual]}",
        ({"text": "refund", "other": "annual"}, {"text": "annual refund"}),
        texts("refund"),
    ),
    Case(
        "a keyword is looked for in text only",
        "['46']",
        texts("46"),
        ({"count": 46}, {"open": True}),
    ),
    Case(
        "text written otherwise than the number",
        "count: '4624.0'",
        ({"count": 4624},),
        ({"count": 46240}, NONE),
    ),
    Case("a keyword is not looked for in our own columns", "[record]", texts("a record"), (NONE,)),
    Case(
        "a number as a keyword",
        "[4624]",
        ({"count": 4624}, {"text": "event 4624"}),
        ({"count": 46240},),
    ),
    Case(
        "a regular expression as a keyword",
        "{'|re': 'a[0-9]'}",
        ({"other": "xa1"},),
        (NONE, *texts("a")),
    ),
    Case(
        "two fields",
        "{text: a, count: 1}",
        ({"text": "A", "count": 1},),
        ({"text": "a"}, {"count": 1}, NONE),
    ),
    Case(
        "either of two maps",
        "[{text: a}, {count: 1}]",
        ({"text": "A"}, {"count": 1}),
        ({"text": "b", "count": 2}, NONE),
    ),
    Case(
        "1 of",
        "{s_1: {text: a}, s_2: {count: 1}, condition: 1 of s_*}",
        ({"text": "A"}, {"count": 1}),
        (NONE,),
    ),
    Case(
        "all of",
        "{s_1: {text: a}, s_2: {count: 1}, condition: all of s_*}",
        ({"text": "A", "count": 1},),
        ({"text": "a"}, NONE),
    ),
    Case(
        "not over an absent field",
        "{s: {count: 1}, f: {text: a}, condition: s and not f}",
        ({"count": 1}, {"count": 1, "text": "b"}),
        ({"count": 1, "text": "A"}, NONE),
    ),
    Case(
        "not over a comparison of an absent field",
        "{f: {count|gt: 5}, condition: not f}",
        (NONE, {"count": 5}),
        ({"count": 6},),
    ),
    Case(
        "not over text that is no number",
        "{f: {text|gt: 5}, condition: not f}",
        (NONE, *texts("many")),
        texts("6"),
    ),
    Case(
        "not over an expression",
        "{f: {text|re: a}, condition: not f}",
        (NONE, *texts("b")),
        texts("a"),
    ),
    Case(
        "not over a network",
        "{f: {text|cidr: 10.0.0.0/8}, condition: not f}",
        (NONE, *texts("11.0.0.0", "x")),
        texts("10.0.0.0"),
    ),
    Case(
        "not over another field",
        "{f: {text|fieldref: other}, condition: not f}",
        (NONE, *texts("a")),
        ({"text": "a", "other": "a"},),
    ),
    Case(
        "not over an hour",
        "{f: {at|hour: 9}, condition: not f}",
        (NONE, at("2026-01-05T10:00:00")),
        (at("2026-01-05T09:00:00"),),
    ),
    Case(
        "not over a keyword",
        "{f: [refund], condition: not f}",
        (NONE, *texts("x")),
        texts("refund"),
    ),
    Case(
        "not over one of several",
        "{f: {text: [a, b]}, condition: not f}",
        (NONE, *texts("c")),
        texts("a", "B"),
    ),
    Case("not not", "{f: {text: a}, condition: not (not f)}", texts("a"), (NONE, *texts("b"))),
    Case(
        "brackets",
        "{a: {text: a}, b: {count: 1}, c: {open: true}, condition: a and (b or c)}",
        ({"text": "a", "open": True},),
        ({"open": True}, {"text": "a"}),
    ),
)
