"""Rules of detection: that they can be read, fit together, and say where an alert goes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsrail.detection.policies import DetectionPolicy, RoutesFile
from opsrail.detection.reading.documents import FOLDER, POLICY_PATH, ROUTES_PATH
from opsrail.detection.reading.search import taken
from opsrail.findings import Finding, Location
from opsrail.gate.likeness import did_you_mean, nearest_file
from opsrail.gate.registry import check
from opsrail.gate.rules import concerned, library_for, rule_documents, rule_paths
from opsrail.gate.subject import Subject
from opsrail.gate.targets import has_anchor
from opsrail.repo.reading import read_as

_MISNAMED = re.compile(r"\.(?!yaml$)(?i:ya?ml|sigma)$")
_READING = {
    "rule-reference": """
        A rule names another rule that does not exist, or that cannot be run itself.

        A correlation without the rules that it looks at never raises an alert. Most often the
        other rule was renamed or removed; the hint says what is nearest. Rules are named by
        their `name`, by their `id`, or by their file where they have neither.
        """,
    "rule-duplicate": """
        Two rules have the same name or the same id.

        Others could not say which of them they mean, and the history of the one would go on as
        that of the other. Give one of them another name.
        """,
    "rule-circle": """
        Rules wait for one another: each is built on the next, or kept silent by it.

        None of them could be evaluated first. Let one of them stand by itself: often an event
        that both look at deserves a rule of its own.
        """,
    "rule-stream": """
        A rule does not say which stream of events it reads, or says one that there is not.

        The `logsource` of a rule has to fit exactly one stream of rules/streams.yaml. Write
        there what the stream is called, or add the stream.
        """,
    "rule-field": """
        A rule names a field that its events do not have, or that holds no numbers to sum.

        To Sigma such a field is empty, so the rule would run and never find anything. The hint
        names the nearest field; the fields of a stream are those in rules/streams.yaml, the
        fields of another rule's alerts are its group keys.
        """,
    "rule-pattern": """
        A pattern or value in a rule cannot be run.

        Patterns after `|re` are RE2 expressions, whose time grows with the text and not with
        the pattern: they know no look-ahead and no back references. Placeholders such as
        `%admins%` have to be written out.
        """,
    "rule-setting": """
        Settings of a rule contradict each other, or one of them has no effect.

        A rule that can never raise, or a window that the rule never looks at, would go
        unnoticed: nobody misses an alert that never came. The message says which setting, the
        hint what to write.
        """,
    "rule-unsupported": """
        A rule asks for what the engine cannot compute.

        The rule is sound as Sigma, or nearly, but no evaluation of it is defined here. The hint
        says how the same can be asked for in another way.
        """,
    "rule-personal-data": """
        A rule would show a personal field in each of its alerts.

        Alerts are sent to channels and kept for long. Fields that rules/streams.yaml calls
        personal can be looked at and counted, but not grouped by.
        """,
}


@check("rule-form", also=_READING)
def rule_form(subject: Subject) -> Iterator[Finding]:
    """A rule cannot be read: its condition, a selection or a modifier is not as Sigma has it.

    The rule does not run until it can be read. The finding names the key; rules are written as
    the Sigma specification says, in files under rules/ that end in `.yaml`.
    """
    for path in sorted(subject.changed & subject.head.snapshot.entries.keys()):
        if path.startswith(f"{FOLDER}/") and _MISNAMED.search(path):
            message = "no rule is read from this file: its name does not end in `.yaml`"
            hint = f"rename it to {path.rsplit('.', 1)[0]}.yaml"
            yield Finding(Location(path), "rule-form", message, hint=hint)
    paths = concerned(subject)
    if not paths and POLICY_PATH not in subject.changed:
        return
    yield from _in_maintenance(subject)
    for finding in library_for(subject).findings:
        if finding.code.startswith("rule-") and _concerns(subject, finding.location.path, paths):
            yield finding


def _concerns(subject: Subject, path: str, paths: frozenset[str]) -> bool:
    """Whether a finding there is this change's business; a missing file stands nowhere."""
    return path in paths or path in subject.changed or path not in subject.head.snapshot


