"""Budgets hold whatever happens at once, and estimates are upper ones."""

from __future__ import annotations

import asyncio
import base64
import random
import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.llm.answers import Answer
from opsrail.llm.budget import Ledger
from opsrail.llm.estimate import estimated, fits, priced, tokens_at_most
from opsrail.llm.exchange import retry_after
from opsrail.llm.formats import Price
from opsrail.llm.model import FREE, Usage
from opsrail.llm.tries import Call, Tries, pause_before
from tests.llm.asked import SCHEMA, asked, entry

PRICE = Price(input=1.0, output=2.0)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=30))
def test_what_is_reserved_and_spent_never_goes_over(steps: Sequence[tuple[int, int]]) -> None:
    ledger = Ledger(tokens=100)
    under_way: list[Usage] = []
    for sent, came in steps:
        most = Usage(sent, came)
        if ledger.reserve(most):
            under_way.append(most)
        elif under_way:
            ledger.settle(under_way.pop(), Usage(sent // 2, 0))
        whole = ledger.spent + ledger._reserved
        assert ledger._reserved.input_tokens == sum(one.input_tokens for one in under_way)
        if all(one.input_tokens + one.output_tokens <= 100 for one in under_way):
            assert whole.input_tokens + whole.output_tokens <= 100 + 40


def test_sums_of_floats_refuse_nothing_that_fits() -> None:
    ledger = Ledger(dollars=0.3)
    assert [ledger.reserve(Usage(dollars=0.1)) for _ in range(4)] == [True, True, True, False]


def test_threads_cannot_overdraw_it() -> None:
    ledger = Ledger(tokens=100)
    taken: list[bool] = []

    def take() -> None:
        taken.extend(ledger.reserve(Usage(1, 0)) for _ in range(50))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 100


def test_what_one_budget_allows_another_above_may_forbid() -> None:
    whole = Ledger(tokens=100)
    mine, yours = Ledger(tokens=80, above=whole), Ledger(tokens=80, above=whole)
    assert mine.reserve(Usage(60, 0))
    assert not mine.reserve(Usage(30, 0))
    assert whole._reserved == Usage(60, 0)  # what a budget refused is set aside nowhere
    assert not yours.reserve(Usage(50, 0))
    mine.settle(Usage(60, 0), Usage(10, 0))
    assert yours.reserve(Usage(50, 0))
    assert whole.spent == Usage(10, 0)


def test_without_limits_everything_fits() -> None:
    assert Ledger().reserve(Usage(10**9, 10**9, 10**6))


@given(st.text())
def test_no_text_is_estimated_at_more_than_its_bytes_nor_at_nothing(text: str) -> None:
    size = len(text.encode("utf-8", "replace"))
    assert tokens_at_most(text) <= size
    assert tokens_at_most(text) > 0 or not text.strip(" ")


def test_a_request_costs_what_it_sends_and_the_longest_answer() -> None:
    most = estimated(asked(), PRICE)
    assert most.output_tokens == 200
    assert most.is_estimate
    assert most.dollars == pytest.approx((most.input_tokens + 400) / 1e6)
    assert estimated(asked(schema=SCHEMA), PRICE).input_tokens > most.input_tokens + 100
    assert estimated(asked("x " * 500), PRICE).input_tokens > most.input_tokens + 400


def test_context_is_for_question_and_answer_together() -> None:
    assert fits(Usage(156, 100), entry(context=256))
    assert not fits(Usage(157, 100), entry(context=256))


def test_prices_are_a_million_tokens() -> None:
    assert priced(1_000_000, 500_000, PRICE).dollars == 2.0


@given(st.integers(1, 40), st.floats(0, 1))
def test_pauses_grow_and_are_spread(retry: int, chance: float) -> None:
    whole = min(0.5 * 2.0 ** (retry - 1), 8.0)
    assert whole / 2 <= pause_before(retry, None, chance) <= whole
    assert 30 <= pause_before(retry, 30.0, chance) <= 33


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("-3", 0.0),
        ("", None),
        ("soon", None),
        ("1e999", None),
        ("9" * 400, None),
        ("9" * 9000, None),
        ("Mon, 05 Jan 99999 09:00:30 GMT", None),
        ("Mon, 05 Jan 2026 09:00:30 GMT", 30.0),
        ("Mon, 05 Jan 2026 08:59:00 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(said: str, seconds: float | None) -> None:
    now = 1767603600.0  # 2026-01-05 09:00 UTC
    assert retry_after({"retry-after": said}, now) == seconds


def test_a_try_that_somebody_stops_counts_in_full() -> None:
    ledger = Ledger()
    most = Usage(10, 20, 0.1, is_estimate=True)
    ledger.reserve(most)
    tries = Tries(Call(asked(), entry(), PRICE, most), ledger)

    async def never() -> Answer:
        await asyncio.sleep(60)
        return Answer("")

    async def stopped() -> None:
        task = asyncio.create_task(tries.answer(never))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(stopped())
    assert ledger.spent == most
    assert ledger._reserved.input_tokens == FREE.input_tokens


def hard_texts() -> dict[str, str]:
    """Texts that tokenizers are bad at."""
    chance = random.Random(20260105)
    return {
        "digits": "".join(chance.choice("0123456789") for _ in range(600)),
        "hex": chance.randbytes(300).hex(),
        "base64": base64.b64encode(chance.randbytes(400)).decode(),
        "letters": "".join(chance.choice("aBcDeFgHxYzQ") for _ in range(600)),
        "signs": "".join(chance.choice("!#$%&()*+-/:;<=>?@[]^_{|}~") for _ in range(600)),
        "han": "".join(chr(chance.randrange(0x4E00, 0x9FA0)) for _ in range(200)),
        "pictures": "".join(chr(chance.randrange(0x1F300, 0x1F5FF)) for _ in range(150)),
        "indented": "".join(f"{' ' * (n % 9)}x\n" for n in range(200)),
        "prose": "Customers may ask for a refund within 30 days of the charge. " * 10,
    }
