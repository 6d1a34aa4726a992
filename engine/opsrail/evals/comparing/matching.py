"""Which cases of base and head are the same, and under which suite they are judged."""

from __future__ import annotations

from dataclasses import dataclass, replace

from opsrail.evals.model import Case, Suite


@dataclass(frozen=True, slots=True)
class Matched:
    """A suite as it is judged.

    `judge` has the settings of base (where there is one) and head's cases. `kept` cases are the
    same in both; `changed` ones have another question or expectation, by id with what base had;
    `new` ones only head has, `gone` ones only base has. `target_moved`: head names another target.
    """

    judge: Suite
    kept: tuple[Case, ...]
    changed: tuple[tuple[Case, Case], ...]
    new: tuple[Case, ...]
    gone: tuple[Case, ...]
    base: Suite | None
    head: Suite | None

    @property
    def fresh(self) -> tuple[Case, ...]:
        """Head's cases that base has no result for: the absolute rule holds for them."""
        return tuple(sorted((*(now for _, now in self.changed), *self.new), key=lambda c: c.id))

    @property
    def has_base(self) -> bool:
        """Whether anything can be compared."""
        return self.base is not None


def matched(base: Suite | None, head: Suite | None) -> Matched:
    """The two versions of a suite, put together; at least one is there.

    What judges comes from base: thresholds, scorers for all cases, which cases are set aside, and
    what cases have in common (`cluster`), on which it depends how sure a sample is.
    The target is each side's own, since it is what is compared.
    """
    judge = base or head
    assert judge is not None
    before = {case.id: case for case in base.cases} if base else {}
    after = {case.id: case for case in head.cases} if head else {}
    if base is not None and head is not None:
        judge = replace(base, cases=head.cases, target=head.target, watches=head.watches)
    shared = sorted(before.keys() & after.keys())
    return Matched(
        judge,
        kept=tuple(
            replace(after[name], cluster=before[name].cluster)
            for name in shared
            if before[name].digest == after[name].digest
        ),
        changed=tuple(
            (before[name], after[name])
            for name in shared
            if before[name].digest != after[name].digest
        ),
        new=tuple(after[name] for name in sorted(after.keys() - before.keys())),
        gone=tuple(before[name] for name in sorted(before.keys() - after.keys())),
        base=base,
        head=head,
    )
