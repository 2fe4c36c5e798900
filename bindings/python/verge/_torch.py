"""What is asked of PyTorch without importing it before a module is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

__all__ = ["is_module", "on_arrays"]


def is_module(policy: Any) -> bool:
    """Whether it is a torch module; torch is not imported for that."""
    return any(kind.__module__.startswith("torch.nn.") and kind.__name__ == "Module" for kind in type(policy).__mro__)


def on_arrays(module: Any) -> Callable[[Floats], Floats]:
    """A torch module as a callable of arrays."""
    import torch

    def act(observations: Floats) -> Floats:
        with torch.no_grad():
            # A copy that may be written to, which torch asks for.
            actions: Floats = module(torch.from_numpy(observations.copy())).detach().cpu().numpy()
        return actions

    act.__name__ = type(module).__name__
    return act
