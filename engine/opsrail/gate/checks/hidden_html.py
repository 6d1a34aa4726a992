"""HTML in documents: comments that speak to somebody, and markup that hides or runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from opsrail.content.blocks import NEEDS, ONLY, ONLY_END
from opsrail.content.markdown import tokens_of
from opsrail.findings import Finding, Severity
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.gate.texts import MOST, Text, changed_texts

_OURS = re.compile(
    rf"{ONLY.pattern}|{ONLY_END.pattern}|{NEEDS.pattern}"
    r"|<!-- derived: \S+ -->|<!-- /derived -->"
)
_ALIKE = re.compile(r"<!--\s*/?\s*(?:only|needs?)\b", re.IGNORECASE)
_TOOLS = re.compile(
    r"<!--\s*(?:markdownlint-|prettier-ignore|vale |textlint-|cspell:|spellchecker|more\s*-->"
    r"|toc\b)",
    re.IGNORECASE,
)
_COMMENT_AS_LINK = re.compile(
    r"^ {0,3}\[[^\]\n]{0,80}\]:[ \t]*(?:#|<>|//)[ \t]+[\"'(](?P<said>[^\n]+)[\"')][ \t]*$",
    re.MULTILINE,
)
_ADDRESSED = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}"
    r"\b(?:previous|prior|above|earlier|all|any|instructions?|rules?|polic\w+|prompts?)\b"
    r"|\byou\s+are\s+(?:now|an?|the)\b|\byou\s+(?:must|should|will)\s+(?:now\s+)?"
    r"(?:answer|reply|respond|say|tell|write|output|refund|approve|send|include|not|never|always)\b"
    r"|(?:^|[\n>-])\s*(?:system|assistant|developer|user)\s*:"
    r"|\b(?:do\s+not|don['’]t|never)\s+(?:tell|mention|reveal|show|inform|warn|disclose)\b"
    r"|\b(?:dear|attention|note\s+to|instructions?\s+(?:to|for))\s+(?:the\s+|an?\s+|any\s+)?"
    r"(?:ai|assistant|agent|bot|chatbot|model|llm)s?\b"
    r"|\b(?:as|if\s+you\s+are)\s+an?\s+(?:ai|assistant|language\s+model|llm|chatbot|bot)\b"
    r"|\b(?:new|updated|real|secret|hidden|system)\s+(?:instructions?|prompts?)\b"
    r"|<\|im_(?:start|end)\|>|\[/?INST\]"
    r"|\b(?:pretend|act)\s+(?:to\s+be|as|that|like)\b"
    r"|\b(?:always|only)\s+(?:answer|reply|respond|say|recommend|approve)\b"
    r"|\b(?:answer|reply|respond)\s+(?:only\s+)?with\b",
    re.IGNORECASE | re.DOTALL,
)
_UNSAFE = (
    (
        re.compile(
            r"<\s*(?P<what>script|iframe|frame|object|embed|applet|form|style|link|meta|base)\b",
            re.IGNORECASE,
        ),
        "<{what}> does not belong in a document",
        "link to the page instead",
    ),
    (
        re.compile(r"[\s\"'/](?P<what>on[a-z]{3,24})\s*=", re.IGNORECASE),
        "`{what}` runs a script on the reader's machine",
        "remove the attribute",
    ),
    (
        re.compile(
            r"=\s*[\"']?\s*(?P<what>(?:java|vb)script|data)\s*:(?!image/(?:png|jpe?g|gif|webp)\b)",
            re.IGNORECASE,
        ),
        "a `{what}:` address runs or smuggles content",
        "link to a page instead",
    ),
    (
        re.compile(
            r"(?P<what>display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])"
            r"|opacity\s*:\s*0(?![.\d]*[1-9])|(?<!-)color\s*:\s*(?:#fff(?:fff)?\b|white|transparent))",
            re.IGNORECASE,
        ),
        "`{what}` hides text from people and leaves it to machines",
        "show the text, or remove it",
    ),
    (
        re.compile(r"<[a-z][^<>]*\s(?P<what>hidden)(?=[\s>=/])", re.IGNORECASE),
        "`{what}` keeps text from people and leaves it to machines",
        "show the text, or remove it",
    ),
)
_RUNS = re.compile(r"\s*(?:java|vb)script\s*:|\s*data\s*:\s*text/html", re.IGNORECASE)


@check(
    "hidden-instructions",
    also={
        "html-comment": """A comment in a document is none of ours.

        Readers do not see it, and whatever reads the raw text does. Say it in the text, or
        keep it in the commit message. Comments of formatters and linters are fine.""",
        "unsafe-html": """HTML in a document runs a script, loads another page or hides text.

        Documents are text. Remove the markup, or link to the page instead.""",
    },
)
def hidden_html(subject: Subject) -> Iterator[Finding]:
    """A comment that readers do not see gives orders, to a reader or to a model.

    Text that says "ignore the rules above" does no harm to people, who never see it, and may
    steer a model that is given the page. Remove it, and ask who put it there.
    """
    for text in changed_texts(subject, (".md",)):
        yield from islice(_in_document(text), MOST)
    for document in subject.documents():
        if document.path in subject.changed:
            for link in document.links:
                if _RUNS.match("".join(c for c in link.target if c.isprintable())):
                    text = Text(document.path, "\n".join(document.lines))
                    offset = sum(len(line) + 1 for line in text.lines[: link.line - 1])
                    message = "this link runs or smuggles content instead of leading to a page"
                    place = text.place(offset + link.column - 1)
                    yield Finding(place, "unsafe-html", message, hint="link to a page instead")


def _in_document(text: Text) -> Iterator[Finding]:
    foreign = _OURS.sub(lambda ours: ours[0] if _gives_orders(ours[0]) else "", text.text)
    if "<" in text.text and re.search(r"<[a-zA-Z/!?]", foreign):
        for start, piece in _pieces(text):
            yield from _in_piece(text, start, piece)
    if "]:" in text.text:
        for found in _COMMENT_AS_LINK.finditer(text.text):
            if text.is_own(found.start()):
                yield _comment(text, found.start(), found["said"])


def _pieces(text: Text) -> Iterator[tuple[int, str]]:
    """The HTML in a document as Markdown sees it, so without code, and where each piece starts."""
    starts = [0]
    for line in text.lines:
        starts.append(starts[-1] + len(line) + 1)
    skipped = _front_lines(text)
    tokens, _ = tokens_of("\n".join(text.lines[skipped:]))
    for token in tokens:
        if token.map is None:
            continue
        first, last = starts[token.map[0] + skipped], starts[token.map[1] + skipped]
        if token.type == "html_block":
            yield first, text.text[first:last]
        for child in token.children or ():
            if child.type == "html_inline":
                # Markdown takes indentation and quote marks away inside of a comment.
                opening = child.content.split("\n", 1)[0]
                found = text.text.find(opening, first, last)
                if found >= 0:
                    yield found, child.content
                    first = found + len(opening)


def _front_lines(text: Text) -> int:
    if text.lines[0].rstrip() != "---":
        return 0
    ends = (at for at, line in enumerate(text.lines[1:], 1) if line.rstrip() == "---")
    return next(ends, -1) + 1


def _in_piece(text: Text, start: int, piece: str) -> Iterator[Finding]:
    rest: list[str] = []
    done = 0
    while (opened := piece.find("<!--", done)) >= 0:
        rest += [piece[done:opened]]
        closed = piece.find("-->", opened + 2)
        end = closed + 3 if closed >= 0 else len(piece)
        if text.is_own(start + opened):
            if closed < 0:
                message = "this comment is never closed, so nothing after it can be seen"
                place = text.place(start + opened)
                yield Finding(place, "html-comment", message, hint="close it with `-->`")
            said = piece[opened:end]
            is_known = _OURS.fullmatch(said) or _ALIKE.match(said)
            if not is_known or _gives_orders(said):
                yield from _foreign(text, start + opened, said, is_told=closed < 0)
        rest.append(" " * (end - opened))
        done = end
    markup = "".join((*rest, piece[done:]))
    for pattern, message, hint in _UNSAFE:
        if (found := pattern.search(markup)) and text.is_own(start + found.start("what")):
            # Inside of quotes or lists the piece may be shorter than what stands in the file.
            at = min(start + found.start("what"), len(text.text))
            told = message.format(what=found["what"])
            yield Finding(text.place(at), "unsafe-html", told, hint=hint)


def _foreign(text: Text, at: int, said: str, *, is_told: bool) -> Iterator[Finding]:
    if _gives_orders(said) or not (is_told or _TOOLS.match(said)):
        yield _comment(text, at, said[4:])


def _gives_orders(comment: str) -> bool:
    return _ADDRESSED.search(comment.removeprefix("<!--")) is not None


def _comment(text: Text, at: int, said: str) -> Finding:
    place = text.place(at)
    if found := _ADDRESSED.search(said):
        words = " ".join(found[0].split())
        shown = words if len(words) <= 50 else f"{words[:47]}…"
        message = f"a comment that no reader sees gives orders: “{shown}”"
        return Finding(place, "hidden-instructions", message, hint="remove the comment")
    message = "readers do not see this comment, and everything that reads the file does"
    hint = "say it in the text or in the commit message, or remove it"
    return Finding(place, "html-comment", message, Severity.WARNING, hint)
