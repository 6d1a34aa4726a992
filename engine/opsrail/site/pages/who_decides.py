"""Who decides: what each change needs before it lands, when nothing lands, and who is who."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from typing import Final

from opsrail.governance.formats import Freeze, GovernanceFile, Part, Tier
from opsrail.governance.kinds import AFTERWARDS_PATH, GOVERNANCE_PATH, PEOPLE_PATH
from opsrail.site.asked import PARTS, number_word, people_words, rule_words
from opsrail.site.edition import Edition
from opsrail.site.freezes import length_words, next_times, span_words, when_words
from opsrail.site.layout import DECIDES
from opsrail.site.markup import aside, badge, boxed, counted, day, heading, line, page, plain_text
from opsrail.site.meant import Meaning, either, meanings
from opsrail.site.naming import Naming, group_anchor
from opsrail.site.prose import code_span, opening
from opsrail.streams.spans import micros


def who_decides_page(edition: Edition) -> str:
    """The policy in plain words. The edition has one."""
    policy = edition.governed.policy
    assert policy is not None
    names = Naming(edition, DECIDES)
    return page(
        "Who decides",
        "# Who decides",
        "Who has to say yes before a change lands, and when nothing lands.\n{: .ops-lead }",
        line("tally", _tally(edition, policy.file)),
        opening(
            "What a change *does* decides, and not only which file it is in. Each change falls into"
            " the first of these tiers that fits it, from the gravest down, and a request needs"
            " everything that any of its changes needs. It is judged by the rules that hold before"
            " it lands. For one change, `opsrail approvals` says who is still missing."
        ),
        *(part for tier in policy.file.tiers for part in _tier(tier, policy.file, names)),
        *_counting(),
        *_freezes(edition, policy.file, names),
        *_exceptions(policy.file, names),
        *_groups(edition, names),
        *_files(policy.file, names),
    )


def _tally(edition: Edition, file: GovernanceFile) -> Iterator[str]:
    yield counted(len(file.tiers), "tier")
    yield counted(len(file.freezes), "freeze")
    yield counted(len(edition.governed.directory.groups), "group")
    yield f"as it stands in {code_span(GOVERNANCE_PATH)}"


# Tiers


def _tier(tier: Tier, file: GovernanceFile, names: Naming) -> Iterator[str]:
    yield heading(2, f"tier-{tier.tier}", f"Tier {tier.tier}: {plain_text(tier.title)}")
    yield boxed("ops-needed", "Needs a yes from", _rules(tier.needs, file, names))
    rest = "Every change" if tier is file.tiers[0] else "Every change that no tier above fits"
    found = meanings(tier.when, names, rest)
    if [one.says for one in found] == [rest]:
        yield f"{rest}."
        return
    yield "What falls into it\n{: .ops-label }"
    areas = [(area, list(told)) for area, told in groupby(found, key=lambda one: one.area)]
    for area, told in areas:
        if len(areas) > 1:
            yield f"**{area}**\n{{: .ops-area }}"
        yield _listed(told)


def _listed(found: Iterable[Meaning]) -> str:
    return "\n".join(f"- {opening(one.says)}{aside(one.word)}" for one in found)


# What counts


def _counting() -> Iterator[str]:
    yield heading(2, "counts", "What does not count")
    yield _NOT_COUNTING


_NOT_COUNTING: Final = """\
- **Your own work.** A yes of anybody who wrote part of a change, is named as its co-author, or
  committed part of it.
- **The last pusher.** A yes of whoever pushed it last.
- **What you have not seen.** When a file changes after your yes, the teams that answer for it are
  asked anew. Every other yes stays.
- **Silence.** Where no tier fits a change, nobody answers for a file, or a group has too few
  people, the answer is no.

