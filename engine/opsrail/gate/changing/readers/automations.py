"""Flows, prompts, models and judges: what they may do and spend, and what they are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from opsrail.content.changes import Weight
from opsrail.gate.changing.comparison import Comparison
from opsrail.gate.changing.quoting import shortened
from opsrail.gate.changing.registry import reader
from opsrail.gate.changing.values import ValueChange, value_changes
from opsrail.governance.changes import Change
from opsrail.governance.kinds import ArtifactKind
from opsrail.repo.yaml import YamlText

KINDS: Final = (ArtifactKind.FLOW, ArtifactKind.PROMPT, ArtifactKind.JUDGE)


@reader("automations")
def read(compared: Comparison) -> Iterator[Change]:
    """Each flow, prompt and judge that changed, value by value. A new one is told with all that
    it may do and spend.
    """
    for kind in KINDS:
        for path in compared.changed(kind, suffix=".yaml"):
            name = path.rsplit("/", 1)[-1].removesuffix(".yaml")
            at = Change(path, f"{kind} changed", name)
            was, now = compared.entries(path)
            if was is None:
                yield replace(at, what=f"{kind} added", new=_title(compared.head.yaml(path)))
            elif now is None:
                yield replace(at, what=f"{kind} removed", old=_title(compared.base.yaml(path)))
            for one in value_changes(*compared.yamls(path)):
                told = _told(one, at)
                yield from (t for t in told if (was and now) or t.term.noun in _TOLD_ANYWAY)


_TOLD_ANYWAY: Final = frozenset({"permission", "budget"})
_SPENDING: Final = frozenset({"dollars", "tokens", "seconds"})


def _told(one: ValueChange, at: Change) -> Iterator[Change]:
    old, new = one.quotes
    at = replace(at, subject=f"{at.subject} {one.name}", old=old, new=new, line=one.line)
    last = one.steps[-1] if one.steps else ""
    if one.steps == ("permissions",):
        yield from _permissions(one, at)
    elif one.top in {"budget", "dollars"} and last in _SPENDING:
        yield replace(at, what=f"budget {_direction(one)}", weight=Weight.MUST_REREAD)
    elif one.name == "owner":
        yield replace(at, what="owner changed")
    elif last == "approval":  # where an effect waited for a yes, and waits for another or none
        what = "approval weakened" if old.strip('"') else "approval strengthened"
        yield replace(at, what=what)
    elif at.kind is ArtifactKind.JUDGE and one.name == "agreement" and _direction(one) == "lowered":
        yield replace(at, what="gate loosened")
    else:
        yield at


def _title(yaml: YamlText | None) -> str:
    value = yaml.value if yaml else None
    return shortened(str(value.get("title") or "")) if isinstance(value, Mapping) else ""


def _permissions(one: ValueChange, at: Change) -> Iterator[Change]:
    was, now = (_several(side) for side in (one.before, one.after))
    name = at.subject.partition(" ")[0]
    at = replace(at, subject=name, weight=Weight.MUST_REREAD)
    for permission in sorted(now - was):
        yield replace(at, what="permission granted", old="", new=permission)
    for permission in sorted(was - now):
        yield replace(at, what="permission withdrawn", old=permission, new="")
    if was == now:
        yield at


def _several(value: object) -> set[str]:
    return {str(one) for one in value} if isinstance(value, tuple) else set()


def _direction(one: ValueChange) -> str:
    """Raised, unless it is known to be less than before. What no file says is some default."""
    before, after = one.before, one.after
    is_less = isinstance(before, int | float) and isinstance(after, int | float) and after < before
    return "lowered" if is_less else "raised"


@reader("models")
def read_models(compared: Comparison) -> Iterator[Change]:
    """Models as files refer to them; one that came or went is told once."""
    for path in compared.changed(ArtifactKind.MODEL):
        before, after = compared.yamls(path)
        was, now = (_models(yaml.value if yaml else None) for yaml in (before, after))
        told: set[str] = set()
        for one in value_changes(before, after):
            name = one.steps[1] if len(one.steps) > 1 else ""
            is_whole = bool(name) and (name in was) != (name in now)
            if is_whole and name in told:
                continue
            told.add(name)
            direction = "changed" if not is_whole else "added" if name in now else "removed"
            old, new = ("", "") if is_whole else one.quotes
            subject = name if is_whole else one.name.removeprefix("models.")
            yield Change(path, f"model {direction}", subject, old, new, one.line)


def _models(value: object) -> set[str]:
    models = value.get("models") if isinstance(value, dict) else None
    return {str(name) for name in models} if isinstance(models, dict) else set()


@reader("labels")
def read_labels(compared: Comparison) -> Iterator[Change]:
    """The answers that people labelled: what a judge is held to."""
    for path in compared.changed(ArtifactKind.JUDGE, suffix=".jsonl"):
        was, now = (set(text.split("\n")) for text in compared.texts(path))
        old, new = f"{len(was - now - {''})} lines gone", f"{len(now - was - {''})} lines new"
        yield Change(path, "judge changed", path.rsplit("/", 1)[-1], old, new)


@reader("recordings")
def read_recordings(compared: Comparison) -> Iterator[Change]:
    """Recorded answers of models, one a file."""
    for path in compared.changed(ArtifactKind.RECORDING):
        was, now = compared.entries(path)
        direction = "changed" if was and now else "added" if now else "removed"
        yield Change(path, f"recording {direction}", "/".join(path.split("/")[2:3]))
