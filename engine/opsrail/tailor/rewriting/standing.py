"""Words of a model that stand on a page already, held against the gate once more."""

from __future__ import annotations

from collections.abc import Mapping

from opsrail.tailor.brief import split_heading
from opsrail.tailor.catalog import Catalog, Playbook
from opsrail.tailor.generate import without_origin
from opsrail.tailor.rewriting.checking import faults
from opsrail.tailor.rewriting.pending import pending_of
from opsrail.tailor.state import PageView


def refusals(catalog: Catalog, playbook: Playbook, view: PageView) -> Mapping[str, tuple[str, ...]]:
    """The worded sections of a page whose words would not be taken today, with what is wrong.

    They came in another way than by rewriting, or an older engine was less strict.
    """
    worded = {section.key: section for section in view.expected if section.is_rewritten}
    found = {}
    for section in view.draft.sections:
        if section.key in worded:
            body = split_heading(without_origin(worded[section.key].text))[1]
            for one in pending_of(catalog, playbook, view.name, section):
                found[section.key] = faults(one, body)
    return {key: wrong for key, wrong in found.items() if wrong}
