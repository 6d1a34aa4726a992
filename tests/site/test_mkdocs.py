"""The configuration is static, so that another builder can take mkdocs' place."""

from __future__ import annotations

import json
import re
from pathlib import Path

from ruamel.yaml import YAML

from opsrail.site.build import THEME
from opsrail.site.mkdocs import write_config


def test_the_configuration_has_no_plugin_hook_or_macro_of_ours(project: Path) -> None:
    text = (project / "mkdocs.yml").read_text(encoding="utf-8")
    assert "!!python" not in text
    settings = YAML(typ="safe").load(text)
    assert [next(iter(plugin)) for plugin in settings["plugins"]] == ["search"]
    assert "hooks" not in settings
    assert settings["theme"]["font"] is False
    assert settings["use_directory_urls"] is False
    assert (settings["docs_dir"], settings["site_dir"]) == ("build/docs/staff", "build/site/staff")
    files = settings["extra_css"] + settings["extra_javascript"]
    assert all((THEME / name).is_file() for name in files)


def test_styles_and_scripts_fetch_nothing() -> None:
    places = [*THEME.rglob("*.css"), *THEME.rglob("*.js")]
    assert places
    for place in places:
        text = place.read_text(encoding="utf-8")
        assert not re.search(r"https?:|url\(|@import|fetch\(|XMLHttp", text), place.name


def test_an_edition_inherits_and_keeps_its_time_stamp(tmp_path: Path) -> None:
    place = tmp_path / "build" / "mkdocs-staff.yml"
    place.parent.mkdir()
    folders = (tmp_path / "build" / "docs" / "staff", tmp_path / "build" / "site" / "staff")
    write_config(tmp_path, place, *folders, [{"Home": "index.md"}])
    before = place.stat().st_mtime_ns
    write_config(tmp_path, place, *folders, [{"Home": "index.md"}])
    assert place.stat().st_mtime_ns == before
    values = json.loads(place.read_text(encoding="utf-8"))
    assert values == {
        "INHERIT": "../mkdocs.yml",
        "docs_dir": "docs/staff",
        "site_dir": "site/staff",
        "nav": [{"Home": "index.md"}],
    }
