"""When a number is no count: it names a step, a ticket, a year, a product, or "one" of us."""

from __future__ import annotations

import re

from opsrail.content.facts.figures import Figure

_LABELS = re.compile(
    r"\b(?:steps?|sections?|chapters?|pages?|figures?|fig\.?|tables?|stages?|phases?|questions?"
    r"|options?|parts?|notes?|lines?|rings?|weeks?|days?|months?|items?|appendix|ISO|RFC|SOC"
    r"|articles?|rules?|numbers?|no\.?|tickets?|cases?|issues?|ids?|PR|accounts?|orders?"
    r"|invoices?|rooms?|floors?|attempts?|examples?|versions?|releases?|type|category|bucket"
    r"|scenario|ports?|quarter|Q|goal|round|robin|build|form|macro|queue|sessions?|levels|tiers"
    r"|priorities|lessons?|modules?|slides?|task|extension|ext\.?|suite|clause|paragraph|annex"
    r"|volume|exercise)\s{0,4}#?\s{0,2}"
    r"(?:\d{1,3}\s{0,2}(?:,|and|or|&|[-–])\s{0,2})?$",
    re.IGNORECASE,
)
_GLUED_BEFORE = re.compile(r"(?:\w[-‑_/.]|#|[:/]\d{0,4}|\d[.,+]|\w=)$")
_GLUED_AFTER = re.compile(
    r"[^\W_]|[.,:/]\d|[°:](?=\w)|/(?=\w)(?!(?:s|sec|min|h|hr|d|mo|[a-z]{4,12})\b)|['’]s\b|\)|(?:\s{0,2}=)|[-\s]on[-\s](?:1|one)\b"
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)?\d\d)?")
_COUNTED = re.compile(r"\s[a-z]{2,24}s\b")
# not at the start of a sentence: "Allow 5" counts
_PROPER = re.compile(r"(?<=[\w,;(\[]\s)[A-Z][\w'’]{1,20}\s$")
# "iPhone 15" is a product whatever follows
_INNER_CAPITAL = re.compile(r"\b[a-z]{1,2}[A-Z][\w'’]{1,20}\s$")
_WORD_FOLLOWS = re.compile(r"\s{1,8}[^\W\d_]")
_OPENING = re.compile(r"(?:^\s*|[\"“‘'(]|\s\s)$")
_POINT = re.compile(r"\.\s")
_BOUND = re.compile(
    r"\b(?:least|most|than|over|under|above|below|only|exactly|maximum of|minimum of|within|per)"
    r"\s{1,8}$",
    re.IGNORECASE,
)
_COMPOUND = re.compile(r"[-‑]\w")
_THE_ONLY = re.compile(r"\b(?:the|an)\s{1,8}only\s{1,8}$", re.IGNORECASE)
_PRONOUN_BEFORE = re.compile(
    r"\b(?:this|that|the|which|no|any|each|every|another|some|first|last|next|right|wrong|new"
    r"|old|other|good|better|best|only|many|a|an|is|as|either|neither|create|open|for|with|use"
    r"|day|it)\s{1,8}$",
    re.IGNORECASE,
)
_PRONOUN_AFTER = re.compile(
    r"\s{1,8}(?:of|who|that|which|another|more|or|and|at|by|for|to|in|on|is|was|will|can|has"
    r"|time|thing|way|place|person|day|example|option|reason|side|hand|step|final|last|big"
    r"|central|single|such|you|we|they|I|it|if|from|with|using|as|point|on-one|size)\b"
    r"|\s{0,8}(?:[^\w\s]|$)",
    re.IGNORECASE,
)
_POINTING = re.compile(r"\b(?:the|these|those)\s{1,8}$", re.IGNORECASE)
_FUNCTION_WORD = re.compile(
    r"\s{1,8}(?:is|are|was|were|be|has|have|had|will|would|can|could|do|does|did|and|or|but|in|on|at"
    r"|to|for|from|with|by|as|that|which|who|when|if)\b",
    re.IGNORECASE,
)
_REACH = 24


def is_labelled(text: str, figure: Figure) -> bool:
    """“step 3”, "ticket 4711", "#12", "GPT-4"."""
    before = _before(text, figure)
    return bool(_LABELS.search(before) or _GLUED_BEFORE.search(before))


def is_digits_name(text: str, figure: Figure) -> bool:
    """Digits that are part of a longer sign, a year, a list number or a product ("Atlas 101")."""
    if _GLUED_AFTER.match(text, figure.end):
        return True
    before = _before(text, figure)
    if _OPENING.search(before) and _POINT.match(text, figure.end):
        return True
    if _BOUND.search(before):
        return False
    if _YEAR.fullmatch(text, figure.start, figure.end):
        return not _COUNTED.match(text, figure.end)
    if _INNER_CAPITAL.search(before):
        return True
    return bool(_PROPER.search(before)) and not _WORD_FOLLOWS.match(text, figure.end)


def is_word_name(text: str, figure: Figure) -> bool:
    """Number words that count nothing: "two-factor", "the one who", "the two are", "zero"."""
    if _COMPOUND.match(text, figure.end) or figure.high == 0:
        return True
    before = _before(text, figure)
    is_bound = bool(_BOUND.search(before))
    if figure.high == 1 and (not is_bound or _THE_ONLY.search(before)):
        return bool(_PRONOUN_BEFORE.search(before) or _PRONOUN_AFTER.match(text, figure.end))
    if _POINTING.search(before) and _FUNCTION_WORD.match(text, figure.end):
        return True
    return not (is_bound or _WORD_FOLLOWS.match(text, figure.end))


def _before(text: str, figure: Figure) -> str:
    return text[max(0, figure.start - _REACH) : figure.start]
