"""Scorers: one file each, from an answer to a number in [0, 1] with a reason."""
