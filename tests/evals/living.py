"""The suites of the living example: read once, with the answers that their pages give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from opsrail.content.facts import FactKind, find_facts
from opsrail.evals.model import Answer, Assertion, Case, CaseResult, Json, Suite
from opsrail.evals.reading.suite import ReadSuite, read_suite, suite_paths
from opsrail.evals.running.scoring import result_of
from opsrail.evals.targets.model import Side
from opsrail.evals.targets.opening import open_target
from opsrail.evals.texts.plain import plain
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import worktree_snapshot
from opsrail.tailor.catalog import Catalog

ROOT = Path(__file__).resolve().parents[2]
FOUND_IN = ("contains", "icontains")


@lru_cache(maxsize=1)
def catalog() -> Catalog:
    """The living example as it lies there."""
    return Catalog(worktree_snapshot(Repository.discover(ROOT)))


def paths() -> list[str]:
    return list(suite_paths(catalog().snapshot))


@lru_cache(maxsize=64)
def read(path: str) -> ReadSuite:
    return read_suite(catalog().snapshot, path)


def suite(path: str) -> Suite:
    found = read(path).suite
    assert found is not None, [finding.message for finding in read(path).findings]
    return found


def suites(*, of_rules: bool) -> list[Suite]:
    """Those of rules, or those of pages; flows have tests of their own."""
    every = [suite(path) for path in paths()]
    asked = [
        one for one in every if not (one.target.flow or one.target.baseline or one.target.prompt)
    ]
    return [one for one in asked if (one.target.rules is not None) == of_rules]


@lru_cache(maxsize=64)
def _answers(path: str) -> tuple[Answer, ...]:
    one = suite(path)
    target = open_target(one, Side(catalog(), lambda: ROOT))
    return tuple(answer for (answer,) in target.answers(one.cases, 1))


def answers(one: Suite) -> Sequence[tuple[Case, Answer]]:
    """Each case with what its page answers."""
    return list(zip(one.cases, _answers(one.path), strict=True))


def scored(case: Case, output: Json) -> CaseResult:
    """The result of a case for an answer; no assertion here runs a program."""
    return result_of(case, (), [Answer(output)], lambda *_: Answer(error="no program here"))


def alone(case: Case, one: Assertion) -> Case:
    """The case with only one of its assertions."""
    return replace(case, asserts=(one,))


_COUNTED = re.compile(
    r"\d+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty"
    r"|once|twice|half|all|each|every|an?|both|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b",
    re.IGNORECASE,
)
_DUTY = re.compile(
    r"\b(?:must|shall|should|may|can(?:'t|not)?|do(?:n't)?|not|never|only|unless|except|nobody|allowed|permitted)\b",
    re.IGNORECASE,
)


def line_by_line(answer: str) -> Iterator[str]:
    """The answer with each of its lines gone, and with each of its figures and duties altered."""
    lines = answer.split("\n")
    for at, line in enumerate(lines):
        altered = _COUNTED.sub("17171", _DUTY.sub("perhaps", line))
        for other in dict.fromkeys(("", altered)):
            if line.strip() and other != line:
                yield "\n".join([*lines[:at], other, *lines[at + 1 :]])


def without(one: Assertion, answer: str) -> str:
    """The answer as it would be had somebody changed, or left in, what the assertion is about."""
    texts = [one.setting] if isinstance(one.setting, str) else one.setting
    assert isinstance(texts, list)
    said = [str(text) for text in texts]
    if one.scorer in FOUND_IN:
        (sought,) = said
        assert plain(sought) in plain(answer)
        return plain(answer).replace(plain(sought), "")
    if one.scorer == "states":
        kinds = {fact.kind for text in said for fact in find_facts(text)}
        altered = _DUTY.sub("perhaps", answer) if FactKind.DEONTIC in kinds else answer
        return _COUNTED.sub("17171", altered) if kinds - {FactKind.DEONTIC} else altered
    if one.scorer == "not_regex":
        return f"{answer}\n\n<!-- needs: credit-account -->\n"
    assert one.scorer.startswith("not_"), f"{one.scorer} has no way here of going wrong"
    return f"{answer}\n\n{said[0]}\n"
