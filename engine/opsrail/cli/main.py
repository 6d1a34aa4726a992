"""`opsrail`: find the command, run it, turn how it ended into an exit code.

Commands are imported when they are called, so `opsrail --help` costs little more than click.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from opsrail import __version__
from opsrail.cli.lazy import LazyGroup
from opsrail.findings import CannotWork, ExitCode, Unreadable
from opsrail.repo.git import strip_git_environment

COMMANDS: Mapping[str, str] = {
    "approvals": "Say whom a change needs, who agreed, and when that can change.",
    "approve": "Agree to a change on a plain Git repository.",
    "blame": "Say since when each fact holds, by whom, and who agreed.",
    "check": "Prove that a change is in step, or say where it is not.",
    "demo": "See the main job end to end on a throw-away clone.",
    "diff": "Say in plain words what changed, and whom it touches.",
    "eval": "Run eval suites, and judge whether answers got worse.",
    "explain": "Say what a finding's code means and what to do.",
    "forge": "Read what a forge says of a request, and write what it is told.",
    "flow": "Run, explain, serve and approve flows, with a model or without.",
    "hook": "Guard the branches of a plain Git server.",
    "init": "Start an operations repository.",
    "land": "Merge a branch whose plan is open, with its record.",
    "log": "Say what changed about an artifact, when, and who agreed.",
    "model": "The models that files may ask, and one on this machine.",
    "plan": "Say on one screen what a change will do, and whether it may land.",
    "policy": "Try out who must agree to what.",
    "rewrite": "Have a model put sections into words; the gate decides.",
    "rules": "Write, try, prove and run detection rules.",
    "schema": "Print or write the JSON Schemas that editors use.",
    "site": "Build or serve the staff site.",
    "sync": "Bring every role's page up to date with its sources.",
    "upstream": "Look at, and take over, documents of other repositories.",
}
"""Command → what `opsrail --help` says of it. Each is `command` in the module of its name."""

CIRCUMSTANCES = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT)
"""What the machine refuses us: not a bug, whoever reads the message can change it."""


@click.group(
    cls=LazyGroup,
    package="opsrail.cli",
    told=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 pass · 1 findings or closed gate · 2 usage · 3 cannot work · 4 a bug"
    " · 130 interrupted.",
)
@click.version_option(__version__, prog_name="opsrail")
def opsrail() -> None:
    """Support operations as code: every change planned, proved and reversible."""


def main() -> None:
    """Run the command line and exit."""
    strip_git_environment(os.environ)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A narrow terminal encoding or an odd file name must not hide a verdict.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run one command line; its exit code. The one place that catches everything.

    Where the reader of our output goes away, click ends the run with 1: a verdict that nobody
    read in full opens no gate.
    """
    try:
        status = opsrail.main(args=arguments, prog_name="opsrail", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return ExitCode.INTERRUPTED
    except CannotWork as error:
        hint = f"\n    {error.hint}" if error.hint else ""
        click.echo(f"opsrail cannot work here: {error}{hint}", err=True)
        return ExitCode.CANNOT_WORK
    except Unreadable as error:
        click.echo(str(error.finding), err=True)
        return ExitCode.CLOSED
    except OSError as error:
        if error.errno not in CIRCUMSTANCES:
            return _report_bug()
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"opsrail cannot work here: {place}{error.strerror}", err=True)
        return ExitCode.CANNOT_WORK
    except Exception:  # noqa: BLE001 - the one catch-all: a bug becomes a report, not a traceback
        return _report_bug()
    return int(status) if isinstance(status, int) else ExitCode.PASS


def _report_bug() -> int:
    # Slow to import, and most runs end well.
    import tempfile
    import traceback

    details = "\n".join(
        (
            f"opsrail {__version__} · Python {sys.version.split()[0]} · {sys.platform}",
            f"arguments: {sys.argv[1:]}",
            "",
            traceback.format_exc(),
        )
    )
    handle, name = tempfile.mkstemp(prefix="opsrail-bug-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as report:
        report.write(details)
    click.echo(
        f"This is a bug in opsrail, not in your files. What happened is in {Path(name)};"
        " please send it to the maintainers.",
        err=True,
    )
    return ExitCode.BUG
