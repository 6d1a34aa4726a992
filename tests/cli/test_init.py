from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from opsrail import __version__
from opsrail.cli.init import NOTES
from tests.cli.desk import TODAY, Desk, Ran

SOURCE = "content/sources/welcome.md"
AGENT = "playbooks/welcome/agent.md"
LATER = (
    "content/incidents/2026-01-late-vans/incident.yaml",
    "policies/break-glass.yaml",
    "policies/detection.yaml",
    "policies/mitigations.yaml",
    "policies/routes.yaml",
    "rules/identity/sign-in-spike.yaml",
    "rules/streams.yaml",
)
"""Files that people add when they need them."""


@pytest.fixture
def place(tmp_path: Path) -> Desk:
    """A folder in no repository."""
    (tmp_path / "work").mkdir()
    return Desk(tmp_path / "work")


@pytest.fixture
def started(place: Desk) -> Desk:
    assert place.opsrail("init", "lantern-desk").code == 0
    return Desk(place.root / "lantern-desk")


def test_it_tells_what_was_made_and_what_comes_next(place: Desk) -> None:
    ran = place.opsrail("init", "lantern-desk")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Started an operations repository in lantern-desk\n")
    assert all(f"  {path} " in ran.out for path in NOTES)
    assert "cd lantern-desk && git add --all && git commit" in ran.out
    assert ran.out.endswith("no findings · gate open\n")
    made = Desk(place.root / "lantern-desk").files()
    (count,) = re.findall(r"and (\d+) more files", ran.out)
    assert len(made) == len(NOTES) + int(count)


def test_the_whole_way_from_the_first_day_on(started: Desk) -> None:
    started.commit("Start of operations")
    assert started.git("branch", "--show-current") == "main"
    assert started.opsrail("check") == Ran(
        0, "no findings · gate open\n1 document · 1 playbook · 3 pages\n", ""
    )
    assert started.opsrail("sync").out == "everything is in step\n"
    started.edit(SOURCE, "**14 days**", "**21 days**")
    told = started.opsrail("diff").out
    assert "trial lasts 14 days  →  trial lasts 21 days" in told
    assert "touches  1 playbook · 3 pages · agent, customer, team-lead (7 of 7 people)" in told
    closed = started.opsrail("check", "--base", "main")
    assert closed.code == 1
    assert "stale-section" in closed.out
    assert started.opsrail("sync").code == 0
    assert started.opsrail("check", "--base", "main").code == 0


def test_the_first_document_shows_what_there_is(started: Desk) -> None:
    source = started.read(SOURCE)
    for construct in ("{#", "clearance=staff", "<!-- only: ", "<!-- /only -->", "<!-- needs: "):
        assert construct in source
    assert "stop here and escalate to **Team lead**" in started.read(AGENT)
    assert "once a month" not in started.read(AGENT)
    assert "once a month" in started.read("playbooks/welcome/team-lead.md")
    assert "Extend a trial" not in started.read("playbooks/welcome/customer.md")


def test_the_blanks_are_filled(started: Desk) -> None:
    assert f"verified: {TODAY}\n" in started.read(SOURCE)
    assert "review_by: 2026-04-05\n" in started.read(SOURCE)
    assert started.read("README.md").startswith("# Lantern desk\n")
    assert f"opsrail>={__version__}\n" in started.read("requirements.txt")
    assert not [path for path, text in started.files().items() if b"@@" in text]


def test_editors_find_the_schema_of_every_file(started: Desk, tmp_path: Path) -> None:
    pointed = r"^# yaml-language-server: \$schema=(\S+)\n"
    for path in ("policies/roles.yaml", "policies/content.yaml", "content/upstream.yaml"):
        found = re.match(pointed, started.read(path))
        assert found
        assert ((started.root / path).parent / found[1]).is_file()
    settings = json.loads(started.read(".vscode/settings.json"))["yaml.schemas"]
    every = {path for path in (*started.files(), *LATER) if path.endswith(".yaml")}
    seen = tmp_path / "seen"
    for path in every:
        (seen / path).parent.mkdir(parents=True, exist_ok=True)
        (seen / path).touch()
    paths: list[str] = []
    for schema, pattern in settings.items():
        assert (started.root / schema).is_file()
        paths += (path.relative_to(seen).as_posix() for path in seen.glob(pattern))
    assert sorted(paths) == sorted(path for path in every if not path.startswith("."))


