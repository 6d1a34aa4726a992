"""Names in a text: words in capitals where small letters were to be expected.

The first word of a sentence and the words of a heading are written in capitals anyway. There a
word counts as a name if it is in no list of general English either. Made for English: German
writes every noun in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from opsrail.llm.injection.views import View
from opsrail.tailor.faithful.statements import stem
from opsrail.tailor.faithful.words import lexicon, stemming
from opsrail.tailor.introduced.model import Element, Kind

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_MASKED = re.compile(
    r"\]\([^()\s]{0,500}\)|[^\s\[\]()<>]{1,80}(?:://|@)[^\s()<>]+|`[^`\n]{0,500}`|<[^<>\n]{0,500}>|(?<!\w)[@#]\w[\w.-]*"
    r"|\bwww\.\S+|(?<![\w-])[\w-]{1,63}(?:\.[\w-]{1,63})+\b"
)
_BEGINS = re.compile(
    r"(?:^|\n)[\s>*+|#\d.)_\"“‘(\[\]-]*$|(?:[.!?:;|…]|[\"“‘(\[–—]|\s[-–/*+])[\s*_\"“‘(\[>]*$"
)
_MIXED_CASE = re.compile(r"[A-Z]?[a-z]+[A-Z]\w*|[A-Z]{2,}[\w-]*")
_BACK = 16
_ORDINARY = re.compile(
    r".*(?:ly|ing|ed|tions?|ments?|ness|able|ive|ful|ous|less|ise|ize|ises|izes)"
)
"""How many words end that are no names."""
_EVERYDAY = frozenset(
    """
    i i'm i'll i've i'd ok okay faq note tip id ids url urls pdf csv api ui no yes asap etc vs
    re fyi mr mrs ms dr am pm utc cet gmt est pst usd eur gbp monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august
    september october november december english jan feb mar apr jun jul aug sep sept oct nov
    dec mon tue wed thu fri sat sun dear hello hi thanks regards kind best sincerely internet
    christmas easter sir madam team
    """.split()
)
_OPENERS = frozenset(
    """
    a an the this that these those all any both each either every few many more most much
    neither no none one other others several some such two three four five what whatever when
    whenever where wherever which whichever who whoever whom whose why how if unless until
    since while because although though whereas once before after during in on at by for from
    of off out over through to under up upon with within without about above across against
    along among around as behind below beneath beside besides between beyond despite down
    except inside into like near onto outside past per than toward towards via and or but nor
    so yet also then there here thus hence however instead meanwhile moreover nevertheless
    nonetheless otherwise therefore still again already always ever never not now often only
    perhaps maybe please sometimes soon today tomorrow tonight yesterday just even else too
    very well i you he she it we they me him her us them my your his its our their mine yours
    ours theirs am is are was were be been being do does did done have has had can could may
    might must shall should will would don't doesn't didn't isn't aren't wasn't weren't can't
    won't it's that's there's here's what's let let's you're you'll you've we're we'll we've
    they're sorry hello hi hey dear thanks thank regards kind best congratulations welcome
    apologies hopefully otherwise likewise furthermore additionally alternatively overall
    anyway anyone anybody anything everyone everybody everything nobody nothing somebody
    someone something add ask assign assume attach avoid bring call cancel change check choose
    click close come compare confirm consult contact copy correct create delete describe
    direct disable do download edit enable enter escalate explain export fill find finish fix
    follow get give go hand help hold import include inform install keep leave link list load
    lock log look make map mark merge monitor move navigate note notify offer open paste pause
    pay pick post press print provide put raise reach read record refund register release
    reload remember remind remove rename repeat reply report request reschedule reset resolve
    restart restore resume retry return review run save say schedule scroll search see select
    send set share show sign start state stay stop submit sync take tap tell test track
    transfer treat try turn type unlock update upgrade upload use verify visit wait warn watch
    work write account accounts answer bank billing bill card cards case cases charge charges
    code codes customer customers data date day days device devices email error errors fee
    fees file files form invoice invoices issue issues item items limit limits message
    messages money month months name names number numbers order orders page pages password
    passwords plan plans price prices problem problems question questions reason reasons
    reminder reminders result results role roles rule rules seat seats section sections
    service services setting settings step steps subject support system systems tag tags team
    teams ticket tickets time times title total trial trials user users version warning week
    weeks year years additional automatic due extra first second third last next new old
    previous same later
    """.split()
)
"""What sentences start with, in replies and playbooks."""


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """The words of some texts, in small letters, their parts and stems."""
    words = {word.lower().strip("_") for text in texts for word in _WORD.findall(text)}
    parts = {part for word in words for part in re.split(r"[-'’]", word)}
    return frozenset(words | parts | {stem(word) for word in words | parts})


def new_names(view: View, known: frozenset[str]) -> Iterator[Element]:
    """Names that are not in a vocabulary, those side by side as one."""
    text = _MASKED.sub(lambda found: " " * len(found[0]), view.text)
    begin = end = -1
    for start, word in _names(text):
        if _is_known(word, known):
            continue
        if begin >= 0 and text[end:start] != " ":
            yield _name(view, text, begin, end)
            begin = -1
        begin = start if begin < 0 else begin
        end = start + len(word)
    if begin >= 0:
        yield _name(view, text, begin, end)


def _name(view: View, text: str, begin: int, end: int) -> Element:
    name = text[begin:end]
    return Element(Kind.NAME, name.lower(), name, view.at(begin))


def _is_known(name: str, known: frozenset[str]) -> bool:
    word = name.lower().removesuffix("'s").removesuffix("’s")
    if word in known or word in _EVERYDAY or stem(word) in known:
        return True
    parts = [part for part in re.split(r"[-'’]", name) if part]
    return len(parts) > 1 and all(
        part[0].islower() or part.lower() in known or stem(part.lower()) in known for part in parts
    )


def _is_ordinary(name: str) -> bool:
    """Whether a word is one of general English, so that its capital says nothing."""
    word = name.lower().replace("’", "'").removesuffix("'s")
    if word in _OPENERS or _ORDINARY.fullmatch(word) or len(word) == 1:
        return True
    return any(lexicon.is_common(stemming.stem(part)) for part in {word, word.partition("-")[0]})


def _names(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.splitlines(keepends=True):
        is_titled = line.lstrip(" >").startswith("#") or _is_titled(line)
        for found in _WORD.finditer(line):
            word = found[0].rstrip("_-")
            if word.islower() or not any(letter.isupper() for letter in word):
                continue
            at = start + found.start()
            begins = at == 0 or _BEGINS.search(text[max(0, at - _BACK) : at])
            is_odd = _MIXED_CASE.fullmatch(word) and not line.isupper()
            if is_odd or not (begins or is_titled) or not _is_ordinary(word):
                yield at, word
        start += len(line)


def _is_titled(line: str) -> bool:
    """Whether nearly every longer word has a capital, as titles are written, without a stop."""
    if line.rstrip().endswith((".", "!", "?", ";", ",")):
        return False
    words = [word for word in _WORD.findall(line) if len(word) > 3]
    return len(words) > 2 and sum(word[0].isupper() for word in words) > 0.7 * len(words)
