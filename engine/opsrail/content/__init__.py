"""Markdown → sections; structural diff; facts; links; impact."""
