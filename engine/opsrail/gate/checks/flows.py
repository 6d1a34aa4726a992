"""Flows that cannot run, and flows that nothing holds to account."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from opsrail.findings import Finding, Severity
from opsrail.flows.formats import FOLDER
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.llm.formats import MODELS_PATH, PROMPTS_FOLDER


@check("flow-broken")
def flow_broken(subject: Subject) -> Iterator[Finding]:
    """A flow cannot run: what it names is not there, or does not fit.

    A task, prompt, permission or step that does not exist, a schema that is none, settings that
    its task does not understand, a reference to what no earlier step gives. Whoever calls the
    flow would get an error in the middle of a ticket. `opsrail flow explain NAME` says what the
    flow takes and gives.
    """
    if not _is_concerned(subject):
        return
    # Flows bring tasks of their own, and most changes touch none.
    from opsrail.flows.reading import flow_findings

    known = flow_findings(subject.head.snapshot)
    yield from (one for one in known if one.code == "flow-broken")


@check("flow-untested")
def flow_untested(subject: Subject) -> Iterator[Finding]:
    """A flow with a model has no eval suite, so nobody would notice when its answers get worse.

    Name one in the flow's file (`suite:`), and write it with the target `{flow: NAME}`: an edited
    prompt or another model is then held against what base answers.
    """
    if not _is_concerned(subject):
        return
    from opsrail.evals.reading.places import suite_path
    from opsrail.flows.reading import read_flows

    for read in read_flows(subject.head.snapshot).values():
        if read.flow is None or not _is_touched(subject, read.flow.path):
            continue
        suite = read.flow.file.suite
        if suite and suite_path(suite) not in subject.head.snapshot:
            place = read.place("suite")
            message = f"there is no suite {suite} for this flow"
            yield Finding(place, "flow-untested", message, hint=f"write {suite_path(suite)}")
        elif not suite and read.flow.prompt is not None:
            message = "this flow asks a model, and no suite looks at its answers"
            hint = "name one under `suite`"
            yield Finding(read.place(), "flow-untested", message, Severity.WARNING, hint)


def _is_concerned(subject: Subject) -> bool:
    """Whether there are flows, and something changed that one may be made of."""
    if not any(subject.head.snapshot.paths(FOLDER, ".yaml")):
        return False
    return any(path.startswith(("policies/", "content/", "playbooks/")) for path in subject.changed)


def _is_touched(subject: Subject, path: str) -> bool:
    watched = (path, MODELS_PATH, f"{PROMPTS_FOLDER}/*", "policies/evals/*")
    return any(fnmatchcase(one, pattern) for one in subject.changed for pattern in watched)
