"""From a repository's flows to what a service offers: money, days, threads, records."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from opsrail.findings import CannotWork
from opsrail.flows.approving import open_desk
from opsrail.flows.log import AuditLog
from opsrail.flows.model import Author, Outcome, World
from opsrail.flows.running import Flows, open_flows
from opsrail.flows.service.model import Call
from opsrail.flows.service.offering import Counter, Daily, SharedSnapshot, offer_of
from opsrail.llm.asking import Asker
from opsrail.llm.budget import Ledger
from opsrail.llm.model import Mode
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import revision_snapshot
from opsrail.tailor.catalog import Catalog
from tests.flows.service.repository import FLOWS, made
from tests.flows.toy import FILES, KINDS, TODAY, Says

PAID: Mapping[str, str] = {**FLOWS, **FILES}
CALL = Call("help-desk", "0" * 32, "echo")


Share = Callable[[Mapping[str, str]], SharedSnapshot]
Open = Callable[..., Counter]


@pytest.fixture
def share(tmp_path: Path) -> Iterator[Share]:
    """Makes a repository of these files, and its snapshot."""
    with ExitStack() as stack:

        def make(files: Mapping[str, str]) -> SharedSnapshot:
            repository = Repository.discover(made(tmp_path, files).root)
            stack.callback(repository.close)
            return SharedSnapshot(revision_snapshot(repository, repository.resolve("HEAD")))

        yield make


@pytest.fixture
def opened(share: Share) -> Open:
    """Makes a counter for an asker."""

    def make(asker: Asker, purse: Ledger | None = None, files: Mapping[str, str] = PAID) -> Counter:
        snapshot = share(files)
        daily = Daily(opener(snapshot), lambda: TODAY)
        return Counter(daily, asker, open_desk(snapshot.repository), purse)

    return make


def opener(snapshot: SharedSnapshot) -> Callable[[date], Flows]:
    return lambda day: open_flows(World(Catalog(snapshot), day), known=KINDS)


def test_all_runs_together_spend_no_more_than_their_purse(opened: Open) -> None:
    asker = Says([{"better": "Kindly"}], Mode.LIVE)  # each answer costs 0.001
    counter = opened(asker, Ledger(dollars=0.052))  # a run may cost 0.05
    runs = [counter.run("echo", {"text": "now"}) for _ in range(5)]
    assert [run.author for run in runs] == [Author.MODEL] * 3 + [Author.BASELINE] * 2
    assert all(run.outcome is Outcome.DONE for run in runs)
    assert counter.purse is not None
    assert counter.purse.spent.dollars == pytest.approx(0.003)


def test_a_run_that_ends_in_an_error_counts_as_dear_as_it_may_be(opened: Open) -> None:
    class Fails(Says):
        def ask(self, *_: object) -> tuple[()]:
            raise ZeroDivisionError

    counter = opened(Fails([], Mode.LIVE), Ledger(dollars=0.09))
    with pytest.raises(ZeroDivisionError):
        counter.run("echo", {"text": "now"})
    assert counter.purse is not None
    assert counter.purse.spent.dollars == pytest.approx(0.05)


def test_recordings_cost_nothing(opened: Open) -> None:
    counter = opened(Says([{"better": "Kindly"}]), Ledger(dollars=0.0))
    assert counter.run("echo", {"text": "now"}).author is Author.MODEL


def test_a_new_day_is_known_to_the_flows(share: Share) -> None:
    days = [date(2026, 1, 5)]
    daily = Daily(opener(share(FLOWS)), lambda: days[-1])
    first = daily.flows()
    assert daily.flows() is first
    days.append(date(2026, 1, 6))
    assert daily.flows().world.today == date(2026, 1, 6)


def test_threads_that_read_at_a_time_each_get_their_own_file(share: Share) -> None:
    files = {f"content/note-{number}.md": f"{number}\n" * 500 for number in range(40)}
    snapshot = share(files)
    start = threading.Barrier(8)

    def read(offset: int) -> bool:
        start.wait(20)
        paths = sorted(files)[offset * 5 :] + sorted(files)[: offset * 5]
        return all(snapshot.text(path) == files[path] for path in paths * 5)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(8)))


def test_a_record_names_the_caller_and_the_request_and_quotes_nothing(opened: Open) -> None:
    counter = opened(Says([{"better": "Kindly"}]))
    run = counter.run("echo", {"text": "card 4111"})
    assert counter.record(CALL, run) == ()
    log = counter.desk.log
    (line,) = log.entries()
    assert (line["through"], line["by"], line["request"]) == ("service", "help-desk", "0" * 32)
    assert line["digests"]["input"]
    assert line["revision"] == counter.daily.flows().world.catalog.snapshot.revision
    assert "4111" not in log.path.read_text("utf-8")


def test_what_cannot_be_put_on_record_is_said(opened: Open, tmp_path: Path) -> None:
    counter = opened(Says([{"better": "Kindly"}]))
    run = counter.run("echo", {"text": "x"})
    (tmp_path / "file").write_text("", "utf-8")
    lost = open_desk(counter.desk.repository, AuditLog(tmp_path / "file" / "log"))
    with pytest.raises(CannotWork, match="cannot be written"):
        Counter(counter.daily, counter.asker, lost).record(CALL, run)


def test_flows_that_cannot_run_are_not_offered(opened: Open) -> None:
    files = {**FLOWS, "policies/flows/broken.yaml": "title: Broken\nowner: desk\ntask: none\n"}
    counter = opened(Says([]), files=files)
    assert list(offer_of(counter).flows) == ["echo", "note", "slow"]
    assert list(offer_of(counter, ["slow"]).flows) == ["slow"]
    with pytest.raises(CannotWork, match="broken"):
        offer_of(counter, ["broken"])
    with pytest.raises(CannotWork, match="no flow"):
        offer_of(counter, ["none"])


def test_without_any_flow_there_is_nothing_to_serve(opened: Open) -> None:
    with pytest.raises(CannotWork, match="no flow that can run"):
        offer_of(opened(Says([]), files={"content/a.md": "# A\n"}))
