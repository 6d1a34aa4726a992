from __future__ import annotations

import pytest

from opsrail.gate.changing import owners_of
from opsrail.governance.formats import Claim
from opsrail.tailor.catalog import Catalog
from tests.gate.changing.cases import CLAIMS, FOLDER, changes_between, sides
from tests.gate.told_cases import DESK, SearchedSnapshot, files_in

FILES = {
    path: text
    for case in sorted(FOLDER.iterdir())
    if case.name in {"automations", "suites", "rules"}
    for path, text in sides(case)[0].items()
}
BELOW = """title: Sign-ins by desk
level: low
correlation:
  type: event_count
  rules: [sign-in-ticket]
  group-by: [product_area]
  timespan: 1h
  condition: {gte: 5}
ops: {owner: somebody-else, route: desk, runbook: content/runbooks/x.md}
"""
RECORDING = f"policies/recordings/link/{'a' * 64}.json"


def owners(path: str, files: dict[str, str] = FILES, claims: tuple[Claim, ...] = CLAIMS) -> object:
    return owners_of(Catalog(SearchedSnapshot(files)), path, claims)


@pytest.mark.parametrize(
    ("path", "team"),
    [
        ("content/sources/refunds.md", "billing-support"),
        ("playbooks/refunds/playbook.yaml", "billing-support"),
        ("playbooks/refunds/lead.md", "billing-support"),
        ("playbooks/refunds/.generated/lead.md", "billing-support"),
        ("rules/identity/sign-in-spike.yaml", "identity-support"),
        ("rules/identity/password-resets.yaml", "detection-team"),
        ("rules/streams.yaml", "detection-team"),
        ("policies/flows/link.yaml", "desk-leads"),
        ("policies/prompts/link.yaml", "desk-leads"),
        ("policies/judges/tone.yaml", "quality"),
        ("policies/judges/tone.jsonl", "quality"),
        ("policies/evals/refunds.yaml", "billing-quality"),
        ("policies/evals/more.jsonl", "billing-quality"),
        ("policies/evals/decisions.yaml", "risk-owners"),
        ("policies/models.yaml", "risk-owners"),
        ("policies/roles.yaml", "people-team"),
        (RECORDING, "desk-leads"),
    ],
)
def test_a_file_belongs_to(path: str, team: str) -> None:
    assert owners(path) == (team,)


def test_a_file_that_nobody_claims_belongs_to_nobody() -> None:
    assert owners("content/upstream.yaml") == ()
    assert owners("README.md", claims=()) == ()


def test_the_first_claim_that_fits_decides() -> None:
    claims = (Claim(files="a/*", owner="first"), Claim(files="a/**", owner="second"))
    assert owners("a/b", claims=claims) == ("first",)
    assert owners("a/b/c", claims=claims) == ("second",)


def test_events_belong_to_all_who_build_on_them() -> None:
    files = FILES | {"rules/vendors/desks.yaml": BELOW}
    both = ("identity-support", "somebody-else")
    assert owners("rules/identity/sign-in-spike.yaml", files) == both
    assert owners("rules/vendors/desks.yaml", files) == ("somebody-else",)


def test_an_owner_is_who_is_named_be_the_rest_of_the_file_right_or_wrong() -> None:
    path = "policies/flows/link.yaml"
    assert owners(path, FILES | {path: "owner: desk\nnonsense: [1]\n"}) == ("desk",)
    for text in ("owner: [a, b]\n", "owner: ''\n", "owner: [\n", "- owner: x\n", ""):
        assert owners(path, FILES | {path: text}) == ("risk-owners",)


def test_a_name_that_is_no_team_is_returned_as_it_stands() -> None:
    path = "content/sources/hours.md"
    assert owners(path, {path: "---\nowner: '@everyone | <b>'\n---\n# A\n"}) == ("@everyone | <b>",)


# Across a change

HOURS = "content/sources/hours.md"
BEFORE = files_in(DESK)


def owners_told(after: dict[str, str], before: dict[str, str] = BEFORE) -> set[tuple[str, ...]]:
    return {change.owners for change in changes_between(before, after)}


def test_who_takes_a_file_over_does_not_rid_it_of_its_owner() -> None:
    after = BEFORE | {HOURS: BEFORE[HOURS].replace("owner: desk", "owner: me")}
    assert owners_told(after) == {("desk", "me")}


def test_of_what_is_gone_base_says_whose_it_was() -> None:
    assert owners_told({path: text for path, text in BEFORE.items() if path != HOURS}) == {
        ("desk",)
    }


def test_of_what_is_new_head_says_whose_it_is() -> None:
    assert owners_told(BEFORE | {"content/new.md": "---\nowner: me\n---\n# N\n"}) == {("me",)}


def test_who_adds_an_owner_does_not_rid_a_file_of_its_claim() -> None:
    prompt = "policies/prompts/a.yaml"
    before = BEFORE | {prompt: "title: A\n"}
    assert owners_told(before | {prompt: "title: A\nowner: me\n"}, before) == {
        ("me", "risk-owners")
    }


def test_what_moves_to_another_file_still_concerns_whom_it_was_taken_from() -> None:
    before, after = sides(FOLDER / "moved-away")
    told = changes_between(before, after)
    from_them = [one for one in told if one.subject == "§ Exceptions"]
    assert len(from_them) == 3
    assert {one.owners for one in from_them} == {("billing-support", "somebody-else")}
