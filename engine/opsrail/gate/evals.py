"""The eval suites that a change concerns, judged base against head, for the checks about them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsrail.detection.reading.documents import SETTINGS, is_rule_file
from opsrail.evals.reading.places import FOLDER, is_suite_file
from opsrail.findings import CannotWork, Unreadable
from opsrail.gate.memo import CACHE_FILE, engine_fingerprint
from opsrail.gate.subject import Subject
from opsrail.llm.formats import MODELS_PATH, PROMPTS_FOLDER
from opsrail.llm.recordings import FOLDER as RECORDINGS
from opsrail.repo.cache import Cache
from opsrail.repo.snapshot import Snapshot, revision_snapshot
from opsrail.repo.yaml import YamlText
from opsrail.tailor.catalog import Catalog, PageName

if TYPE_CHECKING:
    from opsrail.evals.judging.judged import Judged


def suite_paths(subject: Subject) -> tuple[str, ...]:
    """The file of every suite that head or base has."""
    sides = (subject.head, *((subject.base,) if subject.base else ()))
    found = {path for side in sides for path in side.snapshot.paths(FOLDER, ".yaml")}
    return tuple(sorted(path for path in found if is_suite_file(path)))


@lru_cache(maxsize=2)
def concerned_suites(subject: Subject) -> tuple[str, ...]:
    """The files of the suites to look at: those that changed, or whose target may have.

    Without a base, all of them. Those in `suites_left_out` are not among them.
    """
    left_out = set(suites_left_out(subject))
    return tuple(path for path in _concerned(subject) if path not in left_out)


@lru_cache(maxsize=2)
def suites_left_out(subject: Subject) -> tuple[str, ...]:
    """Concerned suites that are not run, since they would execute what the repository brings
    along and the run must not.
    """
    if subject.runs_programs:
        return ()
    sides = [side.snapshot for side in (subject.head, subject.base) if side is not None]
    return tuple(
        path for path in _concerned(subject) if any(_runs_program(one, path) for one in sides)
    )


def _runs_program(snapshot: Snapshot, path: str) -> bool:
    """Whether the suite executes a function or command of the repository, as target or scorer."""
    if path not in snapshot:
        return False
    from opsrail.evals.reading.suite import read_suite
    from opsrail.evals.running.run import runs_program

    suite = read_suite(snapshot, path).suite
    return suite is not None and runs_program(suite)


def _concerned(subject: Subject) -> tuple[str, ...]:
    paths = suite_paths(subject)
    if subject.base is None or not paths:
        return paths
    return tuple(
        path
        for path in paths
        if path in subject.changed
        or any(_is_touched(subject, side, path) for side in (subject.head, subject.base))
    )


def suites_reached(subject: Subject, pages: Collection[PageName]) -> tuple[str, ...]:
    """The names of the suites that a change concerns, also those that ask pages which it will
    change once they are brought up to date.
    """
    from opsrail.evals.reading.places import suite_name

    asking = (
        path
        for path in suite_paths(subject)
        if any(_is_read(_target(subject.head, path), page) for page in pages)
    )
    return tuple(sorted({suite_name(path) for path in (*concerned_suites(subject), *asking)}))


def _target(side: Catalog, path: str) -> Mapping[Any, Any]:
    target = _value(side, path).get("target")
    return target if isinstance(target, Mapping) else {}


def _is_touched(subject: Subject, side: Catalog, path: str) -> bool:
    """Whether something that the suite depends on changed, by what its file says at this side."""
    suite = _value(side, path)
    target = suite.get("target")
    if not isinstance(target, Mapping):
        return False
    if any(str(one) in subject.changed for one in _case_files(suite)):
        return True
    if _judges_changed(subject) and _is_scored_by_model(side, suite):
        return True
    if "playbook" in target or "role" in target:
        return any(_is_read(target, page) for page in _changed_pages(subject))
    if "rules" in target:
        return any(is_rule_file(one) or one in SETTINGS for one in subject.changed)
    if name := target.get("flow") or target.get("baseline"):
        return _flow_changed(subject, side, str(name))
    if prompt := target.get("prompt"):
        from opsrail.evals.targets.prompts import needed

        return _is_any_changed(subject, needed(str(prompt)))
    return _program_changed(subject, suite, target)


def _is_read(target: Mapping[Any, Any], page: PageName) -> bool:
    return page.playbook == target.get("playbook") or page.role == target.get("role")


def _changed_pages(subject: Subject) -> Iterator[PageName]:
    pages = ((path, PageName.of(path)) for path in subject.changed)
    return (page for path, page in pages if page is not None and page.path == path)


def _is_scored_by_model(side: Catalog, suite: Mapping[Any, Any]) -> bool:
    """Whether a judge scores any of its cases, be they in its own file or in one of cases."""
    cases = suite.get("cases")
    expected = (case.get("expect") for case in _mappings(cases))
    every = (one for asserts in (suite.get("scorers"), *expected) for one in _mappings(asserts))
    if any("judge" in one for one in every):
        return True
    return any("judge" in (side.text(str(path)) or "") for path in _case_files(suite))


def _mappings(values: object) -> Iterator[Mapping[Any, Any]]:
    found = values if isinstance(values, list) else ()
    return (one for one in found if isinstance(one, Mapping))


def _judges_changed(subject: Subject) -> bool:
    """Whether a model that scores may label otherwise than before."""
    folders = ("policies/judges/", f"{PROMPTS_FOLDER}/", f"{RECORDINGS}/", MODELS_PATH)
    return any(path.startswith(folders) for path in subject.changed)


def _flow_changed(subject: Subject, side: Catalog, name: str) -> bool:
    """Whether something changed that the flow is made of, or what its model answered."""
    # Flows bring tasks of their own, and most suites ask none.
    from opsrail.flows.reading import dependencies

    return _is_any_changed(subject, dependencies(side.snapshot, name))


def _is_any_changed(subject: Subject, globs: Collection[str]) -> bool:
    return any(fnmatchcase(path, glob) for glob in globs for path in subject.changed)


def _program_changed(subject: Subject, suite: Mapping[Any, Any], target: Mapping[Any, Any]) -> bool:
    from opsrail.evals.targets.programs import needed

    python, command = target.get("python"), target.get("command")
    named = [str(one) for one in command] if isinstance(command, list) else []
    named += str(python).rsplit(":", 1)[:1] if python else []
    watches = suite.get("watches")
    globs = [str(one) for one in watches] if isinstance(watches, list) else []
    return bool(needed(subject.changed, globs, named))


def _case_files(suite: Mapping[Any, Any]) -> Iterator[object]:
    files = suite.get("cases_from")
    for one in files if isinstance(files, list) else ():
        yield one.get("file") if isinstance(one, Mapping) else one


def _value(side: Catalog, path: str) -> Mapping[Any, Any]:
    """What a suite's file says, be it right or wrong; nothing where it cannot be read."""
    try:
        value = YamlText.parse(path, side.text(path) or "").value
    except Unreadable:
        return {}
    return value if isinstance(value, Mapping) else {}


