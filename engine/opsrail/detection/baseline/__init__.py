"""What is usual for a group: its own past, by the hour of the week, and how far from it is far."""

from opsrail.detection.baseline.history import Buckets
from opsrail.detection.baseline.judging import Judged, judge

__all__ = ["Buckets", "Judged", "judge"]
