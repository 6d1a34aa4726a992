"""`opsrail rules new`: start a rule from a template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsrail.cli.surroundings import look_around
from opsrail.findings import CannotWork

if TYPE_CHECKING:
    from opsrail.detection.scaffold.write import Start
    from opsrail.repo.snapshot import Snapshot
    from opsrail.streams.model import Stream

KINDS = (
    "event_count",
    "value_count",
    "value_sum",
    "value_avg",
    "value_median",
    "value_percentile",
    "temporal",
    "temporal_ordered",
    "missing",
    "silence",
    "detection",
)
SCHEMAS = ("schemas/rule.schema.json", "engine/opsrail/schemas/rule.schema.json")
_PLACE = re.compile(r"(?P<area>[a-z0-9][a-z0-9_-]*)/(?P<name>[a-z0-9][a-z0-9_-]*)")


@click.command()
@click.argument("place", metavar="AREA/NAME")
@click.option(
    "--type",
    "kind",
    type=click.Choice(KINDS),
    default="event_count",
    show_default=True,
    help="What it looks for: too many (event_count), too many different (value_count), a sum or"
    " a typical value, things together (temporal) or in order, an answer that is missing,"
    " silence, or single events (detection).",
)
@click.option(
    "--stream", metavar="NAME", help="Which events.  [default: the first in streams.yaml]"
)
@click.option("--owner", metavar="TEAM", default="your-team", help="Who answers for its alerts.")
def command(place: str, kind: str, stream: str | None, owner: str) -> None:
    """Write rules/AREA/NAME.yaml: a commented rule with its tests, ready to be changed."""
    from opsrail.detection.scaffold.write import Start, rule_text
    from opsrail.repo.journal import exclusive, recover, write_all
    from opsrail.repo.snapshot import worktree_snapshot

    found = _PLACE.fullmatch(place)
    if found is None:
        raise click.UsageError(
            f"{place} is no AREA/NAME: write it like identity/sign-in-spike, in lower-case"
            " letters, digits and dashes."
        )
    around = look_around()
    snapshot = worktree_snapshot(around.repository)
    path = f"rules/{place}.yaml"
    schema = next((one for one in SCHEMAS if (around.repository.root / one).is_file()), "")
    start = Start(
        found["name"],
        kind,
        _chosen(_streams(snapshot), stream),
        owner,
        _route(snapshot),
        f"../../{schema}" if schema else "",
    )
    text = rule_text(start)
    _refuse_taken(around.repository.root, snapshot, path, text)
    with exclusive(around.repository):
        recover(around.repository)
        write_all(around.repository, {path: text})
    _tell(path, start, has_runbook=start.runbook in snapshot)


def _streams(snapshot: Snapshot) -> Mapping[str, Stream]:
    from opsrail.detection.reading.documents import STREAMS_PATH
    from opsrail.repo.reading import read_as
    from opsrail.repo.yaml import YamlText
    from opsrail.streams.formats import StreamsFile
    from opsrail.streams.model import Stream

    if STREAMS_PATH not in snapshot:
        raise CannotWork(
            f"there is no {STREAMS_PATH}, so there are no events to look at",
            "write there which streams of events you have, and which fields are in them",
        )
    yaml = YamlText.parse(STREAMS_PATH, snapshot.text(STREAMS_PATH))
    file, wrong = read_as("streams", StreamsFile, yaml)
    if file is None:
        raise CannotWork(
            f"{STREAMS_PATH} cannot be read: {wrong[0].message}", "see `opsrail check`"
        )
    return {name: Stream.from_entry(name, entry) for name, entry in file.streams.items()}


def _chosen(streams: Mapping[str, Stream], name: str | None) -> Stream:
    if name is None:
        return next(iter(streams.values()))
    if name not in streams:
        raise click.UsageError(
            f"There is no stream {name} in rules/streams.yaml; it has {', '.join(streams)}."
        )
    return streams[name]


def _route(snapshot: Snapshot) -> str:
    """The first route there is; the team has to choose anyway."""
    from opsrail.detection.policies import RoutesFile
    from opsrail.detection.reading.documents import ROUTES_PATH
    from opsrail.repo.reading import read_as
    from opsrail.repo.yaml import YamlText

    if ROUTES_PATH not in snapshot:
        return "your-route"
    yaml = YamlText.parse(ROUTES_PATH, snapshot.text(ROUTES_PATH))
    file, _ = read_as("routes", RoutesFile, yaml)
    return next(iter(file.routes), "your-route") if file else "your-route"


def _refuse_taken(root: Path, snapshot: Snapshot, path: str, text: str) -> None:
    """Neither a file nor a rule of another file is ever replaced."""
    from opsrail.detection.reading.search import defined, taken

    if path in snapshot or (root / path).exists():
        raise click.UsageError(f"{path} is there already. Nothing was written.")
    for name, other in taken(snapshot, defined(path, text)).items():
        raise click.UsageError(
            f"A rule named {name} is there already, in {other}. Nothing was written: choose"
            " another NAME."
        )


def _tell(path: str, start: Start, *, has_runbook: bool) -> None:
    runbook = "" if has_runbook else f"  write {start.runbook}: what to do about an alert\n"
    click.echo(
        f"Wrote {path}\n\n"
        "Next:\n"
        f"  edit it: what it looks for in `{start.stream.name}`, how much is too much, the tests\n"
        f"{runbook}"
        f"  opsrail rules test {start.name}      do its tests hold?\n"
        f"  opsrail rules explain {start.name}   does it say what you mean?\n"
        f"  opsrail rules mutate {start.name}    would the tests notice a mistake?"
    )
