"""Hypothesis strategies: Markdown documents, what happens to them, and small repositories.

A document is drawn as a list of `Written` sections, so that a test can change one of them and
say what it did.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from hypothesis import strategies as st

Files = Mapping[str, str]
"""A repository's governed files by path."""

CLEARANCES = ("public", "partner", "staff", "restricted")
ROLE_IDS = ("customer", "tier-1", "lead")

WORDS = st.sampled_from(
    "account charge desk evening form invoice lantern letter member note plan queue reply shift"
    " ticket".split()
)
AMOUNTS = st.integers(2, 400)


def _phrase(least: int, most: int) -> st.SearchStrategy[str]:
    return st.lists(WORDS, min_size=least, max_size=most).map(" ".join)


def _sentence(pattern: str) -> st.SearchStrategy[str]:
    return st.builds(pattern.format, _phrase(1, 3), AMOUNTS)


SENTENCES = st.one_of(
    _phrase(3, 9).map(lambda words: f"{words.capitalize()}."),
    _sentence("Answer the {0} within {1} days."),
    _sentence("The {0} costs at most USD {1}."),
    _sentence("You must never share the {0} with more than {1} people."),
    _sentence("About {1} % of the {0} may wait."),
    _sentence("Send the {0} to `desk-{1}` before 17:00, unless it is for VIP customers."),
    _sentence("See https://status.example.com/{1} for the {0}."),
    _sentence("Ask `#queue-{1}` (or queue-{1}@desk.example) about the {0}!"),
    _sentence("Only a lead may raise the {0} by {1} minutes or 2 hours."),
)
TITLES = st.one_of(
    _phrase(1, 4).map(str.capitalize),
    _sentence("{0} over USD {1}").map(str.capitalize),
    _sentence("Not more than {1} % of the {0}"),
)

PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=3).map(" ".join)
WRAPPED = st.lists(SENTENCES, min_size=2, max_size=3).map("\n".join)
BULLETS = st.lists(SENTENCES, min_size=1, max_size=4).map(
    lambda items: "\n".join(f"- {item}" for item in items)
)
NESTED = st.builds("- {}\n  - {}\n- {}".format, SENTENCES, SENTENCES, SENTENCES)
STEPS = st.lists(
    st.builds(str.__add__, SENTENCES, st.sampled_from(["", "", " <!-- needs: refund -->"])),
    min_size=1,
    max_size=4,
).map(lambda items: "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1)))
TABLES = st.lists(st.tuples(_phrase(1, 2), SENTENCES), min_size=1, max_size=3).map(
    lambda rows: "\n".join(("| Case | Rule |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)))
)
CODE = _phrase(1, 4).map(lambda words: f"```sh\n{words} --within 30\n```")
QUOTES = SENTENCES.map(lambda text: f"> {text}")
HTML = _phrase(1, 3).map(lambda words: f"<div>{words}</div>")
PLAIN_BLOCKS = st.one_of(
    PARAGRAPHS, WRAPPED, BULLETS, NESTED, STEPS, TABLES, CODE, QUOTES, HTML, st.just("***")
)
ROLE_SETS = st.lists(st.sampled_from(ROLE_IDS), min_size=1, max_size=2, unique=True)
ONLY = st.builds(
    lambda roles, block: f"<!-- only: {' '.join(roles)} -->\n\n{block}\n\n<!-- /only -->",
    ROLE_SETS,
    PARAGRAPHS | BULLETS,
)
BLOCKS = st.one_of(PLAIN_BLOCKS, PLAIN_BLOCKS, PLAIN_BLOCKS, ONLY)


@dataclass(frozen=True, slots=True)
class Written:
    """A section as an author types it."""

    level: int
    title: str
    blocks: tuple[str, ...] = ()
    attributes: str = ""

    @property
    def markdown(self) -> str:
        heading = f"{'#' * self.level} {self.title}{self.attributes}"
        return "\n\n".join((heading, *self.blocks)) + "\n"


SECTIONS = st.builds(
    Written, st.integers(2, 4), TITLES, st.lists(BLOCKS, max_size=4).map(tuple), st.just("")
)
OUTLINES = st.lists(SECTIONS, min_size=1, max_size=6)


def document(sections: list[Written], title: str = "Handbook") -> str:
    """Sections under one first heading."""
    return "\n".join((f"# {title}\n", *(section.markdown for section in sections)))


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A document with skipped levels, empty sections, repeated titles and shared bodies."""
    return document(draw(OUTLINES), draw(TITLES))


@st.composite
def edited(draw: st.DrawFn, sections: list[Written]) -> list[Written]:
    """What an author makes of an outline in one sitting."""
    done = list(sections)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(done) - 1)) if done else 0
        match draw(st.sampled_from(["add", "drop", "title", "block", "level", "swap"])):
            case "add":
                done.insert(place, draw(SECTIONS))
            case "drop" if len(done) > 1:
                del done[place]
            case "title" if done:
                done[place] = replace(done[place], title=draw(TITLES))
            case "block" if done:
                blocks = draw(st.lists(BLOCKS, max_size=2).map(tuple))
                done[place] = replace(done[place], blocks=(*done[place].blocks[:1], *blocks))
            case "level" if done:
                done[place] = replace(done[place], level=draw(st.integers(2, 4)))
            case "swap" if len(done) > 1:
                done[place - 1], done[place] = done[place], done[place - 1]
    return done


@st.composite
def versions(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, str]]:
    """Two versions of a folder of documents; sections may wander between them."""
    before = [draw(OUTLINES), draw(OUTLINES)]
    after = [draw(edited(before[0])), draw(edited(before[1]) | OUTLINES)]
    if draw(st.booleans()) and after[0]:
        after[1].append(after[0].pop())
    titles = draw(st.lists(TITLES, min_size=3, max_size=3))
    old = {"a.md": document(before[0], titles[0]), "b.md": document(before[1], titles[1])}
    new = {"a.md": document(after[0], titles[2]), "b.md": document(after[1], titles[1])}
    return old, new


FORMS = st.sampled_from(["full", "steps", "brief", "facts", "omit"])


@st.composite
def roles_files(draw: st.DrawFn, clearance: str | None = None) -> str:
    """policies/roles.yaml: three roles in a chain (JSON is YAML)."""
    roles: dict[str, object] = {}
    for role, above in zip(ROLE_IDS, (*ROLE_IDS[1:], None), strict=True):
        escalation = {"role": above, "how": "hand over with tag `up`", "within": "2 hours"}
        roles[role] = {
            "title": role.title(),
            "clearance": clearance or draw(st.sampled_from(CLEARANCES)),
            "can": draw(st.sampled_from([[], ["refund"]])),
            "words": draw(st.sampled_from([{}, {"member": "guest", "ticket": "case"}])),
            **({"escalates_to": escalation} if above else {}),
        }
    return json.dumps({"permissions": {"refund": "Refund a charge."}, "roles": roles})


def named(sections: list[Written], letter: str) -> list[Written]:
    """Give every section an id that does not follow its place."""
    return [
        replace(section, attributes=f" {{#{letter}{number}{section.attributes}}}")
        for number, section in enumerate(sections)
    ]


@st.composite
def playbook_files(draw: st.DrawFn, names: list[str]) -> str:
    """playbooks/x/playbook.yaml over some of the sections that are there."""
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
    items = [
        {
            "from": name,
            "form": draw(st.dictionaries(st.sampled_from(ROLE_IDS), FORMS, min_size=1)),
            "children": draw(st.booleans()),
        }
        for name in chosen
    ]
    return json.dumps({"title": "Refunds", "owner": "billing-support", "sections": items})


@st.composite
def repositories(draw: st.DrawFn, clearance: str | None = None) -> dict[str, str]:
    """The governed files of a small operations repository, not synced yet."""
    attributes = st.sampled_from(["", *(f" clearance={level}" for level in CLEARANCES)])
    files = {"policies/roles.yaml": draw(roles_files(clearance))}
    names: list[str] = []
    for letter in "ab":
        sections = named([replace(s, attributes=draw(attributes)) for s in draw(OUTLINES)], letter)
        path = f"content/sources/{letter}.md"
        files[path] = document(sections, draw(TITLES))
        names += [f"{path}#{letter}{number}" for number in range(len(sections))]
    for playbook in ("one", "two"):
        files[f"playbooks/{playbook}/playbook.yaml"] = draw(playbook_files(names))
    return files


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, str]]:
    """Versions of a small repository, oldest first: sources, roles and playbooks all move."""
    steps = [draw(repositories())]
    for _ in range(draw(st.integers(1, 2))):
        other, files = draw(repositories()), dict(steps[-1])
        for path in draw(st.lists(st.sampled_from(sorted(files)), min_size=1, max_size=3)):
            files[path] = other[path]
        steps.append(files)
    return steps


@st.composite
def hand_edited(draw: st.DrawFn, page: str) -> tuple[str, tuple[str, ...]]:
    """A page as a person leaves it, and the sentences that are theirs.

    Markers stay, as they do when somebody edits what they see.
    """
    lines = page.split("\n")
    own: list[str] = []
    for number in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        sentence = f"Robin wrote sentence {number} here."
        if lines[place].startswith("<!-- ") or not lines[place].strip():
            lines.insert(place, sentence)
            own.append(sentence)
            continue
        match draw(st.sampled_from(["before", "behind", "instead", "delete"])):
            case "before":
                lines.insert(place, sentence)
                own.append(sentence)
            case "behind" if lines[place] != "---":
                lines[place] += f" {sentence}"
                own.append(sentence)
            case "instead" if lines[place] != "---" and "Robin" not in lines[place]:
                lines[place] = sentence
                own.append(sentence)
            case "delete" if "Robin" not in lines[place]:
                del lines[place]
    return "\n".join(lines), tuple(own)
