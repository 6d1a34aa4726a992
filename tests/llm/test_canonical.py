"""What decides a request's digest, and what does not."""

from __future__ import annotations

import json
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.llm.canonical import FORMAT, canonical_json, digest_of
from opsrail.llm.formats import Api
from opsrail.llm.model import Message, Speaker
from opsrail.llm.schema_words import is_strict, sent_messages
from tests.llm.asked import SCHEMA, asked

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=12,
)


def test_the_digest_is_known() -> None:
    # Were it another, every recording that people have would be worth nothing.
    expected = "b2a89cb65d0c267c"
    assert digest_of(asked(schema=SCHEMA, seed=7)).startswith(expected)


def test_who_asks_decides_nothing() -> None:
    assert digest_of(asked(purpose="judge", entry="large")) == digest_of(asked())


@pytest.mark.parametrize(
    "other",
    [
        {"model": "model-2"},
        {"api": Api.RESPONSES},
        {"messages": (Message(Speaker.USER, "My card was charged twice."),)},
        {"schema": SCHEMA},
        {"most_tokens": 201},
        {"temperature": 0.1},
        {"temperature": None},
        {"seed": 1},
        {"repeat": 1},
    ],
)
def test_everything_that_may_change_the_answer_changes_the_digest(other: dict[str, Any]) -> None:
    assert digest_of(replace(asked(), **other)) != digest_of(asked())


def test_neither_classes_nor_the_order_of_keys_change_it() -> None:
    turned = MappingProxyType(dict(reversed(list(SCHEMA.items()))))
    assert digest_of(asked(schema=turned)) == digest_of(asked(schema=SCHEMA))
    whole_number: Any = 0
    assert digest_of(asked(temperature=whole_number)) == digest_of(asked(temperature=0.0))


def test_half_a_surrogate_pair_has_a_digest_too() -> None:
    assert digest_of(asked("\ud83d")) == digest_of(asked("?"))


@given(PLAIN)
def test_canonical_json_means_what_it_was_made_from(value: Any) -> None:  # noqa: ANN401 - any JSON
    assert json.loads(canonical_json(value)) == value


def test_what_is_no_json_has_no_digest() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("inf"))


def test_the_schema_is_told_in_words_that_belong_to_this_format() -> None:
    # Other words need another FORMAT, or old recordings would pass for answers to the new ones.
    assert FORMAT == 1
    words = sent_messages(asked(schema={"type": "object"}))[0].text
    assert words == (
        "You sort tickets.\n\n"
        "Answer with one JSON value and nothing else: no sentence before or after it, no fence. It"
        ' has to be valid against this JSON Schema:\n{"type": "object"}'
    )


def test_without_a_system_message_the_schema_gets_one() -> None:
    only = (Message(Speaker.USER, "Hello"),)
    speakers = [one.speaker for one in sent_messages(asked(messages=only, schema=SCHEMA))]
    assert speakers == [Speaker.SYSTEM, Speaker.USER]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (SCHEMA, True),
        ({"type": "array", "items": {"type": "string"}}, False),
        ({**SCHEMA, "required": ["intent"]}, False),
        ({**SCHEMA, "additionalProperties": True}, False),
        ({**SCHEMA, "oneOf": []}, False),
        ({**SCHEMA, "properties": {"intent": {"type": "object"}, "score": {}}}, False),
        (
            {
                "type": "object",
                "properties": {"all": {"type": "array", "items": SCHEMA}},
                "required": ["all"],
                "additionalProperties": False,
            },
            True,
        ),
    ],
)
def test_only_schemas_that_endpoints_can_enforce_are_to_be_enforced(
    schema: dict[str, Any], expected: bool
) -> None:
    assert is_strict(schema) is expected
