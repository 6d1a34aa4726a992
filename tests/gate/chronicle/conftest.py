from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gate.chronicle.past import Past


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Past]:
    """A repository in which nothing landed yet."""
    made = Past(tmp_path / "desk")
    yield made
    made.repository.close()
