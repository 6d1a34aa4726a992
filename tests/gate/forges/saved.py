"""The saved payloads of one invented request, and the real ones that npm has, if it was asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from opsrail.gate.forges.payload import Payload

TESTS = Path(__file__).resolve().parents[2]
CASES = TESTS / "cases" / "forges"
NPM = TESTS / "forges" / "npm"
PACKAGES = NPM / "node_modules" / "@octokit"
HEAD = "9f3c2a1b" * 5
EARLIER = "0c1d2e3f" * 5
QUEUED = "5e6f7a8b" * 5
needs_npm = pytest.mark.skipif(
    not PACKAGES.is_dir(),
    reason="GitHub's payloads and description are not installed: `npm ci` in tests/forges/npm",
)


def content(name: str) -> Any:  # noqa: ANN401 - JSON is anything
    """A saved payload, fresh: a test may change it."""
    return json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))


def saved(name: str) -> Payload:
    return Payload(content(name), f"{name}.json")


def examples(*events: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every published example of these events, with a name for it."""
    for place in sorted((PACKAGES / "webhooks-examples").glob("*/index.json")):
        for event in json.loads(place.read_text(encoding="utf-8")):
            if event["name"] in events:
                for number, payload in enumerate(event["examples"]):
                    yield f"{place.parent.name} {event['name']} {number}", payload


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """GitHub's own description of its API."""
    place = PACKAGES / "openapi" / "generated" / "api.github.com.json"
    found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return found
