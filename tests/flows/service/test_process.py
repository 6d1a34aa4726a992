"""The service as people start and stop it: a process in a repository."""

from __future__ import annotations

import json
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from opsrail.cli.flow.serve import command
from opsrail.findings import CannotWork
from opsrail.flows.log import AuditLog
from opsrail.flows.service.tokens import read_tokens
from tests.flows.service.clients import ECHO as GOOD
from tests.flows.service.clients import crowd
from tests.flows.service.repository import Repository, made, process
from tests.flows.service.serving import BOT_TOKEN, Answered, Line, until
from tests.flows.toy import ECHO


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return made(tmp_path)


@dataclass(frozen=True)
class Shared:
    """A service of two flows, for tests that leave it as it is."""

    repository: Repository
    port: int


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    repository = made(tmp_path_factory.mktemp("shared"))
    (repository.root / "policies/flows/echo.yaml").write_text("broken since", "utf-8")
    with process(repository, "echo", "note") as running:
        yield Shared(repository, running.port)


def _run(port: int, flow: str, text: str, **kept: str) -> Answered:
    with closing(Line(port, **kept)) as line:
        return line.run(flow, {"text": text})


def test_fifty_clients_lose_nothing_and_see_nothing_of_each_other(repository: Repository) -> None:
    with process(repository) as running:
        tally = crowd(running.port, 50, 1.5, GOOD)
        assert (tally.lost, tally.leaked, tally.wrong) == ([], [], [])
        assert running.end() == 0
    assert tally.statuses.keys() >= {200, 401, 413, 400, 422, 404}
    log = AuditLog(repository.log)
    assert log.verify().faults == ()
    lines = list(log.entries())
    done = {line["request"] for line in lines if line["outcome"] == "done"}
    assert done == tally.requests
    assert Counter(line["outcome"] for line in lines) == {
        "done": tally.statuses[200],
        "input refused": tally.statuses[422],
    }
    assert {line["by"] for line in lines} == {"help-desk", "night-shift"}
    assert "mark-" not in repository.log.read_text("utf-8")
    assert running.said[1:] == ["stopped; every run that had begun was ended and is on record"]


def test_what_waits_is_put_aside_and_nothing_is_done(shared: Shared) -> None:
    answered = _run(shared.port, "note", "a gap", token=BOT_TOKEN)
    assert answered.status == 202
    (waiting,) = answered.json["waiting"]
    assert (waiting["flow"], waiting["team"]) == ("note", "knowledge-team")
    git_folder = shared.repository.root / ".git"
    kept = git_folder / "opsrail" / "waiting" / f"{waiting['id']}.json"
    told = json.loads(kept.read_text("utf-8"))
    assert (told["by"], told["state"]) == ("night-shift", "waiting")
    (line,) = [one for one in AuditLog(shared.repository.log).entries() if one["waiting"]]
    assert line["waiting"] == [waiting["id"]]
    assert line["request"] == answered.headers["x-request-id"]
    assert [head.name for head in (git_folder / "refs" / "heads").iterdir()] == ["main"]


def test_the_flows_are_those_of_the_commit_whatever_the_work_tree_says(shared: Shared) -> None:
    assert _run(shared.port, "echo", "as committed").status == 200


def test_only_the_flows_named_are_served(shared: Shared) -> None:
    assert _run(shared.port, "slow", "x").status == 404


def test_an_interrupt_stops_it_once_the_runs_under_way_have_ended(repository: Repository) -> None:
    with process(repository) as running, ThreadPoolExecutor(1) as client:
        slow = client.submit(_run, running.port, "slow", "under way")
        with closing(Line(running.port)) as line:
            until(lambda: b"opsrail_flow_runs_taken 1\n" in line.ask("GET", "/metrics").body)
        assert running.end(signal.SIGINT) == 130
        assert slow.result(20).json["output"] == {"said": "under way"}
    assert running.said[-1] == "stopped; every run that had begun was ended and is on record"


def test_a_run_that_is_cut_off_is_said_and_on_record(repository: Repository) -> None:
    with process(repository, "--drain", "0") as running, ThreadPoolExecutor(1) as client:
        slow = client.submit(_run, running.port, "slow", "under way")
        with closing(Line(running.port)) as line:
            until(lambda: b"opsrail_flow_runs_taken 1\n" in line.ask("GET", "/metrics").body)
        assert running.end(signal.SIGHUP) == 1
        assert slow.result(20).status == 503
    assert running.said[-1] == "stopped; runs that were cut off: 1. The audit log names them"
    (line_on_record,) = AuditLog(repository.log).entries()
    assert line_on_record["outcome"] == "failed"


# What keeps it from starting


@pytest.fixture
def _here(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {"echo": ECHO}
    monkeypatch.setattr("opsrail.flows.files.kinds", lambda: kinds)
    monkeypatch.chdir(repository.root)


@pytest.mark.usefixtures("_here")
def test_it_does_not_start_without_a_token() -> None:
    with pytest.raises(CannotWork) as raised:
        _serve()
    assert "--new-token FILE" in raised.value.hint


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "desk.example"])  # noqa: S104 - refused
def test_other_machines_are_let_in_only_where_that_is_said(
    host: str, repository: Repository
) -> None:
    with pytest.raises(click.UsageError, match="--allow-remote"):
        _serve("--host", host, "--token-file", str(repository.tokens))


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - refused
def test_every_address_at_once_needs_a_name(host: str, repository: Repository) -> None:
    options = ("--host", host, "--allow-remote", "--token-file", str(repository.tokens))
    with pytest.raises(CannotWork) as raised:
        _serve(*options)
    assert "--name" in raised.value.hint


@pytest.mark.usefixtures("_here")
def test_a_port_that_is_taken_and_a_flow_that_is_not_there_are_said(
    repository: Repository,
) -> None:
    options = ("--token-file", str(repository.tokens))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with pytest.raises(CannotWork, match="cannot listen") as raised:
            _serve(*options, "--port", port)
    assert "--port" in raised.value.hint
    with pytest.raises(CannotWork, match="there is no flow triag"):
        _serve("triag", *options)


def test_a_new_token_is_written_and_never_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tokens"
    assert _serve("--new-token", str(file), "--token-name", "bot") == 0
    name, _, token = file.read_text("utf-8").strip().partition(":")
    assert read_tokens(file).owner_of(f"Bearer {token}") == name == "bot"
    shown = capsys.readouterr()
    assert token not in shown.out + shown.err


def _serve(*options: str) -> object:
    return command.main(["--port", "0", *options], standalone_mode=False)
