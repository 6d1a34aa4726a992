"""Models and prompts as a snapshot has them, or what is wrong with their files and where."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from opsrail.findings import Finding, Unreadable
from opsrail.llm.canonical import canonical_json
from opsrail.llm.formats import MODELS_PATH, PROMPTS_FOLDER, ModelEntry, ModelsFile, PromptFile
from opsrail.llm.prompts import Prompt
from opsrail.repo.reading import read_as
from opsrail.repo.snapshot import Snapshot
from opsrail.repo.yaml import YamlText

CODE = "prompt-broken"


def prompt_path(name: str) -> str:
    """The file of the prompt of this name."""
    return f"{PROMPTS_FOLDER}/{name}.yaml"


def read_models(
    snapshot: Snapshot,
) -> tuple[Mapping[str, ModelEntry], tuple[Finding, ...]]:
    """The models by name; none, and no finding, where there is no file of them."""
    if MODELS_PATH not in snapshot:
        return {}, ()
    try:
        yaml = YamlText.parse(MODELS_PATH, snapshot.text(MODELS_PATH))
    except Unreadable as error:
        return {}, (error.finding,)
    file, wrong = read_as("models", ModelsFile, yaml)
    return ({}, wrong) if file is None else (file.models, ())


def read_prompt(snapshot: Snapshot, name: str) -> tuple[Prompt | None, tuple[Finding, ...]]:
    """The prompt of this name with its model, or what is wrong with it or with the file of
    models. None and no finding where the prompt has no file: who names it knows the place.
    """
    path = prompt_path(name)
    if path not in snapshot:
        return None, ()
    try:
        yaml = YamlText.parse(path, snapshot.text(path))
    except Unreadable as error:
        return None, (error.finding,)
    file, wrong = read_as("prompt", PromptFile, yaml)
    if file is None:
        return None, wrong
    models, wrong = read_models(snapshot)
    if wrong:
        return None, wrong
    model = models.get(file.model)
    if model is None:
        known = ", ".join(f"`{one}`" for one in sorted(models))
        finding = Finding(
            yaml.place(("model",)),
            CODE,
            f"there is no model `{file.model}` in {MODELS_PATH}",
            hint=f"known are {known}" if models else f"add it to {MODELS_PATH}",
        )
        return None, (finding,)
    return Prompt(name, path, file, model, _digest(file, model)), ()


def _digest(file: PromptFile, model: ModelEntry) -> str:
    """Of all that an answer depends on: a comment, a title, a price or a deadline changes none."""
    said = {
        "prompt": file.model_dump(mode="json", include={"system", "user", "most_tokens"}),
        "model": model.model_dump(
            mode="json", include={"name", "api", "most_tokens", "temperature", "seed"}
        ),
    }
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()


def recordings_in(snapshot: Snapshot, also: Snapshot | None = None) -> Callable[[str], str | None]:
    """The recordings that a snapshot has, or else `also`, for `open_asker`."""
    places = [one for one in (snapshot, also) if one is not None]

    def text(path: str) -> str | None:
        return next((_text(one, path) for one in places if path in one), None)

    return text


def _text(snapshot: Snapshot, path: str) -> str | None:
    try:
        return snapshot.text(path)
    except Unreadable:
        return ""  # no valid recording: told as damaged, and by the check of its encoding
