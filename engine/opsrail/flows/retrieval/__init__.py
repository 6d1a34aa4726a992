"""Search over the pages of one role: which section answers a text, and whether any does."""
