"""The Gymnasium environments: one car, and many cars of one world as a vector environment.

An action is two float32 in [-1, 1]: the steering target (positive: left) and the acceleration (negative: brake), each
as a share of the car's limits; values outside are clamped. It is held for three ticks of 1/60 s. An observation is the
sense as float32 (``observation_names``), in SI units, unscaled. An episode terminates when the car leaves the road, and
is truncated after ``horizon`` seconds or at the end of an open road.
"""

from __future__ import annotations

import operator
import os
import time
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from verge._arguments import Path, path_text, plain_text, size_of
from verge._core import RENDER_MODES, SENSE_DEFAULT, Cars
from verge._gymnasium import AutoresetMode, VectorEnv, register

_AUTORESET = {AutoresetMode.SAME_STEP: 0, AutoresetMode.NEXT_STEP: 1, AutoresetMode.DISABLED: 2}
_IMPORTED_BY = os.getpid()
# What this build can: "human" needs SDL2, "rgb_array" Cairo.
_MODES = [mode for mode in RENDER_MODES.split(",") if mode]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


def register_envs() -> None:
    """Register ``verge/Drive-v0`` with Gymnasium, for ``make`` and ``make_vec``."""
    register("verge/Drive-v0", "verge.envs:DriveEnv", "verge.envs:DriveVectorEnv", "verge.envs:unlimited")


class _World:
    """The cars of an environment, and which round of episodes they are in."""

    def __init__(
        self,
        num_envs: int,
        autoreset: AutoresetMode,
        suite: Path,
        split: str,
        roads: Iterable[Path] | None,
        car: Path | None,
        sense: str,
        reward: Path,
        horizon: float,
        start_spread: float | None,
        threads: int,
        expert: str | None,
    ) -> None:
        if start_spread is not None and not start_spread >= 0:
            raise ValueError(f"start_spread is {start_spread}, expected 0 m or more")
        self.cars = Cars(
            num_envs=num_envs,
            suite=path_text(suite, "suite"),
            split=plain_text(split, "split", "train"),
            roads=None if roads is None else _listed(roads),
            car=None if car is None else path_text(car, "car"),
            sense=plain_text(sense, "sense", SENSE_DEFAULT),
            reward=path_text(reward, "reward"),
            horizon=horizon,
            start_spread=-1.0 if start_spread is None else start_spread,
            autoreset=_AUTORESET[autoreset],
            # OpenMP's threads do not live on in a forked process: a region of several threads would wait for ever.
            threads=threads if os.getpid() == _IMPORTED_BY else 1,
            expert=expert,
        )
        self.process = os.getpid()
        self.facts = self.cars.facts()
        self.width: int = self.facts["observation"]
        self.seed: int | None = None
        self.round = 0

    def check_process(self) -> None:
        if os.getpid() != self.process:
            raise RuntimeError("this environment was made before a fork; make one in the new process")

    def spaces(self) -> tuple[spaces.Box[np.float32], spaces.Box[np.float32]]:
        low, high = np.empty(self.width, np.float32), np.empty(self.width, np.float32)
        self.cars.bounds(low, high)
        return spaces.Box(low, high, dtype=np.float32), spaces.Box(-1.0, 1.0, (2,), np.float32)

    def scale(self) -> Floats:
        scale = np.empty(self.width, np.float32)
        self.cars.scale(scale)
        return scale

    def label(self, count: int) -> Floats:
        self.check_process()
        actions = np.empty((count, 2), np.float32)
        self.cars.label(actions)
        return actions

    def picture(self, car: int, size: tuple[int, int]) -> NDArray[np.uint8]:
        self.check_process()
        width, height = size
        pixels = np.empty((height, width, 3), np.uint8)
        self.cars.render(car, pixels)
        return pixels

    def begin(self, seed: int | None, spare: np.random.Generator, out: Floats) -> None:
        """Begin a round: round 0 of a new seed, else the next round of the seed that there is."""
        self.check_process()
        if seed is not None:
            self.seed, self.round = seed, 0
        elif self.seed is None:
            self.seed, self.round = int(spare.integers(2**63)), 0
        else:
            self.round += 1
        self.cars.begin(self.seed, self.round, out)


def _no_copy(env: object) -> NoReturn:
    raise TypeError("an environment cannot be copied or pickled: make another one with the same keywords")


