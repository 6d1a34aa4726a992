"""Named flows of events: where they lie, what columns mean, and the engines that read them."""

from __future__ import annotations
