from __future__ import annotations

import re
from pathlib import Path

import pytest

from opsrail.gate.registry import checks, explanations
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import worktree_snapshot
from tests.gate.checks.cases import CASES, case_folders, findings, name_of, said, set_up

DERIVED = {
    found for check in checks() for found in check.codes if "derived" in check.run.__module__
}
"""Their cases need pages in step with their sources, so they are made in tests/tailor."""

PULLED = {"forge-payload", "upstream-conflict", "upstream-gone"}
"""These come of what another system says, not of a check: tests/cli/test_upstream.py, and
tests/gate/forges.
"""

BUILT = {
    "break-glass-review",
    "colliding-paths",
    "eval-drift",
    "file-name",
    "file-too-large",
    "line-too-long",
    "not-a-file",
}
"""What no folder of files can hold: tests/gate/test_bad_input.py builds it on every machine,
tests/gate/test_eval_checks.py the release that scores drift from, and
tests/gate/test_emergencies.py what landed."""


@pytest.mark.parametrize("case", case_folders(), ids=name_of)
def test_a_case_gets_the_findings_beside_it(case: Path, tmp_path: Path) -> None:
    expected = (case / "expected.txt").read_bytes().decode("utf-8")
    assert said(case, tmp_path / "repository") == expected


# One case of each code: that a commit reads as the work tree does hangs on no single case.
@pytest.mark.parametrize("case", {one.parent: one for one in case_folders()}.values(), ids=name_of)
def test_a_commit_gets_the_findings_that_its_files_get(case: Path, tmp_path: Path) -> None:
    expected = (case / "expected.txt").read_bytes().decode("utf-8")
    assert said(case, tmp_path / "repository", as_commit=True) == expected


@pytest.mark.parametrize("case", case_folders(), ids=name_of)
def test_a_case_speaks_of_places_that_exist(case: Path, tmp_path: Path) -> None:
    repository, _, _ = set_up(case, tmp_path / "repository")
    snapshot = worktree_snapshot(repository)
    for finding in findings(snapshot, code=case.parent.name):
        places = (finding.location, *(place for place, _ in finding.related))
        for place in (place for place in places if place.path in snapshot):
            lines = (repository.root / place.path).read_bytes().decode("utf-8", "replace")
            line = re.split("\r\n|\r|\n", lines.removeprefix("\ufeff"))[place.line - 1]
            assert 1 <= place.column <= len(line) + 1
    repository.close()


def test_every_code_is_explained_in_whole_sentences() -> None:
    for code, text in explanations().items():
        first, _, rest = text.partition("\n\n")
        assert re.fullmatch(r"[A-Z“`].*\.", first, re.DOTALL), code
        assert rest.strip().endswith("."), code
        assert not re.search(r"^ {4}", text, re.MULTILINE), f"{code} is indented"


def test_every_code_has_cases_of_which_one_has_findings() -> None:
    told = {path.parent.parent.name for path in CASES.glob("*/*/expected.txt") if path.read_bytes()}
    assert told == set(explanations()) - DERIVED - BUILT - PULLED


def test_every_check_is_silent_about_something_that_looks_like_its_case() -> None:
    silent = {path.parent.parent.name for path in CASES.glob("*/*/expected.txt")
              if not path.read_bytes()}  # fmt: skip
    own = {check.code for check in checks()} - DERIVED - BUILT
    assert own - silent == set()


def test_no_finding_repeats_personal_data() -> None:
    for expected in (CASES / "personal-data").glob("*/expected.txt"):
        texts = [path.read_text("utf-8") for path in (expected.parent / "head").rglob("*.md")]
        values = set(re.findall(r"[\w.+-]+@[\w.-]+\w|\+?[\d(][\d ()/.-]{6,}\d", "\n".join(texts)))
        said_here = expected.read_text("utf-8")
        assert values
        assert [value for value in values if value in said_here] == []


def test_a_check_may_be_run_on_a_repository_without_anything_governed(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    (tmp_path / "empty" / "head").mkdir(parents=True)
    repository, _, _ = set_up(tmp_path / "empty", root)
    assert isinstance(repository, Repository)
    assert findings(worktree_snapshot(repository)) == ()
    repository.close()
