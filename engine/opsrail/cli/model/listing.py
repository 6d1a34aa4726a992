"""`opsrail model list`: the models, and what is set in the environment."""

from __future__ import annotations

import os

import click

from opsrail.cli.surroundings import look_around
from opsrail.findings import ExitCode
from opsrail.llm.endpoint import endpoint_of
from opsrail.llm.formats import MODELS_PATH, PROMPTS_FOLDER, ModelEntry
from opsrail.llm.reading import read_models, read_prompt
from opsrail.repo.snapshot import worktree_snapshot


@click.command()
def command() -> int:
    """List the models of policies/models.yaml with their price and the prompts that ask them."""
    snapshot = worktree_snapshot(look_around().repository)
    models, findings = read_models(snapshot)
    for finding in findings:
        click.echo(str(finding), err=True)
    asked: dict[str, list[str]] = {}
    for path in snapshot.paths(PROMPTS_FOLDER, ".yaml"):
        name = path.removeprefix(f"{PROMPTS_FOLDER}/").removesuffix(".yaml")
        prompt, _ = read_prompt(snapshot, name)
        if prompt is not None:
            asked.setdefault(prompt.file.model, []).append(name)
    for name, entry in sorted(models.items()):
        prompts = ", ".join(asked.get(name, [])) or "no prompt"
        click.echo(f"{name}  {entry.name}  {_price(entry)}  {prompts}")
    if not models and not findings:
        click.echo(f"no models: name some in {MODELS_PATH}")
    endpoint = endpoint_of(os.environ)
    click.echo(f"endpoint: {endpoint.url}" if endpoint else "endpoint: none set (OPSRAIL_LLM_URL)")
    return ExitCode.CLOSED if findings else ExitCode.PASS


def _price(entry: ModelEntry) -> str:
    if entry.price is None:
        return "price unknown: never asked"
    if not entry.price.input and not entry.price.output:
        return "free"
    return f"USD {entry.price.input:g} in, {entry.price.output:g} out a million tokens"
