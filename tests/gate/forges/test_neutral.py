from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.findings import Unreadable
from opsrail.gate.forges.neutral import RequestFile, read, write
from opsrail.governance.request import Authorship, Request, Review, ReviewState

HEAD = "9f3c2a1b" * 5
WHOLE = Request(
    number="482",
    title="Refund window",
    author="maya",
    last_pusher="tomas",
    target="main",
    head=HEAD,
    commits=(Authorship(HEAD, "maya@larkspindle.example", "tomas", ("lea",)),),
    reviews=(
        Review(
            "jon",
            ReviewState.APPROVED,
            datetime(2026, 11, 2, 9, tzinfo=UTC),
            HEAD,
            {"content/sources/refunds.md": "ab" * 32},
            "Fine.",
        ),
    ),
    url="https://forge.example/482",
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = TEXTS.filter(bool)
COMMITS = st.text("0123456789abcdef", min_size=40, max_size=40)
REVIEWS = st.builds(
    Review,
    NAMES,
    st.sampled_from(ReviewState),
    st.datetimes(timezones=st.just(UTC)),
    COMMITS | st.just(""),
    st.none() | st.dictionaries(TEXTS, st.text("0123456789abcdef", min_size=64, max_size=64)),
    TEXTS,
)
REQUESTS = st.builds(
    Request,
    number=TEXTS,
    title=TEXTS,
    author=TEXTS,
    last_pusher=TEXTS,
    target=NAMES,
    head=COMMITS,
    commits=st.lists(st.builds(Authorship, COMMITS, NAMES, TEXTS, st.lists(NAMES).map(tuple))).map(
        tuple
    ),
    reviews=st.lists(REVIEWS).map(tuple),
    url=TEXTS,
)


def without(*keys: str) -> dict[str, object]:
    content: dict[str, object] = json.loads(write(WHOLE))
    return {key: value for key, value in content.items() if key not in keys}


def refused(content: object) -> str:
    with pytest.raises(Unreadable) as told:
        read("request.json", json.dumps(content, indent=2).encode())
    return str(told.value.finding)


@given(REQUESTS)
def test_what_is_written_is_read_again(request_: Request) -> None:
    assert read("x", write(request_).encode()) == request_


def test_a_request_in_a_file_is_no_rollback_by_saying_so() -> None:
    text = write(replace(WHOLE, rolls_back="a" * 40))
    assert read("x", text.encode()) == WHOLE
    assert "rolls_back: " in refused(without() | {"rolls_back": "a" * 40})


@pytest.mark.parametrize(
    "key", ["version", "author", "last_pusher", "target", "head", "commits", "reviews"]
)
def test_what_decides_has_to_be_there(key: str) -> None:
    assert f"{key}: Field required" in refused(without(key))


def test_a_misspelt_key_is_refused_with_its_place() -> None:
    told = refused(without("last_pusher") | {"last_pusher": "tomas", "lastpusher": "tomas"})
    assert told.startswith("request.json:")
    assert "forge-payload: lastpusher: Extra inputs are not permitted" in told


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", 2),
        ("version", "1"),
        ("number", 482),
        ("head", "9f3c2a1"),
        ("head", HEAD.upper()),
        ("commits", {}),
        ("reviews", None),
        ("author", None),
        ("target", ""),
    ],
)
def test_another_type_is_never_bent_into_the_right_one(key: str, value: object) -> None:
    assert f"{key}" in refused(without() | {key: value})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("state", "APPROVED"),
        ("state", "lgtm"),
        ("at", "2026-11-02T09:00:00"),
        ("at", 1_793_000_000),
        ("by", ""),
        ("commit", "main"),
        ("covers", {"a": "short"}),
        ("text", None),
    ],
)
def test_a_review_that_is_not_whole_is_refused_at_its_line(key: str, value: object) -> None:
    content = without()
    reviews = content["reviews"]
    assert isinstance(reviews, list)
    reviews[0][key] = value
    told = refused(content)
    assert f"reviews.0.{key}" in told
    assert not told.startswith("request.json:1:")


def test_a_file_that_is_no_yaml_is_told_of_without_a_line() -> None:
    data = json.dumps(without("author"), indent="\t").encode()
    with pytest.raises(Unreadable, match="author: Field required"):
        read("request.json", data)


def test_keys_that_stand_twice_are_refused() -> None:
    text = write(WHOLE).replace('"author": "maya"', '"author": "maya", "author": "jon"', 1)
    with pytest.raises(Unreadable, match="the key `author` stands there twice"):
        read("request.json", text.encode())


def test_the_example_in_the_documentation_is_of_the_format() -> None:
    """Editors complete by the schema, which is made from the same model."""
    schema = RequestFile.model_json_schema()
    assert set(schema["required"]) == set(json.loads(write(WHOLE))) - {"number", "title", "url"}
    assert schema["additionalProperties"] is False
