"""PufferLib: verge's cars as a native environment, which writes into PufferLib's own buffers.

Import it where PufferLib is installed::

    import pufferlib.vector
    from verge.pufferlib import DrivePufferEnv

    cars = pufferlib.vector.make(DrivePufferEnv, env_kwargs={"num_envs": 4096})
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pufferlib import PufferEnv

from verge._gymnasium import AutoresetMode
from verge.envs import DriveVectorEnv

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


class DrivePufferEnv(PufferEnv):
    """Many cars of one world as a ``PufferEnv``: an agent is a car.

    The library writes observations, rewards, terminals and truncations into the buffers that PufferLib gives, without
    a copy; the arrays that ``reset`` and ``step`` return are these buffers. As PufferLib asks, an ended episode's car
    begins the next in the same step. ``drive`` is the :class:`verge.DriveVectorEnv`.

    Args:
        num_envs: cars.
        buf: PufferLib's buffers; None: own ones.
        seed: of the first reset, unless ``reset`` is given another; PufferLib numbers its environments by it.
        keywords: those of :class:`verge.DriveVectorEnv`.
    """

    def __init__(self, num_envs: int = 1, *, buf: dict[str, NDArray[Any]] | None = None, seed: int | None = None, **keywords: Any):
        self.drive = DriveVectorEnv(num_envs, autoreset_mode=AutoresetMode.SAME_STEP, **keywords)
        self.single_observation_space = self.drive.single_observation_space
        self.single_action_space = self.drive.single_action_space
        self.num_agents = num_envs
        self._begins = seed
        self._returns = np.zeros(num_envs, np.float32)
        self._lengths = np.zeros(num_envs, np.int32)
        super().__init__(buf)

    def reset(self, seed: int | None = None) -> tuple[Floats, list[dict[str, Any]]]:
        """Begin an episode in every car. Without a seed, the next round of the seed that there is."""
        self.drive.reset_into(self.observations, seed=self._begins if seed is None else seed)
        self._begins = None
        self.rewards[:], self.terminals[:], self.truncations[:], self.masks[:] = 0, False, False, True
        self._returns[:], self._lengths[:] = 0, 0
        return self.observations, []

    def step(self, actions: Floats) -> tuple[Floats, Floats, Flags, Flags, list[dict[str, Any]]]:
        """Drive every car for one action, float32 [num_envs, 2].

        The last value is [], or one dict with the mean of what ended in this step: "episode_return" and
        "episode_length" (actions).
        """
        self.drive.step_into(actions, self.observations, self.rewards, self.terminals, self.truncations)
        self._returns += self.rewards
        self._lengths += 1
        ended = self.terminals | self.truncations
        if not ended.any():
            return self.observations, self.rewards, self.terminals, self.truncations, []
        info = {
            "episode_return": float(self._returns[ended].mean()),
            "episode_length": float(self._lengths[ended].mean()),
        }
        self._returns[ended], self._lengths[ended] = 0, 0
        return self.observations, self.rewards, self.terminals, self.truncations, [info]

    def render(self) -> NDArray[np.uint8] | None:
        """The first car from above, uint8 [height, width, 3], with render_mode="rgb_array"."""
        return None if self.drive.render_mode is None else self.drive._world.picture(0, self.drive.render_size)

    def close(self) -> None:
        """Free the cars and roads. A later step or reset raises ValueError."""
        self.drive.close()
