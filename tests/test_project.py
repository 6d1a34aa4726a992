"""What the project promises about itself: names, layers, lock, packaging, notes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / "engine" / "opsrail"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = tuple(ROOT / "requirements" / name for name in ("run.txt", "dev.txt", "spark.txt"))
LOCKED = [(LOCKS[0], ["build"]), (LOCKS[1], ["build", "dev"])]
TESTS = [path for path in (ROOT / "tests").rglob("*.py") if "cases" not in path.parts]
CODE = sorted([*ENGINE.rglob("*.py"), *TESTS, *(ROOT / "requirements").glob("*.py")])
SAY_NOTHING = {"util", "helper", "common", "misc", "manager", "object", "resource", "chunk"}
SAY_NOTHING |= {"persona", "delta"}
MOST_LINES = 350
LAYERS = (
    "__main__",
    "cli",
    "gate | site",
    "oncall | incidents | launches",
    "rollout | rollback | governance | signals",
    "flows",
    "evals",
    "detection",
    "tailor",
    "content | streams | llm | report",
    "repo",
    "findings",
)


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# Names and sizes


def empty_words(part: str) -> set[str]:
    """The words in a name that say nothing; `base` may stand beside another word, not alone."""
    words = {word.removesuffix("s") for word in part.lower().split("_")}
    return words & SAY_NOTHING or {part} & {"base", "bases"}


@pytest.mark.parametrize("path", CODE, ids=shown)
def test_no_module_or_folder_has_an_empty_name(path: Path) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    assert [part for part in parts if empty_words(part)] == []


@pytest.mark.parametrize("path", [p for p in CODE if p.is_relative_to(ENGINE)], ids=shown)
def test_a_module_fits_in_a_head(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", CODE, ids=shown)
def test_every_exception_to_a_rule_gives_its_code_and_reason(path: Path) -> None:
    code, reason = r"[A-Za-z]+\d*(?:-[a-z]+)*", r"\s*(?:--?|#|:|\()\s*\w+"
    right = re.compile(rf"# (?:noqa: ?{code}(?:, ?{code})*|type: ignore\[[\w, -]+\]){reason}")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        for found in re.finditer(r"# (?:noqa|type: ignore)\b(?!\|)", line):
            assert right.match(line, found.start()), f"{shown(path)}:{number}: {line.strip()}"


# Layers


def layers_contract() -> dict[str, object]:
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    (found,) = [contract for contract in contracts if contract["type"] == "layers"]
    return dict(found)


def test_the_layers_are_the_designed_ones_and_complete() -> None:
    contract = layers_contract()
    assert contract["exhaustive"] is True
    assert contract["containers"] == ["opsrail"]
    assert isinstance(contract["layers"], list)
    assert tuple(re.sub(r"[()]", "", row) for row in contract["layers"]) == LAYERS


def test_every_package_that_exists_has_its_row() -> None:
    children = {p.name for p in ENGINE.iterdir() if (p / "__init__.py").exists()}
    children |= {p.stem for p in ENGINE.glob("*.py")} - {"__init__"}
    assert children <= {name for row in LAYERS for name in row.split(" | ")}


@pytest.mark.parametrize(
    ("name", "line", "broken"),
    [
        ("repo/planted.py", "import opsrail.cli", "packages are layered"),
        ("content/planted.py", "import opsrail.report", "packages are layered"),
        ("planted.py", "", "packages are layered"),
        ("content/planted.py", "import git", "only opsrail.repo talks to Git"),
    ],
)
def test_a_planted_import_breaks_its_contract(
    tmp_path: Path, name: str, line: str, broken: str
) -> None:
    shutil.copytree(ENGINE, tmp_path / "engine" / "opsrail")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "engine" / "opsrail" / name).write_text(f"{line}\n", encoding="utf-8")
    lint = "import sys; sys.path.insert(0, 'engine'); from importlinter.cli import "
    lint += "lint_imports as run; sys.exit(run(no_cache=True))"
    ran = subprocess.run(
        [sys.executable, "-c", lint], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert re.search(rf"{broken} BROKEN", ran.stdout)


# The lock


def locked(path: Path) -> dict[str, set[str]]:
    """Each name in a lock file with its versions: a few have one for each range of Pythons."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([\w.-]+)==([^\s;\\]+)", path.read_text("utf-8"), re.MULTILINE
    ):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def wanted(*groups: str) -> list[Requirement]:
    entries = [e for g in groups for e in PYPROJECT["dependency-groups"][g] if isinstance(e, str)]
    return [Requirement(text) for text in [*PYPROJECT["project"]["dependencies"], *entries]]


