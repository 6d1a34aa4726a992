"""A marked key is nowhere but in the one header that needs it."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator

import pytest

from opsrail.llm.asking import open_asker
from opsrail.llm.model import Fault, FaultKind, Mode, Reply
from tests.llm.asked import SCHEMA, asked, entry
from tests.llm.endpoint_double import KEY, Answered, as_json, chat, failing, serving

ECHO = f"Incorrect API key provided: {KEY}. Bearer {KEY}"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that any library logs, at its most talkative."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    root = logging.getLogger()
    named = [logging.getLogger(name) for name in ("openai", "httpx2", "httpcore2", "asyncio")]
    levels = [(one, one.level) for one in (root, *named)]
    root.addHandler(handler)
    for one, _ in levels:
        one.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    for one, level in levels:
        one.setLevel(level)


@pytest.mark.parametrize(
    "answer",
    [
        chat(f"Your key is {KEY}."),
        chat(f'{{"intent": "{KEY}", "score": 1}}'),
        chat(None, refusal=f"I won't say {KEY}."),
        chat(f"```{KEY}"),
        failing(401, ECHO),
        failing(429, ECHO, Retry_After="0"),
        failing(500, ECHO),
        failing(400, ECHO),
        as_json({"error": {"message": ECHO}}),
        as_json({"detail": ECHO}, 422),
        as_json({KEY: KEY}),
        Answered(500, ECHO.encode(), {"Content-Type": "text/plain", "X-Echo": KEY}),
        Answered(200, ECHO.encode(), {"Content-Type": f"text/{KEY}"}),
        Answered(200, ECHO.encode()),
        Answered(200, ECHO.encode(), promised=9999),
        Answered(307, b"", {"Location": f"http://127.0.0.1:9/{KEY}"}),
    ],
)
def test_the_key_is_in_no_outcome_no_recording_and_no_log(
    answer: Answered, logged: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    files: dict[str, str] = {}
    with serving([answer]) as double:
        asker = open_asker(
            Mode.RECORD,
            {"small": entry(retries=1)},
            files.get,
            endpoint=double.endpoint,
            keep=files.__setitem__,
        )
        outcomes = asker.ask([asked(schema=SCHEMA), asked()])
    assert double.seen[0].headers["authorization"] == f"Bearer {KEY}"
    told = [repr(one) for one in outcomes]
    told += [f"{one.message} {one.hint}" for one in outcomes if isinstance(one, Fault)]
    told += [one.text for one in outcomes if isinstance(one, Reply)]
    told += [*files, *files.values(), logged.getvalue(), *capfd.readouterr(), repr(asker)]
    assert KEY not in "\n".join(told)


def test_the_log_was_listened_to(logged: io.StringIO) -> None:
    with serving([chat("Yes.")]) as double:
        asker = open_asker(Mode.LIVE, {"small": entry()}, files_of_none, endpoint=double.endpoint)
        asker.ask([asked()])
    assert "httpx2" in logged.getvalue()


def files_of_none(_path: str) -> None:
    """No recordings."""


def test_the_key_is_in_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the engine itself ends in a report file that people paste."""

    def broken(*_: object) -> None:
        raise LookupError("a fault of the engine")

    with serving([chat("Yes.")]) as double:
        asker = open_asker(Mode.LIVE, {"small": entry()}, files_of_none, endpoint=double.endpoint)
        monkeypatch.setattr("opsrail.llm.client.judged", broken)
        with pytest.raises(LookupError) as caught:
            asker.ask([asked()])
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_what_is_told_of_a_refused_key_is_still_useful() -> None:
    with serving([failing(401, ECHO)]) as double:
        asker = open_asker(Mode.LIVE, {"small": entry()}, files_of_none, endpoint=double.endpoint)
        (outcome,) = asker.ask([asked()])
    assert isinstance(outcome, Fault)
    assert outcome.kind is FaultKind.UNAUTHORISED
    assert "Incorrect API key provided: [key]." in outcome.message
