"""Policies and logs in the formats of other tools: docs/exchange.md."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verge import _core
from verge._arguments import Path, path_text, path_texts, plain_text
from verge._core import SENSE_DEFAULT
from verge.policies import Policy, load_policy

Floats = NDArray[np.float32]


def export_onnx(policy: Policy | Path, path: Path, *, overwrite: bool = False) -> None:
    """Write a learned policy as an ONNX model: ``observation`` float32 [batch, observation] to ``action`` [batch, 2].

    Observations go in as they are sensed; scaling and the clamp to [-1, 1] are in the graph. Raises FileExistsError unless
    ``overwrite``; ValueError for an expert, and where this build of verge is without protobuf-c.
    """
    source = policy.path if isinstance(policy, Policy) else path_text(policy, "policy")
    _core.export_onnx(source, path_text(path, "path"), overwrite)


def import_onnx(
    model: Path, path: Path, *, sense: str | None = None, car: Path | None = None, overwrite: bool = False
) -> Policy:
    """Make a policy file of an ONNX model, a multilayer perceptron, and load it.

    Args:
        model: the model's file; numbers must stand in it (``torch.onnx.export(..., external_data=False)``).
        path: the policy file to write.
        sense: what the inputs are, in their order; None: as the model says, if verge wrote it.
        car: a preset or a YAML file; None: the model's, else the sedan.

    Raises ValueError with the node's name and operator for any other graph.
    """
    made_for = None if car is None else path_text(car, "car")
    _core.import_onnx(path_text(model, "model"), path_text(path, "path"), sense, made_for, overwrite)
    return load_policy(path)


def export_minari(
    logs: Path | Iterable[Path],
    folder: Path,
    *,
    id: str,
    sense: str = SENSE_DEFAULT,
    reward: Path = "progress",
    author: str | None = None,
    roads: Iterable[Path] = (),
    car: Path | None = None,
    overwrite: bool = False,
) -> None:
    """Write logs as a Minari data set: ``minari.MinariDataset(folder + "/data")``.

    Args:
        logs: a path, or several, of one car and one clock.
        folder: to write, whole or not at all.
        id: such as "verge/laps-v0".
        sense: what the observations show.
        reward: "progress", "constant" (1 an action), "driving" (a calm driver's), or the path of a reward file.
        roads: files of the logs' roads, by which the environment finds them; verge's own need none.
        car: the file of the logs' car; presets need none.

    Warns where the environment that Minari recovers is not quite that of the logs.
    """
    _, _, unknown_road, unknown_car = _core.export_minari(
        path_texts(logs, "logs"),
        path_text(folder, "folder"),
        plain_text(id, "id", "verge/laps-v0"),
        plain_text(sense, "sense", SENSE_DEFAULT),
        path_text(reward, "reward"),
        author,
        path_texts(roads, "roads"),
        None if car is None else path_text(car, "car"),
        overwrite,
    )
    if unknown_road:
        warnings.warn(f"no road '{unknown_road}' in the library or among roads: the recovered environment drives the suite's roads")
    if unknown_car:
        warnings.warn("the logs' car is neither a preset nor that of car: the recovered environment drives the suite's car")


def import_minari(folder: Path, log: Path, *, overwrite: bool = False) -> int:
    """Make the log again of which ``export_minari`` made the data set, with every value. Returns its episodes."""
    return _core.import_minari(path_text(folder, "folder"), path_text(log, "log"), overwrite)


@dataclass(frozen=True)
class Trajectory:
    """An episode of a log as it was driven, one row an action.

    Attributes:
        observations: float32 [n + 1, observation]; the last is what the last action led to.
        actions: float32 [n, 2] as driven, in [-1, 1].
        labels: float32 [n, 2], the expert's; NaN where it was not asked.
        rewards: float32 [n].
        who: uint8 [n]: 0 policy, 1 expert, 2 human.
        bridged: bool [n]: in a gap of an imported recording: nobody knows what was driven there.
        terminated: the car left the road at last; False: the episode was truncated.
        policy: the driver's name.
        seconds: s, of an action.
    """

    observations: Floats
    actions: Floats
    labels: Floats
    rewards: Floats
    who: NDArray[np.uint8]
    bridged: NDArray[np.bool_]
    terminated: bool
    policy: str
    seconds: float


def each_trajectory(logs: Path | Iterable[Path], sense: str, reward: Path) -> Iterator[Trajectory]:
    """The episodes that ``read_trajectories`` lists, one after another: no more than one is in memory."""
    width = _core.sense_size(plain_text(sense, "sense", SENSE_DEFAULT))
    wanted = path_text(reward, "reward")
    for path in path_texts(logs, "logs"):
        for e in _core.Trajectories(path, sense, wanted):
            arrays = {name: np.frombuffer(e[name], np.float32).copy() for name in ("observations", "actions", "labels", "rewards")}
            yield Trajectory(
                observations=arrays["observations"].reshape(-1, width),
                actions=arrays["actions"].reshape(-1, 2),
                labels=arrays["labels"].reshape(-1, 2),
                rewards=arrays["rewards"],
                who=np.frombuffer(e["who"], np.uint8).copy(),
                bridged=np.frombuffer(e["bridged"], np.uint8).astype(np.bool_),
                terminated=e["terminated"],
                policy=e["policy"],
                seconds=e["seconds"],
            )


def read_trajectories(
    logs: Path | Iterable[Path], sense: str = SENSE_DEFAULT, reward: Path = "progress"
) -> list[Trajectory]:
    """Every episode of logs, whole, with what was driven and its rewards; ``read_episodes`` gives what to learn from.

    Args:
        logs: a path, or several.
        sense: what the observations show, in SI units.
        reward: "progress", "constant" (1 an action), "driving" (a calm driver's), or the path of a reward file.

    Raises FileNotFoundError, or ValueError for what is no log.
    """
    return list(each_trajectory(logs, sense, reward))
