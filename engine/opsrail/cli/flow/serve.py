"""`opsrail flow serve`: flows as an HTTP service on this machine."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opsrail.cli.asking import ledger, model_options, open_model
from opsrail.cli.flow.opening import desk_of, log_option
from opsrail.cli.surroundings import look_around, today
from opsrail.findings import ExitCode

if TYPE_CHECKING:
    from opsrail.cli.surroundings import Surroundings
    from opsrail.flows.running import Flows
    from opsrail.flows.service.model import Limits
    from opsrail.flows.service.offering import Counter
    from opsrail.flows.service.serving import Ended
    from opsrail.flows.service.tokens import Tokens
    from opsrail.llm.model import Mode
    from opsrail.repo.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    flows: tuple[str, ...]
    host: str
    port: int
    allow_remote: bool
    names: tuple[str, ...]
    token_file: Path | None
    new_token: Path | None
    token_name: str
    head: str
    base: str | None
    at_once: int
    waiting: int
    most_bytes: int
    drain: float
    log: Path | None
    mode: Mode
    budget: float | None

    @property
    def limits(self) -> Limits:
        """What callers may take up."""
        from opsrail.flows.service.model import Limits

        return Limits(
            most_bytes=self.most_bytes,
            at_once=self.at_once,
            waiting=self.waiting,
            drain_seconds=self.drain,
        )


@click.command()
@click.argument("flows", nargs=-1, metavar="[NAME]...")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8477, show_default=True)
@click.option(
    "--allow-remote",
    is_flag=True,
    help="Let other machines call. There is no TLS here: put a proxy that has it in front.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="HOST",
    help="A further name under which callers reach it; may be given more than once.",
)
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Who may call: `name:token` a line. Without it, the token in OPSRAIL_FLOW_TOKEN.",
)
@click.option(
    "--new-token",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Add a new token to FILE, for your eyes only, and serve nothing.",
)
@click.option(
    "--token-name", default="help-desk", show_default=True, help="What --new-token calls it."
)
@click.option(
    "--head", default="HEAD", show_default=True, metavar="REV", help="Serve that commit's flows."
)
@click.option("--base", metavar="REV", help="What changes are told against, for flows about them.")
@click.option(
    "--at-once", type=click.IntRange(1, 64), default=4, show_default=True, help="Runs at a time."
)
@click.option(
    "--waiting",
    type=click.IntRange(0, 10_000),
    default=64,
    show_default=True,
    help="Runs that may wait for their turn.",
)
@click.option(
    "--most-bytes",
    type=click.IntRange(1, 64 * 1024 * 1024),
    default=256 * 1024,
    show_default=True,
    help="The largest input that is taken.",
)
@click.option(
    "--drain",
    type=click.FloatRange(0, 3600),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long runs under way may still take when it is told to stop.",
)
@log_option
@model_options
def command(**given: Any) -> int:  # noqa: ANN401 - click's own, read by `Options`
    """Serve flows (all, or those named) over HTTP, for a help desk's own software to call.

    Every call needs a token, every run is in the audit log, and no effect is carried out: what a
    flow proposes waits for `opsrail flow approve`. GET /openapi.json describes what there is.
    The flows are those of one commit: restart it to serve those of another.

    SIGTERM stops it once the runs under way have ended (exit code 0), Ctrl-C too (130). Exit
    code 1: runs had to be cut off.
    """
    options = Options(**given)
    if options.new_token:
        return _write_token(options.new_token, options.token_name)
    return _serve(options)


def _write_token(file: Path, name: str) -> int:
    from opsrail.flows.service.tokens import write_new_token

    write_new_token(file, name)
    _say(f"{file} has a new token called {name}; only you may read it. Callers send what stands")
    _say("after the colon: `Authorization: Bearer TOKEN`")
    return ExitCode.PASS


def _serve(options: Options) -> int:
    from opsrail.flows.service.hosts import hosts_of, is_loopback
    from opsrail.flows.service.tokens import find_tokens

    if not is_loopback(options.host) and not options.allow_remote:
        raise click.UsageError(
            f"Other machines could reach {options.host}. Say --allow-remote if that is meant, and"
            " put a proxy with TLS in front."
        )
    tokens = find_tokens(options.token_file, os.environ)
    hosts_of(options.host, options.port, options.names)  # refused before anything is opened
    around = look_around()
    with closing(around.repository):
        return _serve_counter(_counter(around, options), options, tokens)


def _serve_counter(counter: Counter, options: Options, tokens: Tokens) -> int:
    from opsrail.flows.service.app import FlowApp
    from opsrail.flows.service.hosts import hosts_of
    from opsrail.flows.service.offering import offer_of
    from opsrail.flows.service.serving import Service, listen

    offer = offer_of(counter, options.flows)
    with listen(options.host, options.port) as listening:
        port = listening.getsockname()[1]
        hosts = hosts_of(options.host, port, options.names)
        app = FlowApp(offer, tokens, hosts, options.limits, _say)
        service = Service(app, listening, options.limits, _say)
        shown = f"[{options.host}]" if ":" in options.host else options.host
        _say(
            f"serving {', '.join(offer.flows)} of {offer.revision[:10]} at http://{shown}:{port}"
            f" (models: {options.mode}; runs are on record in {counter.desk.log.path})"
        )
        return _said(service.run())


def _counter(around: Surroundings, options: Options) -> Counter:
    from opsrail.flows.service.offering import Counter, Daily, SharedSnapshot
    from opsrail.repo.snapshot import revision_snapshot

    repository = around.repository
    commit = repository.resolve(options.head)
    snapshot = SharedSnapshot(revision_snapshot(repository, commit))
    before = None
    if options.base:
        shared = repository.merge_base(repository.resolve(options.base), commit)
        before = SharedSnapshot(revision_snapshot(repository, shared))
    daily = Daily(lambda day: _opened(snapshot, before, day, options.flows), today)
    flows = daily.flows()
    for name in sorted(flows.broken) if not options.flows else ():
        _say(f"not served: {name} cannot run: {flows.broken[name][0]}")
    return Counter(
        daily,
        open_model(snapshot, options.mode),
        desk_of(around, options.log),
        ledger(options.budget),
        options.most_bytes,
    )


def _opened(
    snapshot: Snapshot, before: Snapshot | None, day: date, names: tuple[str, ...]
) -> Flows:
    from opsrail.flows.model import World
    from opsrail.flows.running import open_flows
    from opsrail.tailor.catalog import Catalog

    world = World(Catalog(snapshot), day, Catalog(before) if before else None)
    return open_flows(world, names or None)


def _said(ended: Ended) -> int:
    if ended.cut_off:
        _say(f"stopped; runs that were cut off: {ended.cut_off}. The audit log names them")
        return ExitCode.CLOSED
    _say("stopped; every run that had begun was ended and is on record")
    return ExitCode.INTERRUPTED if ended.signal == signal.SIGINT else ExitCode.PASS


def _say(text: str) -> None:
    click.echo(text, err=True)
