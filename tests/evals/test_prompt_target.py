from __future__ import annotations

from pathlib import Path

import pytest

from opsrail.evals.model import Case, Json
from opsrail.evals.targets.model import Side
from opsrail.evals.targets.prompts import PromptTarget
from opsrail.findings import Location
from opsrail.llm.model import FaultKind, Mode, Request
from tests.tailor.held import catalog_of
from tests.tailor.rewriting.desk import FILES, Told

PROMPT = "policies/prompts/plain.yaml"
SHORT = FILES[PROMPT].replace(" {reads_as} Say {words}.", "").replace("{form}. {glossary} ", "")


def case(given: Json) -> Case:
    return Case("one", "", given, None, (), False, "", (), "", "", Location("a.yaml"), "digest")


def target(model: Told | None, name: str = "plain", **files: str) -> PromptTarget:
    held = {**FILES, PROMPT: SHORT, **files}
    return PromptTarget(Side(catalog_of(held), Path, model), name)


def test_a_case_fills_the_prompt_and_its_text_is_data() -> None:
    model = Told(lambda _: "Said plainly.", mode=Mode.REPLAY)
    given = {"role": "New hire", "text": "Within 30 days."}
    (answers,) = target(model).answers([case(given)], 2)
    assert [one.output for one in answers] == ["Said plainly."] * 2
    assert [request.repeat for request in model.asked] == [0, 1]
    system, user = model.asked[0].messages
    assert "You write for a New hire." in system.text
    assert "<untrusted text" in user.text
    assert "<untrusted role" not in system.text


def test_marks_that_a_model_copied_are_no_part_of_its_answer() -> None:
    def copying(request: Request) -> str:
        return "Plain.\n" + request.messages[1].text.rsplit("\n", 1)[1]

    given = {"role": "New hire", "text": "Within 30 days."}
    ((answer,),) = target(Told(copying)).answers([case(given)], 1)
    assert answer.output == "Plain."


@pytest.mark.parametrize(
    ("given", "name", "answer", "said"),
    [
        ("Within 30 days.", "plain", "x", "{role}, which the case's input does not give"),
        ({"role": "a", "text": "b"}, "plane", "x", "there is no prompt plane"),
        ({"role": "a", "text": "b"}, "plain", FaultKind.NO_RECORDING, "nothing came (try again)"),
    ],
)
def test_what_cannot_be_asked_or_answered_is_no_score(
    given: Json, name: str, answer: str | FaultKind, said: str
) -> None:
    ((found,),) = target(Told(lambda _: answer), name).answers([case(given)], 1)
    assert said in found.error


def test_what_is_remembered_hangs_on_prompt_model_and_recordings() -> None:
    model = Told(lambda _: "x", mode=Mode.REPLAY)
    given = case({"role": "a", "text": "b"})
    same = target(model).key(given)
    assert same == target(model, **{"policies/prompts/other.yaml": SHORT}).key(given)
    others = {
        PROMPT: SHORT.replace("You write", "You explain"),
        "policies/models.yaml": FILES["policies/models.yaml"].replace("tiny-1", "tiny-2"),
        "policies/recordings/plain/a.json": "{}",
    }
    assert all(target(model, **{path: text}).key(given) != same for path, text in others.items())
    live = Told(lambda _: "x")
    assert target(live).key(given) != target(live).key(given)
