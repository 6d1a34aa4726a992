from __future__ import annotations

from tests.cli.conftest import _fixed_day, desk, model_desk
from tests.local_model import local_model

__all__ = ["_fixed_day", "desk", "local_model", "model_desk"]
