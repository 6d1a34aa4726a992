"""Flows as a small local HTTP service that a help desk's own software may call."""
