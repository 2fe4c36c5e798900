"""Stable-Baselines3: its vector environment over one world, and its policies as networks.

Import it where Stable-Baselines3 is installed::

    from verge.sb3 import DriveVecEnv, network

    model = PPO("MlpPolicy", DriveVecEnv(64))
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv
from stable_baselines3.common.vec_env.base_vec_env import VecEnvIndices

from verge._gymnasium import AutoresetMode
from verge.envs import DriveVectorEnv

Floats = NDArray[np.float32]


class DriveVecEnv(VecEnv):
    """Many cars as Stable-Baselines3's ``VecEnv``: what ``DummyVecEnv`` of so many ``verge/Drive-v0`` is, in one world.

    As it asks, an ended episode's car begins the next in the same step: ``infos[i]`` has "terminal_observation", and
    "TimeLimit.truncated" is true where the episode was truncated. ``drive`` is the :class:`verge.DriveVectorEnv`.

    Args:
        num_envs: cars.
        render_mode: None or "rgb_array".
        keywords: those of :class:`verge.DriveVectorEnv`.
    """

    def __init__(self, num_envs: int, **keywords: Any) -> None:
        self.drive = DriveVectorEnv(num_envs, autoreset_mode=AutoresetMode.SAME_STEP, **keywords)
        super().__init__(num_envs, self.drive.single_observation_space, self.drive.single_action_space)
        self._actions: NDArray[Any] = np.empty((0, 2), np.float32)  # none yet
        self._begins: int | None = None  # the seed of the next reset

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        """The seed of the next reset; one serves all cars. None: it is drawn."""
        self._begins = int(np.random.default_rng().integers(2**63)) if seed is None else seed
        return [self._begins] * self.num_envs

    def reset(self) -> Floats:
        """Begin an episode in every car: float32 [num_envs, observation]."""
        observations, _ = self.drive.reset(seed=self._begins)
        self._begins = None
        self.reset_infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        return observations

    def step_async(self, actions: NDArray[Any]) -> None:
        self._actions = actions

    def step_wait(self) -> tuple[Floats, Floats, NDArray[np.bool_], list[dict[str, Any]]]:
        observations, rewards, terminated, truncated, more = self.drive.step(self._actions)
        ended = terminated | truncated
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        for i in np.flatnonzero(ended):
            infos[i] = {"terminal_observation": more["final_obs"][i], "TimeLimit.truncated": bool(truncated[i])}
        return observations, rewards, ended, infos

    def close(self) -> None:
        self.drive.close()

    def get_images(self) -> Sequence[NDArray[np.uint8] | None]:
        return self.drive.render() or [None] * self.num_envs

    # What a car of its own would have is asked of the one environment.

    def get_attr(self, attr_name: str, indices: VecEnvIndices = None) -> list[Any]:
        return [getattr(self.drive, attr_name)] * len(list(self._get_indices(indices)))

    def set_attr(self, attr_name: str, value: Any, indices: VecEnvIndices = None) -> None:
        raise NotImplementedError("all cars are one environment: make it with other keywords")

    def env_method(self, method_name: str, *args: Any, indices: VecEnvIndices = None, **kwargs: Any) -> list[Any]:
        raise NotImplementedError("all cars are one environment: call the methods of `drive`")

    def env_is_wrapped(self, wrapper_class: type, indices: VecEnvIndices = None) -> list[bool]:
        return [False] * len(list(self._get_indices(indices)))


def network(model: Any, normalised: Any = None) -> tuple[Any, Floats | None, Floats | None]:
    """The network by which a model of PPO, A2C, or ``imitation``'s BC acts, with its mean and scale, for
    ``verge.save_policy``::

        net, mean, scale = verge.sb3.network(model, env)
        verge.save_policy(net, "ppo.safetensors", mean=mean, scale=scale)

    Args:
        model: an algorithm or an ``ActorCriticPolicy`` with a flat observation.
        normalised: the ``VecNormalize`` that it was trained in; None: observations are as they are, or the policy's
            own ``NormalizeFeaturesExtractor`` of ``imitation`` scales them.

    The mean of the Gaussian is the action, which is what ``predict(..., deterministic=True)`` gives. A policy of
    another form is a ValueError.
    """
    import torch

    policy = getattr(model, "policy", model)
    extractor, last = getattr(policy, "mlp_extractor", None), getattr(policy, "action_net", None)
    if extractor is None or last is None or getattr(policy, "squash_output", False):
        raise ValueError(f"a {type(policy).__name__} does not act by a multilayer perceptron whose outputs are the action")
    net = torch.nn.Sequential(*extractor.policy_net, last)
    norm = getattr(getattr(policy, "features_extractor", None), "normalize", None)
    if normalised is not None:
        spread = np.sqrt(normalised.obs_rms.var + normalised.epsilon)
        return net, normalised.obs_rms.mean.astype(np.float32), (1 / spread).astype(np.float32)
    if norm is not None:
        mean, var = (values.detach().cpu().numpy() for values in (norm.running_mean, norm.running_var))
        return net, mean, (1 / np.sqrt(var + norm.eps)).astype(np.float32)
    return net, None, None
