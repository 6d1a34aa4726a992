"""Judges: models that score by a rubric, and how much they agree with people."""
