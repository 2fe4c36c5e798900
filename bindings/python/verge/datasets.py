"""Logs as a map-style data set for training: windows of observations and actions."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verge._arguments import Path
from verge._core import SENSE_DEFAULT
from verge.logs import read_episodes

Floats = NDArray[np.float32]
_LONGEST = 1_000_000  # of a window: padding included, so that a number too many is no endless array


class Dataset:
    """Windows over the rows of logs, for ``torch.utils.data.DataLoader`` or a loop of one's own; torch is not needed.

    Item i is the window at row i, a dict of arrays of its own:

    - ``observation``: float32 [history, observation], what was sensed, oldest first, the row's own last;
    - ``action``: float32 [chunk, 2], the row's own first: the expert's label where the log has one, else the command;
    - ``observation_is_pad`` bool [history], ``action_is_pad`` bool [chunk]: where the episode has no such row. Its nearest
      row stands there, so that a window never crosses the bounds of an episode.

    An episode is a drive by one driver without a gap: where a recording was bridged, one ends and the next begins.

    Args:
        logs: a path, or several; all must agree in the car and the clock.
        sense: what is observed, such as "offset,heading,speed".
        history: observations of a window, 1 to 1,000,000 (Chi et al. 2023: observation horizon).
        chunk: actions of a window, 1 to 1,000,000 (Zhao et al. 2023: chunk size).
        episodes: numbers of the episodes to take, to hold whole ones out; None: all.

    Attributes:
        observations, actions: all rows, float32 [rows, observation] and [rows, 2].
        starts: int64 [episodes + 1]: the first row of each episode, and the number of rows.
    """

    def __init__(
        self,
        logs: Path | Iterable[Path],
        *,
        sense: str = SENSE_DEFAULT,
        history: int = 1,
        chunk: int = 1,
        episodes: Sequence[int] | None = None,
    ) -> None:
        self.history, self.chunk, self.sense = operator.index(history), operator.index(chunk), sense
        if not (1 <= self.history <= _LONGEST and 1 <= self.chunk <= _LONGEST):
            raise ValueError(f"history {history} and chunk {chunk}, expected 1 to {_LONGEST:,}")
        taken = read_episodes(logs, sense)
        if episodes is not None:
            for number in episodes:
                if not 0 <= operator.index(number) < len(taken):
                    raise IndexError(f"there is no episode {number}: the logs have {len(taken)}, numbered from 0")
            taken = [taken[number] for number in episodes]
        if not taken:
            raise ValueError("no episodes are taken, expected one at least")
        counts = [len(episode.actions) for episode in taken]
        self.observations: Floats = np.concatenate([e.observations[:n] for e, n in zip(taken, counts)])
        self.actions: Floats = np.concatenate([e.actions for e in taken])
        self.starts: NDArray[np.int64] = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def __len__(self) -> int:
        return len(self.actions)

    def __getitem__(self, index: int) -> dict[str, NDArray[Any]]:
        try:
            row = operator.index(index)
        except TypeError:
            raise TypeError(
                f"an item is one row's window, so its index is a whole number, not a {type(index).__name__}; "
                "rows themselves are in `observations` and `actions`"
            ) from None
        if row < 0:
            row += len(self)
        if not 0 <= row < len(self):
            raise IndexError(f"row {index} of {len(self)}")
        episode = int(np.searchsorted(self.starts, row, "right")) - 1
        first, last = self.starts[episode], self.starts[episode + 1] - 1
        past = np.arange(row - self.history + 1, row + 1)
        coming = np.arange(row, row + self.chunk)
        return {
            "observation": self.observations[np.maximum(past, first)],
            "action": self.actions[np.minimum(coming, last)],
            "observation_is_pad": past < first,
            "action_is_pad": coming > last,
        }
