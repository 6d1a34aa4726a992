"""Names under which the service may be reached, and no other."""

from __future__ import annotations

import pytest

from opsrail.findings import CannotWork
from opsrail.flows.service.hosts import hosts_of, is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_machine_only(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "desk.example", "", "localhost."])  # noqa: S104 - looked at
def test_other_machines_too(host: str) -> None:
    assert not is_loopback(host)


def test_a_name_of_a_proxy_holds_with_any_port_and_nothing_else() -> None:
    hosts = hosts_of("10.0.0.1", 8477, ["Flows.Larkspindle.example"])
    for said in ("flows.larkspindle.example", "flows.larkspindle.example:443", "10.0.0.1:8477"):
        assert hosts.has(said)
    for said in ("10.0.0.1", "larkspindle.example", "a.flows.larkspindle.example", ":443", ""):
        assert not hosts.has(said)


def test_on_port_80_the_port_may_be_left_out() -> None:
    assert hosts_of("127.0.0.1", 80).has("localhost")
    assert not hosts_of("127.0.0.1", 8477).has("localhost")


def test_an_address_of_the_newer_kind_is_said_in_brackets() -> None:
    hosts = hosts_of("2001:db8::7", 8477, ["[2001:db8::8]"])
    assert hosts.has("[2001:DB8::7]:8477")
    assert hosts.has("[2001:db8::8]")
    assert not hosts.has("[2001:db8::9]:8477")


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - looked at
def test_every_address_needs_a_name(host: str) -> None:
    with pytest.raises(CannotWork):
        hosts_of(host, 8477)
    assert hosts_of(host, 8477, ["desk.example"]).has("desk.example")
