"""`opsrail site` as it is typed."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from opsrail.cli.site import command as site
from tests.site.conftest import Desk


def test_build_tells_each_edition_and_where_it_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.root)
    ran = CliRunner().invoke(
        site, ["build", "--clearance", "public", "--rev", "HEAD"], catch_exceptions=False
    )
    assert ran.exit_code == 0
    assert re.fullmatch(r"public +\d+ pages +build/site/public/index\.html\n", ran.output)
    assert (desk.root / "build/site/public/index.html").is_file()
    assert desk.git("status", "--porcelain") == ""


def test_an_unknown_clearance_is_a_usage_error() -> None:
    ran = CliRunner().invoke(site, ["build", "--clearance", "secret"])
    assert ran.exit_code == 2
    assert "restricted" in ran.output


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetched(url: str, wanted: str, seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  (our own http address)
                if wanted in answer.read().decode():
                    return True
        except OSError:
            pass  # not up yet, or in the middle of a rebuild
        time.sleep(0.2)
    return False


def test_serve_follows_changes_and_stops_on_interrupt(desk: Desk, tmp_path: Path) -> None:
    port = free_port()
    line = [sys.executable, "-c", "from opsrail.cli.site import command; command()", "serve"]
    (tmp_path / "plans").mkdir()
    line += ["--plans", str(tmp_path / "plans")]
    log = (tmp_path / "log").open("w+")
    running = subprocess.Popen(
        [*line, "--port", str(port)], cwd=desk.root, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        url = f"http://127.0.0.1:{port}/sources/refunds.html"
        assert fetched(url, "30 days")
        desk.replace("content/sources/refunds.md", "**30 days**", "**21 days**")
        assert fetched(url, "21 days")
        desk.write("mkdocs.yml", "site_name: [")
        time.sleep(1)
        assert fetched(url, "21 days")
    finally:
        running.send_signal(signal.SIGINT)
        status = running.wait(timeout=20)
        log.seek(0)
        said = log.read()
        log.close()
    assert status == 0, said
    assert "Traceback" not in said
    assert "stopped" in said
    assert said.count("the plans are on no page") == 1
