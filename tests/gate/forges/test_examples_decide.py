"""GitHub's own published payloads, from what was said to whether it may land."""

from __future__ import annotations

from dataclasses import replace

from opsrail.findings import CannotWork
from opsrail.gate.forges.github import Payloads, request_of
from opsrail.gate.forges.payload import Payload
from opsrail.governance.deciding import decide
from opsrail.governance.directory import Directory
from opsrail.governance.formats import PeopleFile
from opsrail.governance.model import Decision
from opsrail.governance.request import Request
from tests.gate.forges.saved import examples, needs_npm
from tests.governance.requests import NOW, change_set, policy_of

CHANGE = change_set({"content/sources/refunds.md": "section reworded"})


def _people(login: str) -> Directory:
    """Billing is one person, known on the forge by this login."""
    return Directory(
        PeopleFile.model_validate(
            {
                "people": {"kim": {"name": "Kim", "logins": [login]}},
                "groups": {"billing": {"members": ["kim"]}, "leads": {"members": ["kim"]}},
            }
        )
    )


def _decided(request: Request, login: str) -> Decision:
    """What a policy says that asks one of billing, if reviewers saw the change as it is."""
    seen = tuple(replace(one, covers=dict(CHANGE.shares)) for one in request.reviews)
    return decide(policy_of(), _people(login), CHANGE, replace(request, reviews=seen), NOW)


@needs_npm
def test_an_approval_opens_for_whom_it_is_of_and_for_nobody_else() -> None:
    count = 0
    for name, payload in examples("pull_request_review"):
        reviewer, author = (
            part["user"]["login"] for part in (payload["review"], payload["pull_request"])
        )
        review = payload["review"] | {"state": "APPROVED", "user": {"login": "Lantern-Kim"}}
        lists = Payloads(
            event=Payload(payload, name),
            pull=Payload(payload["pull_request"], name),
            reviews=Payload([review], name),
        )
        unknown = request_of(lists)
        # A review's event does not say who pushed, and then no rule is met.
        assert not _decided(unknown, "lantern-kim").is_open
        known = replace(unknown, last_pusher=f"@{author}")
        assert _decided(known, "lantern-kim").is_open
        # Neither an id nor another login is taken for hers, and her own work is not hers to pass.
        assert not _decided(known, reviewer).is_open
        assert not _decided(known, "kim").is_open
        assert not _decided(replace(known, last_pusher="@LANTERN-KIM"), "lantern-kim").is_open
        count += 1
    assert count


@needs_npm
def test_what_was_only_opened_queued_or_checked_waits() -> None:
    decided = 0
    for name, payload in examples("pull_request", "merge_group", "check_run"):
        try:
            request = request_of(Payloads(event=Payload(payload, name)))
        except CannotWork:
            continue  # a check that names no request
        answer = _decided(request, "lantern-kim")
        assert not answer.is_open, name
        assert [one.rule for one in answer.active] == ["owners"], name
        decided += 1
    assert decided > 30
