"""PyTorch networks as policy files. torch is imported only when a module is given, so it is there then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from verge import _core
from verge._arguments import Path, path_text, plain_text
from verge._core import SENSE_DEFAULT
from verge._torch import is_module
from verge.policies import Policy, load_policy

Floats = NDArray[np.float32]


def _layers(module: Any) -> list[Any]:
    """The modules of a network in their order, with nested sequences unfolded."""
    import torch

    if isinstance(module, torch.nn.Sequential):
        return [layer for part in module for layer in _layers(part)]
    if isinstance(module, (torch.nn.Identity, torch.nn.Dropout)):
        return []  # nothing where the policy drives
    if isinstance(module, torch.nn.Flatten) and module.start_dim == 1:
        return []
    return [module]


def _described(module: Any) -> tuple[list[Any], str]:
    """The linear layers and the activation between them, or an error which names what a policy file cannot hold."""
    import torch

    kinds = {torch.nn.Tanh: "tanh", torch.nn.ReLU: "relu"}
    layers = _layers(module)
    linear, between = layers[0::2], layers[1::2]
    for i, layer in enumerate(layers):
        if i % 2 == 0 and not isinstance(layer, torch.nn.Linear):
            raise ValueError(
                f"layer {i} is a {type(layer).__name__}, expected Linear: a policy file holds Linear, then Tanh or ReLU, "
                "..., Linear"
            )
        if i % 2 == 1 and type(layer) not in kinds:
            raise ValueError(f"layer {i} is a {type(layer).__name__}, expected Tanh or ReLU")
    if len(layers) % 2 == 0:
        last = f"the last is a {type(layers[-1]).__name__}" if layers else "there are none"
        raise ValueError(f"{len(layers)} layers, and {last}, expected a Linear as the last: actions are clamped to [-1, 1]")
    activations = {kinds[type(layer)] for layer in between} or {"tanh"}
    if len(activations) > 1:
        raise ValueError("layers with Tanh and layers with ReLU, expected one of them in the whole network")
    for before, after in zip(linear, linear[1:]):
        if before.out_features != after.in_features:
            raise ValueError(f"a Linear of {before.out_features} outputs before one of {after.in_features} inputs")
    if linear[-1].out_features != 2:
        raise ValueError(f"{linear[-1].out_features} outputs, expected 2: steering and acceleration")
    return linear, activations.pop()


def _numbers(tensor: Any) -> Floats:
    return np.asarray(tensor.detach().cpu().numpy(), np.float32)


def _row(values: ArrayLike | None, name: str, size: int, standard: float) -> Floats:
    row = np.full(size, standard, np.float32) if values is None else np.array(values, np.float32)
    if row.shape != (size,):
        raise ValueError(f"{name} has the shape {row.shape}, expected ({size},), one for each observed value")
    return row


def save_policy(
    module: Any,
    path: Path,
    *,
    sense: str = SENSE_DEFAULT,
    mean: ArrayLike | None = None,
    scale: ArrayLike | None = None,
    car: Path = "sedan",
    learner: str = "torch",
    data: Sequence[str] = (),
    seed: int = 0,
    replace: bool = False,
) -> Policy:
    """Write a PyTorch network as a policy file (docs/policy-format.md), which ``verge eval``, ``verge view`` and all
    else that takes a policy drives by. Returns it as ``load_policy`` does.

    Args:
        module: nn.Sequential of Linear, then Tanh or ReLU, ..., Linear with 2 outputs: the action, clamped to
            [-1, 1]. Nested sequences, Identity and Dropout are fine; another layer is a ValueError with its name.
        path: of the file, which is written whole or not at all.
        sense: what the network is shown: that of its environment.
        mean, scale: [observation], the network is given (observation - mean) * scale; None: 0 and 1.
        car: preset or YAML file: the car that it was trained for.
        learner: who made it, for ``verge info``.
        data: names or hashes of what it learned from.
        seed: of its training.
        replace: overwrite a file that is there; False: FileExistsError.
    """
    if not is_module(module):
        raise TypeError(f"a {type(module).__name__} is no torch module, expected nn.Sequential")
    if not 0 <= seed < 2**63:
        raise ValueError(f"seed {seed}, expected 0 to 2^63 - 1")
    linear, activation = _described(module)
    width = _core.sense_size(plain_text(sense, "sense", SENSE_DEFAULT))
    if linear[0].in_features != width:
        raise ValueError(f"the network has {linear[0].in_features} inputs, the sense {sense} shows {width} values")
    parts = [
        part
        for layer in linear
        for part in (
            _numbers(layer.weight).ravel(),
            np.zeros(layer.out_features, np.float32) if layer.bias is None else _numbers(layer.bias),
        )
    ]
    _core.save_network(
        path_text(path, "path"),
        sense,
        path_text(car, "car"),
        tuple(layer.out_features for layer in linear[:-1]),
        activation,
        np.concatenate(parts),
        _row(mean, "mean", width, 0),
        _row(scale, "scale", width, 1),
        learner,
        ",".join([data] if isinstance(data, str) else data),
        seed,
        replace,
    )
    return load_policy(path)
