"""The plan: what a change will do, on one screen, stamped with a digest that approvals bind to."""
