"""Small repositories in which sync once went wrong, or could."""

from __future__ import annotations

import pytest

from tests.tailor.held import plan, synced

PAGE = "playbooks/p/customer.md"
FILES = {
    "policies/roles.yaml": "roles:\n  customer: {title: Customer, clearance: public}\n",
    "playbooks/p/playbook.yaml": "title: P\nowner: o\nsections:\n"
    "  - {from: content/sources/r.md#r, form: {customer: full}}\n",
    "content/sources/r.md": "# Refunds {#r clearance=public}\n\nSay yes.\n",
    "content/sources/secret.md": "# Fraud signals {#fraud clearance=restricted}\n\nNobody knows.\n",
}


@pytest.mark.parametrize(
    "target", ["secret.md#fraud", "se%63ret.md#fraud", "secret%2Emd#fr%61ud", "secret.md?x#fraud"]
)
def test_a_link_to_what_is_withheld_keeps_only_its_words_however_it_is_spelt(target: str) -> None:
    text = f"# Refunds {{#r clearance=public}}\n\nSay [yes]({target}).\n"
    page = synced({**FILES, "content/sources/r.md": text})[PAGE]
    assert "Say yes." in page
    assert "secret" not in page.replace("%63", "c").replace("%2E", ".")


def test_a_section_listed_twice_stands_on_the_page_once() -> None:
    twice = FILES["playbooks/p/playbook.yaml"]
    twice += "  - {from: content/sources/r.md#r, form: {customer: brief}}\n"
    files = synced({**FILES, "playbooks/p/playbook.yaml": twice})
    assert files[PAGE].count("<!-- derived: ") == 1
    again = plan(files)
    assert (again.writes, again.events, again.findings) == ({}, (), ())


def test_a_file_beside_the_pages_is_nobodys_page() -> None:
    files = synced({**FILES, "playbooks/p/README.md": "How we keep this playbook.   \n\n\n"})
    assert files["playbooks/p/README.md"] == "How we keep this playbook.   \n\n\n"
    assert "README" not in files["playbooks/opsrail.lock"]
    assert plan(files).events == ()
