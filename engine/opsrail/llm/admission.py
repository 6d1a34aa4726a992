"""Which requests may be sent at all: decided before the first is, and closed in doubt."""

from __future__ import annotations

from collections.abc import Mapping

from opsrail.llm.budget import Ledger
from opsrail.llm.canonical import canonical_json
from opsrail.llm.endpoint import SHORTEST_SECRET, Endpoint
from opsrail.llm.estimate import estimated, fits
from opsrail.llm.formats import MODELS_PATH, ModelEntry
from opsrail.llm.model import Fault, FaultKind, Request, Usage
from opsrail.llm.schema_words import sent_messages
from opsrail.llm.tries import Call


def admitted(
    request: Request, models: Mapping[str, ModelEntry], endpoint: Endpoint | None, within: Ledger
) -> Call | Fault:
    """The request as a call, with the most that it may use set aside; or why it is not sent."""
    if endpoint is None:
        return _without_endpoint(request)
    entry = models.get(request.entry)
    if entry is None or entry.name != request.model or entry.price is None:
        return _unpriced(request)
    most = estimated(request, entry.price)
    if not fits(most, entry):
        return _too_long(request, entry, most)
    if _holds_key(request, endpoint):
        return _with_key(request)
    if not within.reserve(most):
        return _over_budget(request, most)
    return Call(request, entry, entry.price, most)


def _without_endpoint(request: Request) -> Fault:
    return Fault(
        request,
        FaultKind.NO_ENDPOINT,
        "no endpoint is set, so that no model can be asked",
        "set OPSRAIL_LLM_URL and OPSRAIL_LLM_KEY, or run with `--model replay`",
    )


def _unpriced(request: Request) -> Fault:
    return Fault(
        request,
        FaultKind.BUDGET,
        f"the price of the model `{request.model}` (`{request.entry}`) is unknown, so that no"
        " budget could hold: nothing was sent",
        f"give its `price` in {MODELS_PATH}; a model of your own costs `{{input: 0, output: 0}}`",
    )


def _too_long(request: Request, entry: ModelEntry, most: Usage) -> Fault:
    return Fault(
        request,
        FaultKind.TOO_LONG,
        f"question and answer may need {_tokens(most):,} tokens, and the model `{request.entry}`"
        f" takes {entry.context:,}",
        "shorten what the prompt is filled with, lower `most_tokens`, or take a model with more"
        " `context`",
    )


def _holds_key(request: Request, endpoint: Endpoint) -> bool:
    if len(endpoint.key) < SHORTEST_SECRET:
        return False
    texts = [one.text for one in sent_messages(request)]
    return any(endpoint.key in text for text in (*texts, canonical_json(request.schema)))


def _with_key(request: Request) -> Fault:
    return Fault(
        request,
        FaultKind.REFUSED,
        "the request has the endpoint's key in it and was not sent",
        "remove the key from the prompt or the input, and replace it: others saw it",
    )


def _over_budget(request: Request, most: Usage) -> Fault:
    return Fault(
        request,
        FaultKind.BUDGET,
        f"the budget does not allow this request, which may use {_tokens(most):,} tokens"
        f" ({most.dollars:.4f} USD)",
        "raise the budget, shorten the input, or lower `most_tokens`",
    )


def _tokens(usage: Usage) -> int:
    return usage.input_tokens + usage.output_tokens
