"""Selections in words: what an event must look like, as clauses that begin with "whose"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionItem,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.types import (
    Placeholder,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
    SpecialChars,
)

from opsrail.detection.words.nouns import field_in_words, is_plural, listed, number, quoted

Tree = ConditionItem | ConditionFieldEqualsValueExpression | ConditionValueExpression

MOST_VALUES: Final = 12
"""Longer lists of values are told by their first ones and a count."""

_COMPARED: Final = {
    "LT": ("is under", "is not under"),
    "LTE": ("is at most", "is not at most"),
    "GT": ("is over", "is not over"),
    "GTE": ("is at least", "is not at least"),
    "NEQ": ("is not", "is"),
}
_PLURAL: Final = {
    "contains": "contain",
    "differs": "differ",
    "does": "do",
    "ends": "end",
    "has": "have",
    "is": "are",
    "lies": "lie",
    "looks": "look",
    "matches": "match",
    "starts": "start",
}
_MULTI, _SINGLE = SpecialChars.WILDCARD_MULTI, SpecialChars.WILDCARD_SINGLE


@dataclass(frozen=True, slots=True)
class Said:
    """A statement about a field: its verb, the verb's negative, and what follows it."""

    verb: str
    negative: str
    value: str


def clauses(tree: Tree) -> str:
    """The condition as clauses to put behind a noun: "whose topic contains “sign-in”"."""
    if isinstance(tree, ConditionAND):
        return _all_of(tree)
    return _told(tree, is_inner=False)


def _all_of(tree: ConditionAND) -> str:
    """Parts that must all hold; those that must not are put last, where they read best."""
    parts = list(_flat(tree, ConditionAND))
    holding = [part for part in parts if not _is_exclusion(part)]
    if not holding:
        return _joined(parts, "and")
    excluded = [inner for part in parts if _is_exclusion(part) for inner in _parts(part)]
    text = _joined(holding, "and")
    without = "".join(f", but not those {_bare(part)}" for part in excluded)
    return text + without


def _is_exclusion(part: Tree) -> bool:
    """Whether it is a `not` over more than can be said with a negative verb."""
    return isinstance(part, ConditionNOT) and _negated(_parts(part)[0]) is None


def _joined(parts: Iterable[Tree], joint: str) -> str:
    return f" {joint} ".join(_told(part, is_inner=True) for part in parts)


def _told(tree: Tree, *, is_inner: bool) -> str:
    match tree:
        case ConditionFieldEqualsValueExpression():
            return _leaf(tree)
        case ConditionValueExpression():
            return _mention([tree], "or")
        case ConditionNOT():
            (inner,) = _parts(tree)
            negated = _negated(inner)
            return negated if negated is not None else f"other than those {_bare(inner)}"
        case ConditionAND() | ConditionOR():
            if (short := _same_field(tree)) is not None:
                return short
            joint = "and" if isinstance(tree, ConditionAND) else "or"
            told = _joined(_flat(tree, type(tree)), joint)
            return f"({told})" if is_inner else told
    raise TypeError(f"a condition cannot hold {type(tree).__name__}")


def _bare(tree: Tree) -> str:
    """As told within a larger whole, without brackets where none are needed."""
    told = _told(tree, is_inner=True)
    is_wrapped = isinstance(tree, ConditionAND) and told.startswith("(")
    return told[1:-1] if is_wrapped else told


def _flat(tree: Tree, kind: type[ConditionItem]) -> Iterator[Tree]:
    """The parts of nested conditions of one kind, as one row."""
    for part in _parts(tree):
        if isinstance(part, kind) and _same_field(part) is None:
            yield from _flat(part, kind)
        else:
            yield part


def _parts(tree: Tree) -> list[Tree]:
    """What a condition is made from; nothing of a single comparison."""
    if not isinstance(tree, ConditionItem):
        return []
    return [part for part in tree.args if isinstance(part, Tree)]


def _leaf(leaf: ConditionFieldEqualsValueExpression, *, is_negated: bool = False) -> str:
    said = _said(leaf.value)
    verb = said.negative if is_negated else said.verb
    return f"{_whose(leaf.field, verb)} {said.value}".rstrip()


def _whose(field: str, verb: str) -> str:
    """The verb agrees with the field: "whose topic is", "whose handle minutes are"."""
    words = field_in_words(field)
    first, _, rest = verb.partition(" ")
    if is_plural(words):
        verb = f"{_PLURAL.get(first, first)} {rest}".rstrip()
    return f"whose {words} {verb}"


def _negated(tree: Tree) -> str | None:
    """What must not hold, said with a negative verb; None where that cannot be done."""
    if isinstance(tree, ConditionFieldEqualsValueExpression):
        return _leaf(tree, is_negated=True)
    if isinstance(tree, ConditionOR):
        return _same_field(tree, is_negated=True)
    return None


