"""A step that a role may not do, with what is nested in it."""

from __future__ import annotations

from tests.tailor.held import synced

ROLES = """\
roles:
  agent: {title: Agent, clearance: staff, escalates_to: {role: lead, how: call the lead}}
  lead: {title: Lead, clearance: staff, can: [pay]}
permissions: {pay: Pay out.}
"""
SOURCE = """\
# Payouts {#payouts clearance=staff}

1. Look at the claim.
2. If it is over USD 50, pay it out. <!-- needs: pay -->
   - Keep 10 % back for 14 days.
   - Be kind.
3. Write to the customer.
"""


def test_what_is_nested_in_a_step_goes_with_its_action() -> None:
    files = synced(
        {
            "policies/roles.yaml": ROLES,
            "playbooks/p/playbook.yaml": "title: P\nowner: o\nsections:\n"
            "  - {from: content/sources/p.md#payouts, form: {agent: full, lead: full}}\n",
            "content/sources/p.md": SOURCE,
        }
    )
    page = files["playbooks/p/agent.md"]
    assert "2. If it is over USD 50, stop here and escalate to **Lead**: call the lead." in page
    assert "What happens then: Keep 10 % back for 14 days." in page
    assert "Be kind" not in page
    assert "3. Write to the customer." in page
    assert "Be kind" in files["playbooks/p/lead.md"]
