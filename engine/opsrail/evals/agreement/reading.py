"""From a judge's files to the judge that is asked, or what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from opsrail.evals.agreement.formats import JudgeFile
from opsrail.evals.agreement.labelled import CODE, read_labelled
from opsrail.evals.agreement.model import Judge, Labelled, ReadJudge
from opsrail.evals.reading.cases import fingerprint
from opsrail.findings import Finding, Location, Severity, Unreadable, in_order
from opsrail.llm.formats import MODELS_PATH
from opsrail.llm.prompts import Prompt
from opsrail.llm.reading import prompt_path, read_prompt
from opsrail.repo.reading import read_as
from opsrail.repo.snapshot import Snapshot
from opsrail.repo.yaml import YamlText

FOLDER: Final = "policies/judges"
RECORDINGS: Final = "policies/recordings"
_GAPS: Final = frozenset({"rubric", "question", "answer"})
_NEEDED: Final = ("rubric", "answer")


def judge_path(name: str) -> str:
    """The file of the judge of that name."""
    return f"{FOLDER}/{name}.yaml"


def judge_names(snapshot: Snapshot) -> tuple[str, ...]:
    """The name of every judge, sorted."""
    start = f"{FOLDER}/"
    inner = (path.removeprefix(start) for path in snapshot.paths(FOLDER, ".yaml"))
    return tuple(name.removesuffix(".yaml") for name in inner if "/" not in name)


def recordings_of(prompt: str) -> str:
    """The folder in which answers to that prompt are recorded."""
    return f"{RECORDINGS}/{prompt}"


def read_judge(snapshot: Snapshot, name: str) -> ReadJudge:
    """Read the judge of that name. One fault keeps it from being asked.

    A judge of which only a part could be read would say something else than the whole.
    """
    path = judge_path(name)
    try:
        yaml = YamlText.parse(path, snapshot.text(path))
    except Unreadable as error:
        return ReadJudge(None, (error.finding,), (path,), Location(path))
    file, wrong = read_as("judge", JudgeFile, yaml)
    if file is None:
        told = (Finding(one.location, CODE, one.message, hint=one.hint) for one in wrong)
        return ReadJudge(None, tuple(told), (path,), Location(path))
    its_own = (path, prompt_path(file.prompt), file.labelled)
    inputs = (*its_own, MODELS_PATH, recordings_of(file.prompt))
    labelled, findings = _labelled(snapshot, file, yaml)
    prompt, unfit = _prompt(snapshot, file, yaml)
    found = in_order([*findings, *unfit])
    serious = any(finding.severity is Severity.ERROR for finding in found)
    judge = _judge(name, file, prompt, labelled) if prompt and not serious else None
    return ReadJudge(judge, found, inputs, yaml.place(("agreement",)))


def _judge(name: str, file: JudgeFile, prompt: Prompt, labelled: tuple[Labelled, ...]) -> Judge:
    said = file.model_dump(mode="json", include={"labels"})
    digest = fingerprint([said, prompt.digest])
    return Judge(name, judge_path(name), file, prompt, labelled, digest)


def _labelled(
    snapshot: Snapshot, file: JudgeFile, yaml: YamlText
) -> tuple[tuple[Labelled, ...], tuple[Finding, ...]]:
    place = yaml.place(("labelled",))
    if file.labelled not in snapshot:
        message = f"there is no file {file.labelled}"
        hint = "without answers that people labelled, nobody knows what this judge is worth"
        return (), (Finding(place, CODE, message, hint=hint),)
    try:
        text = snapshot.text(file.labelled)
    except Unreadable as error:
        return (), (error.finding,)
    labels = tuple(label.name for label in file.labels)
    return read_labelled(file.labelled, text, labels)


def _prompt(
    snapshot: Snapshot, file: JudgeFile, yaml: YamlText
) -> tuple[Prompt | None, tuple[Finding, ...]]:
    place = yaml.place(("prompt",))
    path = prompt_path(file.prompt)
    if path not in snapshot:
        message = f"there is no prompt `{file.prompt}`"
        return None, (Finding(place, CODE, message, hint=f"add {path}"),)
    prompt, _ = read_prompt(snapshot, file.prompt)
    if prompt is None:
        message = f"its prompt `{file.prompt}` cannot be used"
        return None, (Finding(place, CODE, message, hint=f"correct {path}, or its model"),)
    return prompt, tuple(_misfit(prompt, place))


def _misfit(prompt: Prompt, place: Location) -> Iterator[Finding]:
    for gap in _NEEDED:
        if gap not in prompt.gaps:
            message = f"the prompt `{prompt.name}` has no `{{{gap}}}`"
            yield Finding(place, CODE, message, hint=f"write `{{{gap}}}` where it belongs")
    for gap in sorted(prompt.gaps - _GAPS):
        message = f"the prompt `{prompt.name}` has `{{{gap}}}`, which no judge fills"
        hint = "a judge fills `{rubric}`, `{question}` and `{answer}`"
        yield Finding(place, CODE, message, hint=hint)
