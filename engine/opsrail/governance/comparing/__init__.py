"""What an edit of the policy or of the directory of people does, told by what it means."""

from __future__ import annotations

from opsrail.governance.comparing.directories import people_changes
from opsrail.governance.comparing.policies import policy_changes

__all__ = ["people_changes", "policy_changes"]
