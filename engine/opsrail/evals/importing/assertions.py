"""One assertion of promptfoo as one of ours, where it means the same; else why it does not.

After promptfoo's reference of assertions, https://www.promptfoo.dev/docs/configuration/expected-outputs
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeGuard

from opsrail.evals.importing.model import NotTaken
from opsrail.evals.importing.shorthand import comma_separated
from opsrail.evals.importing.templates import filled
from opsrail.evals.reading.asserted import REFERENCE, setting_fault
from opsrail.evals.scorers.registry import scorers
from opsrail.repo.yaml import Unreadable, YamlText

_ONE: Final = ("equals", "contains", "icontains", "regex")
_MANY: Final = ("contains-all", "contains-any", "icontains-all", "icontains-any")
_BY_MODEL: Final = frozenset(
    "agent-rubric answer-relevance classifier context-faithfulness context-recall"
    " context-relevance conversation-relevance factuality g-eval guardrails is-refusal llm-rubric"
    " max-score model-graded-closedqa model-graded-factuality moderation perplexity"
    " perplexity-score pi search-rubric select-best similar similar:cosine similar:dot"
    " similar:euclidean".split()
)
_BY_CODE: Final = frozenset("javascript python ruby webhook".split())
_OTHERS: Final = frozenset(
    "assert-set bleu contains-html contains-json contains-sql contains-xml cost f-score"
    " finish-reason gleu human is-html is-json is-sql is-valid-function-call"
    " is-valid-openai-function-call is-valid-openai-tools-call is-xml latency levenshtein meteor"
    " rouge-n skill-used starts-with tool-call-f1 trace-error-spans trace-span-count"
    " trace-span-duration trajectory:goal-success trajectory:step-count"
    " trajectory:tool-args-match trajectory:tool-sequence trajectory:tool-used word-count".split()
)
KNOWN: Final = frozenset((*_ONE, *_MANY)) | _BY_MODEL | _BY_CODE | _OTHERS
"""Every type of assertion that promptfoo has, without its `not-`."""

_FACTS: Final = "say what must be true of the answer with states, contains or json_schema"
_HINTS: Final = {
    "contains-json": "where the whole answer is JSON, use json_schema",
    "cost": "opsrail does not know what an answer costs",
    "levenshtein": "use overlap with at_least, which counts words",
    "rouge-n": "use overlap with at_least, which counts words",
    "bleu": "use overlap with at_least, which counts words",
    "gleu": "use overlap with at_least, which counts words",
    "meteor": "use overlap with at_least, which counts words",
    "f-score": "use f1 for lists; the score of a suite is the mean of its cases",
    "similar": "use states for facts, contains for words",
}
_JSON: Final = ["object", "array", "number", "boolean", "null"]
"""What an answer in JSON is; a text that is no JSON is none of it."""
_MOST_WEIGHT: Final = 1_000

Setting = tuple[str, Any]


def refuse_judges(kind: str) -> None:
    """Raise `NotTaken` for assertions that a model or code of the team's own decides."""
    kind = kind.removeprefix("not-")
    if kind in _BY_MODEL:
        hint = _HINTS.get(kind.partition(":")[0], _FACTS)
        raise NotTaken("a model judges it", hint)
    if kind in _BY_CODE:
        raise NotTaken(
            "it is code of your own",
            "write it as a function in a .py file, and name it: {python: {file: …, function: …}}",
        )


def translated(entry: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """One of our assertions for one of promptfoo's, with the test's variables filled in.

    Raises `NotTaken` where there is none that means the same.
    """
    kind = str(entry.get("type", ""))
    negated = kind.startswith("not-")
    kind = kind.removeprefix("not-")
    if "transform" in entry:
        raise NotTaken("code changes the answer before it is looked at", "let the target do that")
    translate = _KINDS.get(kind)
    if translate is None:
        why = "opsrail has no scorer that means the same" if kind in KNOWN else "it is not known"
        raise NotTaken(why, _HINTS.get(kind, ""))
    name, setting = translate(kind, entry, given)
    if negated:
        name = f"not_{name}"
        if name not in scorers():
            raise NotTaken("opsrail has no scorer that means the opposite")
    _check(name, setting)
    return {name: setting, **_weight(entry)}


def _value(entry: Mapping[str, Any], given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    if entry.get("value") is None:
        raise NotTaken("it has no value")
    return filled(entry["value"], given)


def _one(kind: str, entry: Mapping[str, Any], given: Mapping[str, Any]) -> Setting:
    return kind, _value(entry, given)


def _many(kind: str, entry: Mapping[str, Any], given: Mapping[str, Any]) -> Setting:
    value = _value(entry, given)
    return kind.replace("-", "_"), comma_separated(value) if isinstance(value, str) else value


def _starts_with(_kind: str, entry: Mapping[str, Any], given: Mapping[str, Any]) -> Setting:
    value = _value(entry, given)
    if not isinstance(value, str):
        raise NotTaken("its value is no text")
    return "regex", rf"\A{re.escape(value)}"


def _is_json(_kind: str, entry: Mapping[str, Any], given: Mapping[str, Any]) -> Setting:
    if entry.get("value") is None:
        return "json_schema", {"type": _JSON}
    schema = filled(entry["value"], given)
    if isinstance(schema, str):
        schema = _parsed(schema)
    if not isinstance(schema, Mapping):
        raise NotTaken("its value is no JSON Schema")
    # Without a type, a schema has nothing against an answer that is no JSON at all.
    return "json_schema", dict(schema) if "type" in schema else {"type": _JSON, **schema}


def _parsed(text: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return YamlText.parse("schema", text).value
    except Unreadable:
        raise NotTaken("its value is no JSON Schema") from None


def _latency(_kind: str, entry: Mapping[str, Any], _given: Mapping[str, Any]) -> Setting:
    threshold = entry.get("threshold")
    if not _is_number(threshold) or threshold <= 0:
        raise NotTaken("it has no threshold in milliseconds")
    return "latency", {"most": threshold / 1000}


def _word_count(_kind: str, entry: Mapping[str, Any], given: Mapping[str, Any]) -> Setting:
    value = _value(entry, given)
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if _is_number(value):
        return "length", {"least": value, "most": value, "in": "words"}
    if not isinstance(value, Mapping):
        raise NotTaken("its value is no number of words")
    bounds = {ours: value[theirs] for theirs, ours in _BOUNDS.items() if theirs in value}
    return "length", {**bounds, "in": "words"}


_BOUNDS: Final = {"min": "least", "max": "most"}
_KINDS: Final[Mapping[str, Callable[[str, Mapping[str, Any], Mapping[str, Any]], Setting]]] = {
    **dict.fromkeys(_ONE, _one),
    **dict.fromkeys(_MANY, _many),
    "starts-with": _starts_with,
    "is-json": _is_json,
    "latency": _latency,
    "word-count": _word_count,
}


def _check(name: str, setting: Any) -> None:  # noqa: ANN401 - any JSON
    if found := REFERENCE.search(json.dumps(setting)):
        raise NotTaken(f"here, `{found[0]}` would stand for a part of the case")
    if fault := setting_fault(name, setting):
        raise NotTaken(fault)


def _weight(entry: Mapping[str, Any]) -> dict[str, Any]:
    weight = entry.get("weight")
    if weight is None or weight == 1:
        return {}
    if not _is_number(weight) or not 0 < weight <= _MOST_WEIGHT:
        raise NotTaken(f"its weight is {weight}, and has to be above 0 and at most {_MOST_WEIGHT}")
    return {"weight": weight}


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
