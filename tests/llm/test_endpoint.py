"""Where models are reached: from the environment only, and never shown with its key."""

from __future__ import annotations

import pytest

from opsrail.findings import CannotWork
from opsrail.llm.endpoint import Endpoint, endpoint_of

URL = "https://models.example/v1"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"OPSRAIL_LLM_KEY": "sk-12345678"}, None),
        ({"OPSRAIL_LLM_URL": " "}, None),
        (
            {"OPSRAIL_LLM_URL": f"{URL}/", "OPSRAIL_LLM_KEY": "sk-1\n"},
            Endpoint(URL, "sk-1"),
        ),
        ({"OPSRAIL_LLM_URL": URL}, Endpoint(URL, "no-key")),
        ({"OPENAI_BASE_URL": URL, "OPENAI_API_KEY": "sk-2"}, Endpoint(URL, "sk-2")),
        ({"OPENAI_API_KEY": "sk-2"}, Endpoint("https://api.openai.com/v1", "sk-2")),
        ({"OPENAI_BASE_URL": URL}, Endpoint(URL, "no-key")),
    ],
)
def test_it_is_found(environment: dict[str, str], expected: Endpoint | None) -> None:
    assert endpoint_of(environment) == expected


def test_no_key_goes_to_the_other_address() -> None:
    both = {
        "OPSRAIL_LLM_URL": URL,
        "OPENAI_API_KEY": "sk-2",
        "OPENAI_BASE_URL": "https://b.example",
    }
    assert endpoint_of(both) == Endpoint(URL, "no-key")
    both = {"OPSRAIL_LLM_KEY": "sk-1", "OPENAI_BASE_URL": URL, "OPENAI_API_KEY": "sk-2"}
    assert endpoint_of(both) == Endpoint(URL, "sk-2")


@pytest.mark.parametrize(
    "address",
    [
        "models.example/v1",
        "ftp://models.example",
        "https://",
        "http://[::1",
        "https://models example/v1",
        "https://models.example/\x00v1",
        "https://m\u00f6dels.example/v1",
        "https://models.example:port/v1",
        "https://robin:secret@models.example/v1",
        "https://models.example/v1?key=secret",
        "https://models.example/v1#secret",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_shown(address: str) -> None:
    with pytest.raises(CannotWork, match="OPSRAIL_LLM_URL") as caught:
        endpoint_of({"OPSRAIL_LLM_URL": address})
    assert "secret" not in f"{caught.value} {caught.value.hint}"
    assert caught.value.hint


def test_the_hint_names_the_variable_for_the_key() -> None:
    with pytest.raises(CannotWork) as caught:
        endpoint_of({"OPENAI_BASE_URL": "https://a:b@models.example"})
    assert "OPENAI_API_KEY" in caught.value.hint
    with pytest.raises(CannotWork) as caught:
        endpoint_of({"OPSRAIL_LLM_URL": "https://a:b@models.example"})
    assert "OPSRAIL_LLM_KEY" in caught.value.hint


@pytest.mark.parametrize("key", ["sk-ä", "sk-1\nX-Other: 2"])
def test_a_key_that_no_header_can_carry_is_refused(key: str) -> None:
    with pytest.raises(CannotWork, match="OPSRAIL_LLM_KEY") as caught:
        endpoint_of({"OPSRAIL_LLM_URL": URL, "OPSRAIL_LLM_KEY": key})
    assert "sk-" not in f"{caught.value} {caught.value.hint}"


def test_the_key_is_not_shown() -> None:
    endpoint = Endpoint(URL, "sk-never-shown")
    assert "never" not in repr(endpoint)
    assert endpoint.redacted("key: sk-never-shown!") == "key: [key]!"
    assert Endpoint(URL, "local").redacted("a local model") == "a local model"
