"""The policy with the places where its rules stand, so that a verdict can name file and line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from opsrail.findings import Finding, Location, Unreadable, in_order
from opsrail.governance.coherence import Fault, people_faults, policy_faults
from opsrail.governance.directory import Directory
from opsrail.governance.formats import GovernanceFile, MitigationsFile, PeopleFile
from opsrail.governance.kinds import GOVERNANCE_PATH, MITIGATIONS_PATH, PEOPLE_PATH
from opsrail.repo.reading import Format, read_as
from opsrail.repo.snapshot import Snapshot
from opsrail.repo.yaml import YamlText

CODE: Final = "governance-broken"


@dataclass(frozen=True)
class Policy:
    """policies/governance.yaml. `rules` and `freezes` say where each of them stands; `yaml` knows
    the place of everything else, where it was read from a file.
    """

    file: GovernanceFile
    rules: Mapping[str, Location] = field(default_factory=dict)
    freezes: Mapping[str, Location] = field(default_factory=dict)
    yaml: YamlText | None = field(default=None, compare=False)

    def place(self, route: Sequence[str | int]) -> Location:
        """Where the part at `route` stands."""
        return self.yaml.place(route) if self.yaml else Location(GOVERNANCE_PATH)

    def rule_place(self, name: str) -> Location:
        """Where an approval rule stands."""
        return self.rules.get(name, Location(GOVERNANCE_PATH))

    def freeze_place(self, name: str) -> Location:
        """Where a freeze stands."""
        return self.freezes.get(name, Location(GOVERNANCE_PATH))


@dataclass(frozen=True)
class ReadPolicy:
    """What a snapshot says about governance. `policy` is None where there is none to read, and
    `findings` say what is wrong with the files.
    """

    policy: Policy | None
    directory: Directory
    people: PeopleFile | None
    findings: tuple[Finding, ...] = ()


def read_policy(snapshot: Snapshot) -> ReadPolicy:
    """Read policies/governance.yaml and policies/people.yaml. Nothing is guessed: a file with
    anything wrong in it counts as absent, and so decides nothing.
    """
    file, yaml, wrong = _read(snapshot, GOVERNANCE_PATH, "governance", GovernanceFile)
    people, names, nobody = _read(snapshot, PEOPLE_PATH, "people", PeopleFile)
    if file and yaml:
        wrong = _located(policy_faults(file), yaml)
    if people and names:
        nobody = _located(people_faults(people), names)
    return ReadPolicy(
        _placed(file, yaml) if file and yaml and not wrong else None,
        Directory(None if nobody else people),
        None if nobody else people,
        (*wrong, *nobody),
    )


def _located(faults: Iterable[Fault], yaml: YamlText) -> tuple[Finding, ...]:
    return in_order(
        Finding(yaml.place(fault.route), CODE, fault.message, hint=fault.hint) for fault in faults
    )


def read_mitigations(snapshot: Snapshot) -> tuple[MitigationsFile, YamlText | None]:
    """policies/mitigations.yaml, empty where there is none to read."""
    file, yaml, _ = _read(snapshot, MITIGATIONS_PATH, "mitigations", MitigationsFile)
    return file or MitigationsFile(), yaml


def _read(
    snapshot: Snapshot, path: str, kind: str, model: type[Format]
) -> tuple[Format | None, YamlText | None, tuple[Finding, ...]]:
    if path not in snapshot:
        return None, None, ()
    try:
        yaml = YamlText.parse(path, snapshot.text(path))
    except Unreadable as error:
        return None, None, (error.finding,)
    file, wrong = read_as(kind, model, yaml)
    return file, yaml, wrong


def _placed(file: GovernanceFile, yaml: YamlText) -> Policy:
    return Policy(
        file,
        {name: yaml.place(("approvals", name), key=True) for name in file.approvals},
        {
            freeze.name: yaml.place(("freezes", number))
            for number, freeze in enumerate(file.freezes)
        },
        yaml,
    )
