"""Flows: automations with a baseline that needs no model; a model has to earn its place."""
