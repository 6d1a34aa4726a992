"""The gate proved by simulation: how often it closes by chance, and what it lets through."""
