"""Who answers requests: recordings, an endpoint, or nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from opsrail.llm.admission import admitted
from opsrail.llm.answers import Answer
from opsrail.llm.budget import Ledger
from opsrail.llm.endpoint import Endpoint
from opsrail.llm.formats import ModelEntry
from opsrail.llm.model import FREE, Fault, FaultKind, Mode, Reply, Request
from opsrail.llm.recordings import Damaged, recorded, recording_of, recording_path
from opsrail.llm.tries import Call
from opsrail.llm.validating import judged

if TYPE_CHECKING:
    from opsrail.llm.client import Caller, Heard

Recordings = Callable[[str], str | None]
"""The text of the file at a repository path, None if there is none."""
Keep = Callable[[str, str], None]
"""Takes a repository path and the text that belongs there."""


class Asker(Protocol):
    """Answers requests: by recordings, by calls, or not at all."""

    @property
    def mode(self) -> Mode:
        """Where its answers come from."""
        ...

    def ask(
        self, requests: Sequence[Request], within: Ledger | None = None
    ) -> tuple[Reply | Fault, ...]:
        """The outcome of each request, in their order. Concurrent where they are calls."""
        ...


def open_asker(
    mode: Mode,
    models: Mapping[str, ModelEntry],
    recordings: Recordings,
    *,
    endpoint: Endpoint | None = None,
    keep: Keep | None = None,
) -> Asker:
    """An asker of this mode. `models` are the entries of policies/models.yaml by name.

    `keep` is called as each answer comes, where answers are recorded; raises `ValueError` if it
    is missing there. Several threads may use the asker; `keep` is called by one at a time.
    """
    if mode is Mode.OFF:
        return _Off()
    if mode is Mode.RECORD and keep is None:
        raise ValueError("to record, an asker has to be told who keeps the recordings")
    calls = _Calling(models, endpoint) if mode in {Mode.RECORD, Mode.LIVE} else None
    if mode is Mode.LIVE:
        return _Asking(mode, lambda _path: None, calls, None)
    return _Asking(mode, recordings, calls, keep if mode is Mode.RECORD else None)


class _Off:
    """Answers nothing."""

    mode = Mode.OFF

    def ask(
        self,
        requests: Sequence[Request],
        within: Ledger | None = None,  # noqa: ARG002 - nothing is ever spent
    ) -> tuple[Reply | Fault, ...]:
        """A fault for each."""
        message = "models are switched off"
        hint = "run with `--model replay`, or with `record` or `live` and an endpoint"
        return tuple(Fault(request, FaultKind.OFF, message, hint) for request in requests)


@dataclass
class _Asking:
    """Looks for a recording first, then calls if it may. Equal requests have one answer."""

    mode: Mode
    recordings: Recordings
    calls: _Calling | None
    keep: Keep | None
    _kept: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(
        self, requests: Sequence[Request], within: Ledger | None = None
    ) -> tuple[Reply | Fault, ...]:
        """The outcome of each request, in their order."""
        paths = [recording_path(request) for request in requests]
        first: dict[str, Request] = {}
        for path, request in zip(paths, requests, strict=True):
            first.setdefault(path, request)
        outcomes = {path: self._replayed(path, request) for path, request in first.items()}
        missing = [path for path, outcome in outcomes.items() if outcome is None]
        ledger = Ledger() if within is None else within
        called = self._called([first[path] for path in missing], ledger)
        outcomes |= dict(zip(missing, called, strict=True))
        return tuple(
            _own(request, outcomes[path], first[path])
            for path, request in zip(paths, requests, strict=True)
        )

    def _called(self, requests: Sequence[Request], within: Ledger) -> Sequence[Reply | Fault]:
        if self.calls is None:
            return [_unrecorded(request) for request in requests]
        return self.calls.called(requests, within, self._heard)

    def _replayed(self, path: str, request: Request) -> Reply | Fault | None:
        with self._lock:
            text = self._kept.get(path)
        text = self.recordings(path) if text is None else text
        if text is None:
            return None
        try:
            outcome = judged(request, recorded(request, text))
        except Damaged as error:
            return _damaged(request, path, str(error))
        return replace(outcome, is_recorded=True) if isinstance(outcome, Reply) else outcome

    def _heard(self, request: Request, answer: Answer) -> None:
        if self.keep is None:
            return
        path, text = recording_path(request), recording_of(request, answer)
        with self._lock:
            if path not in self._kept:  # another thread may have asked the same meanwhile
                self._kept[path] = text
                self.keep(path, text)


def _own(request: Request, outcome: Reply | Fault | None, asked: Request) -> Reply | Fault:
    """The outcome for one of several equal requests: the first of them has paid for all."""
    assert outcome is not None
    return outcome if request is asked else replace(outcome, request=request, usage=FREE)


def _unrecorded(request: Request) -> Fault:
    return Fault(
        request,
        FaultKind.NO_RECORDING,
        f"there is no recording of this request to `{request.purpose}`",
        "its prompt, model or input changed since it was recorded: run once with `--model record`"
        " and an endpoint, and commit the recordings",
    )


def _damaged(request: Request, path: str, why: str) -> Fault:
    return Fault(
        request,
        FaultKind.NO_RECORDING,
        f"the recording {path} is damaged and not used: {why}",
        "delete the file and run once with `--model record`, or take it from an earlier commit",
    )


@dataclass
class _Calling:
    """Has sent what may be sent."""

    models: Mapping[str, ModelEntry]
    endpoint: Endpoint | None
    _open: Caller | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def called(
        self, requests: Sequence[Request], within: Ledger, heard: Heard
    ) -> list[Reply | Fault]:
        """The outcome of each. All are estimated and set aside before the first is sent."""
        looked = [admitted(one, self.models, self.endpoint, within) for one in requests]
        calls = [one for one in looked if isinstance(one, Call)]
        outcomes = iter(self._caller().call(calls, within, heard) if calls else ())
        return [next(outcomes) if isinstance(one, Call) else one for one in looked]

    def _caller(self) -> Caller:
        from opsrail.llm.client import Caller  # takes a second and the openai client

        with self._lock:  # one for all threads, or a model's `at_once` would hold for each
            if self._open is None:
                assert self.endpoint is not None
                self._open = Caller(self.endpoint, self.models)
            return self._open
