"""The whole proof, and how it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from opsrail.evals.proving.certain import certain
from opsrail.evals.proving.model import Claim, Proof, Rate
from opsrail.evals.proving.simulate import SETTINGS, all_rates

Progress = Callable[[str, int, int], None]

_FEWER = 10
"""Rules without chance are tried on so many times fewer suites."""
_WIDTH = 52


def prove(
    runs: int = 1000, seed: int = 1, confidence: float = 0.95, progress: Progress | None = None
) -> Proof:
    """Simulate every kind of suite `runs` times; `seed` makes it come out the same again."""
    rates: list[Rate] = []
    total = len(SETTINGS) + 2
    for place, (words, found) in enumerate(all_rates(confidence, runs, seed)):
        if progress:
            progress(words, place + 1, total)
        rates += found
    return Proof(tuple(rates), certain(max(1, runs // _FEWER), seed), runs, seed, confidence)


def lines(proof: Proof) -> Iterator[str]:
    """The proof as a table for the terminal."""
    yield f"Simulated suites, {proof.runs:,} of each kind, confidence {100 * proof.confidence:g} %."
    yield "Rates in percent, in brackets their 95 % interval; allowed is what was promised."
    for claim in (Claim.FALSE_CLOSURE, Claim.FALSE_PASS):
        yield ""
        yield f"{_title(claim):{_WIDTH}}  allowed  measured"
        for rate in proof.rates:
            if rate.claim is claim:
                yield _row(rate, proof)
    yield ""
    yield f"{'What it sees':{_WIDTH}}  {Claim.CLOSED} · {Claim.PASSED}"
    yield from _power(proof)
    yield ""
    yield "Rules without chance"
    for one in proof.always:
        yield f"{one.rule:{_WIDTH}}  {one.right} of {one.tried}  {_kept(is_kept=one.holds)}"
    yield ""
    yield _summary(proof)


def as_json(proof: Proof) -> dict[str, object]:
    """The proof for programs: shares of 1."""
    return {
        "runs": proof.runs,
        "seed": proof.seed,
        "confidence": proof.confidence,
        "kept": proof.is_kept,
        "rates": [
            {
                "setting": rate.setting,
                "claim": str(rate.claim),
                "allowed": rate.most,
                "hits": rate.hits,
                "runs": rate.runs,
                "rate": rate.share,
                "low": rate.interval[0],
                "high": rate.interval[1],
                "kept": rate.holds(proof.promised),
            }
            for rate in proof.rates
        ],
        "rules": [
            {"rule": one.rule, "right": one.right, "tried": one.tried, "kept": one.holds}
            for one in proof.always
        ],
    }


def _title(claim: Claim) -> str:
    return {
        Claim.FALSE_CLOSURE: "False closures: nothing changed, and the gate closes",
        Claim.FALSE_PASS: "False passes: worse by the whole margin, and it opens",
    }[claim]


def _row(rate: Rate, proof: Proof) -> str:
    low, high = (100 * bound for bound in rate.interval)
    allowed = 100 * (rate.most or 0.0)
    measured = f"{100 * rate.share:4.1f} ({low:.1f} to {high:.1f})"
    kept = _kept(is_kept=rate.holds(proof.promised))
    return f"{rate.setting:{_WIDTH}}  {allowed:7.1f}  {measured:19}  {kept}"


def _power(proof: Proof) -> Iterator[str]:
    passed = {rate.setting: rate for rate in proof.rates if rate.claim is Claim.PASSED}
    for rate in proof.rates:
        if rate.claim is Claim.CLOSED:
            opens = passed[rate.setting]
            yield f"{rate.setting:{_WIDTH}}  {100 * rate.share:5.1f} · {100 * opens.share:5.1f}"


def _kept(*, is_kept: bool) -> str:
    return "kept" if is_kept else "BROKEN"


def _summary(proof: Proof) -> str:
    if proof.is_kept:
        return "Every promise is kept, as far as this many runs can tell."
    broken = [rate.setting for rate in proof.rates if not rate.holds(proof.promised)]
    broken += [one.rule for one in proof.always if not one.holds]
    return f"Promises broken: {'; '.join(dict.fromkeys(broken))}."