def _same_field(tree: Tree, *, is_negated: bool = False) -> str | None:
    """Several values of one field said at once: "contains “a” or “b”"; None for other trees."""
    if not isinstance(tree, ConditionAND | ConditionOR):
        return None
    parts = _parts(tree)
    joint = "and" if isinstance(tree, ConditionAND) else "or"
    words = [part for part in parts if isinstance(part, ConditionValueExpression)]
    if len(words) == len(parts) and not is_negated:
        return _mention(words, joint)
    leaves = [part for part in parts if isinstance(part, ConditionFieldEqualsValueExpression)]
    if len(leaves) < len(parts) or len({leaf.field for leaf in leaves}) > 1:
        return None
    said = [_said(leaf.value) for leaf in leaves]
    if len({one.verb for one in said}) > 1 or not all(one.value for one in said):
        return None
    verb = said[0].negative if is_negated else said[0].verb
    values = _values([one.value for one in said], joint)
    return f"{_whose(leaves[0].field, verb)} {values}"


def _mention(words: Sequence[ConditionValueExpression], joint: str) -> str:
    told = _values(
        [_spelt(one.value).replace("“*", "“").replace("*”", "”") for one in words], joint
    )
    return f"that mention {told} anywhere"


def _values(values: Sequence[str], joint: str) -> str:
    if len(values) <= MOST_VALUES:
        return listed(values, joint)
    return f"{', '.join(values[:MOST_VALUES])} {joint} {len(values) - MOST_VALUES} other values"


def _said(value: SigmaType) -> Said:
    for kind, say in _SAYINGS:
        if isinstance(value, kind):
            return say(value)
    return Said("is", "is not", quoted(str(value)))


def _said_of_bool(value: SigmaBool) -> Said:
    return Said("is", "is not", "true" if value.boolean else "false")


def _said_of_comparison(value: SigmaCompareExpression) -> Said:
    verb, negative = _COMPARED[value.op.name]
    return Said(verb, negative, number(float(value.number.number)))


def _said_of_existence(value: SigmaExists) -> Said:
    given, missing = "is given", "is missing"
    return Said(given, missing, "") if value.exists else Said(missing, given, "")


def _said_of_part(value: SigmaTimestampPart) -> Said:
    part = value.timestamp_part.name.lower()
    return Said(f"has as its {part}", f"does not have as its {part}", number(float(value.number)))


def _said_of_field(value: SigmaFieldReference) -> Said:
    field = f"its {field_in_words(value.field)}"
    if value.starts_with:
        return Said("starts with", "does not start with", field)
    if value.ends_with:
        return Said("ends with", "does not end with", field)
    return Said("is the same as", "differs from", field)


def _said_of_several(value: SigmaExpansion) -> Said:
    """Spellings of one value, such as its encodings: any of them will do."""
    said = [_said(one) for one in value.values]
    verb, negative = said[0].verb, said[0].negative
    return Said(verb, negative, _values([one.value for one in said], "or"))


def _said_of_text(value: SigmaString) -> Said:
    parts = list(value.s)
    cased = " (in exactly these letters)" if isinstance(value, SigmaCasedString) else ""
    inner = [part for part in parts if part is not _MULTI]
    if not parts:
        return Said("is an empty text", "is not an empty text", "")
    if len(inner) == 1 and isinstance(inner[0], str):
        text = quoted(inner[0]) + cased
        starts, ends = parts[0] is not _MULTI, parts[-1] is not _MULTI
        if not starts and not ends:
            return Said("contains", "does not contain", text)
        if not ends:
            return Said("starts with", "does not start with", text)
        if not starts:
            return Said("ends with", "does not end with", text)
        return Said("is", "is not", text)
    if not inner:
        return Said("is given", "is missing", "")
    return Said("looks like", "does not look like", _spelt(value) + cased)


def _said_of_pattern(value: SigmaRegularExpression) -> Said:
    pattern = quoted(value.regexp.original)
    return Said("matches the pattern", "does not match the pattern", pattern)


def _said_of_network(value: SigmaCIDRExpression) -> Said:
    return Said("lies in the network", "lies outside the network", value.cidr)


def _said_of_number(value: SigmaNumber) -> Said:
    return Said("is", "is not", number(float(value.number)))


def _said_of_nothing(_value: SigmaNull) -> Said:
    return Said("is empty", "is not empty", "")


_SAYINGS: Final[tuple[tuple[type[SigmaType], Callable[[Any], Said]], ...]] = (
    (SigmaString, _said_of_text),
    (SigmaTimestampPart, _said_of_part),  # before SigmaNumber, of which it is one
    (SigmaNumber, _said_of_number),
    (SigmaBool, _said_of_bool),
    (SigmaCompareExpression, _said_of_comparison),
    (SigmaNull, _said_of_nothing),
    (SigmaExists, _said_of_existence),
    (SigmaRegularExpression, _said_of_pattern),
    (SigmaCIDRExpression, _said_of_network),
    (SigmaFieldReference, _said_of_field),
    (SigmaExpansion, _said_of_several),
)
"""How each kind of value is said; the first that fits counts."""


def _spelt(value: SigmaType) -> str:
    """A text with its wildcards; words to look for anywhere need no asterisks around them."""
    if not isinstance(value, SigmaString):
        return number(float(value.number)) if isinstance(value, SigmaNumber) else str(value)
    return quoted("".join(_character(part) for part in value.s))


def _character(part: str | SpecialChars | Placeholder) -> str:
    match part:
        case str():
            return part
        case Placeholder():
            return f"%{part.name}%"
    return "*" if part is _MULTI else "?"
