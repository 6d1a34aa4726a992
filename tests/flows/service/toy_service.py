"""`opsrail flow serve` in a process of its own, with a toy kind of task:
`python -m tests.flows.service.toy_service [OPTION]…` in an operations repository.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from opsrail.cli.main import run
from opsrail.flows.model import World
from opsrail.llm.model import Json
from tests.flows.toy import ECHO, Echo


class Slow(Echo):
    """Takes as many seconds as its settings say."""

    def baseline(self, given: Json) -> Json:
        time.sleep(self.settings.get("seconds", 0.0))
        assert isinstance(given, Mapping)
        return {"said": given["text"]}


def open_slow(_world: World, settings: Mapping[str, Any]) -> Slow:
    return Slow(settings)


if __name__ == "__main__":
    kinds = {"echo": replace(ECHO, open=open_slow)}
    with patch("opsrail.flows.files.kinds", lambda: kinds):
        sys.exit(run(["flow", "serve", *sys.argv[1:]]))
