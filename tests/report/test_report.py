from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from opsrail.findings import ExitCode, Finding, Location, Severity
from opsrail.report import FORMATS, Report, render
from opsrail.report.escaping import visible, visible_lines
from opsrail.report.markdown import MOST_CHARACTERS, escaped
from tests.report.reports import CASES, NASTY, REPORTS, read_case

PLACE = Location("content/a.md", 3, 7)


def one(message: str = "m", hint: str = "", severity: Severity = Severity.ERROR) -> Report:
    return Report("opsrail check", (Finding(PLACE, "links", message, severity, hint),))


@given(REPORTS, st.sampled_from(FORMATS))
def test_every_report_can_be_written_and_is_stable(report: Report, name: str) -> None:
    text = render(report, name)
    assert text == render(report, name)
    assert text.endswith("\n")
    text.encode("utf-8")


@given(REPORTS, st.sampled_from(["text", "github", "markdown", "junit"]))
def test_nothing_acts_or_hides_in_what_people_read(report: Report, name: str) -> None:
    text = render(report, name).replace("\n", "").replace("\u200b", "")
    acting = {char for char in text if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")}
    assert not acting
    assert "\u202e" not in text


def test_an_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        render(one(), "pdf")


def test_names_of_formats_cost_no_import() -> None:
    code = "import sys, opsrail.report; print(sorted({'rich', 'json', 'xml'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


# The model


@pytest.mark.parametrize(
    ("severities", "tally", "verdict", "code"),
    [
        ("", "no findings", "gate open", ExitCode.PASS),
        ("e", "1 finding", "gate closed: links", ExitCode.CLOSED),
        ("eew", "2 findings, 1 warning", "gate closed: links", ExitCode.CLOSED),
        ("wwn", "no findings, 2 warnings, 1 note", "gate open", ExitCode.PASS),
    ],
)
def test_tally_and_verdict(severities: str, tally: str, verdict: str, code: ExitCode) -> None:
    names = {"e": Severity.ERROR, "w": Severity.WARNING, "n": Severity.NOTE}
    report = Report("t", tuple(Finding(PLACE, "links", "m", names[s]) for s in severities))
    assert (report.tally(), report.verdict(), report.exit_code) == (tally, verdict, code)


# Text


def test_a_text_line_is_one_finding() -> None:
    text = render(one("a\nb.md:1:1: links: forged"), "text")
    assert text.splitlines()[0] == r"content/a.md:3:7: links: a\nb.md:1:1: links: forged"


@given(REPORTS)
def test_no_log_takes_a_text_line_for_a_command(report: Report) -> None:
    for line in render(report, "text").split("\n"):
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


def test_colour_only_when_asked_and_whatever_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    coloured = render(one(hint="h"), "text", colour=True)
    assert "\x1b[1;31mlinks\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render(one(hint="h"), "text")


def test_hints_are_broken_to_the_width_and_places_never() -> None:
    text = render(one("word " * 30, "word " * 30), "text", width=40)
    first, *rest = text.splitlines()
    assert len(first) > 100
    assert max(len(line) for line in rest) <= 40
    assert rest[0].startswith("    word")
    assert rest[1].startswith("    word")


# JSON


@given(REPORTS)
def test_json_says_all_there_is(report: Report) -> None:
    content = json.loads(render(report, "json"))
    assert list(content)[:4] == ["version", "title", "exit_code", "gate"]
    assert content["exit_code"] == int(report.exit_code)
    assert [found["line"] for found in content["findings"]] == [
        finding.location.line for finding in report.findings
    ]
    assert [found["message"] for found in content["findings"]] == [
        re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", finding.message)
        for finding in report.findings
    ]


# GitHub


def parsed_command(line: str) -> tuple[str, dict[str, str], str]:
    """As the runner reads it: `::name key=value,…::data`."""
    match = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert match is not None
    pairs = dict(part.split("=", 1) for part in match[2].split(","))
    return match[1], {name: unescaped(value) for name, value in pairs.items()}, unescaped(match[3])


def unescaped(text: str) -> str:
    for code, char in (("0D", "\r"), ("0A", "\n"), ("3A", ":"), ("2C", ","), ("25", "%")):
        text = text.replace(f"%{code}", char)
    return text


@given(REPORTS)
def test_github_commands_come_back_as_they_went(report: Report) -> None:
    *lines, last = render(report, "github").removesuffix("\n").split("\n")
    assert len(lines) == len(report.findings)
    assert not last.startswith("::")
    for line, finding in zip(lines, report.findings, strict=True):
        name, properties, data = parsed_command(line)
        assert name == {"error": "error", "warning": "warning", "note": "notice"}[finding.severity]
        assert properties == {
            "file": visible(finding.location.path),
            "line": str(finding.location.line),
            "col": str(finding.location.column),
            "title": visible(finding.code),
        }
        assert data.split("\n")[0] == visible(finding.message)


# Markdown

GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@given(NASTY)
def test_markdown_shows_text_letter_by_letter(text: str) -> None:
    html = GFM.renderInline("x" + escaped(f"x{text}x") + "x")
    tags = set(re.findall(r"</?\w+", html))
    assert tags <= {"<code", "</code"}
    shown = re.sub(r"</?code>", "`", html).replace("\u200b", "")
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        shown = shown.replace(entity, char)
    assert shown == f"xx{visible(text)}xx"


@example(Report("", (), facts={"#": "", "-": "1."}))
@given(REPORTS)
def test_markdown_is_one_table_with_a_row_a_finding(report: Report) -> None:
    html = GFM.render(render(report, "markdown"))
    assert html.count("<tr>") == (1 + len(report.findings) if report.findings else 0)
    assert html.count("<td>") == 3 * len(report.findings)
    tags = set(re.findall(r"<\w+", html))
    allowed = "h3 p strong code table thead tbody tr th td ul li"
    assert tags <= {f"<{tag}" for tag in allowed.split()}


@pytest.mark.parametrize(
    "text",
    [
        "@acme/leads",
        "a@example.com",
        "#12",
        "acme/x#12",
        "GH-7",
        "https://evil.example",
        "HTTP://evil.example",
        "www.evil.example",
        "WWW.evil.example",
        "mailto:a@example.com",
        "a@_b.example",
        "CVE-2024-12345",
        "GHSA-jfh8-c2jp-5v3q",
        ":tada:",
        ":100:",
        ":see_no_evil:",
        ":+1:",
        "1a2b3c4",
        "0123456789abcdef0123456789abcdef01234567",
        "ana@0123456789ABCDEF0123456789ABCDEF01234567",
    ],
)
def test_markdown_mentions_nobody_and_links_nowhere(text: str) -> None:
    shown = escaped(text)
    assert text not in shown
    assert shown.replace("\u200b", "").replace("\\", "") == text


@pytest.mark.parametrize("commit", ["1a2b3c4", "f" * 40, "7" * 40])
def test_markdown_shows_no_run_of_digits_long_enough_to_be_a_commit(commit: str) -> None:
    shown = escaped(f"see {commit}, x@{commit} and a/{commit}_")
    assert not re.search(r"[0-9a-f]{7}", shown)


def test_words_times_and_places_are_left_alone() -> None:
    text = "high-risk at 12:30:45, rules/sign-in.yaml:31:7, team-12, 5,000 of 123456 (defaults)"
    assert escaped(text) == text


@pytest.mark.parametrize("text", ["# a", "- a", "+ a", "1. a", "12) a", "=", "---", "> a", "~~~"])
def test_text_that_begins_a_line_begins_nothing_else(text: str) -> None:
    for before in ("", "- "):
        plain, told = (GFM.parse(before + words) for words in ("a", escaped(text)))
        assert [token.type for token in told] == [token.type for token in plain]


def test_code_holds_no_comment_that_a_program_could_take_for_a_mark() -> None:
    assert "<!--" not in escaped("`<!-- opsrail-plan -->`")


def test_text_holds_no_attributes() -> None:
    assert escaped("word{: onclick=x }") == r"word\{: onclick=x \}"


def test_markdown_fits_a_comment_and_counts_what_is_hidden() -> None:
    finding = Finding(PLACE, "links", "@<|`" * 1_000, hint="_" * 10_000)
    report = Report("t" * 9_000, (finding,) * 5_000, {"links": "m" * 90_000}, facts={"f": "v"})
    text = render(report, "markdown")
    assert len(text) <= MOST_CHARACTERS
    rows = text.count("| `content/a.md:3` |")
    assert rows > 10
    assert f"*{5_000 - rows:,} more not shown here*" in text


# SARIF


def check_sarif(log: Any) -> None:  # noqa: ANN401 - what json.loads gives
    """What the 2.1.0 schema asks of the parts in use."""
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
        assert all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help"))
    (invocation,) = run["invocations"]
    assert isinstance(invocation["executionSuccessful"], bool)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert isinstance(result["message"]["text"], str)
        for place in (*result["locations"], *result.get("relatedLocations", [])):
            check_place(place["physicalLocation"])
        ids = [place["id"] for place in result.get("relatedLocations", [])]
        assert len(set(ids)) == len(ids)
    prints = [json.dumps(result["partialFingerprints"]) for result in run["results"]]
    assert len(set(prints)) == len(prints)


def check_place(place: dict[str, dict[str, Any]]) -> None:
    uri = place["artifactLocation"]["uri"]
    assert re.fullmatch(r"(?:[\w.~/-]|%[0-9A-F]{2})*", uri, re.ASCII)
    assert place["region"]["startLine"] >= 1
    assert place["region"]["startColumn"] >= 1


@given(REPORTS)
def test_sarif_is_valid(report: Report) -> None:
    check_sarif(json.loads(render(report, "sarif")))


def fingerprints(report: Report) -> list[dict[str, str]]:
    (run,) = json.loads(render(report, "sarif"))["runs"]
    return [result["partialFingerprints"] for result in run["results"]]


def test_sarif_fingerprints_stay_when_lines_move() -> None:
    moved = Finding(Location("content/a.md", 99, 1), "links", "m")
    assert fingerprints(one()) == fingerprints(Report("t", (moved,)))
    assert fingerprints(one()) != fingerprints(one("n"))


def test_sarif_messages_hold_no_links() -> None:
    text = json.loads(render(one("[here](https://evil.example) [x] [[y](1)"), "sarif"))
    message = text["runs"][0]["results"][0]["message"]["text"]
    assert message == r"\[here](https://evil.example) [x] [\[y](1)"


# JUnit


@given(REPORTS)
def test_junit_is_xml_with_a_case_for_every_code(report: Report) -> None:
    suites = ET.fromstring(render(report, "junit").encode("utf-8"))  # noqa: S314 - our own text
    cases = suites.findall("testsuite/testcase")
    assert [case.get("name") for case in cases] == [visible(code) for code in report.codes]
    failed = [case.get("name") for case in cases if case.find("failure") is not None]
    assert failed == [visible(code) for code in report.closed]
    assert suites.get("failures") == str(len(failed))
    assert suites.get("tests") == str(len(cases))


def test_junit_failures_hold_the_findings() -> None:
    report = read_case(CASES / "closed")
    suites = ET.fromstring(render(report, "junit"))  # noqa: S314 - our own text
    failure = suites.find("testsuite/testcase[@name='stale-section']/failure")
    assert failure is not None
    assert failure.text is not None
    assert "playbooks/refunds/vendor-agent.md:14:1: " in failure.text
    assert "run `opsrail sync`" in failure.text


# What they share


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("é → 🙂 👩‍💻", "é → 🙂 👩‍💻"),
        ("a\tb\r\n", r"a\tb\r\n"),
        ("\x1b[0m\x7f\x85", r"\x1b[0m\x7f\x85"),
        ("\u202e\u200b\ufeff\u2028", r"\u202e\u200b\ufeff\u2028"),
        ("\udcff\ufffe\U0001ffff\U000e0041", r"\udcff\ufffe\U0001ffff\U000e0041"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_visible_lines() -> None:
    assert visible_lines("a\r\nb\x00\u2028c\n") == ["a", r"b\x00\u2028c", ""]
