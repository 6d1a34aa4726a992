"""Since when the values of a document's front matter hold."""

from __future__ import annotations

from opsrail.content.model import Document
from opsrail.gate.chronicle.landings import Landings
from opsrail.gate.chronicle.model import Holding
from opsrail.gate.chronicle.steps import Step, narrow_step, wide_step
from opsrail.repo.log import Commit, Trail

PLACE = "front matter"


def blame_front_matter(landings: Landings, head: str, document: Document) -> tuple[Holding, ...]:
    """Every value of the front matter at the commit `head`, with the landing that brought it."""
    waiting = dict(document.front_values)
    found: list[Holding] = []
    lines = {text.partition(":")[0]: at for at, text in reversed([*enumerate(document.lines, 1)])}
    trail = Trail(landings.repository, head, frozenset({document.path}))
    for commit in trail:
        (path,) = trail.paths
        step = _look(landings, commit, path)
        if path not in step.after:
            continue  # it could not be read then
        origin = step.origin(path)
        before = step.before[origin].front_values if origin in step.before else {}
        for key in [key for key in waiting if before.get(key) != waiting[key]]:
            was = "" if before.get(key) is None else str(before[key])
            words = str(waiting.pop(key))
            line = lines.get(key, 1)
            found.append(Holding(document.path, PLACE, line, key, words, landings.of(commit), was))
        if not waiting:
            break
        trail.paths = frozenset({origin})
    return tuple(sorted(found, key=lambda one: one.line))


def _look(landings: Landings, commit: Commit, path: str) -> Step:
    step = narrow_step(landings.repository, commit, (path,))
    is_new = path in step.after and path not in step.before
    return wide_step(landings.repository, commit, (path,)) if is_new else step
