"""All evidence about a change's risk, gathered from the repository and its history."""

from __future__ import annotations

from datetime import datetime

from opsrail.gate.risk.aftermath import aftermath
from opsrail.gate.risk.newcomers import newcomers
from opsrail.gate.risk.occasions import occasions
from opsrail.gate.risk.past import tried
from opsrail.gate.risk.reached import Reached, reached_by
from opsrail.gate.risk.readers import readers, staff
from opsrail.gate.risk.reviews import reviews
from opsrail.gate.risk.traffic import traffic
from opsrail.gate.risk.watched import watched
from opsrail.gate.subject import Subject
from opsrail.governance.changes import ChangeSet
from opsrail.governance.formats import GovernanceFile
from opsrail.governance.risk.evidence import Evidence
from opsrail.tailor.impact import Reach


def gather(
    subject: Subject, change: ChangeSet, reach: Reach, policy: GovernanceFile, now: datetime
) -> Evidence:
    """What can be known about the risk of `change`.

    `reach` is whom its sections reach; `policy` is base's, so that no change sets the limits by
    which it is weighed. `now` is an instant with a time zone. What was counted in recorded
    streams, and what earlier versions of files said, is remembered in the cache of the Git
    directory if the subject may remember.
    """
    reached: Reached = reached_by(subject, change, reach)
    return Evidence(
        paths=reached.paths,
        reaching=reached.reaching,
        readers=readers(subject, change, reach),
        staff=staff(subject),
        traffic=traffic(subject, policy.risk.volumes, reached),
        aftermath=aftermath(subject, change),
        tried=tried(subject),
        newcomers=newcomers(change),
        watched=watched(subject, reached),
        reviews=reviews(subject, reached),
        occasions=occasions(policy, change, now),
    )
