"""Serve one edition on this machine, and build it anew when something changes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from opsrail.findings import CannotWork

HOST = "127.0.0.1"
WATCHED = ("content", "playbooks", "policies", "rules", "site", "mkdocs.yml")


def serve_site(
    places: Iterable[Path],
    site: Path,
    port: int,
    rebuild: Callable[[], None],
    say: Callable[[str], None],
) -> None:
    """Serve `site` until the user interrupts; open pages reload after each rebuild, of which there
    is one whenever something in one of the `places` changes.

    A rebuild that cannot work is told through `say`, and the last good site stays up.
    """
    # The server of mkdocs itself, without its builder: it watches, rebuilds and reloads.
    from mkdocs.livereload import LiveReloadServer

    logging.getLogger("mkdocs.livereload").setLevel(logging.ERROR)

    def build() -> None:
        try:
            rebuild()
        except CannotWork as error:
            say(f"{error}\nThe last good site is still up.")
        else:
            say("rebuilt")

    try:
        server = LiveReloadServer(builder=build, host=HOST, port=port, root=str(site))
    except OSError as error:
        raise CannotWork(
            f"port {port} is taken or not allowed: {error.strerror}", "choose another with --port"
        ) from error
    for place in places:
        server.watch(str(place))
    say(f"serving http://{HOST}:{port}/ (Ctrl-C stops)")
    try:
        server.serve()  # type: ignore[no-untyped-call]  # mkdocs leaves it untyped
    except KeyboardInterrupt:
        say("stopped")
    finally:
        server.shutdown()


def watched_in(root: Path, names: Iterable[str] = WATCHED) -> tuple[Path, ...]:
    """What is there to watch."""
    return tuple(root / name for name in names if (root / name).exists())
