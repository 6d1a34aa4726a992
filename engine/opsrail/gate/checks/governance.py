"""Who must agree: whether the policy can be asked at all, and says what it should."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from opsrail.findings import Finding, Location, Severity
from opsrail.gate.changing import owners_of
from opsrail.gate.emergencies import Emergency, emergencies
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.governance.comparing.boxes import box_of
from opsrail.governance.directory import Directory
from opsrail.governance.formats import OWNERS, GovernanceFile
from opsrail.governance.kinds import (
    AFTERWARDS_PATH,
    GOVERNANCE_PATH,
    PEOPLE_PATH,
    SCENARIOS_FOLDER,
)
from opsrail.governance.policy import ReadPolicy, read_policy
from opsrail.governance.scenarios import CODE, read_scenarios, try_scenario
from opsrail.governance.vocabulary import ANYTHING
from opsrail.report.model import counted

_ABOUT = (GOVERNANCE_PATH, PEOPLE_PATH, f"{SCENARIOS_FOLDER}/")
_MOST_NAMED = 20
"""Files without an owner that are told one by one."""


def _is_concerned(subject: Subject) -> bool:
    return any(path.startswith(_ABOUT) for path in subject.changed)


@check("governance-broken")
def governance_broken(subject: Subject) -> Iterator[Finding]:
    """Nobody can agree: policies/governance.yaml or policies/people.yaml cannot be read.

    A policy with anything wrong in it counts as none, and a missing policy means no. The finding
    says what is wrong and where.
    """
    if _is_concerned(subject):
        yield from read_policy(subject.head.snapshot).findings


@check("governance-group")
def governance_group(subject: Subject) -> Iterator[Finding]:
    """The policy names a group that is not there, or asks more people of groups than are in them.

    A rule that nobody can meet stays closed for ever. Correct the name or the count, or add the
    group to policies/people.yaml with its members.
    """
    read = read_policy(subject.head.snapshot)
    if read.policy is None or read.findings or not _is_concerned(subject):
        return
    for name, place in _named(read, read.policy.file):
        if not read.directory.has_group(name):
            message = f"there is no group `{name}` in {PEOPLE_PATH}"
            hint = _groups_there(read.directory)
            yield Finding(place, "governance-group", message, hint=hint)
        elif not read.directory.members([name]):
            message = f"the group `{name}` has nobody in it, so nobody can agree for it"
            yield Finding(place, "governance-group", message, hint=f"add members in {PEOPLE_PATH}")
    yield from _too_many_asked(read, read.policy.file)


def _groups_there(directory: Directory) -> str:
    return (
        f"the groups are: {', '.join(directory.groups)}" if directory.groups else "there are none"
    )


def _too_many_asked(read: ReadPolicy, file: GovernanceFile) -> Iterator[Finding]:
    """Rules over groups that have people, but not as many as must agree."""
    assert read.policy is not None, "as its caller looked"
    asked = [
        (f"the rule `{name}`", rule.from_, rule.count, read.policy.rule_place(name))
        for name, rule in file.approvals.items()
        if rule.from_ != OWNERS
    ]
    if glass := file.break_glass:
        place = read.policy.place(("break_glass",))
        asked.append(("break-glass", glass.from_, glass.count, place))
    for what, groups, count, place in asked:
        is_there = all(read.directory.members([name]) for name in groups)
        members = len(read.directory.members(groups))
        if groups and is_there and count > members:
            have = "has" if len(groups) == 1 else "have together"
            message = (
                f"{what} needs {count} of {', '.join(groups)},"
                f" which {have} {counted(members, 'member')}"
            )
            hint = f"ask for fewer, or add members in {PEOPLE_PATH}"
            yield Finding(place, "governance-group", message, hint=hint)


@check("governance-tiers")
def governance_tiers(subject: Subject) -> Iterator[Finding]:
    """No tier of the policy takes what the others leave: a change that none fits can never land.

    Put a tier with `when: [anything]` at the end of `tiers` in policies/governance.yaml.
    """
    policy = read_policy(subject.head.snapshot).policy
    if policy is None or not _is_concerned(subject):
        return
    tiers = policy.file.tiers
    if any(box_of(word) == box_of(ANYTHING) for tier in tiers for word in tier.when):
        return
    yield Finding(
        policy.place(("tiers", len(tiers) - 1)),
        "governance-tiers",
        "this is the last tier, and a change that no tier fits can never land",
        Severity.WARNING,
        hint="put a tier below it with `when: [anything]`",
    )


def _named(read: ReadPolicy, file: GovernanceFile) -> Iterator[tuple[str, Location]]:
    """Every group that the policy names, and where."""
    assert read.policy is not None, "as its caller looked"
    for name, rule in file.approvals.items():
        if rule.from_ != OWNERS:
            yield from ((group, read.policy.rule_place(name)) for group in rule.from_)
    for number, claim in enumerate(file.owners):
        yield claim.owner, read.policy.place(("owners", number))
    if file.break_glass:
        yield from (
            (group, read.policy.place(("break_glass",))) for group in file.break_glass.from_
        )


@check("governance-unowned", forgives_old=True)
def governance_unowned(subject: Subject) -> Iterator[Finding]:
    """No team answers for a file, so nobody can agree to a change of it.

    Name an `owner` in the file, or let the policy claim it: `owners` in policies/governance.yaml
    says for globs of files who answers for them; `**` at the end of the list claims the rest.
    Looked for only where there is a policy.
    """
    read = read_policy((subject.base or subject.head).snapshot)
    if read.policy is None:
        return
    claims = read.policy.file.owners
    there = (path for path in sorted(subject.changed) if path in subject.head.snapshot)
    orphans = [path for path in there if not owners_of(subject.head, path, claims)]
    for path in orphans[:_MOST_NAMED]:
        yield Finding(
            Location(path),
            "governance-unowned",
            "no team answers for this file",
            hint=f"name its owner in it, or claim it under `owners` in {GOVERNANCE_PATH}",
        )
    if rest := orphans[_MOST_NAMED:]:
        message = f"no team answers for {len(rest)} more files"
        yield Finding(Location(rest[0]), "governance-unowned", message)


@check("governance-owner", forgives_old=True)
def governance_owner(subject: Subject) -> Iterator[Finding]:
    """A file names an owner that is no group, so nobody can agree to a change of it.

    The owner of a file is a group of policies/people.yaml. Correct its name, or add the group.
    Looked for only where there is a policy.
    """
    read = read_policy((subject.base or subject.head).snapshot)
    found = read_policy(subject.head.snapshot)
    after = found.directory
    if read.policy is None or found.findings:
        return
    claims = read.policy.file.owners
    for path in sorted(subject.changed):
        for owner in owners_of(subject.head, path, claims) if path in subject.head.snapshot else ():
            if not after.has_group(owner):
                message = f"its owner `{owner}` is no group in {PEOPLE_PATH}"
                yield Finding(
                    Location(path), "governance-owner", message, hint=_groups_there(after)
                )


@check(CODE)
def governance_scenario(subject: Subject) -> Iterator[Finding]:
    """A scenario beside the policy comes out otherwise than it says.

    Files in policies/governance/ hold made-up requests and what the policy must say about them.
    Either the policy does something that nobody wanted, or the scenario is out of date:
    `opsrail policy test` shows all of them.
    """
    if not _is_concerned(subject):
        return
    read = read_policy(subject.head.snapshot)
    scenarios, wrong = read_scenarios(subject.head.snapshot)
    yield from wrong
    if read.findings:
        return  # what it would say of scenarios follows from that
    for scenario, place in scenarios:
        for departure in try_scenario(scenario, place, read.policy, read.directory).departures:
            yield Finding(place, CODE, f"“{scenario.name}”: {departure}")


@check("break-glass-review")
def break_glass_review(subject: Subject) -> Iterator[Finding]:
    """A change landed in an emergency, and nobody has looked at it afterwards.

    Whoever did not break the glass reads what landed and puts what they found on record in
    policies/break-glass.yaml. A warning until the time for it is over, and then it closes the
    gate of the whole repository's check, but no pull request's.
    """
    if subject.base is not None:
        return
    for one in emergencies(subject.head.snapshot):
        if not one.is_reviewed:
            yield _unreviewed(one, subject)


def _unreviewed(one: Emergency, subject: Subject) -> Finding:
    now = datetime.combine(subject.today, datetime.min.time(), UTC)
    is_late = one.review_by is None or one.review_by < now
    due = f" until {one.review_by:%Y-%m-%d}" if one.review_by else ""
    who = ", ".join(one.people)
    return Finding(
        Location(AFTERWARDS_PATH),
        "break-glass-review",
        f"{one.commit[:7]} landed in an emergency ({who}: {one.reason}),"
        f" and was to be looked at{due}",
        Severity.ERROR if is_late else Severity.WARNING,
        hint=f"add to `reviews`:\n- {{plan: {one.plan[:12]}, by: YOU, on: {subject.today},"
        " found: what came of it}",
    )
