"""Write the example company's history: `python -m tests.example [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.example.history import write


def main(folders: list[str]) -> int:
    """Write into rules/history/, or into another folder."""
    for path in write(Path(folders[0] if folders else "rules/history")):
        sys.stdout.write(f"{path} {path.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
