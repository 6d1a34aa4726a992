"""Judging suites: both versions run, compared, looked at again where that is due, and decided."""