class DriveEnv(gymnasium.Env[Floats, Floats]):
    """One car on the roads of a suite: ``gymnasium.make("verge/Drive-v0")``.

    Every reset begins on the suite's next road. The keywords are those of :class:`DriveVectorEnv`, and render_mode may
    be "human".

    An action is float32 [2] in [-1, 1]: the steering target (positive: left) and the acceleration (negative: brake), as
    shares of the car's limits. It is held for 3 ticks of 1/60 s. An observation is float32 [observation] in SI units.

    Attributes:
        observation_names: what each value of an observation is.
        observation_scale: float32 [observation], what verge's own learners multiply observations by.
    """

    __reduce__ = _no_copy
    metadata: dict[str, Any] = {"render_modes": _MODES, "render_fps": 20}

    def __init__(
        self,
        *,
        suite: Path = "standard",
        split: str = "train",
        roads: Iterable[Path] | None = None,
        car: Path | None = None,
        sense: str = SENSE_DEFAULT,
        reward: Path = "progress",
        horizon: float = 60.0,
        start_spread: float | None = None,
        expert: str | None = None,
        render_mode: str | None = None,
        render_size: tuple[int, int] = (640, 480),
    ) -> None:
        self.render_mode = _render_mode(render_mode, self.metadata["render_modes"])
        self.render_size = _render_size(render_size)
        self._world = _World(
            1, AutoresetMode.DISABLED, suite, split, roads, car, sense, reward, horizon, start_spread, 1, expert
        )
        self.observation_space, self.action_space = self._world.spaces()
        self.observation_names: list[str] = self._world.cars.columns()
        self.observation_scale: Floats = self._world.scale()
        self._ended = True
        self._shown = 0.0  # s, when the window showed the last picture

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Floats, dict[str, Any]]:
        """Begin an episode. Returns the observation, float32 [observation], and an empty dict.

        With a seed it is the first of that seed; without, the one after the last.
        """
        seed = _seed(seed)
        _known(options)
        super().reset(seed=seed)
        observation = np.empty((1, self._world.width), np.float32)
        self._world.begin(seed, self.np_random, observation)
        self._ended = False
        if self.render_mode == "human":
            self.render()
        return observation[0], {}

    def step(self, action: Floats) -> tuple[Floats, float, bool, bool, dict[str, Any]]:
        """Drive for one action, float32 [2]. Returns (observation, reward, terminated, truncated, {})."""
        self._world.check_process()
        if self._ended:
            raise gymnasium.error.ResetNeeded("no episode is under way: call reset first")
        action = np.asarray(action)
        if action.shape != (2,):
            raise ValueError(f"action has the shape {action.shape}, expected (2,)")
        observation, reward = np.empty((1, self._world.width), np.float32), np.empty(1, np.float32)
        flags = np.empty((2, 1), np.bool_)
        actions = np.ascontiguousarray(_numbers(action).reshape(1, 2))
        self._world.cars.step(actions, observation, reward, flags[0], flags[1])
        terminated, truncated = bool(flags[0, 0]), bool(flags[1, 0])
        self._ended = terminated or truncated
        if self.render_mode == "human":
            self.render()
        return observation[0], float(reward[0]), terminated, truncated, {}

    def expert_action(self) -> Floats:
        """What the expert would do now, float32 [2]; asking moves nothing. The environment is made with expert=..."""
        action: Floats = self._world.label(1)[0]
        return action

    def render(self) -> NDArray[np.uint8] | None:
        """The car from above: uint8 [height, width, 3] for "rgb_array"; "human" shows it in a window."""
        if self.render_mode is None:
            gymnasium.logger.warn("render() without a render_mode; make the environment with render_mode='rgb_array'")
            return None
        if self.render_mode == "rgb_array":
            return self._world.picture(0, self.render_size)
        self._world.check_process()
        self._world.cars.show(0, *self.render_size)
        # At the pace of the drive, as Gymnasium's other environments do.
        left = self._shown + 1 / self.metadata["render_fps"] - time.monotonic()
        if left > 0:
            time.sleep(left)
        self._shown = time.monotonic()
        return None

    def close(self) -> None:
        """Free the car and its roads. A later step or reset raises ValueError."""
        self._world.cars.close()
        self._ended = False  # so that a step says that the environment is closed


def _render_mode(mode: str | None, modes: list[str]) -> str | None:
    if mode in ("human", "rgb_array") and mode not in _MODES:
        missing = "SDL2" if _MODES else "Cairo, Pango and libpng"
        raise ValueError(f"render_mode {mode!r}: this build of verge was made without {missing}")
    if mode is not None and mode not in modes:
        raise ValueError(f"render_mode {mode!r}, expected None or one of {', '.join(modes)}")
    return mode


