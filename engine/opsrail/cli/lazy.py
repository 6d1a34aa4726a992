"""Groups of commands whose modules are imported when they are called, and not before."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click


class LazyGroup(click.Group):
    """A group whose commands live in the modules of one package, one file a command.

    `told` says of each command what the group's help says of it. The command NAME is `command`
    in PACKAGE.NAME, unless `modules` names another module.
    """

    def __init__(
        self,
        *,
        package: str,
        told: Mapping[str, str],
        modules: Mapping[str, str] | None = None,
        **kept: object,
    ) -> None:
        super().__init__(**kept)  # type: ignore[arg-type]  # click's own options, passed on as they are
        self.package = package
        self.told = told
        self.modules = modules or {}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command's name, sorted."""
        return sorted(self.told)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of that name, imported now; None if there is none."""
        if cmd_name not in self.told:
            return None
        name = f"{self.package}.{self.modules.get(cmd_name, cmd_name)}"
        command = importlib.import_module(name).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{name}.command is no click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(self.told.items()))
