"""What the goldens are made of: which judged suites, in which format and style."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from opsrail.evals.judging.judged import Judged
from opsrail.evals.told import render

FOLDER = Path(__file__).parent / "goldens"
_FEW = {"promises", "settled", "missing", "fine"}
_ABOUT = re.compile(r'"about": "[0-9a-f]{12}"')


def told(everything: Judged, hostile: Judged) -> Mapping[str, str]:
    """The name of each golden's file, with what is told now."""
    few = tuple(one for one in everything.outcomes if one.suite.name in _FEW)
    return {
        "everything.txt": render(everything, "text", width=100),
        "everything-narrow.txt": render(everything, "text", width=60),
        "few-colour.txt": render(replace(everything, outcomes=few), "text", width=90, colour=True),
        "everything.md": render(everything, "markdown"),
        "everything.xml": render(everything, "junit"),
        # A name that depends on every setting a suite may have, some of which do not exist yet.
        "few.json": _ABOUT.sub(
            '"about": "ABOUT"', render(replace(everything, outcomes=few), "json")
        ),
        "hostile.txt": render(hostile, "text", width=90),
        "hostile-endless.txt": render(hostile, "text"),
        "hostile.md": render(hostile, "markdown"),
        "hostile.xml": render(hostile, "junit"),
        "hostile.json": _ABOUT.sub('"about": "ABOUT"', render(hostile, "json")),
    }
