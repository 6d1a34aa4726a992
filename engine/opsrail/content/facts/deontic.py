"""Words that oblige, permit, forbid or limit.

Read as one: "shall" = must, "shall not" = must not, a commanding "do not" = must not, "must never"
= never, "may only" = only, "can't" = cannot, "not allowed to" = may not. "Cannot" stays apart from
"must not", since it often states what is impossible. "Should" counts: that "must" becomes
"should" is the quietest way to weaken a rule. "Can", "need to" and "have to" do not count.
"""

from __future__ import annotations

import re

from opsrail.content.facts.model import FactKind, Value

_NOT = r"(?:\s{1,8}not\b|n['’]t\b)"
_MODAL = re.compile(
    rf"(?P<modal>must|shall|should|may|can)(?:(?P<not>{_NOT}|not\b)|\s{{1,8}}(?P<adverb>never|only)\b)?",
    re.IGNORECASE,
)
_CANT = re.compile(r"can(?:['’]t|not|\s{1,8}not)\b(?!\s{1,8}only\b)", re.IGNORECASE)
_DO_NOT = re.compile(rf"do{_NOT}", re.IGNORECASE)
_DENIED = re.compile(
    r"(?:not|(?:is|are|was|were)n['’]t)\s{1,8}(?:allowed|permitted)(?:\s{1,8}to)?\b", re.IGNORECASE
)
_WORD = re.compile(r"never|only|unless|except", re.IGNORECASE)
NAME = (
    r"(?i:(?:must|shall|should)(?:n['’]t)?|may|can(?:not|['’]t|\s+not|\s+only|\s+never)"
    r"|never|only|unless|except|do\s+not|don['’]t|(?:not|(?:is|are|was|were)n['’]t)\s+(?:allowed|permitted))\b"
)
_COMMAND = re.compile(
    r"(?:^|[.!?:;,|(\u2013\u2014]|\b(?:please|then|so|but)|^also|[,;]\s{1,8}(?:and|or)|\n)\s{0,8}$",
    re.IGNORECASE,
)
_SUBJECT_COMMA = re.compile(
    r"\b(?:who|which|that|we|they|you|I)\b[^.]{0,20},\s{0,8}$", re.IGNORECASE
)
_MONTH_BEFORE = re.compile(
    r"(?:\b(?:in|by|since|until|till|of|from|through|during|before|after|this|next|last|early|mid"
    r"|late|and|every|each)|\d(?:st|nd|rd|th)?)[\s-]{1,8}$",
    re.IGNORECASE,
)
_MONTH_AFTER = re.compile(r"\s{1,8}(?:\d|and June|to June|to July)")
# "Theresa May opened", but "Who May Refund" in a heading
_NAME_BEFORE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof)\.?\s{1,8}$|\b[A-Z][a-z'’-]{1,20}\s{1,8}$")
_NAME_AFTER = re.compile(r"\s{0,8}(?:$|[^\s\w])|\s{1,8}[a-z]|['’]s\b")
_EITHER_WAY = re.compile(r"\s{1,8}or\s{1,8}may\s{1,8}not\b", re.IGNORECASE)
_NOUN_BEFORE = re.compile(r"\b(?:a|an|the|absolute|real)\s{1,8}$", re.IGNORECASE)


def read(text: str, at: int) -> Value | None:
    """The deontic word that starts at `at`, with its "not"."""
    before = text[max(0, at - 32) : at]
    if before.endswith(("-", "/", "'", "’")) or text[at : at + 1] == "\x00":
        return None
    if found := _DENIED.match(text, at):
        return _value("may not", found)
    if found := _CANT.match(text, at):
        return _value("cannot", found)
    if found := _DO_NOT.match(text, at):
        if _COMMAND.search(before) and not _SUBJECT_COMMA.search(before):
            return _value("must not", found)
        return None
    if found := _MODAL.match(text, at):
        return _modal(text, before, found)
    found = _WORD.match(text, at)
    if found is None or _is_idle(text, before, found):
        return None
    return _value(found[0].lower(), found)


def _modal(text: str, before: str, found: re.Match[str]) -> Value | None:
    word = found["modal"].lower()
    if text[found.end() : found.end() + 1] in ("-", "‑") and not found["adverb"]:
        return None
    if word == "may" and _is_name(text, before, found):
        return None
    if word == "may" and (
        _EITHER_WAY.match(text, found.end()) or before.lower().endswith("may or ")
    ):
        return None
    if word == "must" and _NOUN_BEFORE.search(before):
        return None
    if found["adverb"]:
        return _value(found["adverb"].lower(), found)
    if word == "can":
        return None
    word = "must" if word == "shall" else word
    return _value(f"{word} not" if found["not"] else word, found)


def _is_name(text: str, before: str, found: re.Match[str]) -> bool:
    if not found["modal"][0].isupper() or found["modal"].isupper():
        return False
    if _NAME_BEFORE.search(before) and _NAME_AFTER.match(text, found.end("modal")):
        return True
    return bool(_MONTH_BEFORE.search(before) or _MONTH_AFTER.match(text, found.end()))


def _is_idle(text: str, before: str, found: re.Match[str]) -> bool:
    """“not only”, "if only", "the only" and "never mind" limit nothing."""
    word = found[0].lower()
    if text[found.end() : found.end() + 1] in ("-", "‑"):
        return True
    if word == "only":
        return bool(re.search(r"\b(?:not|if|the|an|my|our|your)\s{1,8}$", before, re.IGNORECASE))
    return word == "never" and bool(
        re.match(r"\s{1,8}mind\b", text[found.end() : found.end() + 16])
    )


def _value(shown: str, found: re.Match[str]) -> Value:
    return Value(FactKind.DEONTIC, shown, found.start(), found.end())
