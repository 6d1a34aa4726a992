"""`opsrail rewrite` against a real server on this machine, as a person runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.desk import Desk
from tests.llm.endpoint_double import KEY, Answered, Seen, answering, chat, failing, serving

PAGE = "playbooks/refunds/lead.md"
SOURCE = "content/sources/refunds.md"
MODELS = "models:\n  small: {name: tiny-1, price: {input: 1, output: 2}, retries: 0}\n"
PROMPT = """title: Plain words
owner: enablement
model: small
system: You write for a {role}.
user: "Say this plainly: {text}"
"""


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """In step, and its lead reads a model's words."""
    desk.write("policies/models.yaml", MODELS)
    desk.write("policies/prompts/plain.yaml", PROMPT)
    desk.edit("playbooks/refunds/playbook.yaml", "sections:", "rewrite: {lead: plain}\nsections:")
    assert desk.opsrail("sync").code == 0
    desk.commit()
    return desk


def echoing(seen: Seen) -> Answered:
    """The text as it was given, which is surely faithful."""
    text = seen.body["messages"][1]["content"]
    return chat(text.split(">\n", 1)[1].rsplit("\n</untrusted", 1)[0])


def use(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("OPSRAIL_LLM_URL", url)
    monkeypatch.setenv("OPSRAIL_LLM_KEY", KEY)


def test_a_dry_run_prints_sections_tokens_and_price_and_asks_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(echoing) as double:
        use(monkeypatch, double.url)
        ran = desk.opsrail("rewrite", "--dry-run", "--model", "live")
        assert double.seen == []
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith(f"{PAGE}  eligibility  small  at most ")
    assert "USD 0.00" in lines[0]
    assert lines[-1].startswith("3 sections to rewrite, 0 up to date: at most ")
    assert desk.git("status", "--porcelain") == ""


def test_without_a_recording_nothing_is_called_and_nothing_changes(desk: Desk) -> None:
    ran = desk.opsrail("rewrite")
    assert ran.code == 1
    assert "there is no recording of this request" in ran.out
    assert desk.git("status", "--porcelain") == ""
    assert desk.opsrail("check").code == 0


def test_without_an_endpoint_live_says_what_is_missing(desk: Desk) -> None:
    ran = desk.opsrail("rewrite", "--model", "live")
    assert ran.code == 3
    assert "no endpoint is set" in ran.err


def test_what_was_recorded_replays_to_the_same_bytes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(echoing) as double:
        use(monkeypatch, double.url)
        ran = desk.opsrail("rewrite", "--model", "record")
        assert ran.code == 0, ran
        assert len(double.seen) == 3
    assert "3 sections: 3 taken; USD 0.0001" in ran.out
    first = {path: desk.read(path) for path in (PAGE, "playbooks/opsrail.lock")}
    assert "in words of `plain`" in first[PAGE]
    assert desk.opsrail("check").code == 0
    assert desk.opsrail("sync").out == "everything is in step\n"
    assert "nothing to rewrite: 3 sections up to date" in desk.opsrail("rewrite").out
    recordings = desk.git("ls-files", "--others", "--exclude-standard", "policies/recordings")
    assert len(recordings.splitlines()) == 3
    assert all(KEY not in desk.read(path) for path in recordings.splitlines())
    desk.git("checkout", "playbooks")
    monkeypatch.delenv("OPSRAIL_LLM_URL")
    assert desk.opsrail("rewrite").code == 0
    assert {path: desk.read(path) for path in first} == first


def test_a_budget_that_would_be_overdrawn_keeps_all_at_home(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(echoing) as double:
        use(monkeypatch, double.url)
        ran = desk.opsrail("rewrite", "--model", "live", "--budget", "0.0001")
        assert double.seen == []
    assert ran.code == 1
    assert "the budget does not allow this request" in ran.out
    assert desk.git("status", "--porcelain") == ""


def test_a_model_without_a_price_is_never_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write("policies/models.yaml", "models:\n  small: {name: tiny-1}\n")
    with serving(echoing) as double:
        use(monkeypatch, double.url)
        ran = desk.opsrail("rewrite", "--model", "live")
        dry = desk.opsrail("rewrite", "--dry-run")
        assert double.seen == []
    assert ran.code == 1
    assert "price" in ran.out
    assert "price unknown: will not be sent" in dry.out


def test_an_endpoint_that_fails_half_way_leaves_whole_pages(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def once(seen: Seen) -> Answered:
        return echoing(seen) if len(double.seen) == 1 else failing(500)

    with serving(once) as double:
        use(monkeypatch, double.url)
        ran = desk.opsrail("rewrite", "--model", "live")
    assert ran.code == 1
    assert "1 taken, 2 unanswered" in ran.out
    assert KEY not in ran.out + ran.err
    assert desk.opsrail("check").code == 0
    assert desk.opsrail("sync").out == "everything is in step\n"


def test_what_departs_is_asked_for_once_more_then_declined_and_check_says_why(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(answering("Refunds are possible within 45 days.")) as double:
        use(monkeypatch, double.url)
        ran = desk.opsrail("rewrite", "refunds", "--model", "live")
        assert len(double.seen) == 6
    assert ran.code == 0
    assert "3 sections: 3 declined" in ran.out
    checked = desk.opsrail("check")
    assert checked.code == 0
    assert "not-rewritten" in checked.out
    assert "45 days" not in desk.read(PAGE)
    assert "left: the model's answer was not taken" in desk.opsrail("rewrite").out


def test_check_calls_nobody_and_a_changed_prompt_marks_what_it_worded(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(echoing) as double:
        use(monkeypatch, double.url)
        assert desk.opsrail("rewrite", "--model", "live").code == 0
        desk.commit()
        asked = len(double.seen)
        monkeypatch.setenv("OPSRAIL_LLM", "live")
        assert desk.opsrail("check").code == 0
        desk.edit("policies/prompts/plain.yaml", "You write", "You explain")
        ran = desk.opsrail("check", "--base", "HEAD")
        assert len(double.seen) == asked
    assert ran.code == 1
    assert ran.out.count("stale-section: ") == 3
    assert "is behind the prompt that words it" in ran.out


def test_a_page_that_is_not_there_is_said(desk: Desk) -> None:
    ran = desk.opsrail("rewrite", "playbooks/refund")
    assert ran.code == 3
    assert "there is no page or playbook playbooks/refund" in ran.err


@pytest.mark.parametrize("answers", [0, 1, 2])
def test_killed_while_it_waits_it_goes_on_where_it_stopped(
    desk: Desk, answers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after so many answers; what was written is in step, and the next run finishes."""

    def some(seen: Seen) -> Answered:
        return echoing(seen) if len(double.seen) <= answers else Answered(is_silent=True)

    with serving(some) as double:
        use(monkeypatch, double.url)
        monkeypatch.setattr("opsrail.gate.rewriting.LOT", 1)
        code = (
            "import opsrail.gate.rewriting as r; r.LOT = 1;"
            "import sys; from opsrail.cli.main import run; sys.exit(run(sys.argv[1:]))"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code, "rewrite", "--model", "live"],
            cwd=desk.root,
            env={**os.environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as child:
            until = time.monotonic() + 60
            while len(double.seen) <= answers and time.monotonic() < until:
                time.sleep(0.02)
            os.kill(child.pid, signal.SIGKILL)
            child.communicate()
    assert desk.opsrail("check").code == 0
    assert desk.read(PAGE).count("in words of `plain`") == answers
    with serving(echoing) as double:
        use(monkeypatch, double.url)
        assert desk.opsrail("rewrite", "--model", "live").code == 0
        assert len(double.seen) == 3 - answers
    assert desk.read(PAGE).count("in words of `plain`") == 3
    assert desk.opsrail("check").code == 0
