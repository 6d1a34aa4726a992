"""`opsrail explain CODE`: what a finding's code means."""

from __future__ import annotations

from difflib import get_close_matches

import click

from opsrail.gate.registry import explanations


@click.command()
@click.argument("code", required=False)
def command(code: str | None) -> None:
    """Say what a finding's CODE means and what to do about it; without CODE, list all."""
    known = explanations()
    if code is None:
        width = max(map(len, known))
        for name, text in known.items():
            click.echo(f"{name:<{width}}  {text.partition(chr(10))[0]}")
    elif code in known:
        click.echo(f"{code}\n\n{known[code]}")
    else:
        close = [name for name in known if code in name] or get_close_matches(code, known, 3)
        meant = f" Did you mean {', '.join(close)}?" if close else ""
        raise click.UsageError(f"There is no code “{code}”.{meant}")
