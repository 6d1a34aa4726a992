"""Under which names the service may be reached.

A page in a browser can point a name of its own at this machine and so get around the browser's
rule of one origin (DNS rebinding). Its requests then carry that name in `Host`, and none of ours.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from opsrail.findings import CannotWork

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Hosts:
    """The values of `Host` that are ours."""

    exact: frozenset[str]
    """With our port, as a client on this machine says them."""
    names: frozenset[str] = frozenset()
    """With any port: a proxy in front has its own."""

    def has(self, host: str) -> bool:
        """Whether a `Host` header is meant for us."""
        host = host.lower()
        bare = host if host.endswith("]") else host.rpartition(":")[0] or host
        return host in self.exact or bare in self.names


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def hosts_of(host: str, port: int, names: Sequence[str] = ()) -> Hosts:
    """What `Host` may say to a service that listens there; `names` are further ones.

    Raises `CannotWork` where it listens on every address and no name is given.
    """
    own = f"[{host}]" if ":" in host else host
    if _is_everywhere(host) and not names:
        raise CannotWork(
            f"{host} means every address of this machine",
            "say with `--name` under which name callers reach the service",
        )
    exact = {f"{name}:{port}" for name in (*LOOPBACK, own.lower())}
    if port == 80:
        exact |= {*LOOPBACK, own.lower()}
    return Hosts(frozenset(exact), frozenset(name.lower() for name in names))
