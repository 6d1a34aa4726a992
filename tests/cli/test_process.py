"""How a run ends: as a process, in a hook, on a bug, interrupted, with nobody listening."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.cli.desk import REFUNDS, WINDOW, Desk, Ran

PLANTED = "raise RuntimeError('planted in a check')"
PRE_COMMIT = """\
repos:
  - repo: local
    hooks:
      - id: opsrail-check
        name: opsrail check
        entry: {python} -m opsrail check
        language: system
        pass_filenames: false
        files: ^(content|playbooks|rules|policies)/
"""


def run_code(desk: Desk, code: str, **environment: str) -> Ran:
    """Run the command line with something planted before it."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nfrom opsrail.cli.main import main\nmain()", "check"],
        cwd=desk.root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def test_a_process_ends_with_the_verdict(desk: Desk) -> None:
    opened = desk.process("check")
    assert (opened.code, opened.err) == (0, "")
    desk.edit(REFUNDS, *WINDOW)
    closed = desk.process("check", folder="content")
    assert (closed.code, closed.err) == (1, "")
    assert closed.out == desk.opsrail("check").out


def test_help_and_version_are_told(desk: Desk) -> None:
    assert desk.process("--version").out.startswith("opsrail, version ")
    told = desk.process("--help").out
    assert "130 interrupted" in told
    for name in ("check", "demo", "diff", "explain", "init", "schema", "site", "sync", "upstream"):
        assert re.search(rf"^  {name} ", told, re.MULTILINE)
    ran = desk.process("chekc")
    assert ran.code == 2
    assert "No such command" in ran.err


# A bug, an interruption, a reader who leaves


def test_a_bug_leaves_a_report_and_no_traceback(desk: Desk, tmp_path: Path) -> None:
    planted = f"import opsrail.gate.pipeline as p\ndef judge(*a, **k): {PLANTED}\np.judge = judge"
    ran = run_code(desk, planted, TMPDIR=str(tmp_path))
    assert (ran.code, ran.out) == (4, "")
    assert "Traceback" not in ran.err
    assert ran.err.startswith("This is a bug in opsrail, not in your files.")
    (report,) = tmp_path.glob("opsrail-bug-*.txt")
    assert str(report) in ran.err
    assert "planted in a check" in report.read_text("utf-8")
    assert "arguments: ['check']" in report.read_text("utf-8")


def test_what_the_machine_refuses_is_no_bug(desk: Desk) -> None:
    planted = (
        "import errno, opsrail.gate.pipeline as p\n"
        "def judge(*a, **k): raise OSError(errno.ENOSPC, 'No space left on device', 'x/y')\n"
        "p.judge = judge"
    )
    ran = run_code(desk, planted)
    assert ran == Ran(3, "", "opsrail cannot work here: x/y: No space left on device\n")


def test_an_interrupted_run_says_so(desk: Desk) -> None:
    planted = (
        "import time, opsrail.gate.pipeline as p\n"
        "def judge(*a, **k): print('started', flush=True); time.sleep(60)\n"
        "p.judge = judge\nfrom opsrail.cli.main import main\nmain()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", planted, "check"],
        cwd=desk.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.strip() == "interrupted"


def test_a_reader_who_leaves_gets_no_open_gate_and_no_noise(desk: Desk) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as out:
        done = subprocess.run(
            [sys.executable, "-m", "opsrail", "check"],
            cwd=desk.root,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "")


def test_what_is_piped_has_no_colours_and_no_progress(desk: Desk) -> None:
    desk.edit(REFUNDS, *WINDOW)
    for arguments in (("check",), ("diff",), ("sync",)):
        ran = desk.process(*arguments)
        assert "\x1b" not in ran.out + ran.err


# In a hook


def test_the_variables_of_a_hook_lead_nowhere(desk: Desk, tmp_path: Path) -> None:
    desk.edit(REFUNDS, *WINDOW)
    (tmp_path / "other").mkdir()
    other = Desk(tmp_path / "other")
    other.git("init", "--quiet")
    ran = desk.process(
        "check",
        GIT_DIR=str(other.root / ".git"),
        GIT_WORK_TREE=str(other.root),
        GIT_INDEX_FILE=str(tmp_path / "no-index"),
    )
    assert ran.code == 1
    assert "stale-section" in ran.out


def commit(desk: Desk) -> subprocess.CompletedProcess[str]:
    desk.git("add", "--all")
    return subprocess.run(
        ["git", "commit", "--message", "Hooked"],
        cwd=desk.root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_commit_hook_holds_back_what_is_not_in_step(desk: Desk) -> None:
    hook = desk.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec {sys.executable} -m opsrail check\n", encoding="utf-8")
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    desk.edit(REFUNDS, *WINDOW)
    refused = commit(desk)
    assert refused.returncode == 1
    assert "stale-section" in refused.stdout + refused.stderr
    desk.opsrail("sync")
    assert commit(desk).returncode == 0


def test_as_a_hook_of_pre_commit(desk: Desk, tmp_path: Path) -> None:
    pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    desk.write(".pre-commit-config.yaml", PRE_COMMIT.format(python=sys.executable))
    desk.edit(REFUNDS, *WINDOW)
    desk.git("add", "--all")

    def hooked() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--color=never"],
            cwd=desk.root,
            env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "pre-commit")},
            capture_output=True,
            text=True,
            check=False,
        )

    closed = hooked()
    assert closed.returncode == 1
    assert "stale-section" in closed.stdout
    desk.opsrail("sync")
    desk.git("add", "--all")
    assert hooked().returncode == 0


def test_what_is_offered_to_pre_commit_are_commands_that_exist(project: Path, desk: Desk) -> None:
    hooks = (project / ".pre-commit-hooks.yaml").read_text("utf-8")
    entries = re.findall(r"^  entry: opsrail (\w+)$", hooks, re.MULTILINE)
    assert entries == ["check", "sync"]
    for name in entries:
        assert desk.process(name).code == 0


# Where nothing may be written


def test_a_repository_that_may_not_be_written_is_judged_alike(desk: Desk) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    desk.edit(REFUNDS, *WINDOW)
    expected = desk.opsrail("check", "--no-cache")
    (desk.root / ".git").chmod(0o555)
    try:
        assert desk.opsrail("check").out == expected.out
        ran = desk.opsrail("sync")
        assert ran.code == 3
        assert "Permission denied" in ran.err
    finally:
        (desk.root / ".git").chmod(0o755)


def test_two_runs_at_once_agree(desk: Desk) -> None:
    desk.edit(REFUNDS, *WINDOW)
    runs: list[Ran] = []
    threads = [threading.Thread(target=lambda: runs.append(desk.process("check"))) for _ in "ab"]
    for thread in threads:
        thread.start()
        time.sleep(0.01)
    for thread in threads:
        thread.join()
    assert runs[0] == runs[1]
    assert runs[0].code == 1
