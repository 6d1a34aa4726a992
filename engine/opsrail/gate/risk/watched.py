"""What would notice harm in the files that a change reaches: suites, timed tests, rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from opsrail.detection.reading.documents import FOLDER as RULES
from opsrail.detection.reading.documents import is_rule_file
from opsrail.detection.reading.search import files_needing
from opsrail.evals.reading.places import suite_name, suite_path
from opsrail.findings import Unreadable
from opsrail.flows.formats import FOLDER as FLOWS
from opsrail.gate.evals import suite_paths
from opsrail.gate.risk.reached import Reached
from opsrail.gate.rules import rule_documents
from opsrail.gate.subject import Subject
from opsrail.governance.kinds import ArtifactKind, kind_of
from opsrail.governance.risk.evidence import Watched
from opsrail.repo.yaml import YamlText


def watched(subject: Subject, reached: Reached) -> tuple[Watched, ...]:
    """Every reached playbook, and every changed runbook, rule, prompt and flow that head has."""
    there = [path for path in reached.told if path in subject.head.snapshot]
    seen = _Seen(subject, there, reached.playbooks)
    books = (seen.playbook(name) for name in reached.playbooks)
    return tuple(one for one in (*books, *map(seen.changed, there)) if one is not None)


class _Seen:
    """What looks at what, at head: a suite that is written with the change counts."""

    def __init__(self, subject: Subject, told: list[str], playbooks: tuple[str, ...]) -> None:
        self._subject = subject
        self._sources = [path for path in told if path.startswith("content/")]
        words = {*self._sources, *(f"playbooks/{name}/" for name in playbooks)}
        naming = sorted(subject.head.snapshot.mentioning(words, RULES)) if words else []
        texts = {path: subject.head.text(path) or "" for path in naming if is_rule_file(path)}
        self._naming = texts
        self._targets = dict(_targets(subject)) if playbooks or told else {}

    def playbook(self, name: str) -> Watched | None:
        """The playbook, with suites that ask one of its pages and rules that name what changed
        in it.
        """
        book = self._subject.head.playbook(name)
        if book is None:
            return None
        drawn = [path for path in self._sources if path in book.sources]
        by = (
            *self._suites_where("playbook", {name}),
            *self._rules_naming((f"playbooks/{name}/", *drawn)),
            *self._suites_where("role", set(book.roles)),
        )
        return Watched(
            book.path, f"playbooks/{name}", ArtifactKind.PLAYBOOK, by, "no rule and no suite"
        )

    def _suites_where(self, key: str, names: set[str]) -> tuple[str, ...]:
        targets = self._targets.items()
        found = (path for path, target in targets if str(target.get(key)) in names)
        return tuple(f"the suite {suite_name(path)}" for path in found)

    def _rules_naming(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            f"the rule file {path.rsplit('/', 1)[-1]}"
            for path, text in self._naming.items()
            if any(word in text for word in words)
        )

    def changed(self, path: str) -> Watched | None:
        """A changed file, if it is of a kind that something should look at."""
        kind = kind_of(path)
        if kind is ArtifactKind.RULE and is_rule_file(path):
            return Watched(path, path, kind, self._tests_of(path), "no timed test")
        if kind is ArtifactKind.RUNBOOK:
            return Watched(path, path, kind, self._rules_naming((path,)), "no rule")
        if kind is ArtifactKind.FLOW and path.endswith(".yaml") and path.count("/") == 2:
            return Watched(path, path, kind, self._suites_of_flow(path), "no suite")
        if kind is ArtifactKind.PROMPT and path.endswith(".yaml"):
            return Watched(path, path, kind, self._suites_of_prompt(path), "no suite")
        return None

    def _tests_of(self, path: str) -> tuple[str, ...]:
        """The timed tests of its rules, and of those that are built on them."""
        snapshot = self._subject.head.snapshot
        texts = self._subject.head.text
        needing = files_needing(snapshot, {path}, lambda one: texts(one) or "")
        tests = sum(
            len(file.ops.tests)
            for _, file in rule_documents(self._subject, needing)
            if file.ops is not None
        )
        return (f"{tests} timed test{'' if tests == 1 else 's'}",) if tests else ()

    def _suites_of_flow(self, path: str) -> tuple[str, ...]:
        """The suite that the flow names, and those that ask it."""
        name = _stem(path)
        named = _value(self._subject, path).get("suite")
        found = (
            {str(named)}
            if named and suite_path(str(named)) in self._subject.head.snapshot
            else set()
        )
        found |= {
            suite_name(suite)
            for suite, target in self._targets.items()
            if name in (target.get("flow"), target.get("baseline"))
        }
        return tuple(f"the suite {one}" for one in sorted(found))

    def _suites_of_prompt(self, path: str) -> tuple[str, ...]:
        """Suites of the prompt, and of the flows that ask by it."""
        name = _stem(path)
        own = {
            f"the suite {suite_name(suite)}"
            for suite, target in self._targets.items()
            if target.get("prompt") == name
        }
        for flow in self._subject.head.snapshot.paths(FLOWS, ".yaml"):
            if _value(self._subject, flow).get("prompt") == name:
                own |= set(self._suites_of_flow(flow))
        return tuple(sorted(own))


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(".yaml")


def _targets(subject: Subject) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    """Each suite's file at head, with what it asks."""
    for path in suite_paths(subject):
        target = _value(subject, path).get("target")
        if isinstance(target, Mapping):
            yield path, target


def _value(subject: Subject, path: str) -> Mapping[Any, Any]:
    """What a YAML file says, be it right or wrong; nothing where it cannot be read."""
    try:
        value = YamlText.parse(path, subject.head.text(path) or "").value
    except Unreadable:
        return {}
    return value if isinstance(value, Mapping) else {}
