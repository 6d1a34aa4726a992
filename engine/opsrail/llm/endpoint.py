"""Where models are reached. Only the environment says so, never a file of the repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from opsrail.findings import CannotWork

SHORTEST_SECRET: Final = 8
"""Characters. A shorter key is a placeholder for a server that wants none, and a common word."""
_VARIABLES: Final = (("OPSRAIL_LLM_URL", "OPSRAIL_LLM_KEY"), ("OPENAI_BASE_URL", "OPENAI_API_KEY"))
_PLACEHOLDER: Final = "no-key"
_OPENAI: Final = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that speaks as OpenAI's does, and the key for it. The key is never shown."""

    url: str
    key: str = field(repr=False)

    def redacted(self, text: str) -> str:
        """The text without the key, whoever wrote it there."""
        if len(self.key) < SHORTEST_SECRET:
            return text
        return text.replace(self.key, "[key]")


def endpoint_of(environment: Mapping[str, str]) -> Endpoint | None:
    """The endpoint that the environment names, or None.

    OPSRAIL_LLM_URL with OPSRAIL_LLM_KEY, else OPENAI_BASE_URL with OPENAI_API_KEY, of which the
    address may be left out. One pair's key never goes to the other's address. Raises
    `CannotWork` where an address cannot be used.
    """
    for address_name, key_name in _VARIABLES:
        address = environment.get(address_name, "").strip()
        key = environment.get(key_name, "").strip()
        if not address and key and key_name == "OPENAI_API_KEY":
            address = _OPENAI
        if address:
            _check_address(address, address_name)
            _check_key(key, key_name)
            return Endpoint(address.rstrip("/"), key or _PLACEHOLDER)
    return None


def _check_address(address: str, name: str) -> None:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    is_plain = address.isascii() and address.isprintable() and " " not in address
    if parts.scheme not in {"http", "https"} or not host or not is_plain:
        raise CannotWork(
            f"{name} is no address that can be asked",
            hint="it has to look like https://models.example/v1",
        )
    if parts.username is not None or parts.query or parts.fragment:
        raise CannotWork(
            f"{name} has more in it than an address",
            hint="leave out names, passwords and everything after `?` or `#`; the key has its own"
            f" variable, {name.replace('BASE_URL', 'API_KEY').replace('URL', 'KEY')}",
        )


def _check_key(key: str, name: str) -> None:
    if not key.isascii() or not key.isprintable():
        raise CannotWork(
            f"{name} holds characters that no key has", hint="copy the key once more, in one line"
        )