def test_the_workflows_are_those_that_run_here_with_an_engine_of_their_own(
    started: Desk, project: Path
) -> None:
    names = [path.name for path in (project / ".github/workflows").glob("opsrail*.yml")]
    assert len(names) == 6
    for name in names:
        ours = (project / ".github/workflows" / name).read_text("utf-8")
        ours = re.sub(r"uses: \./$", "uses: ./.github/actions/opsrail", ours, flags=re.MULTILINE)
        advice = re.search(r"#\n# To use it in another repository.*\n", ours)
        ours = ours.replace(advice[0], "") if advice else ours
        assert started.read(f".github/workflows/{name}") == ours, name


def test_the_action_differs_from_ours_only_in_where_the_engine_comes_from(
    started: Desk, project: Path
) -> None:
    ours = (project / "action.yml").read_text("utf-8")
    theirs = started.read(".github/actions/opsrail/action.yml")
    for part in ("inputs:", "outputs:", "    # One judgement"):
        assert ours[ours.index(part) :].partition("runs:\n")[0] in theirs
    assert "requirements.txt" in theirs
    assert not re.search(r"run: .*\$\{\{", theirs)


def test_the_hook_it_brings_is_a_command(started: Desk) -> None:
    hooks = YAML(typ="safe").load(started.read(".pre-commit-config.yaml"))["repos"][0]["hooks"]
    assert [hook["entry"] for hook in hooks] == ["opsrail check"]


# Where it may start


def test_an_existing_repository_keeps_its_history(place: Desk) -> None:
    place.git("init", "--quiet", "--initial-branch=trunk")
    place.write("notes.txt", "mine\n")
    head = place.commit("Mine")
    ran = place.opsrail("init", ".")
    assert ran.code == 0, ran
    assert "cd " not in ran.out
    assert (place.git("rev-parse", "HEAD"), place.read("notes.txt")) == (head, "mine\n")
    assert place.git("branch", "--show-current") == "trunk"
    place.commit("Start of operations")
    assert place.opsrail("check", "--base", head).code == 0


def test_nothing_is_overwritten(place: Desk) -> None:
    place.write("README.md", "mine\n")
    place.write("policies", "a file where a folder belongs\n")
    before = place.files()
    ran = place.opsrail("init", ".")
    assert (ran.code, ran.out) == (2, "")
    assert "there is already\n" in ran.err
    assert "\n  README.md\n" in ran.err
    assert "\n  policies/roles.yaml\n" in ran.err
    assert "Nothing was written." in ran.err
    assert place.files() == before
    assert not (place.root / ".git").exists()


def test_a_second_time_is_refused(started: Desk) -> None:
    before = started.files()
    assert started.opsrail("init", ".").code == 2
    assert started.files() == before


def test_no_link_is_followed(place: Desk, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (place.root / "content").symlink_to(tmp_path / "elsewhere")
    assert place.opsrail("init", ".").code == 2
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_inside_of_another_repository_is_refused(desk: Desk) -> None:
    before = desk.files()
    ran = desk.opsrail("init", "inner/operations")
    assert (ran.code, ran.out) == (3, "")
    assert "lies inside the Git repository" in ran.err
    assert desk.files() == before


def test_the_folder_must_be_named_and_be_one(place: Desk) -> None:
    assert place.opsrail("init").code == 2
    place.write("file", "")
    assert place.opsrail("init", "file").code == 2


@pytest.mark.parametrize("name", ["2026", 'it\'s ours: "now" #1', "no", "büro_ops", "@@{x}"])
def test_any_name_will_do(place: Desk, name: str) -> None:
    assert place.opsrail("init", name).code == 0
    made = Desk(place.root / name)
    assert isinstance(YAML(typ="safe").load(made.read("mkdocs.yml"))["site_name"], str)


def test_its_site_can_be_built(started: Desk) -> None:
    started.commit("Start of operations")
    done = subprocess.run(
        [sys.executable, "-m", "opsrail", "site", "build", "--clearance", "staff"],
        cwd=started.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (started.root / "build/site/staff/index.html").is_file()
    assert started.git("status", "--short") == ""
