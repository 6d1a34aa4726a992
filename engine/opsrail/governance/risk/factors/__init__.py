"""Factors of risk, one file each."""
