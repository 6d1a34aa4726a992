"""Published Sigma rules, written by many hands in many styles, read and changed in their text."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from opsrail.detection.mutation.changes import Pen, applied
from opsrail.detection.mutation.detections import changes_of
from opsrail.detection.mutation.written import sheets
from opsrail.findings import Unreadable
from opsrail.repo.yaml import Plain, YamlText
from tests.detection.mutation.test_written import plain

pytestmark = pytest.mark.realworld


def rules(real_data: Callable[[str], Path]) -> list[str]:
    paths = sorted((real_data("sigma") / "rules").rglob("*.yml"))
    assert len(paths) > 100
    return [path.read_text("utf-8").removeprefix("\ufeff") for path in paths]


def test_their_texts_hold_what_the_reader_says(real_data: Callable[[str], Path]) -> None:
    for text in rules(real_data):
        known = [document.value for document in YamlText.parse_all("a.yml", text)]
        assert [plain(sheet.root) if sheet.root else None for sheet in sheets(text)] == known


def reread(text: str) -> dict[object, Plain] | None:
    """What a text says; None where a key without its modifier is there already."""
    try:
        value = YamlText.parse("a.yml", text).value
    except Unreadable as error:
        if error.finding.code != "yaml-duplicate-key":
            raise
        return None
    assert isinstance(value, dict)
    return dict(value)


def test_every_change_makes_another_detection_and_nothing_else(
    real_data: Callable[[str], Path],
) -> None:
    count = 0
    for text in rules(real_data)[::20]:
        before = YamlText.parse("a.yml", text).value
        root = sheets(text)[0].root
        detection = root.get("detection") if root else None
        assert detection is not None
        assert isinstance(before, dict)
        for change in islice(changes_of(Pen(text), detection, {}), 20):
            after = reread(applied(text, change.edits))
            if after is None:
                continue
            assert after.pop("detection") != before["detection"], change.words
            assert after == {key: value for key, value in before.items() if key != "detection"}
            count += 1
    assert count > 50
