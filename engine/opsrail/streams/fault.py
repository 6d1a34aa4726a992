"""What stops a whole stream from being read."""

from __future__ import annotations


class StreamFault(Exception):
    """A stream cannot be read at all. The message says why, `hint` what would help."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
