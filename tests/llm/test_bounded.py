from __future__ import annotations

from opsrail.llm.asking import open_asker
from opsrail.llm.bounded import Bounded
from opsrail.llm.budget import Ledger
from opsrail.llm.formats import ModelEntry, Price
from opsrail.llm.model import Fault, FaultKind, Mode, Reply
from tests.llm.asked import asked
from tests.llm.endpoint_double import answering, serving

MODELS = {"small": ModelEntry(name="model-1", price=Price(input=1, output=2))}


def test_one_budget_holds_for_every_caller() -> None:
    with serving(answering("Yes.")) as double:
        asker = open_asker(Mode.LIVE, MODELS, lambda _: None, endpoint=double.endpoint)
        whole = Ledger(tokens=1_000)
        bounded = Bounded(asker, whole)
        assert bounded.mode is Mode.LIVE
        (first,) = bounded.ask([asked()], Ledger(tokens=5_000))
        assert isinstance(first, Reply)
        assert whole.spent.output_tokens > 0
        (second,) = Bounded(asker, Ledger(tokens=10)).ask([asked()], Ledger(tokens=5_000))
        (third,) = Bounded(asker, Ledger(tokens=10)).ask([asked()])
        assert len(double.seen) == 1
    for outcome in (second, third):
        assert isinstance(outcome, Fault)
        assert outcome.kind is FaultKind.BUDGET
