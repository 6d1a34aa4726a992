from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.repo.sandbox import commit, new_repository, write
from tests.tailor.killing import sync

ROLES = {
    role: {"title": role.title(), "clearance": "staff"} for role in ("lead", "tier-1", "trainee")
}


def _playbook(*roles: str) -> str:
    form = dict.fromkeys(roles, "full")
    items = [{"from": f"content/a.md#{name}", "form": form} for name in ("one", "two")]
    return json.dumps({"title": "Refunds", "owner": "billing", "sections": items})


SOURCE = "# A\n\n## One\n\nWithin {} days.\n\nBe kind.\n\n## Two\n\nAt most USD {}.\n"


def _template(root: Path) -> None:
    """Synced and committed; then the source moved on, a role came, another went, a page was
    edited so that it merges, and one so that it collides."""
    files = {
        "content/a.md": SOURCE.format(30, 50),
        "policies/roles.yaml": json.dumps({"roles": ROLES}),
        "playbooks/refunds/playbook.yaml": _playbook("lead", "trainee"),
        "playbooks/old/playbook.yaml": _playbook("lead"),
    }
    new_repository(root, files)
    sync(root)
    commit(root)
    page = root / "playbooks/refunds/lead.md"
    text = page.read_text("utf-8").replace("Be kind.", "Be kind.\n\nRobin adds a line.")
    page.write_text(text.replace("USD 50", "USD 60") + "\nRobin's own end.\n", "utf-8")
    write(
        root,
        {
            "content/a.md": SOURCE.format(14, 80),
            "playbooks/refunds/playbook.yaml": _playbook("lead", "tier-1"),
        },
    )
    shutil.rmtree(root / "playbooks/old/.generated")
    (root / "playbooks/old/playbook.yaml").unlink()


def _playbooks(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted((root / "playbooks").rglob("*"))
        if path.is_file()
    }


def test_killed_at_any_moment_and_run_again_gives_the_same(tmp_path: Path) -> None:
    template, undisturbed = tmp_path / "template", tmp_path / "undisturbed"
    _template(template)
    shutil.copytree(template, undisturbed)
    sync(undisturbed)
    expected = _playbooks(undisturbed)
    assert expected != _playbooks(template)
    assert b"Robin adds a line." in expected["playbooks/refunds/lead.md"]
    assert b"USD 60" in expected["playbooks/refunds/lead.md"]
    assert "playbooks/refunds/trainee.md" not in expected

    folder = tmp_path / "copies"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.tailor.killing", str(template), str(folder)],
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
        timeout=120,
    )
    moments = int(done.stdout)
    assert moments > 30
    for moment in range(1, moments + 1):
        root = folder / str(moment)
        sync(root)
        assert _playbooks(root) == expected, f"killed before change {moment}"
        assert sync(root).writes == {}