def _render_size(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size_of(size, "render_size")
    if not (16 <= width <= 16384 and 16 <= height <= 16384):
        raise ValueError(f"render_size is {width} x {height} pixels, expected 16 to 16384 a side")
    return width, height


def _listed(roads: Iterable[Path]) -> str:
    """Roads as the library takes a list."""
    if isinstance(roads, (str, bytes, os.PathLike)):
        raise TypeError("roads is one road, expected a list of names or paths")
    texts = [path_text(road, "a road") for road in roads]
    for text in texts:
        if "," in text:
            raise ValueError(f"the road {text!r} has a comma, which parts the roads of a list")
    if not texts:
        raise ValueError("roads is empty, expected one at least, or None: the suite's")
    return ", ".join(texts)


def _seed(seed: Any) -> int | None:
    """A seed as Python's own int: 0 to 2^64 - 1."""
    if seed is None:
        return None
    if isinstance(seed, (bool, np.bool_)) or not isinstance(seed, (int, np.integer)):
        raise TypeError(f"the seed is of type {type(seed).__name__}, expected one whole number, which serves all cars")
    if not 0 <= seed < 2**64:
        raise ValueError(f"seed {seed}, expected 0 to 2^64 - 1")
    return int(seed)


def _known(options: Any) -> Mapping[str, Any]:
    if options is not None and not isinstance(options, Mapping):
        raise TypeError(f"options are of type {type(options).__name__}, expected a dict")
    return options or {}


def _numbers(actions: Any) -> Floats:
    """Actions as float32; other dtypes of real numbers are converted."""
    array = np.asarray(actions)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"actions have the dtype {array.dtype}, expected float32")
    return array.astype(np.float32, copy=False)


def _final_infos(final: Floats | None, ended: Flags) -> dict[str, Any]:
    """What Gymnasium's own vector environments say of the episodes that ended in a step; final None: nothing."""
    if final is None or not ended.any():
        return {}
    # Of objects, not of floats: a wrapper may put observations of another shape into it.
    last = np.full(len(ended), None, object)
    for i in np.flatnonzero(ended):
        last[i] = final[i]
    return {"final_obs": last, "_final_obs": ended, "final_info": {}, "_final_info": ended.copy()}


