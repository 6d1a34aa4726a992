"""Playbooks: which roles read which sections, in which form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from opsrail.content.changes import Weight
from opsrail.gate.changing.comparison import Comparison
from opsrail.gate.changing.quoting import quoted
from opsrail.gate.changing.registry import reader
from opsrail.governance.changes import Change
from opsrail.governance.kinds import ArtifactKind
from opsrail.tailor.catalog import Playbook
from opsrail.tailor.formats import Form, PlaybookSection

Key = tuple[str, int]
"""A section's name, and which entry of that name it is."""

_OWN = {"title": "playbook changed", "summary": "playbook changed", "owner": "owner changed"}


@reader("playbooks")
def read(compared: Comparison) -> Iterator[Change]:
    """Each playbook that changed. One that cannot be read is told as a file."""
    for path in compared.changed(ArtifactKind.PLAYBOOK):
        name = path.split("/")[1]
        before, after = compared.base.playbook(name), compared.head.playbook(name)
        was, now = compared.entries(path)
        at = Change(path, "playbook changed", roles=compared.roles(path))
        if was is None and after:
            yield replace(at, what="playbook added", new=after.file.title)
        elif now is None and before:
            yield replace(at, what="playbook removed", old=before.file.title)
        elif now and after is None:
            words, line = compared.wrong_with("playbook", path)
            yield replace(at, what="file unreadable", new=words, line=line)
        elif before and after:
            yield from _between(compared, before, after, at)
        elif after:
            yield replace(at, old="could not be read", new=after.file.title)


def _between(
    compared: Comparison, before: Playbook, after: Playbook, at: Change
) -> Iterator[Change]:
    for key, what in _OWN.items():
        old, new = getattr(before.file, key), getattr(after.file, key)
        if old != new:
            old, new = quoted(old, new)
            yield replace(at, what=what, subject=key, old=old, new=new, line=_line(after, key))
    yield from _review(before, after, at)
    yield from _rewriting(before, after, at)
    yield from _placements(compared, before, after, at)


def _review(before: Playbook, after: Playbook, at: Change) -> Iterator[Change]:
    old, new = before.file.review_every, after.file.review_every
    if old != new:
        later = int(new[:-1]) > int(old[:-1])
        what = "review postponed" if later else "playbook changed"
        line = _line(after, "review_every")
        yield replace(at, what=what, subject="review_every", old=old, new=new, line=line)


def _rewriting(before: Playbook, after: Playbook, at: Change) -> Iterator[Change]:
    """Which prompts put its sections into words."""
    was, now = before.file.rewrite, after.file.rewrite
    for role in sorted(was.keys() | now.keys()):
        if was.get(role) != now.get(role):
            yield replace(
                at,
                subject=f"rewrite for {role}",
                old=was.get(role, ""),
                new=now.get(role, ""),
                line=_line(after, "rewrite", role),
                roles=(role,),
            )


def _placements(
    compared: Comparison, before: Playbook, after: Playbook, at: Change
) -> Iterator[Change]:
    """Sections that came to roles, left them, or reach them otherwise."""
    followed = dict(compared.subject.diff.matches)
    was = {(followed.get(name, name), n): one for (name, n), one in _items(before).items()}
    now = _items(after)
    for key in dict.fromkeys((*now, *was)):
        name = key[0].removeprefix("content/sources/")
        index = list(now).index(key) if key in now else -1
        line = _line(after, "sections", index) if key in now else _line_in(before, was[key])
        told = replace(at, subject=f"§ {name}", line=line)
        yield from _placed(was.get(key), now.get(key), told)
    kept = [key for key in was if key in now]
    if kept != [key for key in now if key in was]:
        yield replace(at, subject="the order of its sections", line=_line(after, "sections"))


def _items(playbook: Playbook) -> Mapping[Key, PlaybookSection]:
    seen: Counter[str] = Counter()
    found: dict[Key, PlaybookSection] = {}
    for item in playbook.file.sections:
        found[item.from_, seen[item.from_]] = item
        seen[item.from_] += 1
    return found


def _placed(
    before: PlaybookSection | None, after: PlaybookSection | None, at: Change
) -> Iterator[Change]:
    was, now = _forms(before), _forms(after)
    shared = [role for role in now if role in was]
    sets = (
        ("placement added", [role for role in now if role not in was]),
        ("placement removed", [role for role in was if role not in now]),
        ("placement changed", [role for role in shared if was[role] != now[role]]),
    )
    for what, roles in sets:
        if roles:
            weight = Weight.WORTH_KNOWING
            old, new = (_said({r: side[r] for r in roles if r in side}) for side in (was, now))
            yield replace(
                at, what=what, old=old, new=new, weight=weight, roles=tuple(sorted(roles))
            )
    if before and after:
        if before.from_ != after.from_:
            yield replace(at, subject="a section that moved", old=before.from_, new=after.from_)
        for role in sorted(before.rewrite.keys() | after.rewrite.keys()):
            old, new = before.rewrite.get(role, ""), after.rewrite.get(role, "")
            if old != new:
                yield replace(at, subject=f"{at.subject} rewrite for {role}", old=old, new=new)


def _forms(item: PlaybookSection | None) -> Mapping[str, str]:
    """Role → the form in which it reads the section, and whether with what is below it."""
    if item is None:
        return {}
    alone = "" if item.children else " without its sub-sections"
    return {role: f"{form}{alone}" for role, form in item.form.items() if form is not Form.OMIT}


def _said(forms: Mapping[str, str]) -> str:
    return ", ".join(f"{role}: {form}" for role, form in forms.items())


def _line(playbook: Playbook, *route: str | int) -> int:
    return playbook.yaml.place(route, key=True).line


def _line_in(playbook: Playbook, item: PlaybookSection) -> int:
    return _line(playbook, "sections", playbook.file.sections.index(item))
