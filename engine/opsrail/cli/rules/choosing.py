"""Which rules a command is about."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from opsrail.detection.library import Library
    from opsrail.detection.model import Rule
    from opsrail.findings import Finding


def chosen(rules: Mapping[str, Rule], names: Sequence[str]) -> tuple[str, ...]:
    """The rules named, or every rule that raises alerts, sorted.

    A usage error for a name that there is not, with what it may have been meant for.
    """
    for name in names:
        if name not in rules:
            close = difflib.get_close_matches(name, rules, n=1)
            hint = f" Did you mean {close[0]}?" if close else " `opsrail rules list` has them."
            raise click.UsageError(f"There is no rule {name} that can be run.{hint}")
    return tuple(names) or tuple(sorted(name for name, rule in rules.items() if rule.ops))


def about(library: Library, names: Sequence[str]) -> tuple[Finding, ...]:
    """What is wrong with the files of these rules and around them; with any, if none is named."""
    if not names:
        return library.findings
    paths = {rule.place.path for rule in library.closure(names)} | {*library.settings}
    return tuple(one for one in library.findings if one.location.path in paths)