class DriveVectorEnv(VectorEnv[Floats, Floats, Any]):
    """Many cars stepped together: ``gymnasium.make_vec("verge/Drive-v0", num_envs=4096)``.

    Car i drives on road ``(i + round * num_envs) % roads``; ``reset`` without a mask begins the next round, and a car's
    own next episode begins elsewhere on the same road. Results depend on the seed, neither on the threads nor on the CPU.

    Args:
        num_envs: cars, 1 or more.
        suite: a shipped suite's name or a YAML file: roads, car, start spread and disturbance.
        split: "train" (default), "validation" or "test". Do not train on roads that you score on.
        roads: names or paths of roads, instead of a suite.
        car: preset or YAML file; None: the suite's.
        sense: what is observed, such as "offset,heading,speed,curvature@0s:0.5s:1s".
        reward: "progress", "constant" (1 an action), "driving" (a calm driver's), or the path of a reward file.
        horizon: s, an episode is truncated then; 0: never.
        start_spread: m, start offsets are uniform in +-this; None: the suite's.
        autoreset_mode: of Gymnasium; with DISABLED, reset ended cars by ``options={"reset_mask": mask}``.
        threads: 0: one per core.
        expert: who ``expert_actions`` asks, such as "pursuit".
        render_mode: "rgb_array": ``render`` gives a tuple of pictures, one a car.
        render_size: width and height of a picture in pixels, 16 to 16384 each.

    Attributes:
        observation_names: what each value of an observation is.
        observation_scale: float32 [observation], what verge's own learners multiply observations by.
    """

    __reduce__ = _no_copy
    metadata: dict[str, Any] = {
        "render_modes": [mode for mode in _MODES if mode == "rgb_array"],
        "render_fps": 20,
        "autoreset_mode": AutoresetMode.NEXT_STEP,
    }

    def __init__(
        self,
        num_envs: int = 1,
        *,
        suite: Path = "standard",
        split: str = "train",
        roads: Iterable[Path] | None = None,
        car: Path | None = None,
        sense: str = SENSE_DEFAULT,
        reward: Path = "progress",
        horizon: float = 60.0,
        start_spread: float | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        threads: int = 0,
        expert: str | None = None,
        render_mode: str | None = None,
        render_size: tuple[int, int] = (640, 480),
    ) -> None:
        self.render_mode = _render_mode(render_mode, self.metadata["render_modes"])
        self.render_size = _render_size(render_size)
        mode = AutoresetMode(autoreset_mode)
        self.num_envs = num_envs = int(operator.index(num_envs))
        self.metadata = {**type(self).metadata, "autoreset_mode": mode}
        self._mode = mode
        self._world = _World(
            num_envs, mode, suite, split, roads, car, sense, reward, horizon, start_spread, threads, expert
        )
        self.single_observation_space, self.single_action_space = self._world.spaces()
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_names: list[str] = self._world.cars.columns()
        self.observation_scale: Floats = self._world.scale()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Floats, dict[str, Any]]:
        """Begin an episode in every car, or in those of ``options["reset_mask"]``, bool [num_envs].

        Returns the observations, float32 [num_envs, observation], and an empty dict. One seed serves all cars.
        """
        observations = np.empty((self.num_envs, self._world.width), np.float32)
        self.reset_into(observations, seed=seed, options=options)
        return observations, {}

    def reset_into(
        self, observations: Floats, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> None:
        """The same, written into an array of yours: float32 [num_envs, observation], C-contiguous."""
        seed = _seed(seed)
        given = _known(options)
        if given.keys() - {"reset_mask"}:
            raise ValueError(f"options are {', '.join(map(str, given))}, expected reset_mask alone")
        mask = given.get("reset_mask")
        if mask is not None:
            if seed is not None:
                raise ValueError("a seed begins all cars anew, expected none with a reset_mask")
            self._world.check_process()
            self._world.cars.restart(mask, observations)
        else:
            super().reset(seed=seed)
            self._world.begin(seed, self.np_random, observations)

    def step(self, actions: Floats) -> tuple[Floats, Floats, Flags, Flags, dict[str, Any]]:
        """Drive every car for one action, float32 [num_envs, 2].

        Returns new arrays: observations float32 [num_envs, observation], rewards float32 [num_envs], terminated and
        truncated bool [num_envs], and infos. With SAME_STEP, infos["final_obs"], an array of objects as Gymnasium has it,
        holds the last observation of each car whose episode ended, and infos["_final_obs"], bool [num_envs], says of which.
        """
        n, width = self.num_envs, self._world.width
        observations, rewards = np.empty((n, width), np.float32), np.empty(n, np.float32)
        terminated, truncated = np.empty(n, np.bool_), np.empty(n, np.bool_)
        final = np.zeros((n, width), np.float32) if self._mode == AutoresetMode.SAME_STEP else None
        self.step_into(np.ascontiguousarray(_numbers(actions)), observations, rewards, terminated, truncated, final)
        return observations, rewards, terminated, truncated, _final_infos(final, terminated | truncated)

    def step_into(
        self,
        actions: Floats,
        observations: Floats,
        rewards: Floats,
        terminated: Flags,
        truncated: Flags,
        final_obs: Floats | None = None,
    ) -> None:
        """The same, written into arrays of yours, without a copy: shapes and dtypes as ``step`` has them, C-contiguous.

        final_obs gets rows only of cars whose episode ended; the others stay as they are.
        """
        self._world.check_process()
        self._world.cars.step(actions, observations, rewards, terminated, truncated, final_obs)

    def expert_actions(self) -> Floats:
        """What the expert would do now in every car, float32 [num_envs, 2]; asking moves nothing."""
        return self._world.label(self.num_envs)

    def render(self) -> tuple[NDArray[np.uint8], ...] | None:
        """Every car from above: a tuple of uint8 [height, width, 3]."""
        if self.render_mode is None:
            return None
        return tuple(self._world.picture(car, self.render_size) for car in range(self.num_envs))

    def close_extras(self, **kwargs: Any) -> None:
        """Free the cars and roads. A later step or reset raises ValueError."""
        if "_world" in self.__dict__:  # not where the construction failed, which Gymnasium 0.29 closes too
            self._world.cars.close()


def unlimited(num_envs: int, max_episode_steps: None = None, **kwargs: Any) -> DriveVectorEnv:
    """The vector environment as Gymnasium 0.29's ``make_vec`` asks for it: with a limit that is never set here."""
    return DriveVectorEnv(num_envs, **kwargs)
