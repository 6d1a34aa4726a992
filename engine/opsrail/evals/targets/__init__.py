"""Targets: what answers the cases of a suite. One file a kind."""
