"""Findings about open factors, and the entry that each of them proposes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.findings import Finding, Location, Severity
from opsrail.gate.risk.told import Weighing, stale, unmitigated
from opsrail.governance.changes import Change, ChangeSet
from opsrail.governance.formats import MitigationEntry, MitigationsFile, RiskPolicy
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.risk.assess import assess
from opsrail.governance.risk.evidence import Evidence, Newcomer, Readers, Traffic, Tried, Way
from opsrail.governance.risk.mitigating import Filed
from opsrail.repo.reading import read_as
from opsrail.repo.yaml import YamlText

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FLOW = "policies/flows/sort.yaml"
SOURCE = "content/sources/parcels.md"


def told(
    evidence: Evidence, *changes: Change, filed: tuple[Filed, ...] = ()
) -> tuple[Finding, ...]:
    risk = assess(evidence, RiskPolicy(), filed, NOW)
    weighing = Weighing(risk, evidence, RiskPolicy(), filed, NOW)
    return tuple(unmitigated(weighing, ChangeSet("", "", changes, {})))


def new_flow(path: str) -> Evidence:
    return Evidence(newcomers=(Newcomer(path, "the flow sort", ArtifactKind.FLOW),))


def filed(factor: str, files: str, until: date) -> Filed:
    entry = MitigationEntry(
        factor=factor, files=files, what="somebody watches", owner="desk", until=until
    )
    return Filed(entry, Location("policies/mitigations.yaml", 4, 5))


def test_a_finding_stands_where_the_file_first_changes_and_proposes_its_owner() -> None:
    changes = (
        Change(FLOW, "flow changed", line=9, owners=("desk", "leads")),
        Change(FLOW, "flow added", line=4, owners=("desk",)),
    )
    (found,) = told(new_flow(FLOW), *changes)
    assert found.location == Location(FLOW, 4)
    assert found.severity is Severity.ERROR
    assert found.hint == (
        "add to policies/mitigations.yaml: - {factor: novelty,"
        f' files: {FLOW}, what: "…", owner: desk, until: 2027-02-21}}'
    )


def test_a_finding_speaks_of_its_own_file_only() -> None:
    evidence = Evidence(
        reaching=(SOURCE,),
        readers=(Readers("lead", "Lead", 120),),
        staff=130,
        traffic=(Traffic(("the flow sort",), "counted", 30.0, (FLOW,)),),
        tried=(Tried(SOURCE, "EUR 80", Way.RAISED, "the limit", is_grave=True),),
        newcomers=(Newcomer(FLOW, "the flow sort", ArtifactKind.FLOW),),
    )
    said = {(one.location.path, one.message.split(" is high")[0]): one for one in told(evidence)}
    assert "EUR 80" not in said[FLOW, "novelty"].message
    assert "the flow sort" not in said[SOURCE, "novelty"].message
    assert "people" not in said[FLOW, "blast radius"].message
    assert "tickets" not in said[SOURCE, "blast radius"].message


def test_a_mitigation_that_ran_out_is_pointed_at() -> None:
    past = filed("novelty", "policies/**", date(2026, 11, 22))
    (found,) = told(new_flow(FLOW), filed=(past,))
    assert found.related == ((past.place, "this one ran out on 2026-11-22"),)
    last_day = filed("novelty", "policies/**", date(2026, 11, 23))
    assert told(new_flow(FLOW), filed=(past, last_day)) == ()


paths = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1)


def proposed(path: str, what: str) -> MitigationsFile | None:
    (found,) = told(new_flow(path), Change(path, "flow added", owners=("desk",)))
    line = found.hint.partition(": ")[2].replace('"…"', f'"{what}"', 1)
    yaml = YamlText.parse("policies/mitigations.yaml", f"mitigations:\n  {line}\n")
    return read_as("mitigations", MitigationsFile, yaml)[0]


@given(paths)
def test_the_proposed_entry_is_yaml_that_names_the_file_whatever_it_is_called(name: str) -> None:
    path = f"policies/flows/{name}"
    file = proposed(path, "a lead looks at ten a day")
    assert file is not None
    (entry,) = file.mitigations
    assert (entry.files, entry.factor) == (path, "novelty")
    assert "\n" not in told(new_flow(path))[0].hint


def test_the_proposed_entry_is_not_taken_before_somebody_says_what_is_done() -> None:
    assert proposed(FLOW, "…") is None


@pytest.mark.parametrize(
    ("factor", "files", "until", "said"),
    [
        ("novelty", "policies/**", date(2026, 11, 23), []),
        ("novelty", "policies/**", date(2026, 11, 22), ["ran out on 2026-11-22"]),
        ("novelty", "content/**", date(2027, 1, 1), ["no file is meant by `content/**`"]),
        ("novelti", "policies/**", date(2027, 1, 1), ["no factor of risk called `novelti`"]),
    ],
)
def test_an_entry_without_effect_is_a_warning(
    factor: str, files: str, until: date, said: list[str]
) -> None:
    found = tuple(stale([filed(factor, files, until)], [FLOW], NOW.date()))
    assert [one.severity for one in found] == [Severity.WARNING] * len(said)
    for one, part in zip(found, said, strict=True):
        assert part in one.message
        assert one.hint
