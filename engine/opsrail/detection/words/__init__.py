"""What a rule says, as sentences that people in support read without help."""

from __future__ import annotations

from opsrail.detection.words.sentences import in_words

__all__ = ["in_words"]
