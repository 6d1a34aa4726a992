"""`opsrail check`: say whether everything is in step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from opsrail.cli.surroundings import look_around, progress_line, write_report
from opsrail.gate.pipeline import judge
from opsrail.report import FORMATS, Report, render


@click.command()
@click.argument("revision", required=False)
@click.option(
    "--base",
    metavar="REV",
    help="Judge only what differs from REV's merge base with the head, under REV's policies.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the report there as well, in the chosen format; text goes to the terminal.",
)
@click.option("--no-cache", is_flag=True, help="Compute everything anew.")
def command(
    revision: str | None, base: str | None, form: str, output: Path | None, *, no_cache: bool
) -> int:
    """Prove that the work tree (or the commit REVISION) is in step.

    Without --base the whole repository is judged; with it only what the change touches, which
    is what a pull request wants. Exit code 0: the gate is open. 1: it is closed.
    """
    around = look_around()
    repository = around.repository
    head = repository.resolve(revision) if revision else None
    against = (
        repository.merge_base(repository.resolve(base), head or repository.resolve("HEAD"))
        if base
        else None
    )
    with progress_line() as progress:
        verdict = judge(
            repository,
            around.today,
            base=against,
            head=head,
            use_cache=not no_cache,
            progress=progress,
        )
    title = " ".join(
        ("opsrail check", *((revision,) if revision else ()), *(("--base", base) if base else ()))
    )
    report = Report(
        title,
        verdict.findings,
        _explanations() if form != "text" else {},
        verdict.checked,
        verdict.figures,
    )
    if output:
        write_report(output, render(report, form))
        form = "text"
    click.echo(render(report, form, width=around.width, colour=around.colour), nl=False)
    return report.exit_code


def _explanations() -> Mapping[str, str]:
    # This imports every check, which nobody waits for where the cache has the answer.
    from opsrail.gate.registry import explanations

    return {code: _first_paragraph(text) for code, text in explanations().items()}


def _first_paragraph(explanation: str) -> str:
    """What a report has room for; `opsrail explain` tells the rest."""
    return " ".join(explanation.partition("\n\n")[0].split())
