"""A small repository whose new hire reads a model's words, and a model that says as it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from opsrail.llm.budget import Ledger
from opsrail.llm.model import Fault, FaultKind, Mode, Reply, Request, Usage
from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.rewriting.work import Work, work
from tests.tailor.held import catalog_of, synced

PAGE = PageName("refunds", "new-hire")
SOURCE = """# Refunds

## Window {#window}

A customer may ask for a refund within 30 days of the charge. Agents must not refund a trial.

## Steps {#steps}

1. Check the charge date in Till.
2. Refund the charge in Till.

### Afterwards {#afterwards}

Reply with the macro `refund-done` within 24 hours.

## Guarded {#guarded clearance=restricted}

Releases over USD 500 leave by the hand of the treasurer alone, on the last Friday of a month.
"""
FILES = {
    "content/sources/refunds.md": SOURCE,
    "policies/roles.yaml": json.dumps(
        {
            "roles": {
                "new-hire": {
                    "title": "New hire",
                    "clearance": "staff",
                    "words": {"customer": "member"},
                    "reads_as": "Wants the reason along with the rule.",
                }
            }
        }
    ),
    "policies/content.yaml": "glossary: {Till: the billing tool, Counter: the ticket tool}\n",
    "policies/models.yaml": "models: {small: {name: tiny-1, price: {input: 1, output: 2}}}\n",
    "policies/prompts/plain.yaml": (
        "title: Plain words\nowner: enablement\nmodel: small\n"
        "system: You write for a {role}. {reads_as} Say {words}.\n"
        "user: 'Rewrite as {form}. {glossary} {text}'\n"
    ),
    "playbooks/refunds/playbook.yaml": json.dumps(
        {
            "title": "Refunds",
            "owner": "billing",
            "rewrite": {"new-hire": "plain"},
            "sections": [
                {"from": "content/sources/refunds.md#window", "form": {"new-hire": "full"}},
                {"from": "content/sources/refunds.md#steps", "form": {"new-hire": "steps"}},
            ],
        }
    ),
}
WINDOW = (
    "Members can ask for a refund within 30 days of the charge. As an agent you must not refund"
    " a trial."
)


def desk(**files: str) -> dict[str, str]:
    """The files, in step, with some of them as given (`/` and `.` in their names as `__`, `_`)."""
    return synced({**FILES, **files})


def pending(files: dict[str, str], *, again: bool = False) -> Work:
    return work(catalog_of(files), [PAGE], again=again)


def catalog(files: dict[str, str]) -> Catalog:
    return catalog_of(files)


@dataclass
class Told:
    """A model that answers by a function of the request; keeps what it was asked."""

    answer: Callable[[Request], str | FaultKind]
    asked: list[Request] = field(default_factory=list)
    mode: Mode = Mode.LIVE

    def ask(
        self, requests: Sequence[Request], within: Ledger | None = None
    ) -> tuple[Reply | Fault, ...]:
        del within
        return tuple(self._outcome(request) for request in requests)

    def _outcome(self, request: Request) -> Reply | Fault:
        self.asked.append(request)
        said = self.answer(request)
        if isinstance(said, FaultKind):
            return Fault(request, said, "nothing came", "try again")
        return Reply(request, said, usage=Usage(10, 5, 0.01))
