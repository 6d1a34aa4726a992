"""Rewriting Markdown text without touching code: comments, links, a role's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_CODE = re.compile(
    r"(?P<fence>^[ \t]*(?P<ticks>`{3,}|~{3,})[^\n]*\n(?:.*?\n)??[ \t]*(?P=ticks)[`~]*[ \t]*$)"
    r"|(?P<span>(?<!`)(?P<mark>`+)(?!`)[^\n]*?(?<!`)(?P=mark)(?!`))",
    re.MULTILINE | re.DOTALL,
)
# One that is never closed hides all that follows it from a browser, and so from the page.
_COMMENT = re.compile(r"[ \t]*<!--.*?(?:-->|\Z)", re.DOTALL)
_INLINE_LINK = re.compile(
    r"(?P<image>!?)\[(?P<text>(?:[^\[\]\\]|\\.)*)\]"
    r"\((?P<target><[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*)(?P<title>\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\)"
)
_REFERENCE_LINK = re.compile(
    r"(?P<image>!?)\[(?P<text>[^\[\]\n]+)\](?:\[(?P<label>[^\[\]\n]*)\])?(?![\[(:])"
)
_BARE_ADDRESS = re.compile(r"<?\b(?:https?://|mailto:)\S+|\S+@\S+")

Resolve = Callable[[str], str | None]
"""The target to write for a link as it was written, or None to keep only its text."""


def outside_code(text: str, rewrite: Callable[[str], str]) -> str:
    """Apply `rewrite` to everything but fenced code and code spans."""
    done: list[str] = []
    last = 0
    for found in _CODE.finditer(text):
        done += [rewrite(text[last : found.start()]), found[0]]
        last = found.end()
    return "".join((*done, rewrite(text[last:])))


def without_comments(text: str) -> str:
    """Text without HTML comments: they are for authors, and a page's reader can't see them."""
    return outside_code(text, lambda prose: _COMMENT.sub("", prose))


def with_links(text: str, references: Mapping[str, str], resolve: Resolve) -> str:
    """Rewrite every link's target. Reference links become inline ones, since the page they
    go to does not have the definitions.
    """

    def inline(found: re.Match[str]) -> str:
        target = resolve(found["target"].strip("<>"))
        return _link(found["image"], found["text"], target, found["title"] or "")

    def by_label(found: re.Match[str]) -> str:
        label = " ".join((found["label"] or found["text"]).split()).upper()
        if label not in references:
            return found[0]
        return _link(found["image"], found["text"], resolve(references[label]), "")

    def rewrite(prose: str) -> str:
        return _REFERENCE_LINK.sub(by_label, _INLINE_LINK.sub(inline, prose))

    return outside_links_of_code(text, rewrite)


def outside_links_of_code(text: str, rewrite: Callable[[str], str]) -> str:
    """Like `outside_code`, but a link whose text is a code span stays in one piece."""
    spans: list[str] = []

    def hide(found: re.Match[str]) -> str:
        spans.append(found[0])
        return f"\ue000{len(spans) - 1}\ue001"

    hidden = _CODE.sub(hide, text)
    return re.sub(r"\ue000(\d+)\ue001", lambda m: spans[int(m[1])], rewrite(hidden))


def _link(image: str, text: str, target: str | None, title: str) -> str:
    if target is None:
        return text
    shown = f"<{target}>" if re.search(r"[\s()]", target) else target
    return f"{image}[{text}]({shown}{title})"


def with_words(text: str, words: Mapping[str, str]) -> str:
    """Say a text in a role's own words: whole words, plurals and capitals followed.

    Code, link targets, addresses and heading attributes keep theirs.
    """
    if not words:
        return text
    table = {word.lower(): own for word, own in words.items()}
    choice = "|".join(re.escape(word) for word in sorted(table, key=len, reverse=True))
    pattern = re.compile(
        rf"(?P<keep>\]\([^)\n]*\)|\{{[^}}\n]*\}}|{_BARE_ADDRESS.pattern})"
        rf"|(?:\b(?P<article>an?)(?P<gap>\s+))?(?<![\w#@/-])(?P<word>{choice})(?P<plural>s?)(?![\w-])",
        re.IGNORECASE,
    )

    def own(found: re.Match[str]) -> str:
        if found["keep"] is not None:
            return found[0]
        said = _cased(table[found["word"].lower()], found["word"]) + found["plural"]
        if not found["article"]:
            return said
        article = found["article"][0] + ("n" if said[0].lower() in "aeiou" else "")
        return f"{article}{found['gap']}{said}"

    return outside_code(text, lambda prose: pattern.sub(own, prose))


def _cased(own: str, as_in: str) -> str:
    if as_in.isupper() and len(as_in) > 1:
        return own.upper()
    return own[:1].upper() + own[1:] if as_in[:1].isupper() else own


def leading_condition(step: str) -> str:
    """The clause that says when a step applies (“For charges over USD 50,”), without its comma.

    Empty where a step begins with its action. A comma inside a number or code does not end it.
    """
    hidden = _CODE.sub(lambda found: "\ue000" * len(found[0]), step)
    found = re.match(
        r"(?:\*\*)?(?:For|If|When|Whenever|Where|Unless|After|Before|While|Once|In case|With"
        r"|Without|On)\b[^\n]*?(?=,\s)",
        hidden,
    )
    return step[: found.end()] if found else ""
