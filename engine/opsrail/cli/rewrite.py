"""`opsrail rewrite`: a model puts sections into words for their role, and the gate decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from opsrail.cli.asking import ledger, model_options, open_model
from opsrail.cli.surroundings import Surroundings, look_around
from opsrail.findings import ExitCode
from opsrail.report.model import counted

if TYPE_CHECKING:
    from opsrail.llm.model import Mode
    from opsrail.tailor.rewriting.attempt import Attempt
    from opsrail.tailor.rewriting.work import Left, Work


MOST = 6
"""Faults of an answer that are shown."""
_ANSWERS = ("first", "second")


@click.command()
@click.argument("names", nargs=-1, metavar="[PAGE|PLAYBOOK]...")
@click.option("--dry-run", is_flag=True, help="Print sections, tokens and price; ask nothing.")
@click.option(
    "--again", is_flag=True, help="Also what was not taken before, or would not be today."
)
@model_options
def command(
    names: tuple[str, ...], mode: Mode, budget: float | None, *, dry_run: bool, again: bool
) -> int:
    """Have a model put sections into words, where their playbook asks for it and it isn't done.

    An answer that departs from its source, says more than its role may read or brings something
    along is asked for once more; then the selected text stays. A run that was ended goes on
    where it stopped. Exit code 1 if a section got no answer at all.
    """
    from opsrail.gate.rewriting import find_work, rewrite
    from opsrail.repo.journal import exclusive, recover
    from opsrail.repo.snapshot import worktree_snapshot

    around = look_around()
    if dry_run:
        click.echo(_planned(around, find_work(around.repository, names, again=again)), nl=False)
        return ExitCode.PASS
    with exclusive(around.repository):
        if finished := recover(around.repository):
            click.echo(f"finished an interrupted run: {counted(len(finished), 'file')}")
        found = find_work(around.repository, names, again=again)
        asker = open_model(worktree_snapshot(around.repository), mode)
        done = []
        for one in rewrite(around.repository, found.pending, asker, ledger(budget)):
            click.echo(_told(one))
            done.append(one)
    click.echo("\n".join(_summed_up(found, done)))
    return ExitCode.PASS if all(one.unanswered is None for one in done) else ExitCode.CLOSED


def _planned(around: Surroundings, found: Work) -> str:
    """What would be asked, with an upper bound of its tokens and its price."""
    from opsrail.llm.estimate import estimated
    from opsrail.llm.model import FREE
    from opsrail.llm.reading import read_models
    from opsrail.repo.snapshot import worktree_snapshot

    models, _ = read_models(worktree_snapshot(around.repository))
    lines = []
    whole, unknown = FREE, 0
    for one in found.pending:
        request = one.brief.request()
        price = models[request.entry].price
        unknown += price is None
        most = estimated(request, price) if price else FREE
        whole = whole + most
        shown = _price(most.dollars) if price else "price unknown: will not be sent"
        tokens = most.input_tokens + most.output_tokens
        lines.append(
            f"{one.page.path}  {one.section.key.rpartition('#')[2]}"
            f"  {request.entry}  at most {tokens:,} tokens  {shown}"
        )
    total = whole.input_tokens + whole.output_tokens
    lines += _left(found.left)
    lines.append(
        f"{counted(len(found.pending), 'section')} to rewrite, {found.done} up to date: at most"
        f" {total:,} tokens, {_price(whole.dollars)}; twice that if every answer has to be asked"
        " for again" + (f" ({counted(unknown, 'section')} without a price)" if unknown else "")
        if found.pending
        else _nothing(found)
    )
    return "\n".join(lines) + "\n"


def _price(dollars: float) -> str:
    return f"USD {dollars:.4f}" if dollars else "free"


def _nothing(found: Work) -> str:
    if found.done or found.left:
        return f"nothing to rewrite: {counted(found.done, 'section')} up to date"
    return "no playbook asks for rewriting (`rewrite: {ROLE: PROMPT}` in its playbook.yaml)"


def _told(one: Attempt) -> str:
    place = f"{one.pending.page.path}  {one.pending.section.key.rpartition('#')[2]}"
    lines = [f"{place}  {one.verdict}"]
    if one.unanswered is not None:
        lines.append(f"    {one.unanswered.message}")
        if one.unanswered.hint:
            lines.append(f"    {one.unanswered.hint}")
    for number, faults in enumerate(one.faults):
        lines.append(f"    the {_ANSWERS[number]} answer:")
        lines += [f"      {fault}" for fault in faults[:MOST]]
        if len(faults) > MOST:
            lines.append(f"      and {len(faults) - MOST} more")
    return "\n".join(lines)


def _left(left: Sequence[Left]) -> Iterator[str]:
    for one in left:
        reason = f": {one.reason}" if one.reason else ""
        yield f"{one.page.path}  {one.key.rpartition('#')[2]}  left: {one.why}{reason}"


def _summed_up(found: Work, done: Iterable[Attempt]) -> Iterator[str]:
    yield from _left(found.left)
    verdicts = Counter(one.verdict for one in done)
    spent = sum(one.usage.dollars for one in done)
    if not verdicts:
        yield _nothing(found)
        return
    told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    yield f"{counted(sum(verdicts.values()), 'section')}: {told}; {_price(spent)}"
