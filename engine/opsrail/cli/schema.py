"""`opsrail schema`: the JSON Schemas of every file format."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from opsrail.findings import ExitCode
from opsrail.gate.formats import FORMATS
from opsrail.repo.schemas import export


@click.command()
@click.argument("kind", required=False, type=click.Choice(sorted(FORMATS)))
@click.option(
    "--write",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write all of them there.",
)
@click.option(
    "--check", "is_check", is_flag=True, help="Are the engine's own committed schemas in step?"
)
def command(kind: str | None, write: Path | None, *, is_check: bool) -> int:
    """Print the schema of KIND, or write all, for editors to complete and check keys."""
    schemas = export(FORMATS)
    if is_check:
        shipped = resources.files("opsrail").joinpath("schemas")
        stale = [
            name
            for name, text in schemas.items()
            if not (file := shipped.joinpath(f"{name}.schema.json")).is_file()
            or file.read_text("utf-8") != text
        ]
        for name in stale:
            click.echo(
                f"the schema of {name} is behind its model; run"
                " `opsrail schema --write engine/opsrail/schemas`"
            )
        return ExitCode.CLOSED if stale else ExitCode.PASS
    if write:
        write.mkdir(parents=True, exist_ok=True)
        for name, text in schemas.items():
            (write / f"{name}.schema.json").write_text(text, encoding="utf-8")
        click.echo(f"{len(schemas)} schemas written to {write}")
    elif kind:
        click.echo(schemas[kind], nl=False)
    else:
        click.echo("\n".join(schemas))
    return ExitCode.PASS
