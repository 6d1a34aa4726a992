"""What only calls need is imported only where a call is made."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from opsrail.llm.asking import open_asker
from opsrail.llm.endpoint import endpoint_of
from opsrail.llm.model import Message, Mode, Request, Speaker
from opsrail.llm.reading import read_prompt
from opsrail.llm.serving import serve_model

request = Request("triage", "small", "m", (Message(Speaker.USER, "Hello"),), 10)
for mode in (Mode.OFF, Mode.REPLAY):
    open_asker(mode, {}, {"": ""}.get, endpoint=endpoint_of({})).ask([request])
heavy = {"openai", "httpx2", "anyio", "xllamacpp", "numpy", "scipy", "sklearn"}
print(sorted(heavy & sys.modules.keys()))
"""


def test_replays_need_no_client() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
