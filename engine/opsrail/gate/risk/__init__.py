"""What a change risks: evidence gathered from the repository, weighed, and held against the
mitigations on file.
"""

from opsrail.gate.risk.gathering import gather
from opsrail.gate.risk.weighing import filed_mitigations, weighed

__all__ = ["filed_mitigations", "gather", "weighed"]
