"""What a model is given to rewrite one derived section."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from opsrail.content.digests import digest
from opsrail.llm.model import Request
from opsrail.llm.prompts import Filling, Prompt, Untrusted, request_of
from opsrail.tailor.formats import Form, Role

REWRITER: Final = "rewrite/1"
"""Who wrote a section, for the lock. The number grows when the same answer would be used
otherwise.
"""

FILLS: Final = frozenset({"text", "role", "reads_as", "may", "words", "glossary", "form"})
"""The gaps that a prompt for rewriting may have."""

_FORMS: Final = {
    Form.FULL: "the whole section: paragraphs, lists and tables as they are",
    Form.STEPS: "a checklist: each step stays one `- [ ]` item, in the same order",
    Form.BRIEF: "a short form: a few sentences or items",
    Form.FACTS: "a table of facts: the same rows and columns",
    Form.OMIT: "",
}


@dataclass(frozen=True, slots=True)
class Brief:
    """One section's text in its form, and for whom, with which prompt, it is to be rewritten.

    `heading` (empty where the section has none) stays the engine's; `text` is what is below it.
    `glossary` maps terms to what they mean.
    """

    prompt: Prompt
    role: Role
    form: Form
    heading: str
    text: str
    glossary: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Of everything that goes in: what was rewritten by the same digest is up to date."""
        filled = {
            name: value.text if isinstance(value, Untrusted) else value
            for name, value in self.filling().items()
        }
        told = json.dumps(filled, sort_keys=True, ensure_ascii=False)
        return digest(REWRITER, self.prompt.digest, self.heading, told)

    def filling(self) -> Mapping[str, Filling]:
        """What stands for each gap of the prompt.

        The source was reviewed, but also documents of other repositories become sources: so its
        text is data here, too.
        """
        used = [
            f"{term}: {meaning}"
            for term, meaning in sorted(self.glossary.items())
            if term.casefold() in self.text.casefold()
        ]
        return {
            "text": Untrusted(self.text),
            "role": self.role.title,
            "reads_as": self.role.reads_as,
            "may": ", ".join(self.role.can) or "nothing that needs a permission",
            "words": "; ".join(f"{own}, not {word}" for word, own in self.role.words.items()),
            "glossary": "\n".join(used),
            "form": _FORMS[self.form],
        }

    def request(self, earlier: str = "", again: str = "") -> Request:
        """The request; after a first answer, with what was wrong with it."""
        return request_of(self.prompt, self.filling(), earlier=earlier, again=again)

    def whole(self, answer: str) -> str:
        """The section with the model's text below its heading."""
        body = answer.strip("\n")
        return f"{self.heading}\n\n{body}" if self.heading else body


def split_heading(laid_out: str) -> tuple[str, str]:
    """A section's own heading, if it has one, and what is below it."""
    first, _, rest = laid_out.partition("\n")
    return (first, rest.strip("\n")) if first.startswith("#") else ("", laid_out)
