"""Front matter: the YAML between two `---` lines at the very top of a Markdown file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opsrail.findings import Finding, Location, Unreadable
from opsrail.repo.yaml import YamlText

FENCE = "---"


@dataclass(frozen=True, slots=True)
class FrontText:
    """The parsed front matter and how many lines of the file it takes, fences included."""

    values: Mapping[str, object]
    lines: int
    yaml: YamlText | None = None
    problems: tuple[Finding, ...] = ()


def read_front_matter(path: str, lines: list[str]) -> FrontText:
    """Split the front matter off. A broken one is a problem, not an exception."""
    if not lines or lines[0].rstrip() != FENCE:
        return FrontText({}, 0)
    closing = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if closing is None:
        problem = Finding(
            Location(path),
            "front-matter",
            "the front matter that opens here is never closed",
            hint="end it with a line of three dashes",
        )
        return FrontText({}, 0, problems=(problem,))
    try:
        yaml = YamlText.parse(path, "\n".join(lines[1:closing]) + "\n", line_offset=1)
    except Unreadable as error:
        return FrontText({}, closing + 1, problems=(error.finding,))
    values = yaml.value if yaml.value is not None else {}
    if not isinstance(values, dict):
        problem = Finding(
            Location(path, 2),
            "front-matter",
            "front matter must be `key: value` lines",
            hint="for example `title: Refunds`",
        )
        return FrontText({}, closing + 1, problems=(problem,))
    return FrontText({str(key): value for key, value in values.items()}, closing + 1, yaml)
