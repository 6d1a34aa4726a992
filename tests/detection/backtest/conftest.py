"""A repository with rules, recorded events and labelled incidents."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.detection.backtest.past import BURSTS, RULES, STREAMS, incident
from tests.detection.backtest.written import INCIDENT, PROVED, csv_text, iso


@pytest.fixture(scope="session")
def model_past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = Desk(tmp_path_factory.mktemp("model") / "past")
    desk.write("rules/streams.yaml", STREAMS)
    desk.write("rules/desk/spike.yaml", RULES + PROVED)
    desk.write("content/runbooks/sign-in.md", "---\nowner: desk\n---\n# Nobody can sign in\n")
    desk.write("history/tickets.csv", csv_text())
    for number in range(len(BURSTS)):
        one = incident(number)
        assert one.noticed is not None
        times = (iso(time) for time in (one.started, one.noticed, one.ended))
        desk.write(one.place.path, INCIDENT.format(number, *times, one.where["area"]))
    return desk.root


@pytest.fixture
def past(model_past: Path, tmp_path: Path) -> Desk:
    """A repository of one's own, with one commit."""
    desk = Desk(Path(shutil.copytree(model_past, tmp_path / "past")))
    desk.git("init", "--quiet", "--initial-branch=main")
    desk.commit("The beginning")
    return desk
