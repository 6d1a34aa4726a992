"""Detection on the life of real tickets: an operations repository around a real event log.

The log holds 13,710 steps of 3,804 tickets, 2010-01-13 to 2012-11-06: ticket, number of an
activity, moment. It does not say what the numbers mean; this is what they look like:

- 1 looks like the beginning: 96 % of the tickets start with it (3 % with 3, 1 % with 8), 354 have
  it more than once.
- 8 looks like somebody taking the ticket: it mostly follows 1, after two hours (median), and is
  the activity that comes back most often, in 558 tickets.
- 9 looks like waiting: it follows 8, and what comes after it takes five to seven days (median).
- 6 is the end: every ticket's last step. 326 tickets end more than once. Mostly that is one end
  recorded several times at or near one moment, but 138 times other work followed an end.
- 2, 3, 4, 5 and 7 are rare, 176 steps together.

So 1, 8, 6 is the life of 57 % of the tickets; there are 154 different lives. 91 rows repeat an
earlier one in full. Times name no zone; work lies between 15:00 and 02:00, Monday to Friday,
so the clock is shifted. They are taken as UTC: nothing here depends on the hour of day.

`python -m tests.realworld.tickets` prints how many alerts each rule raises in each year.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.cli.desk import Desk

LOG: Final = "tickets/helpdesk_eventlog.csv"
OVERLAY: Final = Path(__file__).parent / "help_desk"
YEARS: Final = ("2010", "2011", "2012")

STREAMS: Final = """\
streams:
  tickets:
    description: Steps in the life of a ticket. The rows that repeat an earlier one count once.
    path: {path}
    occurred_at: CompleteTimestamp
    id: [CaseID, ActivityID, CompleteTimestamp]
    dedupe: [ticket, activity, at]
    columns:
      ticket: {{type: integer, from: CaseID}}
      activity: {{type: integer, from: ActivityID}}
      at: {{type: timestamp, from: CompleteTimestamp}}
"""


def desk_of(log: Path, root: Path) -> Desk:
    """A repository at `root` whose rules read the log where it lies."""
    shutil.copytree(OVERLAY, root)
    desk = Desk(root)
    desk.write("rules/streams.yaml", STREAMS.format(path=json.dumps(str(log.resolve()))))
    _git(root, "init", "--quiet", "--initial-branch=main")
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--message", "Rules for the help desk")
    return desk


def _git(root: Path, *arguments: str) -> None:
    named = ("-c", "user.name=Robin Example", "-c", "user.email=robin@example.com")
    subprocess.run(("git", *named, *arguments), cwd=root, check=True, capture_output=True)


def backtested(desk: Desk) -> Mapping[str, Any]:
    """What `opsrail rules backtest --format json` says of all rules over all years."""
    ran = desk.opsrail("rules", "backtest", "--format", "json")
    assert ran.code == 0, ran.err
    found: Mapping[str, Any] = json.loads(ran.out)
    return found


def per_year(found: Mapping[str, Any]) -> Mapping[str, Counter[str]]:
    """Rule → year → how many alerts began in it."""
    return {
        rule["rule"]: Counter(alert["at"][:4] for alert in rule["after"]["alerts"])
        for rule in found["rules"]
    }


def _main() -> None:
    log = Path(__file__).resolve().parents[2].parent / "shared" / "data" / LOG
    if not log.exists():
        sys.exit(f"the real data is not on this machine: ../shared/data/{LOG}")
    with TemporaryDirectory() as folder:
        found = backtested(desk_of(log, Path(folder) / "desk"))
    (stream,) = found["streams"]
    print(f"{stream['records']:,} steps, {stream['double']} repeated rows left out")  # noqa: T201 - a command's output
    print(f"{'alerts':16}" + "".join(f"{year:>8}" for year in YEARS))  # noqa: T201 - as above
    for rule, years in per_year(found).items():
        print(f"{rule:16}" + "".join(f"{years[year]:8}" for year in YEARS))  # noqa: T201 - as above


if __name__ == "__main__":
    _main()
