from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.findings import CannotWork, Unreadable
from opsrail.gate.forges import neutral
from opsrail.gate.forges.github import Payloads, request_of
from opsrail.gate.forges.github_parts import co_authors_of, review_of, who
from opsrail.gate.forges.payload import Payload
from opsrail.governance.request import Authorship, Review, ReviewState
from tests.gate.forges.saved import EARLIER, HEAD, QUEUED, content, examples, needs_npm, saved

LISTS = Payloads(pull=saved("pull"), reviews=saved("reviews"), commits=saved("commits"))


def changed(name: str, route: str, value: object) -> Payload:
    """A saved payload with another value at `route`."""
    whole = content(name)
    part: Any = whole
    *way, last = route.split(".")
    for step in way:
        part = part[int(step)] if step.isdecimal() else part[step]
    part[last] = value
    return Payload(whole, f"{name}.json")


def test_a_request_is_put_together_from_an_event_and_the_lists() -> None:
    request = request_of(replace(LISTS, event=saved("pull_request")))
    assert (request.number, request.title) == ("482", "Refund window 14 days, limit USD 80")
    assert (request.author, request.last_pusher) == ("@maya-l", "@tomas-r")
    assert (request.target, request.head) == ("main", HEAD)
    assert request.url == "https://forge.example/larkspindle/desk/pull/482"
    assert request.rolls_back == ""


def test_reviews_have_their_states_heads_and_times_and_drafts_are_left_out() -> None:
    reviews = request_of(LISTS).reviews
    assert [(one.by, one.state.value, one.commit) for one in reviews] == [
        ("@ana-p", "changes requested", EARLIER),
        ("@lea-w", "dismissed", EARLIER),
        ("@ana-p", "approved", HEAD),
        ("@jon-k", "approved", HEAD),
        ("@kim-s", "commented", HEAD),
    ]
    assert reviews[2] == Review(
        "@ana-p", ReviewState.APPROVED, datetime(2026, 11, 2, 9, tzinfo=UTC), HEAD
    )
    assert reviews[0].text == "USD 80 is too much."


def test_commits_name_logins_where_github_knows_them_and_addresses_where_not() -> None:
    assert request_of(LISTS).commits == (
        Authorship(EARLIER, "@maya-l", "", ("@lea-w",)),
        Authorship(HEAD, "tomas@larkspindle.example", "@tomas-r", ("ana@larkspindle.example",)),
    )


def test_github_itself_counts_as_committer_unless_it_signed() -> None:
    forged = changed("commits", "0.commit.verification.verified", value=False)
    assert request_of(replace(LISTS, commits=forged)).commits[0].committer == "@web-flow"


@pytest.mark.parametrize("state", ["approving", "", "LGTM", "approved ", "APPROVED\n"])
def test_a_state_that_nobody_knows_is_a_comment(state: str) -> None:
    review = changed("pull_request_review", "review.state", state).part("review")
    assert review_of(review) == Review(
        "@jon-k",
        ReviewState.COMMENTED,
        datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
        HEAD,
        text="Fine.",
    )


def test_an_approval_of_an_event_alone_does_not_count() -> None:
    alone = request_of(Payloads(event=saved("pull_request_review")))
    assert alone.reviews == ()


@pytest.mark.parametrize("state", ["changes_requested", "commented", "dismissed"])
def test_what_speaks_against_counts_from_an_event_alone(state: str) -> None:
    event = changed("pull_request_review", "review.state", state)
    assert len(request_of(Payloads(event=event)).reviews) == 1


def test_the_list_of_reviews_decides_over_the_event() -> None:
    event = changed("pull_request_review", "review.state", "changes_requested")
    assert request_of(replace(LISTS, event=event)).reviews == request_of(LISTS).reviews


@pytest.mark.parametrize(
    ("action", "pusher"),
    [("opened", "@tomas-r"), ("synchronize", "@tomas-r"), ("reopened", ""), ("edited", "")],
)
def test_who_pushed_is_known_from_opening_and_pushing_only(action: str, pusher: str) -> None:
    event = changed("pull_request", "action", action)
    assert request_of(Payloads(event=event)).last_pusher == pusher


def test_who_pushed_is_known_from_the_branch_and_else_from_the_first_run() -> None:
    by_branch = request_of(replace(LISTS, activity=saved("activity"), runs=saved("runs")))
    unseen = Payload([], "activity.json")
    by_run = request_of(replace(LISTS, activity=unseen, runs=saved("runs")))
    assert by_branch.last_pusher == by_run.last_pusher == "@tomas-r"


def test_the_first_run_of_the_head_counts_and_no_review_is_a_push() -> None:
    runs = content("runs")
    runs["workflow_runs"] = [run for run in runs["workflow_runs"] if run["id"] == 503]
    with pytest.raises(CannotWork, match="does not say who pushed"):
        request_of(replace(LISTS, runs=Payload(runs, "runs.json")))


def test_a_merge_queue_has_a_head_of_its_own() -> None:
    request = request_of(replace(LISTS, event=saved("merge_group")))
    assert (request.number, request.target, request.head) == ("482", "main", QUEUED)
    assert request.author == "@maya-l"


def test_a_check_run_tells_number_target_and_head() -> None:
    request = request_of(Payloads(event=saved("check_run")))
    assert (request.number, request.target, request.head) == ("482", "main", HEAD)


