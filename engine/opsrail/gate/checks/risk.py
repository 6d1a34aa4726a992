"""Risk: what a change risks has somebody who takes care of it, and what was promised holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time

from opsrail.findings import Finding
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.governance.kinds import GOVERNANCE_PATH, MITIGATIONS_PATH


@check("risk-unmitigated")
def risk_unmitigated(subject: Subject) -> Iterator[Finding]:
    """A change risks much, and nobody has written down what is done about it.

    The message names the factor and what it is drawn from. Somebody who answers for the file
    decides what is done (a smaller first ring, a person who watches the queue, a macro that says
    it both ways) and writes it into policies/mitigations.yaml, in the same pull request if need
    be; the hint shows the entry. Which factors weigh how much, and from which level on they need
    an entry, is said under `risk` in policies/governance.yaml, as the branch has it on which the
    change would land. How close a freeze or peak is hangs on the hour, and so it is told in the
    plan and closes nothing here.
    """
    base = subject.base
    if base is None or GOVERNANCE_PATH not in base.snapshot or not subject.changed:
        return
    # Weighing a change reads a policy, and history that most repositories don't judge by.
    from opsrail.gate.changing import typed_changes
    from opsrail.gate.reaching import reach_of
    from opsrail.gate.risk import filed_mitigations, gather
    from opsrail.gate.risk.told import TIMING, Weighing, unmitigated
    from opsrail.governance.changes import ChangeSet
    from opsrail.governance.policy import read_policy
    from opsrail.governance.risk.assess import assess

    policy = read_policy(base.snapshot).policy
    if policy is None:
        return  # nothing lands without one, and the plan says so
    now = datetime.combine(subject.today, time(), UTC)
    # What differs outside of the governed folders has no readers, values or tests to be weighed.
    change = ChangeSet("", "", typed_changes(subject, policy.file.owners), {})
    evidence = gather(subject, change, reach_of(subject), policy.file, now)
    filed = filed_mitigations(subject.head.snapshot)
    risk = assess(evidence, policy.file.risk, filed, now)
    lasting = replace(risk, factors=tuple(one for one in risk.factors if one.name != TIMING))
    yield from unmitigated(Weighing(lasting, evidence, policy.file.risk, filed, now), change)


@check("mitigation-stale")
def mitigation_stale(subject: Subject) -> Iterator[Finding]:
    """An entry of policies/mitigations.yaml has no effect.

    It ran out, no file is called as it says any more, or it names a factor that does not exist.
    What it promised is not what protects anybody today. Look at it again with its owner: move
    `until` on, correct it, or remove it.
    """
    if MITIGATIONS_PATH not in subject.head.snapshot:
        return
    from opsrail.gate.risk import filed_mitigations
    from opsrail.gate.risk.told import stale

    filed = filed_mitigations(subject.head.snapshot)
    yield from stale(filed, subject.head.snapshot.entries, subject.today)
