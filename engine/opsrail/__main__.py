"""`python -m opsrail`, for where the `opsrail` script is not on the path."""

from __future__ import annotations

from opsrail.cli.main import main

if __name__ == "__main__":
    main()
