"""The words for what a change does: a noun and a direction, such as `money raised`.

A policy names these words, so they are a closed list: a misspelt one is a finding, and never a
tier that quietly fits nothing. Each says what it means, and why it is destructive, if it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

ANYTHING: Final = "anything"
"""In a tier: every change."""


@dataclass(frozen=True, slots=True)
class Term:
    """What a word means. `danger` says what is lost by such a change; empty if nothing is.

    With `is_final`, a revert does not bring it back: what was read has been read.
    """

    noun: str
    direction: str
    meaning: str
    danger: str = ""
    is_final: bool = False

    @property
    def name(self) -> str:
        """As policies write it: `money raised`."""
        return f"{self.noun} {self.direction}"


_FIGURES: Final = {
    "money": "an amount of money",
    "duration": "a length of time",
    "percent": "a percentage",
    "number": "a number",
    "date": "a date or time of day",
}
_NAMES: Final = {
    "url": "an address on the web",
    "email": "a mail address",
    "code": "a code, command or version",
    "handle": "a person's or channel's handle",
}
_MOVES: Final = ("raised", "lowered", "changed", "added", "removed")


def _facts() -> Iterator[Term]:
    dangers = {
        "money raised": "more money can be given away",
        "money removed": "a limit is no longer said",
        "percent removed": "a limit is no longer said",
        "duration removed": "a time limit is no longer said",
    }
    for noun, called in _FIGURES.items():
        for direction in _MOVES:
            meaning = f"{called} in a source document was {direction}"
            yield Term(noun, direction, meaning, dangers.get(f"{noun} {direction}", ""))
    for noun, called in _NAMES.items():
        for direction in ("changed", "added", "removed"):
            yield Term(noun, direction, f"{called} in a source document was {direction}")
    meaning = "a word of duty (must, must not, may, never, only, unless) was {}"
    yield Term("deontic", "added", meaning.format("added"))
    yield Term("deontic", "changed", meaning.format("changed"), "a duty is another")
    yield Term("deontic", "removed", meaning.format("removed"), "a duty is no longer said")


def _content() -> Iterator[Term]:
    yield Term(
        "clearance", "widened", "more people may read it", "what was read stays read", is_final=True
    )
    yield Term("clearance", "narrowed", "fewer people may read it")
    yield Term(
        "readership",
        "widened",
        "a passage is for more roles, or for everyone",
        "what was read stays read",
        is_final=True,
    )
    yield Term("readership", "narrowed", "a passage is for fewer roles")
    yield Term(
        "step permission", "removed", "a step needs no permission any more", "anyone may do it"
    )
    yield Term("step permission", "added", "a step needs a permission now")
    yield Term("step permission", "changed", "a step needs another permission", "others may do it")
    yield Term("section", "added", "a section is new")
    yield Term("section", "removed", "a section is gone", "what it said is no longer said")
    yield Term("section", "moved", "a section stands elsewhere")
    yield Term("section", "renamed", "a section has another title or anchor")
    yield Term("section", "reworded", "a section says the same in other words")
    yield Term("passage", "added", "a paragraph, step or row is new, and no fact with it")
    yield Term("passage", "removed", "a paragraph, step or row is gone, and no fact with it")
    yield Term("passage", "moved", "a paragraph, step or row stands elsewhere in its section")
    yield Term("passage", "changed", "code, markup, or where a link leads changed")
    yield Term("owner", "changed", "another team answers for it")
    yield Term("review", "postponed", "it is looked at again later than was said")
    yield Term("front matter", "changed", "another value of its front matter changed")


def _pages() -> Iterator[Term]:
    yield Term("playbook", "added", "a playbook is new")
    yield Term("playbook", "removed", "a playbook is gone", "its readers have no page")
    yield Term("playbook", "changed", "its title, summary, review time or prompts changed")
    yield Term("placement", "added", "a role reads a section that it did not read")
    yield Term(
        "placement", "removed", "a role no longer reads a section", "readers lose what it says"
    )
    yield Term("placement", "changed", "a role reads a section in another form")
    yield Term("page", "regenerated", "the engine wrote a page anew from its sources")
    yield Term("page", "edited", "a person's words on a derived page changed")
    yield Term("page", "removed", "a derived page is gone")
    yield Term("lock", "regenerated", "the record of what pages were made from follows the pages")
    yield Term(
        "difference",
        "accepted",
        "a page may say otherwise than its source, on record",
        "page and source differ",
    )


def _rules() -> Iterator[Term]:
    yield Term("rule", "added", "a detection rule is new")
    yield Term("rule", "removed", "a detection rule is gone", "nobody is told any more")
    yield Term("rule", "moved", "a detection rule stands in another file")
    yield Term("rule", "changed", "another aspect of a rule changed")
    yield Term("threshold", "raised", "a rule waits for more", "fewer alerts are raised")
    yield Term("threshold", "lowered", "a rule is content with less", "more alerts are raised")
    yield Term("threshold", "changed", "a rule compares otherwise", "alerts may be missed")
    yield Term("window", "longer", "a rule looks at a longer time")
    yield Term("window", "shorter", "a rule looks at a shorter time")
    yield Term("selection", "changed", "a rule looks at other events", "alerts may be missed")
    yield Term("folding", "changed", "alerts are folded otherwise, or silent for longer")
    yield Term("level", "raised", "alerts weigh more")
    yield Term("level", "lowered", "alerts weigh less", "people look later")
    yield Term("level", "changed", "how alerts weigh by how far it went", "people may look later")
    yield Term("route", "changed", "alerts go to somebody else")
    yield Term("runbook", "changed", "alerts name another runbook")
    yield Term("test", "added", "a rule has another timed test")
    yield Term("test", "changed", "a timed test says something else", "it may prove less")
    yield Term("test", "removed", "a timed test is gone", "it proves less")
    yield Term("stream", "changed", "what is recorded, or what its columns mean, changed")


def _evals() -> Iterator[Term]:
    yield Term("suite", "added", "an eval suite is new")
    yield Term("suite", "removed", "an eval suite is gone", "nothing proves it any more")
    yield Term("suite", "weakened", "an eval suite asks for less", "it proves less")
    yield Term("suite", "changed", "an eval suite changed otherwise")
    yield Term("case", "added", "a case is new")
    yield Term("case", "deleted", "a case is gone", "it proves less")
    yield Term("case", "weakened", "a case asks for less", "it proves less")
    yield Term("case", "changed", "a case asks for something else")
    yield Term("decision", "added", "a person decided what a suite could not, on record")
    yield Term("decision", "removed", "a decision is no longer on record", "nobody can look it up")
    yield Term("gate", "loosened", "what closes the gate asks for less", "it proves less")
    yield Term("gate", "changed", "what closes the gate changed otherwise")


def _automations() -> Iterator[Term]:
    for noun in ("flow", "prompt", "model", "judge"):
        yield Term(noun, "added", f"a {noun} is new")
        yield Term(noun, "removed", f"a {noun} is gone")
        yield Term(noun, "changed", f"a {noun} changed")
    yield Term("budget", "raised", "an automation may spend more", "more money can be spent")
    yield Term("budget", "lowered", "an automation may spend less")
    yield Term("recording", "added", "an answer of a model was recorded")
    yield Term("recording", "changed", "a recorded answer was altered", "what a model said is lost")
    yield Term("recording", "removed", "a recorded answer is gone")


def _people() -> Iterator[Term]:
    yield Term("permission", "granted", "a role or flow may do more", "it may be used at once")
    yield Term("permission", "withdrawn", "a role or flow may do less")
    yield Term("permission", "changed", "what a permission allows is said otherwise")
    yield Term("role", "added", "a role is new")
    yield Term("role", "removed", "a role is gone", "its readers have no pages")
    yield Term("role", "changed", "a role's title, words, escalation or head count changed")
    yield Term("member", "added", "somebody joined a group", "they can approve")
    yield Term("member", "removed", "somebody left a group")
    yield Term("person", "added", "somebody is known who was not")
    yield Term("person", "removed", "somebody is known no more")
    yield Term("person", "changed", "who somebody is, or how they are known, changed")


def _governance() -> Iterator[Term]:
    less = "changes need less agreement"
    yield Term("approval", "weakened", "a rule or flow asks fewer people, or lets more count", less)
    yield Term("approval", "strengthened", "a rule or flow asks more people, or lets fewer count")
    yield Term("tier", "weakened", "some change falls into a lower tier, or asks for less", less)
    yield Term("tier", "changed", "tiers changed otherwise")
    yield Term("freeze", "shortened", "an instant that was frozen no longer is", less)
    yield Term("freeze", "extended", "an instant that was not frozen is now")
    yield Term("exception", "widened", "rollbacks or break-glass may do more", less)
    yield Term("exception", "narrowed", "rollbacks or break-glass may do less")
    yield Term("risk", "weakened", "a risk weighs less, or asks for less", less)
    yield Term("risk", "changed", "how risk is weighed changed otherwise")
    yield Term("claim", "changed", "another team answers for files")
    yield Term("policy", "changed", "another policy changed")
    yield Term("mitigation", "changed", "what is done about a risk changed")


def _files() -> Iterator[Term]:
    yield Term("file", "added", "a file is new, and nothing more is known of it")
    yield Term("file", "changed", "a file changed, and nothing more is known of how")
    yield Term("file", "removed", "a file is gone", "what it said is no longer said")
    yield Term(
        "file",
        "unreadable",
        "a file cannot be read, so nobody can say what changed",
        "nobody can say what it does",
    )
    yield Term(
        "mode",
        "changed",
        "a file became executable, a link or a submodule",
        "it may act, or point elsewhere",
    )
    yield Term("workflow", "changed", "what runs the gate changed", "the gate itself may be off")


TERMS: Final[Mapping[str, Term]] = {
    term.name: term
    for group in (
        _facts,
        _content,
        _pages,
        _rules,
        _evals,
        _automations,
        _people,
        _governance,
        _files,
    )
    for term in group()
}
"""Every term by its name."""

NOUNS: Final = tuple(dict.fromkeys(term.noun for term in TERMS.values()))
"""Every noun, in the order of the list. A noun alone stands for all its directions."""


def terms_of(word: str) -> frozenset[str]:
    """The names of the terms that a policy's word stands for: a term, a noun or `anything`.

    Empty for a word that nobody knows.
    """
    if word == ANYTHING:
        return frozenset(TERMS)
    if word in TERMS:
        return frozenset({word})
    return frozenset(name for name, term in TERMS.items() if term.noun == word)
