"""A plan of what is under way: the same words that its reviewers read."""

from __future__ import annotations

from opsrail.site.markup import page
from opsrail.site.plans import PlanText


def plan_page(plan: PlanText) -> str:
    """The page of one plan. Its text is Markdown of the engine's own and stands as it is."""
    return page(
        plan.title,
        "# Under way",
        "What this change will do once it lands. None of it holds yet.\n{: .ops-lead }",
        plan.text,
        search=False,  # who searches wants what holds
    )
