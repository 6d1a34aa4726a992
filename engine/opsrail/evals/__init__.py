"""Eval suites: files of cases whose answers are scored, base against head, until a verdict."""
