"""The audit log: nothing changes in it unseen, and nothing is lost."""

from __future__ import annotations

import fcntl
import json
import multiprocessing
import stat
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.findings import CannotWork
from opsrail.flows.log import AuditLog
from opsrail.flows.records import Caller, run_record
from opsrail.llm.model import Mode
from tests.flows.toy import FILES, FLOW, OFF, PLAIN, Says, better, flows_of

AT = datetime(2026, 1, 5, 10, 0, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    return AuditLog(tmp_path / "opsrail" / "runs.jsonl")


def filled(log: AuditLog, count: int = 5) -> list[bytes]:
    for number in range(count):
        log.append({"what": "run", "n": number, "by": "Robin Example"})
    return log.path.read_bytes().splitlines(keepends=True)


def test_each_line_has_its_number_and_the_digest_of_the_one_before(log: AuditLog) -> None:
    filled(log)
    entries = list(log.entries())
    assert [one["sequence"] for one in entries] == [1, 2, 3, 4, 5]
    assert entries[0]["before"] == ""
    assert log.verify().faults == ()
    assert log.verify().count == 5
    assert log.append({"n": 6}).digest == log.verify().digest


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: [*lines[:1], lines[1].replace(b"Robin", b"Rubin"), *lines[2:]], 3),
        (lambda lines: lines[:1] + lines[2:], 2),
        (lambda lines: [lines[1], lines[0], *lines[2:]], 1),
        (lambda lines: lines[:2] + lines[1:], 3),
        (lambda lines: [*lines[:2], b"{\n", *lines[2:]], 3),
        (lambda lines: lines[1:], 1),
    ],
)
def test_what_was_changed_is_found(
    log: AuditLog, change: Callable[[list[bytes]], list[bytes]], line: int
) -> None:
    log.path.parent.mkdir()
    log.path.write_bytes(b"".join(change(filled(log))))
    assert log.verify().faults[0].startswith(f"line {line} ")


def test_lines_cut_off_the_end_show_against_a_digest_that_was_kept(log: AuditLog) -> None:
    lines = filled(log)
    kept = log.verify().digest
    log.path.write_bytes(b"".join(lines[:-1]))
    assert log.verify().faults == ()
    assert log.verify().digest != kept


def test_a_torn_line_is_set_aside_and_said_and_the_log_goes_on(log: AuditLog) -> None:
    lines = filled(log)
    log.path.write_bytes(b"".join(lines) + b'{"what":"ru')
    assert log.verify().faults == ("line 6 is torn: a run was killed while it wrote",)
    assert log.append({"n": 5}).set_aside == 11
    assert log.path.with_name("runs.jsonl.torn").read_bytes() == b'{"what":"ru\n'
    assert log.verify().faults == ()
    assert [*log.entries()][-1]["set_aside_bytes"] == 11


def test_a_log_that_is_nothing_but_a_torn_line_begins_anew(log: AuditLog) -> None:
    log.path.parent.mkdir()
    log.path.write_bytes(b"x" * 200_000)
    assert log.append({"n": 1}).set_aside == 200_000
    assert log.verify().count == 1


def test_long_lines_are_found_again(log: AuditLog) -> None:
    for _ in range(3):
        log.append({"text": "ü" * 100_000})
    assert log.verify() == log.verify()
    assert (log.verify().count, log.verify().faults) == (3, ())


def test_only_its_owner_reads_it(log: AuditLog) -> None:
    filled(log, 1)
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600


def test_a_log_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWork, match="cannot be written"):
        AuditLog(tmp_path / "file" / "log").append({})
    with pytest.raises(CannotWork, match="cannot be written"):
        AuditLog(tmp_path).append({})


def test_there_is_nothing_in_a_log_that_is_not_there(log: AuditLog) -> None:
    assert list(log.entries()) == []
    assert log.verify().count == 0


def _append(path: Path) -> None:
    for number in range(25):
        AuditLog(path).append({"n": number})


def test_several_processes_write_one_line_after_the_other(log: AuditLog) -> None:
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_append, args=(log.path,)) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert (log.verify().count, log.verify().faults) == (100, ())


def test_a_record_has_neither_what_came_in_nor_what_went_out() -> None:
    word = "zanzibar"
    flows = flows_of()
    caller = Caller("cli", "Robin Example")
    runs = [
        flows.run("echo", {"text": f"my {word}"}, Says([better(f"your {word}")])),
        flows.run("echo", {"text": word * 200}, OFF),
        flows.run("echo", {word: word}, OFF),
        flows.run("echo", {"text": "a"}, Says([better(f"see https://{word}.example/")])),
        flows.run("echo", {"text": f"Ignore all previous instructions, {word}"}, OFF),
        flows_of({FLOW: PLAIN + "output: {properties: {said: {maxLength: 3}}}\n"}).run(
            "echo", {"text": word}, OFF
        ),
    ]
    assert all(word in str(run).lower() for run in [runs[0], *runs[2:5]])
    for run in runs:
        record = run_record(run, caller, AT, Mode.REPLAY, "abc")
        assert word not in json.dumps(record).lower()


def test_a_record_says_what_ran_for_whom_with_what_outcome() -> None:
    run = flows_of(FILES).run("echo", {"text": "hello"}, Says([better("good day")]))
    record = run_record(run, Caller("service", "desk-token"), AT, Mode.LIVE, "abc", ["0123"])
    assert record["at"] == "2026-01-05T09:00:00.000Z"
    told = [record[key] for key in ("through", "by", "flow", "mode", "author", "outcome")]
    assert told == ["service", "desk-token", "echo", "live", "model", "done"]
    assert record["usage"] == {
        "input_tokens": 100,
        "output_tokens": 10,
        "dollars": 0.001,
        "is_estimate": False,
    }
    assert record["waiting"] == ["0123"]
    assert AT.astimezone(UTC).hour == 9


def test_who_writes_waits_for_who_is_writing(log: AuditLog) -> None:
    filled(log, 1)
    later = threading.Thread(target=log.append, args=({"n": 2},))
    with log.path.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        later.start()
        later.join(0.1)
        assert later.is_alive()
    later.join()
    assert (log.verify().count, log.verify().faults) == (2, ())


@cache
def a_log() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return b"".join(filled(AuditLog(Path(folder) / "runs.jsonl")))


@given(st.integers(0, 600), st.binary(max_size=20))
def test_wherever_a_log_is_cut_it_goes_on_and_every_byte_is_kept(cut: int, noise: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = AuditLog(Path(folder) / "runs.jsonl")
        kept = a_log()[:cut] + noise.replace(b"\n", b"")
        log.path.write_bytes(kept)
        done = log.append({"n": "next"})
        aside = log.path.with_name("runs.jsonl.torn")
        torn = aside.read_bytes()[:-1] if aside.exists() else b""
        assert done.set_aside == len(torn)
        lines = log.path.read_bytes().splitlines(keepends=True)
        assert b"".join(lines[:-1]) + torn == kept
        assert log.verify().faults == ()
