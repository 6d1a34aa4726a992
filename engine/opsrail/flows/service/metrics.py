"""What the service did, counted, in the text format that Prometheus reads (version 0.0.4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from opsrail.flows.model import Run

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS: Final = (0.005, 0.025, 0.1, 0.5, 2.0, 10.0, 60.0)
"""Upper bounds of the histogram's buckets, in seconds."""


class Metrics:
    """Counts by flow and outcome. Used by the event loop's thread only.

    Labels are names of flows, outcomes and statuses, never what a caller sent.
    """

    def __init__(self) -> None:
        self._responses: Counter[int] = Counter()
        self._runs: Counter[tuple[str, str, str]] = Counter()
        self._buckets: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._tokens: Counter[str] = Counter()
        self._dollars: defaultdict[str, float] = defaultdict(float)

    def answered(self, status: int) -> None:
        """Count a response."""
        self._responses[status] += 1

    def ran(self, run: Run, seconds: float) -> None:
        """Count a run, which took so long from its start to its record."""
        self._runs[run.flow, run.outcome.value, run.author.value] += 1
        place = sum(seconds > bound for bound in BOUNDS)
        self._buckets[run.flow][place] += 1
        self._seconds[run.flow] += seconds
        self._tokens[run.flow] += run.usage.input_tokens + run.usage.output_tokens
        self._dollars[run.flow] += run.usage.dollars

    def text(self, taken: int) -> str:
        """Everything counted; `taken` runs wait or are under way."""
        return "".join(f"{line}\n" for line in self._lines(taken))

    def _lines(self, taken: int) -> Iterator[str]:
        yield from _headed("http_responses_total", "counter", "Responses by status.")
        for status, count in sorted(self._responses.items()):
            yield f'opsrail_flow_http_responses_total{{status="{status}"}} {count}'
        yield from _headed("runs_taken", "gauge", "Runs that wait or are under way.")
        yield f"opsrail_flow_runs_taken {taken}"
        yield from _headed("runs_total", "counter", "Runs by how they ended and who wrote.")
        for (flow, outcome, author), count in sorted(self._runs.items()):
            labels = f'flow="{flow}",outcome="{outcome}",author="{author}"'
            yield f"opsrail_flow_runs_total{{{labels}}} {count}"
        yield from _headed("tokens_total", "counter", "Tokens that were paid for.")
        for flow, tokens in sorted(self._tokens.items()):
            yield f'opsrail_flow_tokens_total{{flow="{flow}"}} {tokens}'
        yield from _headed("dollars_total", "counter", "US dollars that were paid.")
        for flow, dollars in sorted(self._dollars.items()):
            yield f'opsrail_flow_dollars_total{{flow="{flow}"}} {dollars:.6f}'
        yield from self._histogram()

    def _histogram(self) -> Iterator[str]:
        yield from _headed("run_seconds", "histogram", "How long runs took.")
        for flow, buckets in sorted(self._buckets.items()):
            below = 0
            for bound, count in zip((*BOUNDS, "+Inf"), buckets, strict=True):
                below += count
                yield f'opsrail_flow_run_seconds_bucket{{flow="{flow}",le="{bound}"}} {below}'
            yield f'opsrail_flow_run_seconds_sum{{flow="{flow}"}} {self._seconds[flow]:.6f}'
            yield f'opsrail_flow_run_seconds_count{{flow="{flow}"}} {below}'


def _headed(name: str, kind: str, about: str) -> Iterator[str]:
    yield f"# HELP opsrail_flow_{name} {about}"
    yield f"# TYPE opsrail_flow_{name} {kind}"
