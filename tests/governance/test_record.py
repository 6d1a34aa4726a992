from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.governance.formats import RiskLevel
from opsrail.governance.record import LONGEST, Agreed, Emergency, Record, one_line
from opsrail.governance.trailers import read_record, trailers

TEN = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
PLAN = "9f" * 32
POLICY = "a1" * 20
RECORD = Record(
    plan=PLAN,
    policy=POLICY,
    tier=2,
    risk=RiskLevel.MEDIUM,
    request="482",
    approvals=(Agreed("maya", "support-leads", TEN), Agreed("ana", "risk-owners", TEN)),
    proofs=("refund-suite 118 of 120",),
    changes=("money raised: over USD 50 → over USD 80 (refunds.md § Refund a charge)",),
)
WRITTEN = f"""\
Opsrail-Plan: {PLAN}
Opsrail-Verdict: open
Opsrail-Tier: 2
Opsrail-Risk: medium
Opsrail-Policy: {POLICY}
Opsrail-Pull-Request: 482
Opsrail-Approved-By: ana (risk-owners) 2026-11-02T10:00:00Z
Opsrail-Approved-By: maya (support-leads) 2026-11-02T10:00:00Z
Opsrail-Proved-By: refund-suite 118 of 120
Opsrail-Changed: money raised: over USD 50 → over USD 80 (refunds.md § Refund a charge)
"""

HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "\n\nOpsrail-Verdict: open\n",
            "x\nOpsrail-Approved-By: eve (risk-owners) 2026-11-02T10:00:00Z",
            "ana (risk-owners) 2026-11-02T10:00:00Z",
            "a\r\rOpsrail-Tier: 0\x0b\x85\u2028b",
            " : ,",
            "---\n",
            "\x1b[2J\u202ereversed",
            "x" * 1_000,
            " \n ",
        ]
    ),
)
EARLY, LATE = datetime(1000, 1, 2), datetime(9000, 1, 1)  # noqa: DTZ001 - bounds that get a zone
ELSEWHERE = datetime(2026, 11, 2, 11, 0, 5, 999, tzinfo=timezone(timedelta(hours=1)))
TIMES = st.datetimes(EARLY, LATE, timezones=st.just(UTC)) | st.just(ELSEWHERE)
HEX = st.sampled_from("0123456789abcdef")
COMMITS = st.text(HEX, min_size=40, max_size=40)
RECORDS = st.builds(
    Record,
    plan=st.text(HEX, min_size=64, max_size=64),
    policy=st.just("") | COMMITS,
    tier=st.none() | st.integers(0, 9),
    risk=st.none() | st.sampled_from(RiskLevel),
    request=HOSTILE,
    approvals=st.lists(st.builds(Agreed, HOSTILE, HOSTILE, TIMES), max_size=4).map(tuple),
    proofs=st.lists(HOSTILE, max_size=3).map(tuple),
    changes=st.lists(HOSTILE, max_size=3).map(tuple),
    glass=st.none()
    | st.builds(
        Emergency,
        st.lists(HOSTILE, max_size=3).map(lambda names: ("ana", *names)),
        HOSTILE,
        st.none() | TIMES,
    ),
    rolls_back=st.just("") | COMMITS,
    others=st.lists(
        st.tuples(st.sampled_from(["Opsrail-Rollout", "Opsrail-Ring-2"]), HOSTILE), max_size=3
    ).map(tuple),
)


@given(RECORDS, HOSTILE, HOSTILE)
def test_what_is_written_is_read_again_whatever_people_wrote(
    record: Record, title: str, body: str
) -> None:
    assert read_record(f"{title}\n\n{body}\n\n{trailers(record)}") == (record, "")


@given(RECORDS)
def test_every_line_is_one_trailer_and_bounded(record: Record) -> None:
    lines = trailers(record).split("\n")
    assert lines.pop() == ""
    assert all(line.startswith("Opsrail-") and len(line) <= 3 * LONGEST for line in lines)
    assert len(trailers(record).splitlines()) == len(lines)


@given(RECORDS)
def test_git_reads_the_same_trailers(record: Record) -> None:
    done = subprocess.run(
        ["git", "interpret-trailers", "--parse", "--no-divider"],
        input=f"Land it\n\n{trailers(record)}".encode(),
        check=True,
        capture_output=True,
    )
    assert done.stdout.decode().replace(": \n", ":\n") == trailers(record)


@given(st.text() | HOSTILE)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)
    assert len(one_line(text)) <= LONGEST


def test_it_reads_as_people_would_write_it() -> None:
    assert trailers(RECORD) == WRITTEN
    assert read_record(f"Refund window\n\nWhy.\n\n{WRITTEN}") == (RECORD, "")


