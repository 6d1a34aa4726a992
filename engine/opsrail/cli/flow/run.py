"""`opsrail flow run`: run a flow on an input, or on each line of a stream."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO

import click

from opsrail.cli.asking import model_options, open_model
from opsrail.cli.flow.opening import caller_name, desk_of, log_option, opened
from opsrail.cli.surroundings import look_around
from opsrail.findings import ExitCode, Finding, Location, Unreadable

if TYPE_CHECKING:
    from opsrail.cli.flow.bench import Bench
    from opsrail.flows.inputs import Line
    from opsrail.flows.running import Flows
    from opsrail.llm.model import Json, Mode

_LINES = (".jsonl", ".ndjson")
_MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    name: str
    source: str
    output: Path | None
    mode: Mode
    budget: float | None
    base: str | None
    head: str | None
    log: Path | None
    most_bytes: int
    lines: bool
    dry_run: bool
    do: bool

    @property
    def is_stream(self) -> bool:
        """Whether the input has a value on each line."""
        return self.lines or self.source.lower().endswith(_LINES)

    @property
    def shown(self) -> str:
        """What the input is called in messages."""
        return "<stdin>" if self.source == "-" else self.source


@click.command()
@click.argument("name")
@click.option(
    "--input",
    "source",
    required=True,
    metavar="FILE",
    help="One JSON value, or one a line in a .jsonl file; `-` reads what is piped in.",
)
@click.option("--lines", is_flag=True, help="The input has one JSON value a line.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what comes of it there instead.",
)
@click.option("--base", metavar="REV", help="What changes are told against, for flows about them.")
@click.option("--head", metavar="REV", help="Run the flow of that commit, not of the work tree.")
@click.option("--dry-run", is_flag=True, help="Say what it may cost at most, and ask nothing.")
@click.option(
    "--do", is_flag=True, help="Carry out what the flow proposes, where it waits for nobody."
)
@click.option(
    "--most-bytes",
    type=click.IntRange(1, 64 * 1024 * 1024),
    default=_MOST_BYTES,
    show_default=True,
    help="The largest input that is taken.",
)
@log_option
@model_options
def command(**given: Any) -> int:  # noqa: ANN401 - click's own, read by `Options`
    """Run the flow NAME. What comes of it is JSON: the output, who made it, and why.

    A stream gives one line of JSON for each of its lines, in order, with its number. Every run is
    in the audit log. Exit code 1: an input could not be read or was refused, or a run failed.
    """
    options = Options(**given)
    around = look_around()
    flows = opened(around, (options.name,), options.head, options.base)
    with _source(options) as source:
        if options.dry_run:
            return _estimated(flows, options, source)
        from opsrail.cli.flow.bench import Bench

        asker = open_model(flows.world.catalog.snapshot, options.mode)
        desk = desk_of(around, options.log)
        bench = Bench(
            flows, asker, desk, caller_name(around), _remark, options.budget, does=options.do
        )
        with _target(options) as target:
            return _carried_out(bench, options, source, target)


def _remark(words: str) -> None:
    click.echo(words, err=True)


def _carried_out(bench: Bench, options: Options, source: BinaryIO, target: IO[str] | None) -> int:
    from opsrail.flows.telling import run_json

    unread = 0
    if not options.is_stream:
        done = bench.run(options.name, _whole(options, source), options.most_bytes)
        text = json.dumps(run_json(done.run, done.proposals), indent=2, ensure_ascii=False)
        click.echo(text, file=target)
    else:
        for line in _lines(options, source):
            if line.fault:
                unread += 1
                click.echo(f"{options.shown}:{line.number}:1: flow-input: {line.fault}", err=True)
                continue
            done = bench.run(options.name, line.value, options.most_bytes)
            told = {"line": line.number, **run_json(done.run, done.proposals)}
            click.echo(json.dumps(told, ensure_ascii=False), file=target)
    click.echo(bench.summary(unread), err=True)
    return ExitCode.PASS if bench.is_good and not unread else ExitCode.CLOSED


def _estimated(flows: Flows, options: Options, source: BinaryIO) -> int:
    """Say what running the input may cost at most."""
    from opsrail.flows.estimating import Estimator
    from opsrail.llm.reading import read_models
    from opsrail.report.model import counted

    models, _ = read_models(flows.world.catalog.snapshot)
    estimator = Estimator(models)
    inputs = (
        (line.value for line in _lines(options, source) if not line.fault)
        if options.is_stream
        else iter([_whole(options, source)])
    )
    runs = 0
    for given in inputs:
        flows.run(options.name, given, estimator, most_bytes=options.most_bytes)
        runs += 1
    tokens = estimator.most.input_tokens + estimator.most.output_tokens
    asked = counted(estimator.requests, "request")
    click.echo(
        f"{counted(runs, 'run')} with {asked}: at most {tokens:,} tokens and"
        f" USD {estimator.most.dollars:.4f}; twice that if every answer had to be asked for once"
        " more. Recorded answers cost nothing. Nothing was asked."
    )
    if estimator.unpriced:
        names = ", ".join(sorted(estimator.unpriced))
        click.echo(f"without a price, and so never asked: {names}")
    return ExitCode.PASS


def _whole(options: Options, source: BinaryIO) -> Json:
    """The one value of an input that is no stream."""
    from opsrail.flows.inputs import value_of
    from opsrail.llm.validating import NotJson

    raw = source.read(options.most_bytes + 1)
    if len(raw) > options.most_bytes:
        raise Unreadable(
            _fault(options, f"it has more than {options.most_bytes:,} bytes, the most that is read")
        )
    try:
        return value_of(raw)
    except NotJson as error:
        hint = "for one value a line, name the file .jsonl or add --lines"
        raise Unreadable(_fault(options, f"it is no JSON: {error}", hint)) from None


def _fault(options: Options, message: str, hint: str = "") -> Finding:
    return Finding(Location(options.shown), "flow-input", message, hint=hint)


def _lines(options: Options, source: BinaryIO) -> Iterator[Line]:
    from opsrail.flows.inputs import lines_of

    return lines_of(source, options.most_bytes)


@contextmanager
def _source(options: Options) -> Iterator[BinaryIO]:
    if options.source == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(options.source).open("rb")  # noqa: SIM115 - closed by the `with` below
    except FileNotFoundError:
        raise click.UsageError(f"There is no file {options.source}.") from None
    except IsADirectoryError:
        raise click.UsageError(f"{options.source} is a folder.") from None
    with stream:
        yield stream


@contextmanager
def _target(options: Options) -> Iterator[IO[str] | None]:
    """Where results go; None for the terminal."""
    place = options.output
    if place is None:
        yield None
        return
    if not place.absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder {place.parent} to write {place.name} to.")
    with place.open("w", encoding="utf-8", errors="backslashreplace") as stream:
        yield stream
