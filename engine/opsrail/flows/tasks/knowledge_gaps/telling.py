"""The words that many tickets share and that name nobody: all that a proposal takes from them.

What customers write is theirs, and nobody has looked at it. So nothing is quoted: a word has to
come from several customers, in small letters, without figures, outside of addresses, never with a
capital within a sentence, and is told in another order than theirs. A name that several customers
write in small letters gets through: a person looks at the branch before it goes anywhere.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from opsrail.flows.retrieval.words import terms

MOST: Final = 6
_LEADS: Final = re.compile(r"[@#\\/<>`{}\[\]_=]|\.[A-Za-z]{2}")
"""Found in an address, a command or markup, and in no plain word."""
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SMALL: Final = re.compile(r"[a-z]{3,20}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A ticket as far as it matters here. `by` tells customers apart."""

    id: str
    by: str
    text: str

    @classmethod
    def of(cls, ticket: Mapping[str, Any]) -> Asked:
        """Read a ticket that the schema has let through."""
        name = str(ticket["id"])
        text = f"{ticket['subject']}\n\n{ticket['body']}"
        return cls(name, str(ticket.get("customer_id") or name), text)


def shared_words(
    tickets: Sequence[Asked], least: int, telling: Callable[[str], float]
) -> tuple[str, ...]:
    """The words of at least `least` customers that can be told on: first those that many of them
    use and that are rare on the pages (`telling`, of a term).
    """
    customers: defaultdict[str, set[str]] = defaultdict(set)
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    named: set[str] = set()
    for ticket in tickets:
        prose = _plain(ticket.text)
        named |= set(_names(prose))
        for word in _WORD.findall(prose):
            if _SMALL.fullmatch(word) and (found := terms(word)):
                customers[found[0]].add(ticket.by)
                forms[found[0]][word] += 1
    kept = [root for root, by in customers.items() if len(by) >= least and root not in named]
    kept.sort(key=lambda root: (-len(customers[root]) * telling(root), root))
    return tuple(_usual(forms[root]) for root in kept[:MOST])


def _plain(text: str) -> str:
    """Without addresses, markup, and what holds a character that nobody sees."""
    lines = (line.split(" ") for line in text.splitlines())
    return "\n".join(
        " ".join(word for word in line if word.isprintable() and not _LEADS.search(word))
        for line in lines
    )


def _names(prose: str) -> Iterable[str]:
    """Roots of the words that somewhere stand with a capital in the middle of a sentence."""
    for found in re.finditer(r"(?<=[a-z0-9,;:)] )[A-Z][^\W_]+", prose):
        yield from terms(found.group())


def _usual(forms: Counter[str]) -> str:
    return min(forms, key=lambda form: (-forms[form], len(form), form))
