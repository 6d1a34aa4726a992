"""Drafting suites from the facts on a playbook's pages, for a person to edit."""
