from __future__ import annotations

import hashlib
import logging
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.repo.cache import Cache, key_of

PARTS = st.lists(st.text(alphabet="ab1:\ud800") | st.binary(max_size=4), max_size=4)


@given(PARTS, PARTS)
def test_other_parts_give_another_key(one: list[str | bytes], other: list[str | bytes]) -> None:
    assert (key_of(*one) == key_of(*other)) == (one == other)


def test_key_is_stable() -> None:
    framed = b"t8:sections" + b"b1:1" + b"t0:"
    assert key_of("sections", b"1", "") == hashlib.sha256(framed).hexdigest()


def test_remembers_across_runs(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "cache.db"
    with Cache(path) as cache:
        assert cache.get("k") is None
        cache.put("k", b"one")
        cache.put("k", b"two")
        cache.put_many({"a": b"", "b": b"\x00\xff"})
        cache.put_many({})
    with Cache(path) as cache:
        assert cache.get("k") == b"two"
        assert cache.get_many(["a", "b", "c", "a"]) == {"a": b"", "b": b"\x00\xff"}
        assert cache.get_many([]) == {}


def test_many_keys_at_once(tmp_path: Path) -> None:
    values = {key_of(str(number)): b"%d" % number for number in range(5_000)}
    with Cache(tmp_path / "cache.db") as cache:
        cache.put_many(values)
        assert cache.get_many(values) == values


def test_leaves_nothing_beside_the_file(tmp_path: Path) -> None:
    with Cache(tmp_path / "cache.db") as cache:
        cache.put("k", b"v")
    assert [path.name for path in tmp_path.iterdir()] == ["cache.db"]


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\x00" * 99])
def test_a_damaged_file_is_made_anew_and_said_once(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "cache.db"
    path.write_bytes(content)
    with Cache(path) as cache:
        assert cache.get("k") is None
        cache.put("k", b"v")
        assert cache.get("k") == b"v"
    assert len(caplog.records) == 1
    assert "made anew" in caplog.text


def test_damage_in_the_middle_is_never_a_wrong_value(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    values = {key_of(str(number)): os.urandom(400) for number in range(300)}
    with Cache(path) as cache:
        cache.put_many(values)
    sound = path.read_bytes()
    for start in range(0, len(sound), 5_003):
        path.write_bytes(sound[:start] + b"\xa5" * 200 + sound[start + 200 :])
        with Cache(path) as cache:
            found = cache.get_many(values)
            assert found.items() <= values.items()
            cache.put("new", b"v")
            assert cache.get("new") == b"v"


def test_a_damaged_value_is_a_miss(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        cache.put_many({"k": b"value", "other": b"value"})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE memo SET value = X'00' WHERE key = 'k'")
    with Cache(path) as cache:
        assert cache.get_many(["k", "other"]) == {"other": b"value"}


def test_a_value_under_the_wrong_key_is_a_miss(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        cache.put("k", b"value")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE memo SET key = 'other'")
    with Cache(path) as cache:
        assert cache.get("other") is None


def test_a_locked_file_is_a_miss_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        cache.put("k", b"v")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Cache(path, wait_seconds=0.01) as cache:
            assert cache.get("k") == b"v"
            cache.put("k", b"w")
            cache.put("k", b"w")
            assert cache.get("k") is None
    assert len(caplog.records) == 1
    assert "working without the cache" in caplog.text


def test_an_impossible_place_is_a_miss_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    for number, path in enumerate([tmp_path / "file" / "cache.db", tmp_path / "folder"], start=1):
        with Cache(path) as cache:
            cache.put("k", b"v")
            assert cache.get("k") is None
        assert len(caplog.records) == number
    assert all(record.levelno == logging.WARNING for record in caplog.records)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to any file")
def test_a_read_only_file_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        cache.put("k", b"v")
    path.chmod(0o400)
    with Cache(path) as cache:
        cache.put("k", b"w")
        assert cache.get("k") is None


def test_another_layout_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE memo (key); PRAGMA user_version = 99;")
    with Cache(path) as cache:
        cache.put("k", b"v")
        assert cache.get("k") == b"v"


def test_drops_what_was_used_longest_ago(tmp_path: Path) -> None:
    now = 0.0
    with Cache(tmp_path / "cache.db", most_megabytes=1, clock=lambda: now) as cache:
        for number in range(40):
            now += 4_000
            cache.put(f"k{number}", os.urandom(50_000))
            assert cache.get("k0") is not None
            assert cache.get(f"k{number}") is not None
        kept = cache.get_many(f"k{number}" for number in range(40))
    assert "k0" in kept
    assert {f"k{number}" for number in range(30, 40)} <= set(kept)
    assert 10 <= len(kept) <= 20
    assert (tmp_path / "cache.db").stat().st_size < 1_300_000


def test_small_values_are_bounded_too(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Cache(path, most_megabytes=0.5) as cache:
        for start in range(0, 10_000, 1_000):
            cache.put_many({key_of(str(start + step)): b"1" for step in range(1_000)})
    assert path.stat().st_size < 900_000


SHARED_USE = """
import sys
from pathlib import Path
from opsrail.repo.cache import Cache, key_of

with Cache(Path(sys.argv[1]), wait_seconds=30) as cache:
    for number in range(int(sys.argv[2])):
        key, value = key_of(str(number % 100)), b"%d" % (number % 100)
        assert cache.get(key) in (None, value)
        cache.put(key, value)
        assert cache.get(key) == value, number
        if number == 0:
            print("begun", flush=True)
"""


def start(path: Path, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", SHARED_USE, str(path), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_four_processes_share_one_file(tmp_path: Path) -> None:
    running = [start(tmp_path / "cache.db", 200) for _ in range(4)]
    ended = [(*process.communicate(timeout=60), process.returncode) for process in running]
    assert ended == [("begun\n", "", 0)] * 4


def test_a_killed_process_leaves_a_file_that_works(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    for _ in range(3):
        process = start(path, 1_000_000)
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        with Cache(path, wait_seconds=30) as cache:
            assert cache.get(key_of("0")) == b"0"
            cache.put("k", b"v")
            assert cache.get("k") == b"v"
