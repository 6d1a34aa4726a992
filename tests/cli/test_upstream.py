"""`opsrail upstream`, against a second repository beside ours."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.cli.desk import REFUNDS, Desk

COPY = "content/sources/voice.md"
PIN = "content/upstream.yaml"
VOICE = """\
---
title: How we sound
owner: brand
review_by: 2026-03-31
verified: 2026-01-02
verified_by: brand
clearance: public
---

# How we sound

We answer within **2 days**.

## Greeting {#greeting}

Say hello before anything else.

## Farewell {#farewell}

Close with a name.
"""


@pytest.fixture
def brand(tmp_path: Path) -> Desk:
    """The other repository."""
    (tmp_path / "brand").mkdir()
    brand = Desk(tmp_path / "brand")
    brand.git("init", "--quiet", "--initial-branch=main")
    brand.write("docs/voice.md", VOICE)
    brand.commit("Voice")
    return brand


@pytest.fixture
def ours(desk: Desk, brand: Desk) -> Desk:
    """Ours, with a copy of its document that carries an edit of our own."""
    pin(desk, brand.git("rev-parse", "HEAD"))
    desk.write(COPY, VOICE.replace("Close with a name.", "Close with a name and the desk."))
    desk.edit(
        "playbooks/hours/playbook.yaml",
        "sections:\n",
        f"sections:\n  - from: {COPY}#greeting\n    form: {{agent: full}}\n",
    )
    assert desk.opsrail("sync").code == 0
    desk.commit("Take the voice from brand")
    return desk


def pin(desk: Desk, commit: str, address: str = "../brand", path: str = "docs/voice.md") -> None:
    desk.write(
        PIN,
        f"# Where it comes from\nupstream:\n  - name: voice\n    repository: {address}\n"
        f"    commit: '{commit}'   # pinned\n    documents: [{{from: {path}, to: {COPY}}}]\n",
    )


def moved_on(brand: Desk, old: str = "2 days", new: str = "1 day") -> str:
    brand.edit("docs/voice.md", old, new)
    return brand.commit("Moved on")


def test_without_sources_there_is_nothing_to_say(desk: Desk) -> None:
    said = "no upstream sources; name them in content/upstream.yaml\n"
    assert desk.opsrail("upstream", "status").out == said


def test_what_is_current_is_said(ours: Desk, brand: Desk) -> None:
    commit = brand.git("rev-parse", "HEAD")
    assert ours.opsrail("upstream", "status").out == (
        f"voice  pinned {commit[:7]}, which is the newest\n"
    )
    before = ours.git("rev-parse", "HEAD")
    assert ours.opsrail("upstream", "pull").code == 0
    assert ours.git("rev-parse", "HEAD") == before


def test_status_tells_what_would_change_and_for_whom(ours: Desk, brand: Desk) -> None:
    pinned = brand.git("rev-parse", "HEAD")
    newest = moved_on(brand, "Say hello", "Say good day")
    before = ours.files()
    ran = ours.opsrail("upstream", "status", "voice")
    assert ran.code == 0
    assert f"voice  pinned {pinned[:7]} → offered {newest[:7]}, 1 commit behind\n" in ran.out
    assert f"{COPY}\n  § Greeting" in ran.out
    assert "touches  1 playbook · 1 page · agent" in ran.out
    assert ours.files() == before


def test_pull_commits_the_new_text_with_our_own_edits_kept(ours: Desk, brand: Desk) -> None:
    pinned, newest = brand.git("rev-parse", "HEAD"), moved_on(brand)
    ran = ours.opsrail("upstream", "pull")
    assert ran.code == 0, ran
    commit = ours.git("rev-parse", "HEAD")
    assert f"committed as {commit[:7]}; now run `opsrail sync`" in ran.out
    assert "within **1 day**" in ours.read(COPY)
    assert "a name and the desk." in ours.read(COPY)
    assert ours.read(PIN).startswith("# Where it comes from\n")
    assert f"    commit: '{newest}'   # pinned\n" in ours.read(PIN)
    assert ours.git("show", "--format=", "--name-only").split() == [COPY, PIN]
    assert ours.git("status", "--short") == ""
    message = ours.git("log", "-1", "--format=%B")
    assert message.startswith(f"Take over voice at {newest[:7]}\n\n{COPY}\n")
    assert f"Upstream: ../brand\nUpstream-From: {pinned}\nUpstream-To: {newest}" in message
    assert ours.git("log", "-1", "--format=%an %ae") == "Robin Example robin@example.com"
    assert ours.opsrail("upstream", "status").out.endswith("which is the newest\n")


def test_a_conflict_writes_nothing(ours: Desk, brand: Desk) -> None:
    moved_on(brand, "Close with a name.", "Close with your first name.")
    before, head = ours.files(), ours.git("rev-parse", "HEAD")
    ran = ours.opsrail("upstream", "pull")
    assert ran.code == 1
    assert f"{COPY}:1:1: upstream-conflict: voice changed this document" in ran.out
    assert (ours.files(), ours.git("rev-parse", "HEAD")) == (before, head)


def test_ours_may_be_kept_where_both_changed(ours: Desk, brand: Desk) -> None:
    newest = moved_on(brand, "Close with a name.", "Close with your first name.")
    ran = ours.opsrail("upstream", "pull", "--keep-ours")
    assert ran.code == 0
    assert "a name and the desk." in ours.read(COPY)
    assert newest in ours.read(PIN)


def test_a_document_that_is_gone_over_there_is_left_to_a_person(ours: Desk, brand: Desk) -> None:
    brand.git("mv", "docs/voice.md", "docs/sound.md")
    brand.commit("Renamed")
    before = ours.files()
    ran = ours.opsrail("upstream", "pull")
    assert ran.code == 1
    assert f"{COPY}:1:1: upstream-gone: docs/voice.md is not there any more" in ran.out
    assert ours.files() == before


@pytest.mark.parametrize("is_staged", [False, True])
@pytest.mark.parametrize("path", [COPY, PIN])
def test_changes_that_are_not_committed_are_not_overwritten(
    ours: Desk, brand: Desk, path: str, is_staged: bool
) -> None:
    moved_on(brand)
    ours.write(path, f"{ours.read(path)}\n")
    if is_staged:
        ours.git("add", path)
    before, head = ours.files(), ours.git("rev-parse", "HEAD")
    ran = ours.opsrail("upstream", "pull")
    assert ran.code == 3
    assert f"{path} has changes that are not committed" in ran.err
    assert (ours.files(), ours.git("rev-parse", "HEAD")) == (before, head)


def test_other_work_is_left_as_it_was(ours: Desk, brand: Desk) -> None:
    moved_on(brand)
    ours.edit(REFUNDS, "What is given back", "What we give back")
    ours.git("add", REFUNDS)
    ours.edit(REFUNDS, "and how.", "and when.")
    ours.write("content/sources/draft.md", "# Draft\n")
    assert ours.opsrail("upstream", "pull").code == 0
    assert ours.git("show", "--format=", "--name-only").split() == [COPY, PIN]
    assert ours.git("status", "--short").split("\n") == [
        f"MM {REFUNDS}",
        "?? content/sources/draft.md",
    ]


def test_no_hook_is_run(ours: Desk, brand: Desk, tmp_path: Path) -> None:
    moved_on(brand)
    for name in ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index"):
        for where in (ours, brand):
            hook = where.root / ".git/hooks" / name
            hook.parent.mkdir(exist_ok=True)
            hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n", encoding="utf-8")
            hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    assert ours.opsrail("upstream", "pull").code == 0
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "address",
    ["ext::sh -c touch% {}", "ext://sh", "--upload-pack=touch {}", "fd::7", "http://127.0.0.1/x"],
)
def test_an_address_that_would_run_something_is_not_fetched(
    ours: Desk, tmp_path: Path, address: str
) -> None:
    planted = tmp_path / "ran"
    pin(ours, "0" * 40, f'"{address.format(planted)}"')
    ran = ours.opsrail("upstream", "status")
    assert ran.code == 3
    assert "fetched" in ran.err
    assert not planted.exists()


def test_what_cannot_be_reached_is_said(ours: Desk) -> None:
    pin(ours, "0" * 40, "../nowhere")
    ran = ours.opsrail("upstream", "status")
    assert ran.code == 3
    assert "voice: branch main of " in ran.err
    assert "cannot be fetched" in ran.err


def test_an_unknown_name_and_a_malformed_file_are_said(ours: Desk) -> None:
    ran = ours.opsrail("upstream", "pull", "choir")
    assert ran.code == 3
    assert "content/upstream.yaml has no source choir" in ran.err
    assert "known: voice" in ran.err
    ours.write(PIN, "upstream: [{name: x}]\n")
    ran = ours.opsrail("upstream", "status")
    assert ran.code == 3
    assert "content/upstream.yaml is malformed" in ran.err


def test_a_pin_that_is_unknown_there_is_another_line(ours: Desk) -> None:
    pin(ours, "1" * 40)
    ours.commit("An odd pin")
    ran = ours.opsrail("upstream", "status")
    assert ran.code == 0
    assert "of another line" in ran.out


def test_without_a_name_nothing_is_committed(
    ours: Desk, brand: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    moved_on(brand)
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"):
        monkeypatch.delenv(variable)
    before, head = ours.files(), ours.git("rev-parse", "HEAD")
    ran = ours.opsrail("upstream", "pull")
    assert ran.code == 3
    assert "Git does not know who you are" in ran.err
    assert (ours.files(), ours.git("rev-parse", "HEAD")) == (before, head)