def closure(requirements: list[Requirement]) -> Iterator[str]:
    """Every distribution that the requirements bring in here, read from what is installed."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(r.name, frozenset(r.extras)) for r in requirements]
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        yield canonicalize_name(name)
        for text in metadata.requires(name) or []:
            needed = Requirement(text)
            if any(applies(needed, extra) for extra in {"", *extras}):
                waiting.append((needed.name, frozenset(needed.extras)))


def applies(needed: Requirement, extra: str) -> bool:
    return needed.marker is None or needed.marker.evaluate({"extra": extra})


@pytest.mark.parametrize("path", LOCKS, ids=shown)
def test_the_lock_names_packages_and_no_place_they_come_from(path: Path) -> None:
    entry = r"[\w.-]+==[\w.+!-]+(?: ; [\w<>=!'\". ()-]+)?"
    line = re.compile(rf"#[^/@]*|{entry} \\|    --hash=sha256:[0-9a-f]{{64}}(?: \\)?")
    wrong = [text for text in path.read_text("utf-8").splitlines() if not line.fullmatch(text)]
    assert wrong == []


@pytest.mark.parametrize(("path", "groups"), LOCKED)
def test_the_lock_agrees_with_pyproject(path: Path, groups: list[str]) -> None:
    versions = locked(path)
    for needed in wanted(*groups):
        found = versions.get(canonicalize_name(needed.name), set())
        assert found, f"{needed.name} is not locked: run `make lock`"
        assert all(needed.specifier.contains(Version(v)) for v in found), str(needed)


@pytest.mark.parametrize(("path", "groups"), LOCKED)
def test_the_lock_holds_all_that_is_brought_in(path: Path, groups: list[str]) -> None:
    assert set(closure(wanted(*groups))) - set(locked(path)) == set()


def test_spark_is_locked() -> None:
    (needed,) = map(Requirement, PYPROJECT["project"]["optional-dependencies"]["spark"])
    (version,) = locked(LOCKS[2])["pyspark"]
    assert needed.specifier.contains(Version(version))


def test_the_local_model_is_locked() -> None:
    path = ROOT / "requirements" / "local-model.txt"
    versions = locked(path)
    for wanted_here in map(Requirement, PYPROJECT["dependency-groups"]["local-model"]):
        (version,) = versions[canonicalize_name(wanted_here.name)]
        assert wanted_here.specifier.contains(Version(version))


@pytest.mark.parametrize("path", LOCKS[1:], ids=shown)
def test_what_runs_is_locked_alike_everywhere(path: Path) -> None:
    run, other = locked(LOCKS[0]), locked(path)
    assert run == {name: other.get(name) for name in run}


def test_the_build_needs_only_what_the_lock_brings() -> None:
    assert PYPROJECT["build-system"]["requires"] == PYPROJECT["dependency-groups"]["build"]


# Packaging and the site's folders


def test_the_wheel_ships_code_and_data(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = [p for p in ENGINE.rglob("*") if p.is_file() and p.parent.name != "__pycache__"]
    source = {path.relative_to(ENGINE.parent).as_posix() for path in files}
    assert "opsrail/py.typed" in shipped
    assert shipped == source


def test_the_site_is_built_where_nothing_can_be_lost() -> None:
    config = ROOT / "mkdocs.yml"
    if not config.exists():
        pytest.skip("there is no mkdocs.yml")
    settings = YAML().load(config)
    folders = [settings["docs_dir"], settings["site_dir"]]
    # mkdocs empties its output folder before it builds.
    assert folders == ["build/docs/staff", "build/site/staff"]
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "/build/" in ignored


def test_actions_are_pinned_and_get_no_rights_by_default() -> None:
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = path.read_text(encoding="utf-8")
        workflow = YAML(typ="safe").load(text)
        assert workflow["permissions"] == {}, shown(path)
        used = [one for one in re.findall(r"uses: (.+)", text) if not one.startswith("./")]
        assert all(re.search(r"@[0-9a-f]{40} # v", one) for one in used)
        steps = [step for job in workflow["jobs"].values() for step in job.get("steps", [])]
        assert not [step for step in steps if "github.event" in step.get("run", "")]
