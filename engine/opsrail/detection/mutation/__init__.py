"""How good the tests of a rule are: small changes to the rule, each of which a test must notice."""

from __future__ import annotations
