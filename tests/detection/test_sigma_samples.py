"""202 rules of SigmaHQ: they match what was recorded for them, and nothing that lacks it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from opsrail.detection.conditions import unsupported
from tests.detection.sigma_samples import Event, Sample, matrix, samples_of
from tests.detection.sigma_spoiling import spoilings
from tests.detection.sqlite_oracle import in_sqlite

pytestmark = pytest.mark.realworld

MORE_THAN_ON_RECORD = {
    # The record counts one; these events of the file have what the rule asks for.
    "file_event_win_anydesk_artefact": 3,  # user.conf.new twice, user.conf~RF2d9c20d.TMP
    "file_event_win_cred_dump_tools_dropped_files": 3,  # procdump, procdump64, procdump64a
    "registry_set_change_security_zones": 3,  # three values below ZoneMap
    "registry_set_disable_administrative_share": 2,  # AutoShareServer and AutoShareWks
}
OTHERS_IN_THE_FILE = {
    # No count on record. Five events lead up to the one in which bun runs bun_environment.js.
    "proc_creation_win_mal_shai_hulud_malicious_node_bun_execution": 1,
}


@pytest.fixture(scope="module")
def samples(real_data: Callable[[str], Path]) -> list[Sample]:
    return samples_of(real_data("sigma"))


@pytest.fixture(scope="module")
def events(samples: list[Sample]) -> list[Event]:
    return [event for sample in samples for event in sample.events]


@pytest.fixture(scope="module")
def found(samples: list[Sample], events: list[Event]) -> dict[str, list[bool]]:
    """For each rule which of all the events it matches."""
    return matrix({one.name: one.condition for one in samples}, events)


def own(samples: list[Sample], found: dict[str, list[bool]]) -> dict[str, list[Event]]:
    """For each rule those of its own events that it matches."""
    matched: dict[str, list[Event]] = {}
    start = 0
    for sample in samples:
        hits = found[sample.name][start : start + len(sample.events)]
        start += len(sample.events)
        matched[sample.name] = [e for e, hit in zip(sample.events, hits, strict=True) if hit]
    return matched


def test_every_rule_can_be_run(samples: list[Sample]) -> None:
    assert len(samples) == 202
    assert {one.name: unsupported(one.condition) for one in samples} == {
        one.name: () for one in samples
    }


def test_every_rule_matches_the_events_recorded_for_it(
    samples: list[Sample], found: dict[str, list[bool]]
) -> None:
    expected = {one.name: one.count or len(one.events) for one in samples}
    expected |= MORE_THAN_ON_RECORD | OTHERS_IN_THE_FILE
    assert {name: len(hits) for name, hits in own(samples, found).items()} == expected


def test_no_rule_matches_an_event_that_lacks_what_it_needs(
    samples: list[Sample], found: dict[str, list[bool]]
) -> None:
    matched = own(samples, found)
    spoilt = [
        (sample.name, event, without)
        for sample in samples
        for event in matched[sample.name]
        for without in spoilings(sample.condition, event)
    ]
    assert {name for name, _, _ in spoilt} == set(matched), "each sample can be spoilt"
    sizes = [sum(event[key] != without[key] for key in event) for _, event, without in spoilt]
    # One field is enough for most; rules with a choice (`Image` or `OriginalFileName`) need more.
    assert {size: sizes.count(size) for size in set(sizes)} == {1: 259, 2: 17, 3: 5, 4: 2}
    conditions = {one.name: one.condition for one in samples}
    again = matrix(conditions, [without for _, _, without in spoilt])
    assert [name for at, (name, _, _) in enumerate(spoilt) if again[name][at]] == []


def test_every_rule_agrees_with_sqlite_on_all_events(
    samples: list[Sample], events: list[Event], found: dict[str, list[bool]]
) -> None:
    theirs = in_sqlite([one.rule for one in samples], events)
    ours = [{at for at, hit in enumerate(found[one.name]) if hit} for one in samples]
    assert {s.name: hits for s, hits in zip(samples, ours, strict=True)} == {
        s.name: hits for s, hits in zip(samples, theirs, strict=True)
    }
