"""What an approval rule asks for, in words: how many of whom, and who that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from opsrail.governance.formats import OWNERS, ApprovalRule, Part
from opsrail.site.markup import aside, counted, plain_text
from opsrail.site.meant import either
from opsrail.site.naming import Naming
from opsrail.site.prose import escaped

MOST_NAMED: Final = 12
"""People that a rule names; the whole group stands further down."""
_NUMBERS: Final = "no one two three four five six seven eight nine ten".split()
PARTS: Final = {
    Part.AUTHOR: "opened it or wrote it",
    Part.CO_AUTHORS: "is named as its co-author",
    Part.COMMITTERS: "committed part of it",
    Part.LAST_PUSHER: "pushed it last",
}


def rule_words(name: str, rule: ApprovalRule, names: Naming) -> str:
    """One approval rule: what it is called, how many of whom, and who that is."""
    told = f"**{escaped(plain_text(rule.title) or name)}**: {_asked(rule, names)}"
    others = [PARTS[part] for part in Part if part not in rule.distinct_from]
    if others and rule.count:
        told += f"; a yes counts here also of somebody who {either(others)}"
    groups = () if rule.from_ == OWNERS or not rule.count else tuple(rule.from_)
    titles = [title for group in groups if (title := names.title(group))]
    return f"{told}{aside(either(titles))}"


def _asked(rule: ApprovalRule, names: Naming) -> str:
    if rule.count == 0:
        return "nobody has to say yes"
    if rule.from_ == OWNERS:
        return f"{number_word(rule.count)} of each, as [listed below](#files)"
    groups = tuple(rule.from_)
    teams = either(names.team(group) for group in groups)
    return (
        f"{number_word(rule.count)} of {teams}: {people_words(names.members(groups), rule.count)}"
    )


def people_words(members: Sequence[str], needed: int) -> str:
    """Who they are, the first of them by name; or that there are too few."""
    if len(members) < needed:
        some = counted(len(members), "person is", "people are") if members else ""
        return f"{f'only {some}' if some else 'nobody is'} in it, so it cannot be met"
    more = len(members) - MOST_NAMED
    return ", ".join(members[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def number_word(count: int) -> str:
    """`two`, `17`."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)
