"""policies/gates.yaml and policies/evals/decisions.yaml: what judges, and what people decided."""

from __future__ import annotations

from opsrail.evals.formats import DecisionEntry, DecisionsFile, EvalRules, GatesFile
from opsrail.evals.reading.places import DECISIONS_PATH, GATES_PATH
from opsrail.findings import Unreadable
from opsrail.repo.reading import Format, read_as
from opsrail.repo.snapshot import Snapshot
from opsrail.repo.yaml import YamlText


def eval_rules(snapshot: Snapshot) -> EvalRules:
    """How evals are judged at this snapshot; the defaults where no file says so."""
    return (_read(snapshot, GATES_PATH, "gates", GatesFile) or GatesFile()).evals


def decisions(snapshot: Snapshot) -> tuple[DecisionEntry, ...]:
    """What people decided, on record at this snapshot."""
    file = _read(snapshot, DECISIONS_PATH, "eval-decisions", DecisionsFile)
    return (file or DecisionsFile()).decisions


def _read(snapshot: Snapshot, path: str, kind: str, model: type[Format]) -> Format | None:
    """The file, or None: the schema check says what is wrong with one that cannot be read."""
    if path not in snapshot:
        return None
    try:
        yaml = YamlText.parse(path, snapshot.text(path))
    except Unreadable:
        return None
    return read_as(kind, model, yaml)[0]