@lru_cache(maxsize=2)
def judged_suites(subject: Subject) -> Judged | None:
    """The verdict of every suite that the change concerns; None where it concerns none."""
    paths = concerned_suites(subject)
    return _judged(subject, subject.base, paths) if paths else None


@lru_cache(maxsize=2)
def drift(subject: Subject) -> tuple[str, Judged] | None:
    """The concerned samples against the last release: its tag, and what came of them.

    None where there is no release, or nothing to hold against it. Promises cannot drift: each
    loss is seen when it comes.
    """
    paths = concerned_suites(subject)
    if not paths:
        return None
    from opsrail.evals.judging.releases import last_release
    from opsrail.evals.parts import Judging
    from opsrail.evals.reading.suite import read_suite

    head = subject.head.snapshot
    read = {path: read_suite(head, path).suite for path in paths if path in head}
    samples = [path for path, one in read.items() if one and one.judging is Judging.SAMPLE]
    release = last_release(head, subject.base.snapshot if subject.base else None)
    if not samples or release is None:
        return None
    earlier = Catalog(revision_snapshot(head.repository, release.commit))
    return release.tag, _judged(subject, earlier, samples)


def _judged(subject: Subject, base: Catalog | None, paths: Sequence[str]) -> Judged:
    # Most changes concern no suite, and this takes a while to import.
    from opsrail.evals.judging.judge import Court, judge
    from opsrail.evals.reading.gates import eval_rules
    from opsrail.evals.running.memory import Memory
    from opsrail.flows.sides import open_equipped

    head = subject.head
    with ExitStack() as stack:
        place = subject.head.snapshot.repository.git_dir / CACHE_FILE
        cache = stack.enter_context(Cache(place)) if subject.remembers else None
        before = None
        if base is not None:
            before = open_equipped(base, stack, subject.today, also=head.snapshot)
        after = open_equipped(head, stack, subject.today)
        if not subject.runs_programs:
            # Suites that need programs are left out. Should one be overlooked, it finds no files.
            after = replace(after, files=_refuse)
            before = replace(before, files=_refuse) if before else None
        court = Court(
            after,
            before,
            eval_rules((subject.base or subject.head).snapshot),
            subject.today,
            Memory(cache, engine_fingerprint()),
            subject.progress,
        )
        return judge(court, paths)


def _refuse() -> Path:
    raise CannotWork("a suite would execute a program of the repository, which is not allowed here")
