"""Rules and what is said of them: `python -m tests.detection.words_cases` writes that anew.

Read the difference before it is committed: the sentences are the product.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

from opsrail.detection.library import Library, library_of
from opsrail.detection.words import in_words

CASE = Path(__file__).parent.parent / "cases" / "words"
EXPECTED = CASE / "expected.txt"
TITLES = {"content/runbooks/sign-in-outage.md": "Sign-in outage"}


def library() -> Library:
    places = {
        "rules/streams.yaml": "streams.yaml",
        "rules/desk/rules.yaml": "rules.yaml",
        "policies/routes.yaml": "routes.yaml",
    }
    return library_of({path: (CASE / name).read_text("utf-8") for path, name in places.items()})


def said(rules: Library) -> str:
    """Every rule in the order of the file, with its sentences broken at 100 characters."""
    parts = []
    for rule in sorted(rules.rules.values(), key=lambda rule: rule.number):
        lines = [
            textwrap.fill(text, 100, break_on_hyphens=False)
            for text in in_words(rule, rules, TITLES).split("\n\n")
        ]
        parts.append("\n".join([f"== {rule.name}", *lines]))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    EXPECTED.write_text(said(library()), encoding="utf-8")
