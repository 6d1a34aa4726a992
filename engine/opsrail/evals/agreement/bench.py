"""The bench: the judges that a run's assertions name, on the side that judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from opsrail.evals.agreement.asking import ask
from opsrail.evals.agreement.model import Judge, Opinion, Question, ReadJudge, Unheard
from opsrail.evals.agreement.reading import judge_path, read_judge, recordings_of
from opsrail.evals.model import Assertion, Json
from opsrail.evals.reading.cases import fingerprint
from opsrail.findings import Location
from opsrail.llm.asking import Asker
from opsrail.llm.model import Mode
from opsrail.repo.snapshot import Snapshot

SCORER = "judge"


def judges_named(asserts: Iterable[Assertion]) -> frozenset[str]:
    """The judges that assertions name."""
    settings = (one.setting for one in asserts if one.scorer == SCORER)
    return frozenset(name for setting in settings if (name := _name(setting)))


def _name(setting: Json) -> str:
    name = setting.get("judge") if isinstance(setting, Mapping) else setting
    return name if isinstance(name, str) else ""


@dataclass
class Bench:
    """Judges with who asks their models. What was asked once is known."""

    judges: Mapping[str, ReadJudge]
    asker: Asker | None
    known: dict[Question, Opinion | Unheard] = field(default_factory=dict)

    def hear(self, questions: Sequence[Question]) -> None:
        """Ask everything at once; `opinion` then has the answers."""
        for name in sorted({one.judge for one in questions}):
            judge = self._judge(name)
            own = [one for one in questions if one.judge == name and one not in self.known]
            if isinstance(judge, Unheard):
                self.known.update(dict.fromkeys(own, judge))
            elif own:
                self.known.update(ask(judge, own, self.asker))

    def opinion(self, question: Question) -> Opinion | Unheard:
        """What its judge says."""
        if question not in self.known:
            self.hear([question])
        return self.known[question]

    def _judge(self, name: str) -> Judge | Unheard:
        read = self.judges.get(name)
        if read is None:
            return Unheard(f"there is no judge `{name}`", f"add {judge_path(name)}")
        if read.judge is None:
            return Unheard(f"the judge `{name}` cannot be used", "`opsrail check` says why")
        return read.judge

    @property
    def may_remember(self) -> bool:
        """Whether results may be taken from memory and kept there: where a model is called,
        each run is to call it.
        """
        calls = {Mode.LIVE, Mode.RECORD}
        return not self.judges or self.asker is None or self.asker.mode not in calls

    def digest(self, *sides: Snapshot) -> str:
        """Tells apart all that an opinion depends on besides the question: the judges, their
        prompts and models, what is recorded on these sides, and whether that is used at all.
        """
        if not self.judges:
            return ""
        mode = "" if self.asker is None else self.asker.mode.value
        return fingerprint([mode, *(_told(one, sides) for _, one in sorted(self.judges.items()))])


def open_bench(names: Iterable[str], judging: Snapshot, asker: Asker | None) -> Bench:
    """The judges of these names, as the side that judges has them."""
    wanted = sorted(names)
    return Bench({n: read_judge(judging, n) for n in wanted if judge_path(n) in judging}, asker)


def _told(read: ReadJudge, sides: Sequence[Snapshot]) -> Json:
    if read.judge is None:
        return [str(Location(read.inputs[0])), None]
    folder = recordings_of(read.judge.prompt.name)
    recorded = sorted(
        {(path, side.entries[path].blob) for side in sides for path in side.paths(folder)}
    )
    return [read.judge.name, read.judge.digest, [list(one) for one in recorded]]
