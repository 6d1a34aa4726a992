from __future__ import annotations

import math
import sqlite3
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrail.detection.formats import Level
from opsrail.detection.live import store as stores
from opsrail.detection.live.store import Progress, Store, opened
from opsrail.detection.model import Alert
from opsrail.findings import CannotWork

FEWER = settings().max_examples // 5
"""Each example writes a file."""

MOMENTS = st.integers(-(2**62), 2**62)
KEYS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
NUMBERS = st.none() | st.floats(allow_nan=False)
NAMES = st.sampled_from(["spike", "silence", "silence-2"])
LOGIC = st.text("0123456789abcdef", min_size=4, max_size=4)

ALERTS = st.builds(
    Alert,
    rule=NAMES,
    group=st.lists(st.tuples(TEXTS, KEYS | TEXTS), max_size=3).map(tuple),
    at=MOMENTS,
    last=MOMENTS,
    until=MOMENTS,
    level=st.sampled_from(Level),
    value=NUMBERS,
    expected=NUMBERS,
    folded=st.integers(0, 2**40),
    known=MOMENTS,
    suppressed=TEXTS,
)
PROGRESS = st.builds(Progress, logic=LOGIC, seen=MOMENTS, session=st.none() | MOMENTS)


def alert(at: int) -> Alert:
    return Alert(rule="spike", group=(), at=at, last=at, until=at, level=Level.LOW)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "alerts.sqlite"


@settings(max_examples=FEWER)
@given(st.lists(ALERTS, unique_by=lambda one: one.id), st.dictionaries(NAMES, PROGRESS))
def test_what_is_kept_comes_back(alerts: list[Alert], progress: dict[str, Progress]) -> None:
    with TemporaryDirectory() as folder:
        with opened(Path(folder) / "store") as store:
            assert store.keep(alerts) == len(alerts)
            store.advance(progress)
        with opened(Path(folder) / "store") as store:
            found = store.alerts()
            assert found == tuple(sorted(alerts, key=lambda one: one.order))
            # 1, 1.0 and True are equal in Python, and not in an alert's id.
            assert sorted(one.id for one in found) == sorted(one.id for one in alerts)
            assert store.progress() == progress
            assert store.keep(alerts) == 0


@settings(max_examples=FEWER)
@given(st.lists(ALERTS, unique_by=lambda one: one.id, max_size=8), NAMES, MOMENTS)
def test_alerts_are_found_by_rule_and_by_how_long_they_last(
    alerts: list[Alert], name: str, after: int
) -> None:
    with TemporaryDirectory() as folder, opened(Path(folder) / "store") as store:
        store.keep(alerts)
        mine = {one.id for one in alerts if one.rule == name}
        lasting = {one.id for one in alerts if one.until > after or one.at >= after}
        assert {one.id for one in store.alerts(name)} == mine
        assert {one.id for one in store.alerts(after=after)} == lasting
        assert {one.id for one in store.alerts(name, after)} == mine & lasting


def test_an_alert_that_went_on_is_brought_up_to_date(file: Path) -> None:
    first = replace(alert(5), value=3.0, known=9, suppressed="upkeep")
    later = replace(
        alert(5), value=8.0, known=10, last=7, until=9, folded=2, level=Level.HIGH, suppressed=""
    )
    with opened(file) as store:
        assert store.keep([first]) == 1
        assert store.keep([later]) == 0
        (found,) = store.alerts()
    assert (found.last, found.until, found.folded, found.level) == (7, 9, 2, Level.HIGH)
    # What was said when it was raised stands.
    assert (found.value, found.known, found.suppressed) == (3.0, 9, "upkeep")


def test_a_run_that_fails_leaves_what_was_there(file: Path) -> None:
    with opened(file) as store:
        store.keep([alert(1)])
        store.advance({"spike": Progress("a", 1)})

    def fail(store: Store) -> None:
        store.keep([replace(alert(1), folded=5), alert(2)])
        store.advance({"spike": Progress("b", 2)})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), opened(file) as store:
        fail(store)
    with opened(file) as store:
        assert store.alerts() == (alert(1),)
        assert store.progress() == {"spike": Progress("a", 1)}


def test_a_second_run_at_once_is_kept_waiting(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "WAIT_SECONDS", 0.01)
    with opened(file):
        with pytest.raises(CannotWork, match="locked") as refused, opened(file):
            pass
        assert refused.value.hint == "wait for the other run to end"
    with opened(file) as store:
        assert store.alerts() == ()


def test_a_file_of_another_layout_is_refused(file: Path) -> None:
    with opened(file):
        pass
    connection = sqlite3.connect(file)
    connection.execute(f"PRAGMA user_version = {stores.LAYOUT + 1:d}")
    connection.close()
    with pytest.raises(CannotWork, match="another version"), opened(file):
        pass


def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "alerts.sqlite"
    file.write_text("These are minutes of a meeting, and no alerts. " * 50, encoding="utf-8")
    before = file.read_bytes()
    with pytest.raises(CannotWork, match="is no store of alerts"), opened(file):
        pass
    assert file.read_bytes() == before


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "alerts.sqlite"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE alerts (what TEXT)")
    connection.commit()
    connection.close()
    before = file.read_bytes()
    with pytest.raises(CannotWork), opened(file):
        pass
    assert file.read_bytes() == before


@pytest.mark.parametrize("place", [".", "file/alerts.sqlite", "file/folder/alerts.sqlite"])
def test_a_place_where_no_file_can_be_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CannotWork, match="cannot be") as refused, opened(tmp_path / place):
        pass
    assert refused.value.hint


def test_a_value_that_is_no_number_is_no_value(file: Path) -> None:
    with opened(file) as store:
        store.keep([replace(alert(1), value=math.nan)])
        (found,) = store.alerts()
    assert found.value is None
