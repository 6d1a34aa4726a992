"""Rewriting: a model says a derived section in words for its role; the gate decides."""
