"""The two sides of a comparison, with their files on disk where a program asks for them."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from opsrail.evals.targets.model import Side
from opsrail.repo.export import write_out
from opsrail.tailor.catalog import Catalog


def open_side(catalog: Catalog, stack: ExitStack) -> Side:
    """A side whose files are written out, once, when a program first asks for them.

    A program sees the governed files of its version and nothing else, be it the work tree's or
    a commit's: what works on one side then works on the other. The folder goes with the stack.
    """

    @cache
    def files() -> Path:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="opsrail-eval-")))
        write_out(catalog.snapshot, catalog.snapshot.entries, folder)
        return folder

    return Side(catalog, files)
