"""What was sensed and done in logs, as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verge import _core
from verge._arguments import Path, path_texts, plain_text
from verge._core import SENSE_DEFAULT

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Episode:
    """A drive of a log, one row an action.

    Attributes:
        observations: float32 [n + 1, observation] with what was seen after the last action, where that is known; else
            [n, observation]. Row t is what was sensed before action t.
        actions: float32 [n, 2]: the expert's label where the log has one, else the command.
        terminated: the car had left the road; False: the episode was truncated.
    """

    observations: Floats
    actions: Floats
    terminated: bool


def read_episodes(logs: Path | Iterable[Path], sense: str = SENSE_DEFAULT) -> list[Episode]:
    """The episodes of logs (.vlog), in their order, sensed in a simulation of the logged states.

    Args:
        logs: a path, or several; all must agree in the car and the clock.
        sense: what is observed, such as "offset,heading,speed".

    Raises FileNotFoundError, or ValueError where a log has no rows or the logs do not agree.
    """
    width = _core.sense_size(plain_text(sense, "sense", SENSE_DEFAULT))
    episodes = []
    for seen, actions, last, terminated in _core.read_rows(path_texts(logs, "logs"), sense):
        rows = np.frombuffer(seen + (last or b""), np.float32).reshape(-1, width).copy()
        episodes.append(Episode(rows, np.frombuffer(actions, np.float32).reshape(-1, 2).copy(), terminated))
    return episodes
