"""Nothing that a pull request brings along is executed or trusted when it is judged.

Each trap would leave a mark on disk. The traps that a repository's own configuration could set are
set there, too: a clone on a build machine may hold anything that ran before.
"""

from __future__ import annotations

import os
import stat
from datetime import datetime
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from opsrail.gate.plan.model import Plan
from opsrail.gate.plan.rendering import FORMATS, render
from opsrail.repo.git import Repository
from tests.gate.guarded import NOW, Clone, Server

HOURS = "content/sources/hours.md"


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """What a trap would leave behind."""
    return tmp_path / "mark"


def _judged(server: Server, author: Clone) -> Plan:
    """The plan of what the author committed, as the server's guard makes it."""
    assert author.push("+HEAD:change").code == 0
    refusal = server.refusal("refs/heads/main", server.ref("change"), pusher="dora")
    assert refusal is not None
    assert refusal.plan is not None, refusal
    return refusal.plan


def _script(place: Path, mark: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n")
    place.chmod(place.stat().st_mode | stat.S_IXUSR)


def _changes(plan: Plan) -> set[tuple[str, str]]:
    return {(one.path, one.what) for one in plan.change.changes}


def test_attributes_filters_textconv_and_merge_drivers_run_nothing(
    server: Server, mark: Path, tmp_path: Path
) -> None:
    trap = tmp_path / "trap"
    _script(trap, mark)
    for setting in (
        "filter.trap.clean",
        "filter.trap.smudge",
        "filter.trap.process",
        "diff.trap.textconv",
        "diff.trap.command",
        "diff.external",
        "merge.trap.driver",
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "core.attributesFile",
        "gpg.program",
        "credential.helper",
        "uploadpack.packObjectsHook",
    ):
        repository = Repository.bare(server.root)
        repository.run("config", setting, str(trap))
        repository.close()
    author = server.clone("dora")
    author.write(".gitattributes", "* filter=trap diff=trap merge=trap\n")
    author.edit(HOURS, "2 business days", "3 business days")
    author.commit()
    plan = _judged(server, author)
    assert (HOURS, "duration raised") in _changes(plan)
    assert (".gitattributes", "workflow changed") in _changes(plan)
    assert not mark.exists()


def test_hooks_run_nothing(server: Server, mark: Path) -> None:
    author = server.clone("dora")
    for name in (
        "post-checkout",
        "post-index-change",
        "reference-transaction",
        "fsmonitor-watchman",
    ):
        _script(server.root / "hooks" / name, mark)
        _script(author.root / "hooks" / name, mark)
    author.edit(HOURS, "2 business days", "3 business days")
    author.commit()
    mark.unlink(missing_ok=True)
    assert author.push("+HEAD:change").code == 0
    mark.unlink(missing_ok=True)  # the push itself is Git's, and its hooks are the server's own
    assert server.refusal("refs/heads/main", server.ref("change"), pusher="dora") is not None
    assert not mark.exists()


def test_programs_of_eval_suites_are_left_to_the_request_s_own_run(
    server: Server, mark: Path
) -> None:
    author = server.clone("dora")
    author.write(
        "policies/evals/trap.yaml",
        'title: Trap\nowner: desk\ntarget: {python: "policies/evals/trap.py:answer"}\n'
        "cases: [{id: one, input: x, expect: [{contains: x}]}]\n",
    )
    author.write(
        "policies/evals/scored.yaml",
        "title: Scored\nowner: desk\ntarget: {playbook: hours}\n"
        "cases_from: [policies/evals/c.jsonl]\n",
    )
    author.write(
        "policies/evals/c.jsonl",
        '{"id": "one", "ask": "When?", "role": "agent",'
        ' "expect": [{"\\u0070ython": {"file": "policies/evals/trap.py",'
        ' "function": "score"}}]}\n',
    )
    author.write(
        "policies/evals/trap.py",
        f"open({str(mark)!r}, 'w')\ndef answer(case): return 'x'\ndef score(**_): return 1.0\n",
    )
    author.commit()
    plan = _judged(server, author)
    assert not mark.exists()
    reported = {one.name: one.holds for one in plan.proofs if one.is_reported}
    assert reported == {"suite scored": False, "suite trap": False}
    assert "eval-not-comparable" in plan.closed_by


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['touch {mark}']",
        "!!python/name:os.system",
        "!include /etc/passwd",
    ],
)
@pytest.mark.parametrize(
    "path", ["policies/governance.yaml", "policies/people.yaml", "playbooks/hours/playbook.yaml"]
)
def test_yaml_tags_are_no_more_than_a_finding(
    server: Server, mark: Path, path: str, tag: str
) -> None:
    author = server.clone("dora")
    author.write(path, f"title: {tag.format(mark=mark)}\n")
    author.commit()
    plan = _judged(server, author)
    assert not mark.exists()
    assert "yaml-tag" in plan.closed_by
    assert (path, "file unreadable") in _changes(plan)


