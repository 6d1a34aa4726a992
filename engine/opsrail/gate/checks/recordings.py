"""Recordings of models' answers that will never be used."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.findings import Finding, Location
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.gate.texts import changed_paths
from opsrail.llm.recordings import FOLDER, recording_fault


@check("recording-broken")
def recording_broken(subject: Subject) -> Iterator[Finding]:
    """A file under policies/recordings/ is no recording that a request would ever find.

    It was edited by hand, cut, renamed or put into the wrong folder: what it says was asked does
    not hash to its name. Whatever it was to answer has no answer now. Delete it, and run what
    asks once more with `--model record`.
    """
    for path in changed_paths(subject, ("",)):
        text = subject.head.text(path) if path.startswith(f"{FOLDER}/") else None
        if text is not None and (fault := recording_fault(path, text)):
            hint = "delete it, and run what asks once more with `--model record`"
            yield Finding(Location(path), "recording-broken", fault, hint=hint)
