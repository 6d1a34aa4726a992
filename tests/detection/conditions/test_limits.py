"""What cannot be run is told in words; whatever is not told of does run."""

from __future__ import annotations

import re

import ibis
import pytest
from sigma.conditions import ConditionFieldEqualsValueExpression
from sigma.policy.profiles import TrustedPolicy
from sigma.types import SigmaQueryExpression, SigmaRegularExpression

from opsrail.detection.conditions import fields_of, matches, reads_every_field, unsupported
from opsrail.detection.conditions.patterns import expression_of
from tests.detection.conditions.asking import asked, condition_of

BEYOND = {
    "(?=.*a)b": "looks ahead (`(?=`)",
    "a(?!b)": "looks ahead (`(?!`)",
    "(?<=a)b": "looks behind (`(?<=`)",
    "(?<!a)b": "looks behind (`(?<!`)",
    r"(a)\1": r"refers back to a group (`\1`)",
    "(?P<x>a)(?P=x)": "refers back to a group (`(?P=`)",
    "(?>a+)b": "never tries a group again",
    "a++b": "never gives back what it repeats (`++`)",
    "(a)?(?(1)b|c)": "depends on whether a group matched",
    "a(?#note)b": "holds a comment",
    "a{1001}": "repeats more than 1,000 times",
    "(?x) a b": "cannot be run",
    "((a{1,99}){1,99}){1,99}": "cannot be run",
}
RUN = (
    "",
    "a|b",
    r"\(?=\(?!",
    "[(?=]",
    "[]a]",
    "[^]a]",
    r"[\]a-c]",
    r"\\1",
    r"\d+\s\w\b\B\D\S\W",
    "(?i:a)b",
    "(?is)a.b",
    "a{1000}",
    "a{,3}b{2,}c{2}",
    r"a\+\+",
    "[+]+",
    "(?:a+)+$",
    r"\x41\t\n",
    r"\u00fc\U0001F600[\u0061]",
    "(?P<one>a)(?P<two>b)",
    r"^a\Z",
    "a'b\"c;--",
    "100%_",
    "\t\n",
    "a\0b",
)


@pytest.mark.parametrize(("expression", "words"), BEYOND.items())
def test_an_expression_beyond_the_engine_is_told(expression: str, words: str) -> None:
    (told,) = unsupported(condition_of({"topic|re": expression}))
    assert told.startswith("`topic`: the regular expression `")
    assert words in told


def test_expressions_of_which_nothing_is_told_run() -> None:
    conditions = [condition_of({"text|re": expression}) for expression in RUN]
    assert [unsupported(one) for one in conditions] == [()] * len(RUN)
    found = asked(ibis.duckdb.connect(), [{"text": "x\nab"}], conditions)
    expected = [re.search(expression, "x\nab") is not None for expression in RUN]
    assert [hits for (hits,) in found] == expected


def test_groups_lose_their_names_which_java_would_spell_otherwise() -> None:
    value = SigmaRegularExpression("(?P<one>a)[(?P<x>]", policy=TrustedPolicy)
    assert expression_of(value) == "(a)[(?P<x>]"


def test_a_placeholder_without_values_is_told() -> None:
    condition = condition_of({"user|expand": "%admins%"})
    assert unsupported(condition) == (
        "`user`: the placeholder `%admins%` has no values: write them out as a list",
    )
    with pytest.raises(ValueError, match="the placeholder %admins% has no values"):
        matches(condition, {"user": ibis.table({"user": "string"}, name="t").user})


def test_a_placeholder_in_an_expression_is_told() -> None:
    (told,) = unsupported(condition_of({"user|re|expand": "^%admins%$"}))
    assert "`%admins%` has no values" in told


def test_another_query_language_is_told() -> None:
    condition = ConditionFieldEqualsValueExpression(
        "user", SigmaQueryExpression("{field} in x", "i")
    )
    (told,) = unsupported(condition)
    assert told == "`user`: a piece of another system's query language cannot be run"
    with pytest.raises(ValueError, match="SigmaQueryExpression cannot be run"):
        matches(condition, {"user": ibis.table({"user": "string"}, name="t").user})


def test_a_keyword_of_a_kind_that_needs_a_field_is_told() -> None:
    assert unsupported(condition_of({"|cidr": "10.0.0.0/8"})) == (
        "a keyword: a network needs a field to be compared with",
    )


def test_nothing_to_test_is_told() -> None:
    assert unsupported(None) == (
        "the condition tests nothing: give at least one field and a value",
    )
    with pytest.raises(ValueError, match="cannot be run"):
        matches(None, {})


def test_the_same_reason_is_told_once() -> None:
    condition = condition_of(
        {"s_1": {"a|re": "(?=b)"}, "s_2": {"a|re": "(?=b)"}, "condition": "1 of s_*"}
    )
    assert len(unsupported(condition)) == 1


def test_the_fields_are_all_that_it_names() -> None:
    selection = "s: {a: x, b|windash|contains: ' -c'}"
    others = "f: {c|fieldref: d, e: null}"
    condition = condition_of(f"{{{selection}, {others}, condition: s and not f}}")
    assert fields_of(condition) == {"a", "b", "c", "d", "e"}
    assert not reads_every_field(condition)


def test_a_keyword_reads_every_field() -> None:
    condition = condition_of("{s: [refund], f: {a: x}, condition: s or f}")
    assert fields_of(condition) == {"a"}
    assert reads_every_field(condition)