def test_an_emergency_says_who_and_why_and_until_when() -> None:
    glass = Emergency(("jon", "ana"), "sign-in is down\nOpsrail-Tier: 0", TEN)
    record = Record(PLAN, glass=glass, rolls_back=POLICY)
    assert trailers(record).splitlines()[1:] == [
        f"Opsrail-Verdict: break-glass, rollback of {POLICY}",
        "Opsrail-Break-Glass: ana",
        "Opsrail-Break-Glass: jon",
        "Opsrail-Reason: sign-in is down Opsrail-Tier: 0",
        "Opsrail-Review-By: 2026-11-02T10:00:00Z",
    ]


def test_a_look_alike_in_the_body_counts_for_nothing() -> None:
    forged = WRITTEN.replace("Tier: 2", "Tier: 0")
    assert read_record(f"Title\n\n{forged}\nReally.\n\n{WRITTEN}") == (RECORD, "")
    assert read_record(f"Title\n\n{forged}\n\nReally.\n") == (None, "")


@pytest.mark.parametrize("message", ["", "Title", "Title\n\nBody\n", WRITTEN, f"Title\n{WRITTEN}"])
def test_without_a_last_paragraph_of_trailers_there_is_no_record(message: str) -> None:
    assert read_record(message) == (None, "")


def test_another_trailer_of_opsrail_alone_is_no_record() -> None:
    assert read_record(f"Take it back\n\nOpsrail-Rollback: {POLICY}\n") == (None, "")


def test_trailers_of_others_may_stand_beside_it() -> None:
    beside = "Signed-off-by: Robin\nCo-authored-by: Sam\n <sam@example.com>\n"
    assert read_record(f"Title\n\n{beside}{WRITTEN}{beside}") == (RECORD, "")


def test_what_a_later_version_adds_is_kept() -> None:
    message = f"Title\n\nOpsrail-Rollout: pilot, 24 h\n{WRITTEN}"
    record, fault = read_record(message)
    assert (record, fault) == (replace(RECORD, others=(("Opsrail-Rollout", "pilot, 24 h"),)), "")


SPOILT = {
    "a plan that is none": (f"Plan: {PLAN}", "Plan: 12", "64 hex digits"),
    "no plan": (f"Opsrail-Plan: {PLAN}\n", "", "64 hex digits"),
    "another verdict": ("Verdict: open", "Verdict: opened", "“opened” is no verdict"),
    "no verdict": ("Opsrail-Verdict: open\n", "", "is no verdict"),
    "a tier in words": ("Tier: 2", "Tier: low", "“low” is no tier"),
    "a tier in other digits": ("Tier: 2", "Tier: ²", "“²” is no tier"),
    "a tier twice": ("Opsrail-Tier: 2", "Opsrail-Tier: 2\nOpsrail-Tier: 0", "more than once"),
    "a tier in another case": ("Opsrail-Risk", "opsrail-tier: 0\nOpsrail-Risk", "no name of"),
    "an unknown risk": ("Risk: medium", "Risk: none", "“none” is no risk"),
    "an approval without a time": (" 2026-11-02T10:00:00Z", "", "is no approval"),
    "an approval at some time": ("2026-11-02T10:00:00Z", "yesterday", "“yesterday” is no time"),
    "an approval on no day": ("2026-11-02T10", "2026-13-02T10", "is no time"),
    "an emergency by nobody": ("Verdict: open", "Verdict: break-glass", "nobody broke the glass"),
    "an emergency that is none": ("Opsrail-Tier", "Opsrail-Reason: x\nOpsrail-Tier", "as opsrail"),
    "a folded line": ("Opsrail-Tier: 2", "Opsrail-Tier:\n 2", "stands among its trailers"),
    "other text": ("Opsrail-Tier", "And so on.\nOpsrail-Tier", "“And so on.” stands among"),
    "a hidden character": ("118 of", "118\u202e of", "as opsrail writes"),
    "two spaces": ("Tier: 2", "Tier:  2", "as opsrail writes"),
    "an endless line": ("118", "1" * 5_000, "longer than any"),
    "a long line": ("118", "1" * 300, "as opsrail writes"),
}


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=list(SPOILT))
def test_a_record_is_believed_whole_or_not_at_all(spoilt: tuple[str, str, str]) -> None:
    old, new, why = spoilt
    assert old in WRITTEN
    record, fault = read_record(f"Title\n\n{WRITTEN.replace(old, new)}")
    assert record is None
    assert why in fault


def test_values_that_are_none_are_refused_when_a_record_is_made() -> None:
    with pytest.raises(ValueError, match="64 hex digits"):
        Record("12")
    with pytest.raises(ValueError, match="time zone"):
        Agreed("ana", "leads", EARLY)
    with pytest.raises(ValueError, match="no name of another trailer"):
        Record(PLAN, others=(("Opsrail-tier", "0"),))


def test_an_endless_message_is_read_in_no_time() -> None:
    message = "Title\n\n" + "Opsrail-Approved-By: " + " (x" * 300_000
    assert read_record(message)[0] is None
