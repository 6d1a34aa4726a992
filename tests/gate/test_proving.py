from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from opsrail.findings import Finding
from opsrail.gate import proving
from opsrail.gate.subject import Subject
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import worktree_snapshot
from opsrail.tailor.catalog import Catalog
from tests.gate.checks.cases import CASES, TODAY, set_up

RULE = "rules/handovers/wrong-handover.yaml"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    # Somebody may be at work on the engine while its tests run.
    monkeypatch.setattr(proving, "engine_fingerprint", lambda: "this engine")
    found, _, _ = set_up(CASES / "rule-mutant" / "weak", tmp_path / "repository")
    return found


def told(repository: Repository, *, remembers: bool = True) -> tuple[Finding, ...]:
    head = Catalog(worktree_snapshot(repository))
    subject = Subject(head, None, TODAY, remembers=remembers)
    return (*proving.failing_tests(subject), *proving.unnoticed(subject))


def forbid(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Nothing is proved any more; what would have been is listed."""
    asked: list[str] = []

    def note(_library: object, path: str, *_: object) -> tuple[Finding, ...]:
        asked.append(path)
        return ()

    for name in ("_failing", "_unnoticed"):
        monkeypatch.setattr(proving, name, note)
    return asked


def test_what_was_proved_is_remembered(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = told(repository)
    assert [finding.code for finding in first] == ["rule-mutant"]
    asked = forbid(monkeypatch)
    assert told(repository) == first
    assert asked == []
    repository.close()


@pytest.mark.parametrize("path", [RULE, "rules/streams.yaml", "policies/detection.yaml"])
def test_what_it_was_proved_from_is_not_to_change(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    told(repository)
    asked = forbid(monkeypatch)
    changed = repository.root / path
    changed.parent.mkdir(exist_ok=True)
    text = changed.read_text("utf-8") if changed.exists() else "time_limit: 50s\n"
    changed.write_text(f"{text}\n# one more remark\n", encoding="utf-8")
    told(repository)
    assert asked == [RULE, RULE]
    repository.close()


def test_another_rule_is_no_reason_to_prove_anew(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(repository)
    asked = forbid(monkeypatch)
    text = (repository.root / RULE).read_text("utf-8").replace("wrong-handover", "other")
    (repository.root / "rules/other.yaml").write_text(text, encoding="utf-8")
    told(repository)
    assert asked == ["rules/other.yaml"] * 2
    repository.close()


def test_everything_is_proved_anew_on_demand(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = told(repository)
    asked = forbid(monkeypatch)
    told(repository, remembers=False)
    assert asked == [RULE, RULE]
    assert [finding.code for finding in first] == ["rule-mutant"]
    repository.close()


def test_without_its_memory_it_says_the_same(repository: Repository) -> None:
    first = told(repository)
    shutil.rmtree(repository.git_dir / "opsrail")
    assert told(repository) == first
    repository.close()


def test_without_rules_there_is_nothing_to_prove(tmp_path: Path) -> None:
    repository, _, _ = set_up(CASES / "broken-link" / "good", tmp_path / "repository")
    assert told(repository) == ()
    assert not (repository.git_dir / "opsrail").exists()
    repository.close()
