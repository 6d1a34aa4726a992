"""What a run that nobody trusts left behind: one file of a known name in an archive, or nothing."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from typing import Final

from opsrail.findings import Unreadable
from opsrail.gate.forges.payload import MOST_BYTES, refusal

_MOST_FILES: Final = 10
_DAMAGES: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What reading a damaged archive, or one made to be one, comes to. A password is a RuntimeError."""


def only_file(source: str, data: bytes, name: str) -> bytes:
    """The bytes of `name` in the zip archive `data`, called `source` in findings.

    Nothing is unpacked to disk, no other file is looked at, and no more is unpacked than a
    payload may have, whatever the archive says of itself. Raises `Unreadable`.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable(refusal(source, f"this is larger than {MOST_BYTES:,} bytes"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            named = [one for one in archive.infolist() if one.filename == name]
            if len(archive.infolist()) > _MOST_FILES or len(named) != 1:
                raise Unreadable(refusal(source, f"this archive has to hold one {name}"))
            with archive.open(named[0]) as file:
                content = file.read(MOST_BYTES + 1)
    except _DAMAGES as error:
        raise Unreadable(refusal(source, "this is no archive that can be read")) from error
    if len(content) > MOST_BYTES:
        raise Unreadable(refusal(source, f"its {name} is larger than {MOST_BYTES:,} bytes"))
    return content
