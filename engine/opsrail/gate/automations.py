"""What a change does to automations: models, prompts and flows, in typed plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from opsrail.findings import Unreadable
from opsrail.flows.formats import FOLDER as FLOWS
from opsrail.gate.subject import Subject
from opsrail.llm.formats import MODELS_PATH, PROMPTS_FOLDER
from opsrail.repo.yaml import YamlText
from opsrail.tailor.catalog import Catalog
from opsrail.tailor.impact import Reach

SHORT = 60
"""Characters of a value that are told; of a longer one only that it was worded anew."""


@dataclass(frozen=True, slots=True)
class AutomationChange:
    """One value of a model, prompt or flow that came, went or changed.

    `aspect` is the way to it in its file: `budget.dollars`. Old and new are as written, None
    where there was or is none.
    """

    path: str
    aspect: str
    old: str | None
    new: str | None

    def describe(self) -> str:
        """The change in one line."""
        if not self.aspect:
            return "new" if self.old is None else "removed"
        if self.old is None:
            return f"{self.aspect}: now {_shown(self.new)}"
        if self.new is None:
            return f"{self.aspect}: was {_shown(self.old)}, no longer said"
        if max(len(self.old), len(self.new)) > SHORT:
            return f"{self.aspect}: worded anew ({_words_moved(self.old, self.new)})"
        return f"{self.aspect}: {self.old} → {self.new}"


def _shown(value: str | None) -> str:
    text = " ".join((value or "").split())
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def _words_moved(old: str, new: str) -> str:
    before, after = old.split(), new.split()
    gone = len([word for word in before if word not in set(after)])
    came = len([word for word in after if word not in set(before)])
    return f"{gone} of {len(before)} words gone, {came} new"


def automation_changes(subject: Subject) -> tuple[AutomationChange, ...]:
    """Every value that differs from base, by file and place."""
    base = subject.base
    if base is None:
        return ()
    paths = [path for path in sorted(subject.changed) if _is_automation(path)]
    return tuple(change for path in paths for change in _changes(base, subject.head, path))


def _is_automation(path: str) -> bool:
    if path == MODELS_PATH:
        return True
    folder, _, name = path.rpartition("/")
    return folder in {PROMPTS_FOLDER, FLOWS} and name.endswith(".yaml")


def _changes(base: Catalog, head: Catalog, path: str) -> Iterator[AutomationChange]:
    if path not in base.snapshot or path not in head.snapshot:
        is_new = path in head.snapshot
        yield AutomationChange(path, "", None if is_new else path, path if is_new else None)
        return
    before, after = (dict(_values(_read(side, path))) for side in (base, head))
    for aspect in dict.fromkeys((*before, *after)):
        if before.get(aspect) != after.get(aspect):
            yield AutomationChange(path, aspect, before.get(aspect), after.get(aspect))


def _read(side: Catalog, path: str) -> object:
    """What the file says; nothing where it is no YAML, which the checks tell."""
    try:
        return YamlText.parse(path, side.text(path) or "").value
    except Unreadable:
        return None


def _values(value: object, route: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _values(inner, f"{route}.{key}" if route else str(key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if all(isinstance(one, str | int | float) for one in value):
            yield route, ", ".join(map(str, value))
            return
        for number, inner in enumerate(value):
            yield from _values(inner, f"{route}.{number}")
    elif value is not None:
        yield route, str(value).strip()


def touched_flows(subject: Subject, reach: Reach) -> tuple[str, ...]:
    """The flows whose outcome the change may alter, sorted: by what they are made of, or by the
    pages they read.
    """
    sides = [side for side in (subject.head, subject.base) if side is not None]
    if not any(path for side in sides for path in side.snapshot.paths(FLOWS, ".yaml")):
        return ()
    # Flows bring tasks of their own, and many repositories have none.
    from opsrail.flows.reading import dependencies, flow_names

    moved = (*subject.changed, *(page.path for page in reach.pages))
    return tuple(
        sorted(
            {
                name
                for side in sides
                for name in flow_names(side.snapshot)
                if any(
                    fnmatchcase(path, glob)
                    for glob in dependencies(side.snapshot, name)
                    for path in moved
                )
            }
        )
    )
