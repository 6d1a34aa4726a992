from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.findings import Unreadable
from opsrail.gate.forges.archives import only_file
from opsrail.gate.forges.payload import MOST_BYTES


def archive(*files: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in files:
            written.writestr(name, data)
    return stream.getvalue()


def test_the_one_file_is_taken_out_and_no_other() -> None:
    data = archive(("report.json", b"{}"), ("../../evil.sh", b"rm"), ("/etc/x", b""))
    assert only_file("a.zip", data, "report.json") == b"{}"


@pytest.mark.parametrize(
    "files",
    [
        [("other.json", b"{}")],
        [("../report.json", b"{}")],
        [("x/report.json", b"{}")],
        [],
        [("report.json", b"{}")] + [(str(at), b"") for at in range(20)],
    ],
)
def test_an_archive_without_it_or_with_much_else_is_refused(files: list[tuple[str, bytes]]) -> None:
    with pytest.raises(Unreadable, match=r"has to hold one report\.json"):
        only_file("a.zip", archive(*files), "report.json")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_of_the_name_are_refused() -> None:
    data = archive(("report.json", b"{}"), ("report.json", b"[]"))
    with pytest.raises(Unreadable, match="has to hold one"):
        only_file("a.zip", data, "report.json")


def test_a_small_archive_that_grows_too_large_is_refused() -> None:
    data = archive(("report.json", b"0" * (40 * MOST_BYTES)))
    assert len(data) < MOST_BYTES
    with pytest.raises(Unreadable, match="larger than 5,000,000 bytes"):
        only_file("a.zip", data, "report.json")


def test_a_large_archive_is_not_even_opened() -> None:
    with pytest.raises(Unreadable, match=r"a\.zip.*larger"):
        only_file("a.zip", b"\0" * (MOST_BYTES + 1), "report.json")


@given(st.integers(0, 140), st.integers(0, 255))
def test_a_damaged_archive_is_a_finding_and_no_more(place: int, byte: int) -> None:
    data = bytearray(archive(("report.json", b'{"a": 1}')))
    data[min(place, len(data) - 1)] = byte
    try:
        only_file("a.zip", bytes(data), "report.json")
    except Unreadable as told:
        assert told.finding.code == "forge-payload"  # noqa: PT017 - either outcome is fine
