"""Forms: how a selected section is laid out for a role. One file a form; this is the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opsrail.content.model import Document
from opsrail.tailor.formats import Form
from opsrail.tailor.forms import brief, facts, full, steps

Layout = Callable[[Document], str]
"""From the selected Markdown, parsed again, to the Markdown of the form. Pure."""

FORMS: Mapping[Form, Layout] = {
    Form.BRIEF: brief.lay_out,
    Form.FACTS: facts.lay_out,
    Form.FULL: full.lay_out,
    Form.STEPS: steps.lay_out,
}
