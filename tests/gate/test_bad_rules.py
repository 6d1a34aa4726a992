"""Rule files, streams, policies and routes that nobody should commit: told, and nothing breaks."""

from __future__ import annotations

import copy
import json
import random
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from opsrail.detection.library import library_of
from opsrail.detection.timed.run import run_tests
from opsrail.detection.timed.told import findings_of
from opsrail.repo.yaml import YamlText
from opsrail.streams.engines.duckdb import DuckDB
from tests.cli.desk import Desk, Ran
from tests.gate.bad_rules import (
    AROUND,
    BAD,
    BROKEN,
    GOOD,
    ODD,
    ON_OTHER,
    OTHER,
    RUNBOOK,
    STREAMS,
    TICKETS,
)
from tests.gate.checks.cases import commit_all

SAFETY = 60.0
"""Seconds. No measure of speed: what grows too fast with such input never ends at all."""
NOW = "2026-01-06T00:00:00Z"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two rules on two streams, and nothing wrong."""
    desk = Desk(tmp_path_factory.mktemp("sound") / "desk")
    desk.write("rules/streams.yaml", STREAMS)
    desk.write("policies/routes.yaml", "routes: {desk: {team: desk}}\n")
    desk.write("policies/detection.yaml", "time_limit: 5s\nmutation: {score: 0}\n")
    desk.write("content/runbooks/desk.md", RUNBOOK)
    desk.write("rules/good/good.yaml", GOOD)
    desk.write("rules/good/peer.yaml", ON_OTHER)
    desk.write("data/tickets.csv", TICKETS)
    desk.write("data/other.csv", OTHER)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{name}_NAME", "Robin Example")
            patch.setenv(f"GIT_{name}_EMAIL", "robin@example.com")
        commit_all(desk.root)
    return desk.root


@pytest.fixture
def desk(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("OPSRAIL_TODAY", "2026-01-06")
    return Desk(Path(shutil.copytree(sound, tmp_path / "desk")))


def put(desk: Desk, path: str, content: str | bytes) -> None:
    place = desk.root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


def ran(desk: Desk, *arguments: str) -> Ran:
    """What a command said; it has neither failed itself, nor hung, nor changed a file."""
    before = governed(desk)
    started = time.monotonic()
    found = desk.opsrail(*arguments)
    assert time.monotonic() - started < SAFETY
    assert found.code in {0, 1}, (arguments, found)
    assert "\x1b" not in found.out + found.err
    assert governed(desk) == before
    return found


def governed(desk: Desk) -> dict[str, bytes]:
    return {path: text for path, text in desk.files().items() if not path.startswith(".opsrail")}


def run(desk: Desk, *more: str) -> tuple[Ran, set[str]]:
    """`rules run`, and the rules that raised."""
    found = ran(desk, "rules", "run", "--now", NOW, "--format", "jsonl", *more)
    return found, {json.loads(line)["rule"] for line in found.out.splitlines()}


def told(found: Ran, path: str) -> bool:
    finding = rf"^{re.escape(path)}:\d+:\d+: [a-z-]+: "
    return bool(re.search(finding, found.out + found.err, re.MULTILINE))


def test_the_sound_one_is_sound(desk: Desk) -> None:
    found, raised = run(desk)
    assert (found.code, raised) == (0, {"good"})


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_file_is_told_and_the_others_run(name: str, desk: Desk) -> None:
    put(desk, BAD, BROKEN[name])
    found, raised = run(desk)
    assert raised >= {"good"} - ({"good"} if name == "another's name" else set())
    assert found.code == 1
    assert told(found, BAD), found.err
    checked = ran(desk, "check")
    assert checked.code == 1
    assert told(checked, BAD), checked.out


@pytest.mark.parametrize("name", ODD)
def test_an_odd_rule_file_keeps_no_other_from_running(name: str, desk: Desk) -> None:
    put(desk, BAD, ODD[name])
    found, raised = run(desk)
    assert "good" in raised
    assert (found.code == 0) or told(found, BAD), found.err


@pytest.mark.parametrize("name", AROUND)
def test_bad_files_around_the_rules_are_told(name: str, desk: Desk) -> None:
    path, content, what = AROUND[name]
    match what:
        case "unlink":
            (desk.root / path).unlink()
        case "folder":
            (desk.root / path).unlink()
            put(desk, f"{path}/notes.txt", "nothing")
        case "parquet":
            put(desk, path, content)
            desk.edit("rules/streams.yaml", "data/other.csv", path)
        case "stream":
            desk.edit(path, "path: data/other.csv, ", f"path: data/other.csv, {content!s}")
        case "columns":
            desk.edit(path, "columns: {kind: string}}", f"{content!s}}}")
        case _:
            put(desk, path, content)
    found, raised = run(desk)
    assert (found.code == 0) or told(found, path) or told(found, "rules/streams.yaml"), found.err
    if path.startswith("data/"):
        assert "good" in raised
    else:
        assert ran(desk, "check").code == 1 or found.code == 0


@pytest.mark.nightly
@pytest.mark.parametrize("name", [*BROKEN, *ODD])
@pytest.mark.parametrize("command", ["list", "test", "mutate", "backtest", "explain", "check"])
def test_every_command_takes_bad_rule_files(name: str, command: str, desk: Desk) -> None:
    put(desk, BAD, BROKEN.get(name, ODD.get(name, "")))
    if command == "check":
        ran(desk, "check", "--base", "HEAD")
    elif command == "explain":
        ran(desk, "rules", "explain", "peer")
    else:
        ran(desk, "rules", command)


SPOILS: Mapping[str, object] = {
    "null": None,
    "a number": 7,
    "a number below nought": -1,
    "a great number": 1e300,
    "no number": float("nan"),
    "nothing": "",
    "an empty list": [],
    "a list": [1],
    "a mapping": {"x": 1},
    "yes": True,
    "a huge text": "x" * 100_000,
    "a moment": "9999-12-31T23:59:59Z",
    "a long time": "9999d",
}


def plain(value: object) -> Any:  # noqa: ANN401 - whatever YAML may hold
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, (list, tuple)) else value


def routes(  # the way to each part
    value: Any,  # noqa: ANN401 - as above
    at: tuple[Any, ...] = (),
) -> Iterator[tuple[Any, ...]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in parts:
        yield (*at, key)
        if isinstance(part, (dict, list)):
            yield from routes(part, (*at, key))


def spoilt(document: Any, route: tuple[Any, ...], spoil: str | None) -> Any:  # noqa: ANN401 - as above
    document = copy.deepcopy(document)
    inner = document
    for step in route[:-1]:
        inner = inner[step]
    if spoil is None:
        del inner[route[-1]]
    else:
        inner[route[-1]] = SPOILS[spoil]
    return document


def written(documents: list[object]) -> str:
    """As JSON, which is YAML but for the numbers that are none."""
    texts = (json.dumps(one, indent=1, default=str) for one in documents)
    return "\n---\n".join(texts).replace("NaN", ".nan")


@pytest.mark.parametrize("count", [100, pytest.param(4_000, marks=pytest.mark.nightly)])
def test_no_spoilt_key_of_a_shipped_rule_breaks_anything(project: Path, count: int) -> None:
    paths = [*(project / "rules").rglob("*.yaml"), *(project / "policies").glob("*.yaml")]
    texts = {path.relative_to(project).as_posix(): path.read_text("utf-8") for path in paths}
    shipped = sorted(path for path in texts if re.fullmatch(r"rules/[^/]+/[^/]+\.yaml", path))
    draw = random.Random(20_260_105)
    engine = DuckDB(threads=1)
    for _ in range(count):
        path = draw.choice(shipped)
        documents = [plain(one.value) for one in YamlText.parse_all(path, texts[path])]
        number = draw.randrange(len(documents))
        route = draw.choice([*routes(documents[number])])
        spoil = draw.choice([None, *SPOILS])
        documents[number] = spoilt(documents[number], route, spoil)
        try:
            spoil_one(texts, path, written(documents), engine)
        except BaseException as error:
            error.add_note(f"{path}, document {number}: {route} becomes {spoil}")
            raise
    engine.close()


def spoil_one(texts: Mapping[str, str], path: str, text: str, engine: DuckDB) -> None:
    sound = library_of(texts)
    library = library_of({**texts, path: text})
    lines = text.count("\n") + 1
    here = [one for one in library.findings if one.location.path == path]
    names = [name for name, rule in library.rules.items() if rule.place.path == path]
    assert here or names
    assert all(1 <= one.location.line <= lines and one.message for one in here)
    needs = {rule.name for rule in sound.rules.values() if rule.place.path == path}
    for name, rule in sound.rules.items():
        is_apart = not needs & {one.name for one in sound.closure([name])}
        assert name in library.rules or not is_apart, (name, rule.place)
    findings_of(run_tests(library, names, engine), library)
