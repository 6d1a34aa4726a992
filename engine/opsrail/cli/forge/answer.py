"""`opsrail forge answer`: the comment and the check run that tell a plan."""

from __future__ import annotations

from pathlib import Path

import click

from opsrail.cli.forge.files import FILE, read_payload, read_plan, read_text, write_json

LOGIN = "github-actions[bot]"
"""Who comments with the token that GitHub gives a workflow."""


@click.command()
@click.option("--plan", type=FILE, required=True, metavar="FILE", help="The plan as Markdown.")
@click.option("--plan-json", type=FILE, required=True, metavar="FILE", help="The plan as JSON.")
@click.option(
    "--comments", type=FILE, metavar="FILE", help="All of `issues/N/comments`: is ours there?"
)
@click.option(
    "--on", metavar="COMMIT", help="Where the check run goes.  [default: the head that was judged]"
)
@click.option("--login", default=LOGIN, show_default=True, help="Who comments.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="DIR",
    help="Where the files go.",
)
def command(
    plan: Path, plan_json: Path, comments: Path | None, on: str | None, login: str, output: Path
) -> None:
    """Write comment.json and check-run-1.json (and -2, …), ready to be sent to GitHub.

    answer.json says what to do with them: create, update or keep the comment, and which. A merge
    queue asks for the check run on the commit that it made: --on.
    """
    from opsrail.gate.forges.answered import answered_of
    from opsrail.gate.forges.github_answers import check_runs, comment_body, doing, sticky

    told = answered_of(read_plan(plan_json))
    text = read_text(plan)
    body, runs = comment_body(text), check_runs(text, told, on or told.head)
    found = sticky(read_payload(comments), login) if comments else None
    what = doing(found, body)
    output.mkdir(parents=True, exist_ok=True)
    write_json(output / "comment.json", body)
    for number, run in enumerate(runs, start=1):
        write_json(output / f"check-run-{number}.json", run)
    write_json(
        output / "answer.json",
        {
            "verdict": told.verdict.value,
            "number": told.number,
            "head": told.head,
            "comment": what.value,
            "comment_id": str(found.id) if found else "",
            "check_runs": len(runs),
        },
    )
    click.echo(f"{told.verdict}: {what} comment{f' {found.id}' if found else ''}")
