from __future__ import annotations

import hashlib
import os
import shutil
import stat
import time
from pathlib import Path

import pytest

from opsrail.findings import Finding, Severity
from opsrail.gate.pipeline import judge
from opsrail.gate.registry import explanations
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import revision_snapshot, worktree_snapshot
from opsrail.report import FORMATS, Report, render
from opsrail.tailor.catalog import Catalog
from opsrail.tailor.sync import plan_sync
from tests.gate.bad_input import BUILT, Expected
from tests.gate.checks.cases import TODAY, commit_all

CASES = Path(__file__).parent.parent / "cases" / "bad_input"
FOLDERS = sorted(path.parent for path in CASES.glob("*/expected.txt"))
HANG = 240.0
"""Seconds. No measure of speed: what grows too fast with such input never ends at all."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that every check is content with."""
    root = tmp_path_factory.mktemp("sound") / "repository"
    shutil.copytree(CASES / "sound", root)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{name}_NAME", "Robin Example")
            patch.setenv(f"GIT_{name}_EMAIL", "robin@example.com")
        commit_all(root)
    repository = Repository.discover(root)
    for path, text in plan_sync(Catalog(worktree_snapshot(repository))).writes.items():
        assert text is not None
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    assert judge(repository, TODAY, use_cache=False).findings == ()
    repository.close()
    return root


def expected_of(case: Path) -> Expected:
    lines = (case / "expected.txt").read_text("utf-8").splitlines()
    return frozenset((path, code) for path, _, code in (line.partition(": ") for line in lines))


@pytest.mark.parametrize("case", FOLDERS, ids=lambda case: case.name)
def test_a_bad_file_gets_its_findings(case: Path, sound: Path, tmp_path: Path) -> None:
    root = shutil.copytree(sound, tmp_path / "repository")
    if (case / "files").exists():
        shutil.copytree(case / "files", root, dirs_exist_ok=True)
    judge_every_way(root, expected_of(case))


@pytest.mark.parametrize("name", BUILT)
def test_a_built_file_gets_its_findings(name: str, sound: Path, tmp_path: Path) -> None:
    root = shutil.copytree(sound, tmp_path / "repository")
    build, expected = BUILT[name]
    try:
        build(root)
    except OSError as error:
        pytest.skip(f"this file system cannot hold it: {error}")
    judge_every_way(root, expected)


def judge_every_way(root: Path, expected: Expected) -> None:
    """As a work tree, as a commit, and against the commit before; nothing is ever written."""
    repository = Repository.discover(root)
    base = repository.resolve("HEAD")
    lying = digest_of(root)
    on_disk = look(repository, expected)
    assert digest_of(root) == lying
    head = commit_all(root)
    lying = digest_of(root)
    committed = look(repository, expected, head=head)
    against = look(repository, expected, head=head, base=base)
    assert digest_of(root) == lying
    # A nested repository or a file that Git refuses may differ; what people wrote may not.
    assert [str(finding) for finding in on_disk] == [str(finding) for finding in committed]
    assert {f.code for f in against} <= {f.code for f in committed}
    repository.close()


def look(
    repository: Repository, expected: Expected, head: str | None = None, base: str | None = None
) -> tuple[Finding, ...]:
    started = time.monotonic()
    found = judge(repository, TODAY, head=head, base=base, use_cache=False).findings
    snapshot = revision_snapshot(repository, head) if head else worktree_snapshot(repository)
    plan_sync(Catalog(snapshot))
    assert time.monotonic() - started < HANG
    said = {(finding.location.path, finding.code) for finding in found}
    assert expected <= said
    errors = {f.code for f in found if f.severity is Severity.ERROR}
    assert bool(errors) >= bool(expected)
    assert {finding.code for finding in found} <= set(explanations())
    for name in FORMATS:
        render(Report(title="Bad input", findings=found), name).encode("utf-8")
    return found


def digest_of(root: Path) -> str:
    """Everything in the work tree: names, kinds, bytes, and what Git says of it."""
    summary = hashlib.sha256()
    for folder, folders, files in os.walk(os.fsencode(root)):
        if folder == os.fsencode(root / ".git"):
            folders.clear()
            continue
        folders.sort()
        for name in sorted([*files, *folders]):
            place = os.path.join(folder, name)  # noqa: PTH118 - names that are bytes
            mode = os.lstat(place).st_mode
            summary.update(b"%s %o\0" % (place, mode))
            if stat.S_ISREG(mode):
                with open(place, "rb") as stream:  # noqa: PTH123 - names that are bytes
                    summary.update(stream.read())
    return summary.hexdigest()
