"""What a request may cost at most, before it is sent and without any model's tokenizer."""

from __future__ import annotations

import re
from typing import Final

from opsrail.llm.canonical import canonical_json
from opsrail.llm.formats import ModelEntry, Price
from opsrail.llm.model import Request, Usage
from opsrail.llm.schema_words import sent_messages

_WORD: Final = re.compile(r"(?<![A-Za-z])[A-Z]?[a-z]{1,19}(?![A-Za-z])")
_SPACES: Final = re.compile(r" +")
_PER_MESSAGE: Final = 12
"""Who speaks, where a message starts and ends."""
_PER_REQUEST: Final = 24


def tokens_at_most(text: str) -> int:
    """An upper estimate of a text's tokens.

    No byte-level tokenizer makes more tokens than a text has bytes. For prose that is four times
    too many, so it is tightened where vocabularies are known to do better: a token has two
    letters or more of an ASCII word and a whole run of spaces, and every second space belongs to
    the word after it. Other bytes count one each. Only a text made for it has more tokens: short
    words of random letters. It is counted right once the endpoint said what it used.
    """
    words = sum((len(word) + 1) // 2 for word in _WORD.findall(text))
    rest = _SPACES.sub(" ", _WORD.sub("", text))
    spaces = rest.count(" ")
    return words + len(rest.encode("utf-8", "replace")) - spaces // 2


def estimated(request: Request, price: Price) -> Usage:
    """What one try of the request may use at most: all it sends, and the longest answer.

    The schema counts twice, since servers may show it to the model beside our own words.
    """
    texts = [one.text for one in sent_messages(request)]
    if request.schema is not None:
        texts.append(canonical_json(request.schema))
    sent = _PER_REQUEST + sum(_PER_MESSAGE + tokens_at_most(text) for text in texts)
    return priced(sent, request.most_tokens, price, is_estimate=True)


def priced(
    input_tokens: int, output_tokens: int, price: Price, *, is_estimate: bool = False
) -> Usage:
    """Tokens with what they cost, in US dollars."""
    dollars = (input_tokens * price.input + output_tokens * price.output) / 1_000_000
    return Usage(input_tokens, output_tokens, dollars, is_estimate)


def fits(most: Usage, entry: ModelEntry) -> bool:
    """Whether question and answer have room in the model's context together."""
    return most.input_tokens + most.output_tokens <= entry.context
