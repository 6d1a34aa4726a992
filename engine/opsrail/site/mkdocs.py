"""mkdocs: its configuration for one edition, and a strict run of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from opsrail.findings import CannotWork, Unreadable
from opsrail.repo.yaml import YamlText
from opsrail.site.edition_pages import Nav

CONFIG = "mkdocs.yml"
OWN = "site"
"""The folder with the site's own pages, styles and scripts."""
OVERRIDES = "overrides"
"""Template overrides within that folder; never copied to the site."""


def site_name(root: Path) -> str:
    """The name that mkdocs.yml gives the site. Raises `CannotWork` if it cannot be read."""
    place = root / CONFIG
    if not place.is_file():
        raise CannotWork(
            f"there is no {CONFIG} at the top of this repository",
            "it says how the site looks; `opsrail init` shows one in a new folder",
        )
    try:
        values = YamlText.parse(CONFIG, place.read_text(encoding="utf-8")).value
    except Unreadable as error:
        raise CannotWork(str(error.finding)) from error
    name = values.get("site_name") if isinstance(values, dict) else None
    return name if isinstance(name, str) and name else "Support operations"


def write_config(root: Path, place: Path, docs: Path, site: Path, nav: Nav) -> None:
    """An edition's own configuration: that of mkdocs.yml, with its folders and navigation.

    It is JSON, which every reader of YAML reads; paths in it are relative to where it stands.
    """
    here = place.parent
    values: dict[str, object] = {
        "INHERIT": os.path.relpath(root / CONFIG, here),
        "docs_dir": os.path.relpath(docs, here),
        "site_dir": os.path.relpath(site, here),
        "nav": nav,
    }
    overrides = root / OWN / OVERRIDES
    if overrides.is_dir():
        values["theme"] = {"custom_dir": os.path.relpath(overrides, here)}
    text = json.dumps(values, ensure_ascii=False, indent=1) + "\n"
    if not place.is_file() or place.read_text(encoding="utf-8") != text:
        place.write_text(text, encoding="utf-8")


def run_mkdocs(config: Path) -> None:
    """Build one edition. Raises `CannotWork` with mkdocs' own words if it has any complaint.

    It runs as a process of its own, so that its plugins, which keep state, start anew each time.
    """
    # Not --quiet: it hides warnings from --strict as well.
    line = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(config)]
    # The theme prints an advertisement for its successor unless it is told not to.
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    ran = subprocess.run(
        line, capture_output=True, text=True, check=False, env=environment, cwd=config.parent
    )
    said = [text for text in (ran.stdout + ran.stderr).splitlines() if text.strip()]
    complaints = [text for text in said if not text.startswith("INFO")]
    if ran.returncode or complaints:
        words = "\n".join(complaints or said)
        raise CannotWork(f"mkdocs could not build {config.name} cleanly:\n{words}")
