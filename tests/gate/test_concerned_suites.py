"""Which suites a change to models, prompts and judges sets in motion."""

from __future__ import annotations

from datetime import date

import pytest

from opsrail.gate.evals import concerned_suites
from opsrail.gate.subject import Subject
from tests.tailor.held import catalog_of

CASE = "cases: [{id: a, ask: What, input: b}]\n"
SUITES = {
    "policies/evals/judged.yaml": "title: J\nowner: desk\ntarget: {role: agent}\n"
    f"scorers: [{{judge: tone}}]\n{CASE}",
    "policies/evals/each.yaml": "title: E\nowner: desk\ntarget: {role: agent}\njudge: each\n"
    + CASE,
    "policies/evals/prompted.yaml": f"title: P\nowner: desk\ntarget: {{prompt: plain}}\n{CASE}",
    "policies/evals/flowing.yaml": f"title: F\nowner: desk\ntarget: {{flow: link}}\n{CASE}",
    "policies/flows/link.yaml": "title: L\nowner: desk\ntask: duplicates\n",
    "policies/prompts/plain.yaml": "title: P\nowner: desk\nmodel: small\nsystem: a\nuser: b\n",
    "policies/models.yaml": "models: {small: {name: tiny}}\n",
    "policies/judges/tone.yaml": "title: Tone\n",
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("policies/judges/tone.yaml", {"judged"}),
        ("policies/prompts/plain.yaml", {"judged", "prompted"}),
        ("policies/recordings/plain/a.json", {"judged", "prompted"}),
        ("policies/models.yaml", {"judged", "prompted"}),
        ("policies/flows/link.yaml", {"flowing"}),
        ("policies/gates.yaml", set()),
    ],
)
def test_only_what_depends_on_it_is_run(path: str, expected: set[str]) -> None:
    before = catalog_of(SUITES)
    after = catalog_of({**SUITES, path: SUITES.get(path, "") + "# changed\n"})
    subject = Subject(after, before, date(2026, 1, 5), remembers=False)
    found = {one.rsplit("/", 1)[-1].removesuffix(".yaml") for one in concerned_suites(subject)}
    assert found == expected
