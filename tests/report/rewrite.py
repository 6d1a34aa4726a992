"""Writes what each case is expected to look like anew: `python -m tests.report.rewrite`.

Look at the difference before it is committed: the expected files are the product.
"""

from __future__ import annotations

from opsrail import __version__
from opsrail.report import render
from tests.report.reports import CASES, EXPECTED, read_case


def rewrite() -> None:
    for folder in sorted(CASES.iterdir()):
        for name, file in EXPECTED.items():
            text = render(read_case(folder), name)
            if name == "sarif":
                text = text.replace(f'"version": "{__version__}"', '"version": "VERSION"')
            (folder / file).write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    rewrite()
