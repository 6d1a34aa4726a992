"""`opsrail approve`: say yes to a change on a plain Git repository, or take it back."""

from __future__ import annotations

import click

from opsrail.cli.planning import asked, branch_name, resolved, user
from opsrail.cli.surroundings import look_around, now
from opsrail.findings import CannotWork, ExitCode
from opsrail.gate.agreeing import Place, record_review, withdraw
from opsrail.gate.plan.deciding import decision_about
from opsrail.governance.directory import Directory
from opsrail.governance.request import Request, Review, ReviewState


@click.command()
@click.argument("head")
@click.option(
    "--base", default="main", show_default=True, metavar="REV", help="Where it would land."
)
@click.option("--object", "objects", is_flag=True, help="Ask for changes instead.")
@click.option("--withdraw", "is_withdrawn", is_flag=True, help="Take back what you said before.")
@click.option(
    "--break-glass",
    metavar="REASON",
    help="Call for landing it in an emergency, against approvals and freezes; it takes two.",
)
def command(
    head: str, base: str, break_glass: str | None, *, objects: bool, is_withdrawn: bool
) -> int:
    """Agree to what the commit HEAD would change on --base, as the person whom Git knows here.

    Your word is kept under a ref of your own and counts once it is pushed to a server whose hook
    guards the branch. It is about exactly these files as they are: what changes later needs a new
    one. A forge with reviews of its own does not need this.
    """
    if objects and break_glass:
        raise click.UsageError("Ask for changes, or call for an emergency; not both.")
    around = look_around()
    repository = around.repository
    about = decision_about(asked(around, base, head))
    who = about.read.directory.person(user(repository))
    if who is None:
        raise CannotWork(
            f"policies/people.yaml on {base} knows nobody by the address"
            f" “{user(repository) or '(none)'}”",
            "set `git config user.email` to an address that stands there",
        )
    if not is_withdrawn and who in _makers(about.request, about.read.directory):
        click.echo(
            f"{who} made a part of this, and nobody agrees to their own work: it would not count."
        )
        return ExitCode.CLOSED
    plan = about.change.digest
    place = Place(who, plan[:12])
    if is_withdrawn:
        withdraw(repository, place)
        click.echo(f"Taken back. Push that:\n    git push origin :{place.ref}")
        return ExitCode.PASS
    state = ReviewState.CHANGES_REQUESTED if objects else ReviewState.APPROVED
    text = f"/break-glass {break_glass}" if break_glass else ""
    seen, covers = resolved(repository, head), dict(about.change.shares)
    review = Review(who, state, now(), seen, covers, text, branch_name(base))
    record_review(repository, plan, review)
    said = "asks for changes to" if objects else "agrees to"
    click.echo(f"{who} {said} plan {plan[:12]} ({len(about.change.shares)} files).")
    click.echo(f"It counts once it is on the server:\n    git push --force origin {place.ref}")
    return ExitCode.PASS


def _makers(request: Request, directory: Directory) -> frozenset[str]:
    """Who made the commits: not who only asks about them here."""
    names = (
        name for one in request.commits for name in (one.author, one.committer, *one.co_authors)
    )
    return directory.people(names)