Somebody who could agree and asks for changes instead is heard: nothing lands until they agree or
take it back."""


# Freezes


def _freezes(edition: Edition, file: GovernanceFile, names: Naming) -> Iterator[str]:
    yield heading(2, "freezes", "When nothing lands")
    if not file.freezes:
        yield "There is no freeze: a change may land at any time."
    else:
        yield f"The next times are those from {day(edition.today)} on."
    for freeze in file.freezes:
        yield from _freeze(edition, freeze, names)


def _freeze(edition: Edition, freeze: Freeze, names: Naming) -> Iterator[str]:
    title = plain_text(freeze.title) or freeze.name
    yield heading(3, f"freeze-{freeze.name}", title, freeze.name)
    when = when_words(freeze)
    covered = meanings(freeze.covers, names, _EVERYTHING)
    is_all = _EVERYTHING in {one.says for one in covered}
    holds = "It holds for everything." if is_all else "It holds for requests with:"
    yield f"{when[0].upper()}{when[1:]}. {holds}"
    yield "" if is_all else _listed(covered)
    yield _next(edition, freeze)


_EVERYTHING: Final = "everything"
_TODAY: Final = f" {badge('soon', 'today')}"


def _next(edition: Edition, freeze: Freeze) -> str:
    start = datetime.combine(edition.today, time(), UTC)
    spans = next_times(freeze, start)
    if not spans:
        return "It does not come in the next ten years."
    rows = []
    for one in spans:
        holds = one.begins < start + timedelta(days=1)
        rows.append(f"- {span_words(freeze, one)}{_TODAY if holds else ''}")
    return boxed("ops-next", "Next", "\n".join(rows), search=False)


# Exceptions


def _exceptions(file: GovernanceFile, names: Naming) -> Iterator[str]:
    yield heading(2, "rollbacks", "Taking a change back")
    is_exempt = file.rollbacks.freezes == "exempt"
    frozen = "lands during a freeze as well" if is_exempt else "waits for freezes as anything does"
    needs = file.rollbacks.needs
    asked = "It needs a yes from:" if needs else "It needs what its tier needs."
    yield f"A request that is proved to take back what landed {frozen}. {asked}"
    yield _rules(needs, file, names)
    yield from _risk(file, names)
    yield heading(2, "break-glass", "In an emergency")
    yield from _glass(file, names)


def _rules(wanted: Iterable[str], file: GovernanceFile, names: Naming, indent: str = "") -> str:
    rules = (rule_words(name, file.approvals[name], names) for name in wanted)
    return "\n".join(f"{indent}- {opening(one)}" for one in rules)


def _risk(file: GovernanceFile, names: Naming) -> Iterator[str]:
    """What a change needs for its risk, the highest first."""
    demands = sorted(file.risk.demands.items(), key=lambda one: -one[0].rank)
    asked = [(level, one) for level, one in demands if one.needs or one.stages > 1]
    if not asked:
        return
    yield heading(2, "risk", "What a risk asks for besides")
    yield "Whatever its tier, and unless it takes something back:"
    for level, demand in asked:
        stages = f", in {number_word(demand.stages)} stages at least" if demand.stages > 1 else ""
        rules = _rules(demand.needs, file, names, "    ")
        rules = f":\n{rules}" if rules else ""
        yield f"- a change with a {level} risk{stages}{rules}"


def _glass(file: GovernanceFile, names: Naming) -> Iterator[str]:
    glass = file.break_glass
    if glass is None:
        yield "There is no way around the rules above: nobody may break the glass."
        return
    members = names.members(glass.from_)
    valid, within = (
        length_words(timedelta(microseconds=micros(span)))
        for span in (glass.valid_for, glass.review_within)
    )
    count = number_word(glass.count).capitalize()
    teams = either(names.team(one) for one in glass.from_)
    yield (
        f"{count} different people of {teams} can land a change at once,"
        " though approvals are missing or a freeze holds. Each writes"
        f" `/break-glass` and the reason into a review. {_own_work(glass.distinct_from)}"
    )
    yield (
        f"- It holds for {valid} after each word, and for exactly what was seen.\n"
        "- What proves the change must hold all the same.\n"
        f"- It is on record. Within {within} somebody else looks at it and writes down in"
        f" {code_span(AFTERWARDS_PATH)} what came of it."
    )
    yield line("meta", (f"who may: {people_words(members, glass.count)}",))


def _own_work(distinct_from: tuple[Part, ...]) -> str:
    barred = [PARTS[part] for part in Part if part in distinct_from]
    return f"The word of somebody who {either(barred)} does not count." if barred else ""


# Groups and files


def _groups(edition: Edition, names: Naming) -> Iterator[str]:
    people = edition.governed.people
    yield heading(2, "groups", "Who is in which group")
    if people is None or not people.groups:
        yield f"{code_span(PEOPLE_PATH)} names no group, so nobody can say yes."
        return
    for name in sorted(people.groups):
        yield heading(3, group_anchor(name), name)
        members = ", ".join(names.members([name])) or "nobody yet"
        yield f"{opening(members)}{aside(names.title(name))}"


def _files(file: GovernanceFile, names: Naming) -> Iterator[str]:
    yield heading(2, "files", "Which team answers for which files")
    rest = "the first line that fits decides:" if file.owners else "nobody answers."
    yield (
        "A document, playbook, rule, eval suite, prompt or flow names the team that answers for it."
        f" For other files {rest}"
    )
    for owner, claims in groupby(file.owners, key=lambda one: one.owner):
        files = (
            _EVERYTHING_ELSE if one.files == "**" else names.files(one.files) for one in claims
        )
        yield f"- {', '.join(files)}: {names.team(owner)}"


_EVERYTHING_ELSE: Final = "everything else"
