"""The form of files: readable as text, front matter and YAML that parse, plain line ends."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.findings import Finding, Location, Unreadable
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.gate.texts import SUFFIXES
from opsrail.repo.yaml import YamlText

_PASSED_ON = {
    "file-too-large": """A governed file is larger than the limit and was not read.

        Nobody reviews a text of that size. Split it, or keep exports and recordings outside
        the governed folders.""",
    "not-a-file": """A symbolic link or a submodule stands in a governed folder.

        It may lead out of the repository, so that what people read is not what was reviewed.
        Commit the file itself.""",
    "line-too-long": """A line is longer than any person writes or reviews.

        Wrap the text; keep data in a file outside the governed folders and link to it.""",
    "line-ends": """A file has Windows line ends, old Mac line ends or a byte order mark.

        They make every line of the file look changed when somebody else saves it. Save it as
        UTF-8 with LF line ends; `* text=auto eol=lf` in .gitattributes keeps it so.""",
    "file-name": """A file's name has characters that nobody sees or can type.

        Such a file cannot be linked to, and its name can make a report say something else.
        Rename it: letters, digits, dashes and dots are safe everywhere.""",
    "front-matter": """The front matter of a document cannot be taken apart.

        It starts on the first line with `---`, holds `key: value` lines, and ends with another
        `---`. Without it nobody knows who owns the document or who may read it.""",
    "clearance-unknown": """A heading names a clearance that does not exist.

        The section counts as restricted until the word is one of public, partner, staff,
        restricted: a typing error must not publish anything.""",
    "nested-too-deeply": """Lists or quotes are nested deeper than people can follow.

        What stands deeper is not read, so it is not checked either. Give it headings.""",
    "yaml-syntax": """A file is not valid YAML, so nothing in it takes effect.

        The finding says what stands there and what was expected.""",
    "yaml-duplicate-key": """A key occurs twice in one mapping, and only one can count.

        Remove one of them; the finding's related place shows the first.""",
    "yaml-control-character": """A YAML file has a character that no text file should have.

        Remove it, and save the file as UTF-8 text.""",
    "yaml-alias-bomb": """A YAML file's aliases unfold to far more than it says itself.

        Such a file can fill a machine's memory. Write out what the aliases stand for.""",
    "yaml-depth": """A YAML file is nested deeper than anybody can follow.

        No file of ours needs that. Look for a bracket that is never closed.""",
    "yaml-value": """A value looks like a date or a number, and is none.

        Correct it, or put it in quotes if it is meant as text.""",
    "yaml-tag": """A YAML file uses a tag (`!name`) that is not known here.

        Remove the tag; put a text that starts with `!` in quotes.""",
}


@check("encoding", also=_PASSED_ON)
def readable(subject: Subject) -> Iterator[Finding]:
    """A file is not UTF-8 text, so its content cannot be read or checked.

    It was saved in another encoding, or it is no text at all. Save it as UTF-8 in the editor
    ("Save with encoding"), or keep binary files out of the governed folders.
    """
    for path, entry in subject.head.snapshot.entries.items():
        if path not in subject.changed:
            continue
        yield from _name(path)
        if not entry.is_regular or path.endswith(SUFFIXES):
            yield from _content(subject, path)


def _name(path: str) -> Iterator[Finding]:
    if not path.isprintable():
        odd = next(letter for letter in path if not letter.isprintable())
        shown = "a byte that is not UTF-8" if "\udc80" <= odd <= "\udcff" else f"U+{ord(odd):04X}"
        message = f"the name of this file contains {shown}"
        yield Finding(Location(path), "file-name", message, hint="rename it")


def _content(subject: Subject, path: str) -> Iterator[Finding]:
    try:
        content = subject.head.snapshot.read(path)
        text = subject.head.snapshot.text(path)
    except Unreadable as error:
        yield error.finding
        return
    yield from _line_ends(path, content)
    if path.endswith(".md"):
        document = subject.head.document(path)
        found = document.problems if document else ()
        yield from (problem for problem in found if problem.code != "only-region")
    elif not path.endswith(".lock"):
        yield from _yaml(path, text)


def _line_ends(path: str, content: bytes) -> Iterator[Finding]:
    hint = "save it with LF line ends as UTF-8; `* text=auto eol=lf` in .gitattributes keeps it so"
    if content.startswith(b"\xef\xbb\xbf"):
        message = "this file starts with a byte order mark"
        yield Finding(Location(path), "line-ends", message, hint=hint)
    if (place := content.find(b"\r")) >= 0:
        line = content.count(b"\n", 0, place) + 1
        start = content.rfind(b"\n", 0, place) + 1
        column = len(content[start:place].decode("utf-8", "replace").removeprefix("\ufeff")) + 1
        kind = "Windows" if content[place + 1 : place + 2] == b"\n" else "old Mac"
        message = f"this line ends as {kind} line ends do (carriage return)"
        yield Finding(Location(path, line, column), "line-ends", message, hint=hint)


def _yaml(path: str, text: str) -> Iterator[Finding]:
    read = YamlText.parse_all if path.startswith("rules/") else YamlText.parse
    try:
        read(path, text)
    except Unreadable as error:
        yield error.finding