def test_a_check_run_of_several_requests_or_of_a_fork_of_ours_names_none() -> None:
    whole = content("check_run")
    pulls = whole["check_run"]["pull_requests"]
    whole["check_run"]["pull_requests"] = [*pulls, *pulls]
    with pytest.raises(CannotWork, match="does not say which request"):
        request_of(Payloads(event=Payload(whole, "x")))
    event = changed("check_run", "check_run.pull_requests.0.base.repo.id", 8)
    with pytest.raises(CannotWork, match="does not say which request"):
        request_of(Payloads(event=event))


@pytest.mark.parametrize(
    ("payloads", "why"),
    [
        (Payloads(), "neither an event nor a request"),
        (Payloads(saved("merge_group"), reviews=saved("reviews")), "no request that they are of"),
        (Payloads(saved("pull_request"), changed("pull", "number", 483)), "about #482"),
        (Payloads(saved("pull_request"), changed("pull", "base.ref", "next")), "another branch"),
        (Payloads(saved("pull_request"), changed("pull", "head.sha", QUEUED)), "later run"),
        (replace(LISTS, commits=changed("commits", "1.sha", QUEUED)), "not among its commits"),
        (replace(LISTS, pull=changed("pull", "commits", 251)), "the list has 2"),
        (replace(LISTS, commits=Payload([], "commits.json")), "not among its commits"),
    ],
)
def test_what_is_of_different_moments_is_not_put_together(payloads: Payloads, why: str) -> None:
    with pytest.raises(CannotWork) as told:
        request_of(payloads)
    assert why in f"{told.value} {told.value.hint}"


@pytest.mark.parametrize(
    ("name", "route"),
    [
        ("reviews", "0.1.submitted_at"),
        ("reviews", "0.1.state"),
        ("reviews", "0.1.user"),
        ("pull", "head"),
        ("pull", "base"),
        ("pull", "title"),
        ("pull", "number"),
        ("commits", "0.sha"),
        ("commits", "0.commit"),
        ("commits", "0.author"),
        ("activity", "0.after"),
    ],
)
@pytest.mark.parametrize("value", [7, True, [], {"login": 7}, "\x1b[2J"])
def test_a_payload_of_another_shape_is_a_finding_or_harmless(
    name: str, route: str, value: object
) -> None:
    payloads = Payloads(
        **{
            part: changed(part, route, value) if part == name else saved(part)
            for part in ("pull", "reviews", "commits", "activity")
        }
    )
    try:
        request = request_of(payloads)
    except (Unreadable, CannotWork):
        return
    approvals = [one for one in request.reviews if one.state is ReviewState.APPROVED]
    assert len(approvals) <= 2
    assert request.author == "@maya-l"


def test_people_whose_account_is_gone_are_ghosts() -> None:
    assert request_of(Payloads(pull=changed("pull", "user", None))).author == "@ghost"


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("Do it\n\nCo-authored-by: Ana <ana@x.example>\n", ("ana@x.example",)),
        ("CO-AUTHORED-BY: A <a@x.example>\r\nco-authored-by :b", ("a@x.example", "b")),
        ("Co-authored-by: Ana <ana@x.example>\n\nand more text", ("ana@x.example",)),
        ("Co-authored-by: ana-p", ("ana-p",)),
        ("Co-authored-by:   \n", ()),
        ("Co-authored-by: <>", ("<>",)),
        ("I wrote Co-authored-by: nobody", ()),
    ],
)  # fmt: skip
def test_whoever_is_named_as_a_co_author_is_one(message: str, named: tuple[str, ...]) -> None:
    assert co_authors_of(message) == named


def test_addresses_that_github_hands_out_are_logins() -> None:
    assert who("123+Octo-Cat@users.noreply.github.com") == "@Octo-Cat"
    assert who("octo-cat@users.noreply.github.com") == "@octo-cat"
    assert who("octo@users.noreply.github.com.evil.example") == (
        "octo@users.noreply.github.com.evil.example"
    )


@given(st.permutations(content("reviews")[0] + content("reviews")[1]))
def test_the_order_of_a_list_does_not_matter(reviews: list[dict[str, object]]) -> None:
    shuffled = replace(LISTS, reviews=Payload(list(reviews), "reviews.json"))
    assert request_of(shuffled) == request_of(LISTS)


@needs_npm
def test_every_published_example_is_read() -> None:
    kinds = ("pull_request", "pull_request_review", "merge_group", "check_run")
    seen: dict[str, int] = {}
    for name, payload in examples(*kinds):
        seen[name.split()[1]] = seen.get(name.split()[1], 0) + 1
        try:
            request = request_of(Payloads(event=Payload(payload, name)))
        except CannotWork:
            assert payload["check_run"]["pull_requests"] == [], name
            continue
        assert request.head in str(payload), name
        assert request.number.isdecimal(), name
        assert all(one.state is not ReviewState.APPROVED for one in request.reviews), name
        assert neutral.read(name, neutral.write(request).encode()) == request, name
    assert set(seen) == set(kinds)
    assert seen["pull_request"] >= 29


@needs_npm
def test_an_example_of_a_review_beside_its_own_list() -> None:
    """Lists have the shape of what events bring, but for the capitals in states."""
    for name, payload in examples("pull_request_review"):
        review = payload["review"] | {"state": payload["review"]["state"].upper()}
        request = request_of(
            Payloads(
                event=Payload(payload, name),
                pull=Payload(payload["pull_request"], name),
                reviews=Payload([review], name),
            )
        )
        assert [(one.by, one.commit) for one in request.reviews] == [
            (f"@{review['user']['login']}", review["commit_id"])
        ]
