"""What differs between the two lines of Gymnasium that the package works with, 0.29 and 1.x."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import gymnasium

__all__ = ["AutoresetMode", "VectorEnv", "register"]

if TYPE_CHECKING or int(gymnasium.__version__.split(".")[0]) >= 1:
    from gymnasium.vector import AutoresetMode, VectorEnv
else:
    # 0.29 has the vector environment of 1.x under another name, and its modes under none.
    from gymnasium.experimental.vector import VectorEnv

    class AutoresetMode(enum.Enum):
        """When an ended episode's car begins the next: as Gymnasium 1.x has it."""

        NEXT_STEP = "NextStep"
        SAME_STEP = "SameStep"
        DISABLED = "Disabled"


def register(name: str, entry: str, vector_entry: str, old_vector_entry: str) -> None:
    """Register an environment for ``make`` and ``make_vec``, once; ``old_vector_entry`` is what 0.29 calls."""
    if name not in gymnasium.registry:
        old = int(gymnasium.__version__.split(".")[0]) < 1
        gymnasium.register(name, entry_point=entry, vector_entry_point=old_vector_entry if old else vector_entry)
