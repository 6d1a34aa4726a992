"""An operations repository with flows, and the service as a process in it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.flows.service.serving import BOT_TOKEN, DESK_TOKEN

ROOT = Path(__file__).resolve().parents[3]
TOY = (sys.executable, "-m", "tests.flows.service.toy_service")
FLOWS: Mapping[str, str] = {
    "policies/flows/echo.yaml": "title: Say it again\nowner: desk\ntask: echo\n",
    "policies/flows/slow.yaml": (
        "title: Say it later\nowner: desk\ntask: echo\nsettings: {seconds: 1.0}\n"
    ),
    "policies/flows/note.yaml": (
        "title: Note it\nowner: desk\ntask: echo\npermissions: [propose-branch]\n"
        "settings: {propose: true}\napproval: knowledge-team\n"
    ),
}


@dataclass(frozen=True)
class Repository:
    """A repository, committed, with a token file beside it."""

    root: Path
    tokens: Path

    @property
    def log(self) -> Path:
        return self.root / ".git" / "opsrail" / "flow-runs.jsonl"


def made(folder: Path, files: Mapping[str, str] = FLOWS) -> Repository:
    root = folder / "desk"
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    who = ("-c", "user.name=Robin Example", "-c", "user.email=robin@example.com")
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Flows"]):
        subprocess.run(["git", *who, *arguments], cwd=root, check=True)
    tokens = folder / "tokens"
    tokens.write_text(f"# who\nhelp-desk:{DESK_TOKEN}\n\nnight-shift:{BOT_TOKEN}\n", "utf-8")
    tokens.chmod(0o600)
    return Repository(root, tokens)


@dataclass
class Process:
    """The service, running; what it says is read as it comes."""

    process: subprocess.Popen[str]
    port: int = 0
    said: list[str] = field(default_factory=list)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)

    @property
    def megabytes(self) -> float:
        """What it holds in memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextmanager
def process(
    repository: Repository, *options: str, command: tuple[str, ...] = TOY
) -> Iterator[Process]:
    """The service on a free port; ended in every case."""
    line = [*command, "--port", "0", "--token-file", str(repository.tokens), *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        line, cwd=repository.root, env=environment, stderr=subprocess.PIPE, text=True
    ) as started:
        running = Process(started)
        assert started.stderr is not None
        reading: threading.Thread | None = None
        try:
            for said in started.stderr:
                running.said.append(said.rstrip("\n"))
                if found := re.search(r"at http://\S+:(\d+)", said):
                    running.port = int(found[1])
                    break
            assert running.port, running.said
            rest = started.stderr
            reading = threading.Thread(
                target=lambda: running.said.extend(one.rstrip("\n") for one in rest)
            )
            reading.start()
            yield running
        finally:
            started.kill()
            if reading is not None:
                reading.join(20)