def _in_maintenance(subject: Subject) -> Iterator[Finding]:
    """Rules that a maintenance names and that there are not."""
    yaml = subject.head.yaml(POLICY_PATH)
    policy = read_as("detection-policy", DetectionPolicy, yaml)[0] if yaml is not None else None
    named = {name for one in (policy.maintenance if policy else ()) for name in one.rules}
    if yaml is None or policy is None or not named:
        return
    known = taken(subject.head.snapshot, named)
    for number, one in enumerate(policy.maintenance):
        for index, name in enumerate(one.rules):
            if name not in known:
                place = yaml.place(("maintenance", number, "rules", index))
                message = f"there is no rule `{name}`"
                hint = "name a rule that there is; `opsrail rules list` has them all"
                yield Finding(place, "rule-reference", message, hint=hint)


@check("rule-runbook")
def rule_runbook(subject: Subject) -> Iterator[Finding]:
    """A rule's runbook does not exist, or has no section of that name.

    Whoever gets the alert at night would have nothing to go by. Write the runbook under
    content/runbooks/, or name the one that there is.
    """
    head = subject.head
    paths = set(concerned(subject))
    if gone := {path for path in subject.unsettled if path.startswith("content/runbooks/")}:
        paths |= head.snapshot.mentioning(gone, FOLDER) & set(rule_paths(subject))
    for document, file in rule_documents(subject, paths):
        if file.ops is None:
            continue
        place = document.yaml.place(("ops", "runbook"))
        path, _, anchor = file.ops.runbook.partition("#")
        if path not in head.snapshot:
            near = nearest_file(path, head.snapshot.paths("content/runbooks", ".md"))
            hint = f"did you mean {near}?" if near else "write it: what to do about this alert"
            yield Finding(place, "rule-runbook", f"there is no runbook {path}", hint=hint)
        elif anchor and (found := head.document(path)) and not has_anchor(found, anchor):
            hint = did_you_mean(anchor, found.by_anchor, "name a heading that it has")
            yield Finding(place, "rule-runbook", f"{path} has no heading #{anchor}", hint=hint)


@check("rule-route")
def rule_route(subject: Subject) -> Iterator[Finding]:
    """A rule sends its alerts to a route that policies/routes.yaml does not have.

    Its alerts would reach nobody. Name a route that there is, or add this one with its team.
    """
    changed = ROUTES_PATH in subject.changed
    paths = frozenset(rule_paths(subject)) if changed else concerned(subject)
    if not paths:
        return
    routes = _routes(subject)
    if routes is None and ROUTES_PATH in subject.head.snapshot:
        return  # the schema check says what is wrong with it
    for document, file in rule_documents(subject, paths):
        if file.ops is None or file.ops.route in (known := routes.routes if routes else {}):
            continue
        place = document.yaml.place(("ops", "route"))
        message = f"there is no route `{file.ops.route}` in {ROUTES_PATH}"
        hint = did_you_mean(file.ops.route, known, "add it there, with the team that reads it")
        yield Finding(place, "rule-route", message, hint=hint)


def _routes(subject: Subject) -> RoutesFile | None:
    yaml = subject.head.yaml(ROUTES_PATH)
    return read_as("routes", RoutesFile, yaml)[0] if yaml is not None else None


@check("rule-untested")
def rule_untested(subject: Subject) -> Iterator[Finding]:
    """A rule raises alerts, and no test says when.

    Nobody can tell whether it does what its title says, now or after the next edit. Add at
    least two tests under `ops`: one in which it fires, one in which it just does not.
    """
    for document, file in rule_documents(subject, concerned(subject)):
        if file.ops is not None and not file.ops.tests:
            place = document.yaml.place(("ops",), key=True)
            message = "this rule has no tests"
            hint = "add one that fires and one that just does not; `opsrail rules new` shows how"
            yield Finding(place, "rule-untested", message, hint=hint)
