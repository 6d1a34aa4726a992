"""Requests as forges tell of them, and what is answered there. Nothing here speaks to a forge."""
