"""What every derived page keeps, and what it never shows."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from opsrail.content.clearance import Clearance
from opsrail.content.facts import FactKind
from opsrail.content.sections import parse_document
from opsrail.content.statements import facts_in
from opsrail.tailor.formats import Form, PlaybookSection
from opsrail.tailor.forms import FORMS
from opsrail.tailor.generate import draft_page
from opsrail.tailor.page import Segment, join_page
from opsrail.tailor.select import Reader, select
from tests.strategies import CLEARANCES, OUTLINES, ROLE_IDS, Written, document, named, repositories
from tests.tailor.held import catalog_of, pages_of, synced

LAWS = settings(max_examples=40, phases=[Phase.explicit, Phase.reuse, Phase.generate])
"""Whole repositories shrink for minutes and stay as hard to read."""

SHORT = st.sampled_from([Form.BRIEF, Form.FACTS, Form.FULL, Form.STEPS])


def _item(name: str) -> PlaybookSection:
    return PlaybookSection.model_validate({"from": name, "form": {}})


def _facts(markdown: str) -> set[tuple[FactKind, str]]:
    return {(fact.kind, fact.value) for fact in facts_in(markdown)}


@LAWS
@given(repositories(clearance="restricted"), SHORT, st.sampled_from(ROLE_IDS))
def test_every_form_keeps_every_fact(files: dict[str, str], form: Form, role: str) -> None:
    catalog = catalog_of(files)
    reader = Reader(catalog, role, catalog.roles[role], "playbooks/one")
    for path in catalog.source_paths:
        found = catalog.document(path)
        assert found is not None
        for section in found.sections:
            item = _item(section.name)
            chosen = select(reader, item)
            assert chosen is not None
            laid_out = FORMS[form](parse_document(path, chosen.markdown))
            assert _facts(chosen.markdown) <= _facts(laid_out)


@LAWS
@given(OUTLINES)
def test_selection_keeps_every_fact_for_who_may_do_everything(sections: list[Written]) -> None:
    text = re.sub(r"<!-- /?only.*?-->", "", document(sections))
    roles = {"roles": {"lead": {"title": "Lead", "clearance": "staff", "can": ["refund"]}}}
    catalog = catalog_of({"content/a.md": text, "policies/roles.yaml": json.dumps(roles)})
    reader = Reader(catalog, "lead", catalog.roles["lead"], "playbooks/one")
    chosen = select(reader, _item("content/a.md"))
    assert chosen is not None
    assert _facts(chosen.markdown) == _facts(text)


@st.composite
def planted(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, tuple[str, frozenset[str]]]]:
    """A repository in which every word says whose it is: word → (clearance, roles)."""
    numbers = itertools.count()
    words: dict[str, tuple[str, frozenset[str]]] = {}

    def word(clearance: str, roles: frozenset[str] = frozenset(ROLE_IDS)) -> str:
        made = f"zq{next(numbers)}x"
        words[made] = (clearance, roles)
        return made

    files = draw(repositories())
    names: list[str] = []
    for letter in "ab":
        front = draw(st.sampled_from(CLEARANCES))
        head = draw(st.sampled_from(CLEARANCES))
        lines = [f"---\nclearance: {front}"]
        if draw(st.booleans()):
            lines.append(f"title: {word(front)}")
        lines.append(f"owner: {word('partner')}\n---\n")  # every reader inside knows the teams
        lines.append(f"# {word(head)} {{#{letter} clearance={head}}}\n\nSee {word(head)}.\n")
        for number, section in enumerate(draw(OUTLINES)):
            level = draw(st.sampled_from(CLEARANCES))
            roles = frozenset(draw(st.lists(st.sampled_from(ROLE_IDS), min_size=1)))
            target = f"[{word(level)}](a.md#{draw(st.sampled_from('ab'))}{number})"
            blocks = (
                f"{word(level)} within 30 days, see {target}.",
                f"- {word(level)} must wait <!-- needs: refund -->\n  - {word(level)} 5 %",
                f"| {word(level)} | 7 |\n|---|---|\n| {word(level)} | 9 days |",
                "\n\n".join(
                    (
                        f"<!-- only: {' '.join(sorted(roles))} -->",
                        f"{word(level, roles)} 8 days",
                        "<!-- /only -->",
                    )
                ),
                f"```\n{word(level)} code\n```",
                f"<!-- {word('nobody')} -->",
            )
            made = Written(section.level, word(level), blocks, f" clearance={level}")
            lines.append(named([made] * (number + 1), letter)[-1].markdown)
            names.append(f"content/sources/{letter}.md#{letter}{number}")
        files[f"content/sources/{letter}.md"] = "\n".join(lines)
    items = [
        {"from": name, "form": {role: draw(SHORT) for role in ROLE_IDS}} for name in sorted(names)
    ]
    items.append({"from": "content/sources/a.md", "form": dict.fromkeys(ROLE_IDS, "full")})
    playbook = {"title": "All", "owner": "billing", "sections": items}
    files["playbooks/one/playbook.yaml"] = json.dumps(playbook)
    return files, words


@LAWS
@given(planted())
def test_nothing_above_a_roles_clearance_reaches_its_page(
    repository: tuple[dict[str, str], dict[str, tuple[str, frozenset[str]]]],
) -> None:
    files, words = repository
    roles = catalog_of(files).roles
    for path, text in pages_of(synced(files)).items():
        role = path.rsplit("/", 1)[-1].removesuffix(".md")
        for word in re.findall(r"zq\d+x", text):
            level, readers = words[word]
            assert level != "nobody"
            assert roles[role].clearance.admits(Clearance(level)), (path, word, level)
            assert role in readers


@LAWS
@given(planted())
def test_what_a_role_may_read_in_full_is_there(
    repository: tuple[dict[str, str], dict[str, tuple[str, frozenset[str]]]],
) -> None:
    files, words = repository
    everything = {
        "roles": {"lead": {"title": "Lead", "clearance": "restricted", "can": ["refund"]}}
    }
    files = {**files, "policies/roles.yaml": json.dumps(everything)}
    catalog = catalog_of(files)
    reader = Reader(catalog, "lead", catalog.roles["lead"], "playbooks/one")
    chosen = select(reader, _item("content/sources/b.md"))
    assert chosen is not None
    source = parse_document("", files["content/sources/b.md"].partition("---\n\n")[2])
    expected = {
        word
        for word in re.findall(r"zq\d+x", "\n".join(source.lines))
        if words[word][0] != "nobody" and "lead" in words[word][1]
    }
    assert set(re.findall(r"zq\d+x", chosen.markdown)) == expected


@LAWS
@given(repositories())
def test_a_page_holds_its_sections_once_and_in_order(files: dict[str, str]) -> None:
    catalog = catalog_of(files)
    for playbook in catalog.playbooks():
        for role in playbook.roles:
            draft = draft_page(catalog, playbook, role)
            keys = [section.key for section in draft.sections]
            wanted = [item.from_ for item, _ in playbook.sections_for(role)]
            assert keys[1:] == [
                key for key in wanted if key not in draft.unresolved | draft.withheld
            ]
            text = join_page(Segment(section.key, section.text) for section in draft.sections)
            assert replace(draft) == draft_page(catalog_of(files), playbook, role)
            assert text.count("<!-- derived: ") == len(keys) - 1
