"""A first text for a new rule: readable, complete, with tests that hold and would notice a change.

The fields are taken from the stream, so that nobody begins with names that do not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from opsrail.detection.scaffold.kinds import KINDS
from opsrail.detection.scaffold.parts import Drawn, Picked, flow, picked
from opsrail.streams.model import Stream


@dataclass(frozen=True, slots=True)
class Start:
    """What is known of a rule before it is written. `schema` is the schema's path from the file;
    an empty text where there is none.
    """

    name: str
    kind: str
    stream: Stream
    owner: str
    route: str
    schema: str = ""

    @property
    def title(self) -> str:
        """The name as a title."""
        return self.name.replace("-", " ").replace("_", " ").capitalize()

    @property
    def runbook(self) -> str:
        """Where its runbook belongs."""
        return f"content/runbooks/{self.name}.md"


def rule_text(start: Start) -> str:
    """The file of a new rule. Raises `CannotWork` where its stream has no fields for it."""
    found = picked(start.stream, start.kind)
    drawn = KINDS[start.kind](start.name, found)
    head = f"# yaml-language-server: $schema={start.schema}\n" if start.schema else ""
    documents = [
        _event(start, found, *event, is_first=number == 0)
        for number, event in enumerate(drawn.events)
    ]
    documents.append(_rule(start, found, drawn))
    return head + _NOTE.format(stream=start.stream.name) + "---\n".join(documents)


_NOTE: Final = """\
# A first draft. Change what it looks for, how much is too much, and the tests, until they say
# what you mean. The fields are those of the stream `{stream}` in rules/streams.yaml.
"""

_EVENT: Final = """\
title: {title}
name: {name}
logsource: {logsource}
detection:
{note}  selection: {{{field}: {value}}}
  condition: selection
"""

_SELECTION: Final = """\
  # What an event must look like. Upper and lower case are the same; a list means one of these;
  # `{field}|contains: word` looks inside a text.
"""

_HEAD: Final = """\
title: {title}
name: {name}
status: experimental   # `test`, then `stable`, once you trust it
description: Say in a sentence what this means, and for whom.
level: medium          # informational, low, medium, high or critical
"""

_OPS: Final = """\
ops:
  owner: {owner}
  route: {route}
  runbook: {runbook}
{settings}  tests:
{tests}"""


def _event(start: Start, found: Picked, name: str, value: object, *, is_first: bool) -> str:
    """The document that says what an event looks like."""
    return _EVENT.format(
        title=name.replace("-", " ").replace("_", " ").capitalize(),
        name=name,
        logsource=flow(start.stream.logsource),
        note=_SELECTION.format(field=found.select) if is_first else "",
        field=found.select,
        value=flow(value),
    )


def _rule(start: Start, found: Picked, drawn: Drawn) -> str:
    """The document that raises alerts."""
    head = _HEAD.format(title=start.title, name=start.name)
    if not drawn.block:
        event = _event(start, found, start.name, found.first, is_first=True)
        head += event.partition(f"name: {start.name}\n")[2]
    ops = _OPS.format(
        owner=start.owner,
        route=start.route,
        runbook=start.runbook,
        settings="".join(f"  {line}\n" for line in drawn.settings),
        tests="".join(drawn.tests),
    )
    return head + drawn.block + ops
