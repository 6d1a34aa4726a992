from __future__ import annotations

import pytest

from opsrail.gate.chronicle.artifact import Artifact, UnknownArtifact, find_artifact
from tests.gate.chronicle.past import REFUNDS, Past, refunds

SUITE = "policies/evals/refunds.yaml"
CASES = "policies/evals/refunds-more.jsonl"
FLOW = "policies/flows/reply.yaml"
PLAYBOOK = "playbooks/refunds/playbook.yaml"
RULE = "rules/abuse/abuse.yaml"


@pytest.fixture
def past(empty: Past) -> Past:
    empty.write(REFUNDS, refunds())
    empty.write("content/sources/old.md", "# Old\n")
    empty.write(SUITE, f"cases: [{CASES}]\n")
    empty.write(CASES, "{}\n")
    empty.write(FLOW, "title: Reply\n")
    empty.write(PLAYBOOK, "title: Refunds\n")
    empty.write("playbooks/refunds/agent.md", "# Refunds\n")
    empty.write(RULE, "name: refund-ticket\n---\nname: refund-abuse\n")
    empty.write("rules/other.yaml", "name: other\ntitle: beside refund-abuse\n")
    empty.write("README.md", "# Desk\n")
    empty.commit("The beginning")
    empty.land_file("content/sources/old.md", None, "Gone", "2026-01-06")
    return empty


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (REFUNDS, Artifact(REFUNDS, (REFUNDS,))),
        (f"./{REFUNDS}", Artifact(f"./{REFUNDS}", (REFUNDS,))),
        (f"{REFUNDS}#refund-a-charge", Artifact("", (REFUNDS,), "refund-a-charge")),
        ("content/sources/", Artifact("", ("content/sources",), is_folder=True)),
        ("playbooks/refunds", Artifact("", ("playbooks/refunds",), is_folder=True)),
        ("refund-abuse", Artifact("refund-abuse", (RULE,), rule="refund-abuse")),
        ("reply", Artifact("reply", (FLOW,))),
        (SUITE, Artifact(SUITE, (SUITE, CASES))),
        ("content/sources/old.md", Artifact("", ("content/sources/old.md",))),
    ],
)
def test_an_artifact_is_found_by_its_path_or_name(past: Past, asked: str, found: Artifact) -> None:
    told = find_artifact(past.catalog(), asked)
    assert (told.paths, told.anchor, told.rule, told.is_folder) == (
        found.paths,
        found.anchor,
        found.rule,
        found.is_folder,
    )
    assert told.name == asked


def test_paths_may_be_written_from_where_one_stands(past: Past) -> None:
    told = find_artifact(past.catalog(), "refunds.md#partial-refunds", "content/sources")
    assert (told.path, told.anchor) == (REFUNDS, "partial-refunds")
    assert find_artifact(past.catalog(), REFUNDS, "content").path == REFUNDS


def test_a_playbook_is_known_by_its_name_with_its_pages(past: Past) -> None:
    past.git("rm", "--quiet", SUITE)
    past.commit("No suite")
    told = find_artifact(past.catalog(), "refunds")
    assert told.paths == (PLAYBOOK, "playbooks/refunds")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("refunds", f"several artifacts are called refunds: say `{PLAYBOOK}` or `{SUITE}`"),
        ("refund-abus", "there is no artifact refund-abus"),
        ("abuze", "did you mean `abuse`"),
        ("content/sources/refund.md", f"did you mean `{REFUNDS}`"),
        (f"{REFUNDS}#refund", "there is no section #refund in"),
        (f"{REFUNDS}#refund-charge", "did you mean #refund-a-charge"),
        (f"{PLAYBOOK}#steps", "has no sections: leave out #steps"),
        ("content/*.md", "give one path or one name, no pattern"),
        ("", "no pattern"),
        ("#anchor", "no pattern"),
        ("README.md", "a file or folder under content, playbooks, rules, policies"),
        ("nothing/at/all", "a file or folder under"),
        ("--output=x", "there is no artifact"),
    ],
)
def test_what_nobody_is_called_is_refused_with_what_would_help(
    past: Past, asked: str, why: str
) -> None:
    with pytest.raises(UnknownArtifact) as refused:
        find_artifact(past.catalog(), asked)
    assert why in str(refused.value)
