"""How long `opsrail --help` takes beside the library it is made with: `python -m tests.bench help`.

The peer is a Python that imports click and ends; the budget is 1.5 times that.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.measuring import OPSRAIL, Row, interleaved, run, table

ROUNDS = 15
BUDGET = 1.5


def main() -> None:
    """Print the table."""
    here = Path.cwd()
    peer = (sys.executable, "-c", "import click")
    times = interleaved(
        {
            "help": lambda: run((*OPSRAIL, "--help"), here),
            "peer": lambda: run(peer, here),
        },
        ROUNDS,
    )
    row = Row(
        "opsrail --help",
        times["help"] * 1e3,
        "ms",
        times["peer"] * 1e3,
        "import click",
        BUDGET * times["peer"] * 1e3,
    )
    for line in table(f"Start of the command line, median of {ROUNDS}", [row]):
        print(line)


if __name__ == "__main__":
    main()