def test_workflow_text_is_told_and_judged_and_not_followed(server: Server, mark: Path) -> None:
    author = server.clone("dora")
    author.write(".github/workflows/opsrail.yml", f"on: push\njobs: {{a: {{run: touch {mark}}}}}\n")
    author.write("action.yml", "runs: {using: composite}\n")
    author.write("opsrail/__init__.py", f"open({str(mark)!r}, 'w')\n")
    author.write("sitecustomize.py", f"open({str(mark)!r}, 'w')\n")
    author.commit()
    plan = _judged(server, author)
    assert not mark.exists()
    assert {
        (".github/workflows/opsrail.yml", "workflow changed"),
        ("action.yml", "workflow changed"),
        ("opsrail/__init__.py", "file added"),
    } <= _changes(plan)


HOSTILE = (
    "content/sources/line\nbreak.md",
    "content/sources/\x1b[2J\x1b[31mred.md",
    "content/sources/\u202egnp.md",
    "content/sources/<!-- opsrail-plan -->.md",
    "content/sources/@maya [x](www.evil.example) #12.md",
    "content/sources/$(touch mark).md",
    "content/sources/--output=mark.md",
    "content/sources/::error::x.md",
)


def test_file_names_neither_act_nor_hide(server: Server, mark: Path) -> None:
    author = server.clone("dora")
    for name in HOSTILE:
        author.write(name, "---\ntitle: X\nowner: desk\n---\n\n# X\n\nWithin **3 days**.\n")
    author.commit("A title with \x1b[31mcolour and <script>alert(1)</script> @maya")
    plan = _judged(server, author)
    assert {one.path for one in plan.change.changes} >= set(HOSTILE)
    assert not mark.exists()
    for form in FORMATS:
        shown = render(plan, form, now=datetime.fromisoformat(NOW))
        assert "\x1b" not in shown
        # Programs need the path as it is, and JSON shows nothing to anybody.
        assert form == "json" or "\u202e" not in shown
        if form == "markdown":
            assert shown.count("<!-- opsrail-plan -->") == 1
            assert "<script" not in shown
            assert "@maya" not in shown
            tokens = MarkdownIt("commonmark").parse(shown)
            inner = [one for token in tokens for one in token.children or ()]
            assert not {one.type for one in inner} & {"link_open", "image"}
            tags = {one.content for one in inner if one.type == "html_inline"}
            assert tags <= {"<br>", "<span>", "</span>"}
        if form == "text":
            assert not any(line.lstrip().startswith("::") for line in shown.splitlines())


def test_names_that_are_no_text_are_told(server: Server) -> None:
    author = server.clone("dora")
    odd = os.fsencode(author.root / "content" / "sources") + b"/caf\xe9.md"
    Path(os.fsdecode(odd)).write_text("# X\n")
    author.commit()
    plan = _judged(server, author)
    assert any("caf" in one.path for one in plan.change.changes)


def test_links_and_submodules_are_not_followed(server: Server) -> None:
    author = server.clone("dora")
    (author.root / "content/sources/passwd.md").symlink_to("/etc/passwd")
    commit = author.git("rev-parse", "HEAD")
    author.git("add", "content")
    author.git("update-index", "--add", "--cacheinfo", f"160000,{commit},content/sources/module")
    author.git("commit", "-q", "-m", "Links")
    plan = _judged(server, author)
    changes = _changes(plan)
    assert ("content/sources/passwd.md", "mode changed") in changes
    assert ("content/sources/module", "mode changed") in changes
    assert "not-a-file" in plan.closed_by
    assert "root:" not in render(plan, "json", now=datetime.fromisoformat(NOW))


def test_huge_and_deep_files_are_findings(server: Server) -> None:
    author = server.clone("dora")
    author.write("policies/people.yaml", "people: " + "[" * 3_000 + "]" * 3_000)
    author.write("content/sources/huge.md", "# X\n" + "word " * 600_000)
    author.commit()
    plan = _judged(server, author)
    assert {"file-too-large"} <= set(plan.closed_by)
    assert ("policies/people.yaml", "file unreadable") in _changes(plan)
