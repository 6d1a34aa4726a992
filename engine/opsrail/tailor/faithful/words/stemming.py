"""A light suffix stripper for English.

Two strengths: `stem` takes inflection off ("offered", "offering", "offers"), `root` takes
derivation off as well ("explanation", "explains"). Neither needs to be an English word, both only
have to be the same for words that say the same.
"""

from __future__ import annotations

from functools import cache

_IRREGULAR = {
    form: plain
    for plain, forms in {
        "use": "uses used using",
        "be": "is are was were been being am",
        "have": "has had having",
        "do": "does did done doing",
        "go": "goes went gone going",
        "say": "said",
        "make": "made",
        "give": "gave given",
        "take": "took taken",
        "get": "got gotten",
        "buy": "bought",
        "bring": "brought",
        "think": "thought",
        "teach": "taught",
        "seek": "sought",
        "fight": "fought",
        "catch": "caught",
        "tell": "told",
        "sell": "sold",
        "see": "saw seen",
        "know": "knew known",
        "grow": "grew grown",
        "throw": "threw thrown",
        "draw": "drew drawn",
        "speak": "spoke spoken",
        "choose": "chose chosen",
        "write": "wrote written",
        "drive": "drove driven",
        "rise": "rose risen",
        "eat": "ate eaten",
        "fall": "fell fallen",
        "find": "found",
        "feel": "felt",
        "keep": "kept",
        "leave": "left",
        "lose": "lost",
        "meet": "met",
        "pay": "paid",
        "send": "sent",
        "spend": "spent",
        "lend": "lent",
        "build": "built",
        "hold": "held",
        "stand": "stood",
        "understand": "understood",
        "win": "won",
        "begin": "began begun",
        "run": "ran",
        "sing": "sang sung",
        "swim": "swam swum",
        "drink": "drank drunk",
        "come": "came",
        "become": "became",
        "break": "broke broken",
        "steal": "stole stolen",
        "hide": "hid hidden",
        "forget": "forgot forgotten",
        "hear": "heard",
        "lead": "led",
        "mean": "meant",
        "show": "shown",
        "shoot": "shot",
        "die": "dying",
        "lie": "lying",
        "man": "men",
        "woman": "women",
        "child": "children",
        "person": "persons",
        "foot": "feet",
        "tooth": "teeth",
        "mouse": "mice",
        "life": "lives",
        "wife": "wives",
        "knife": "knives",
    }.items()
    for form in forms.split()
}
_WITH_E = {
    form: plain
    for plain, forms in {
        "news": "",
        "care": "cares cared caring",
        "plane": "planes",
        "rate": "rates rated rating ratings",
        "hope": "hopes hoped hoping",
        "site": "sites",
        "date": "dates dated",
        "fine": "fines fined",
        "scare": "scares scared scaring",
        "stare": "stares stared staring",
        "wine": "wines",
        "tape": "tapes taped",
        "hate": "hates hated hating",
        "mate": "mates",
        "fare": "fares",
        "code": "codes coded coding",
        "cure": "cures cured curing",
        "note": "notes noted noting",
    }.items()
    for form in [plain, *forms.split()]
}
"""Words that would fall together with another one ("car", "plan") if they lost their "e"."""
_DERIVED = (
    "ization", "isation", "ational", "fulness", "iveness", "ousness", "ability", "ibility",
    "ation", "ition", "ution", "ement", "ingly", "ively", "ially", "ating", "izing", "ment",
    "ness", "sion", "tion", "ally", "ized", "ised", "ical", "less", "ship", "anc", "enc", "abl",
    "ibl", "ion", "ant", "ent", "ity", "ism", "ist", "ous", "ful", "ial", "ian", "ish", "ary",
    "ery", "ing", "iv", "iz", "is", "at", "es", "al", "er", "or", "ly", "ic", "th", "ed", "y",
)  # fmt: skip
"""Longer ones first. A stem has lost its final "e", and so have these."""
_SHORTEST_ROOT = 4
_VOWELS = frozenset("aeiouy")


@cache
def stem(word: str) -> str:
    """The word without its inflection; `word` in lower case."""
    word = word.replace("’", "'")
    word = word.removesuffix("'s").rstrip("'")
    if word in _WITH_E:
        return _WITH_E[word]
    if word in _IRREGULAR:
        word = _IRREGULAR[word]
    if len(word) <= 3:
        return word
    return _without_e(_without_ending(word))


def _without_ending(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and _VOWELS & set(rest):
            return _single(rest)
    return word


def _single(word: str) -> str:
    """Give back "stop" for "stopp", and leave "call" and "press" alone."""
    doubled = word[-1] == word[-2] and word[-1] not in "lsz"
    return word[:-1] if doubled and len(word) > 3 else word


def _without_e(word: str) -> str:
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


@cache
def root(word: str) -> str:
    """The word without inflection and without one derivational ending; a bit too much at times."""
    plain = stem(word)
    for ending in _DERIVED:
        if plain.endswith(ending) and len(plain) - len(ending) >= _SHORTEST_ROOT:
            return _undoubled(plain.removesuffix(ending))
    return _undoubled(plain)


def _undoubled(word: str) -> str:
    word = word[:-1] if len(word) > 4 and word[-1] == word[-2] else word
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word
