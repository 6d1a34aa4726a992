"""`python -m opsrail`, for where the `opsrail` script is not on the path."""

from opsrail.cli.main import main

if __name__ == "__main__":
    main()
