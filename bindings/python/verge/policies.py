"""Policies, and their scores: what ``verge eval`` does, for policy files, experts and callables of Python."""

from __future__ import annotations

import html
import json
import operator
import os
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verge import _core
from verge._arguments import Path, path_text, plain_text
from verge._core import SENSE_DEFAULT
from verge._torch import is_module, on_arrays

Floats = NDArray[np.float32]
_IMPORTED_BY = os.getpid()


class Policy:
    """A policy file (or an expert by its name, which can be evaluated but not called).

    Attributes:
        path: as it was given.
        name: of the policy.
        sense: what it is shown; None: an expert. Make the environment with ``sense=policy.sense``.
        car: name of the car that it was made for; None: any.
        hash: of its content; 0: none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path_text(path, "path")
        self._policy = _core.Policy(self.path)
        facts = self._policy.facts()
        self.name: str = facts["name"]
        self.sense: str | None = facts["sense"]
        self.car: str | None = facts["car"]
        self.hash: int = facts["hash"]
        self._width: int = facts["observation"]

    def __call__(self, observations: Floats) -> Floats:
        """Actions, float32 [n, 2], for observations, float32 [n, observation]; one row gives one.

        A policy that remembers its drive remembers that of each row, until ``reset``, or a batch of another size.
        """
        given = np.asarray(observations)
        if given.dtype.kind not in "fiu":
            raise TypeError(f"observations have the dtype {given.dtype}, expected float32")
        rows = given.astype(np.float32, copy=False)
        batch = np.ascontiguousarray(np.atleast_2d(rows))
        actions = np.empty((len(batch), 2), np.float32)
        self._policy.act(len(batch), batch, actions)
        return actions if rows.ndim > 1 else actions[0]

    @property
    def tensors(self) -> dict[str, Floats]:
        """The network of a policy file as PyTorch's state_dict names it (``net.0.weight``, float32 [out, in], ...),
        with ``normaliser.mean`` and ``normaliser.scale``: the network is given (observation - mean) * scale. Empty:
        an expert, or a policy that has none."""
        return {
            name: np.frombuffer(values, np.float32).reshape((rows, columns) if columns else (rows,)).copy()
            for name, rows, columns, values in self._policy.tensors()
        }

    def reset(self) -> None:
        """Begin new episodes in all rows."""
        self._policy.reset()

    def __reduce__(self) -> tuple[Callable[[str, int], Policy], tuple[str, int]]:
        # A copy, or one in another process, loads the file again, and begins new episodes.
        return _again, (self.path, self.hash)

    def __repr__(self) -> str:
        return f"verge.load_policy({self.path!r})"


def _again(path: str, wanted: int) -> Policy:
    policy = Policy(path)
    if policy.hash != wanted:
        raise ValueError(f"{path}: is another policy than the one that was copied or pickled")
    return policy


def load_policy(path: Path) -> Policy:
    """A policy file by its path, or an expert by its name. Programs and shared libraries are refused.

    Raises FileNotFoundError, or ValueError where the file is no policy.
    """
    return Policy(path)


class Figure:
    """A figure of a result: in a notebook it is shown.

    Attributes:
        title: what it shows.
        svg: its document, a text.
    """

    def __init__(self, title: str, svg: str) -> None:
        self.title = title
        self.svg = svg

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<verge.Figure {self.title!r}>"


class Result(dict[str, Any]):
    """The document ``result.json`` (docs/result.md) as a dict; in a notebook it is shown as a table.

    Attributes:
        text: the file's text, to the byte.
        figures: those of the page that ``verge eval`` writes, by their names there; none in a build without Cairo.
    """

    def __init__(self, text: str, figures: dict[str, tuple[str, str]] | None = None) -> None:
        super().__init__(json.loads(text))
        self.text = text
        self.figures = {name: Figure(*parts) for name, parts in (figures or {}).items()}

    def _repr_html_(self) -> str:
        def cell(estimate: dict[str, float] | None, factor: float, unit: str) -> str:
            if estimate is None or estimate["value"] is None:
                return "<td>-</td>"
            ends = [estimate[end] for end in ("low", "high")]
            said = "" if None in ends else f"<br/><small>{ends[0] * factor:.3g} to {ends[1] * factor:.3g}</small>"
            return f"<td>{estimate['value'] * factor:.3g}{unit}{said}</td>"

        columns = [("success", 100, " %"), ("off_road", 100, " %"), ("drift_50", 1, " m"), ("mean_speed", 1, " m/s")]
        rows = "".join(
            f"<tr><th>{html.escape(arm['label'])}</th>"
            + "".join(cell(arm["summary"][name], factor, unit) for name, factor, unit in columns)
            + "</tr>"
            for arm in self["arms"]
        )
        heads = "<th>success</th><th>off the road</th><th>median drift</th><th>speed</th>"
        caption = f"{html.escape(self['name'])}, with 95 % intervals"
        return f"<table><caption>{caption}</caption><tr><th></th>{heads}</tr>{rows}</table>"


def _on_batches(policy: Callable[[Floats], Any], width: int) -> Callable[[bytearray], Floats]:
    """A callable as the library calls it: bytes of observations to actions, with what is wrong raised here."""

    def act(observed: bytearray) -> Floats:
        observations = np.frombuffer(observed, np.float32).reshape(-1, width)
        actions = np.asarray(policy(observations))
        if actions.shape != (len(observations), 2):
            raise ValueError(f"the policy gave the shape {actions.shape}, expected ({len(observations)}, 2)")
        if actions.dtype.kind not in "fiu":
            raise TypeError(f"the policy gave the dtype {actions.dtype}, expected float32")
        if not np.isfinite(actions).all():
            raise ValueError("the policy gave an action that is not a number")
        return np.ascontiguousarray(np.clip(actions, -1, 1), np.float32)

    return act


def evaluate(
    policy: Policy | Path | Callable[[Floats], Any],
    suite: Path = "standard",
    *,
    sense: str = SENSE_DEFAULT,
    name: str | None = None,
    threads: int = 0,
) -> Result:
    """Drive a policy on the test roads of a suite and score it.

    For a policy file or an expert the text is that of ``verge eval POLICY --suite SUITE --out DIR`` in
    DIR/result.json, to the byte.

    Args:
        policy: a path, an expert's name, ``load_policy(...)``, a torch module, or a callable that maps observations,
            float32 [n, observation], to actions, [n, 2] in [-1, 1] (clamped). It must not remember: rows of one call
            belong to different drives, and n differs from call to call. It is called by one thread at a time, but by
            several threads in turn.
        suite: a shipped suite's name or a YAML file.
        sense: what a callable is shown.
        name: what a callable is called in the result; None: its ``__name__`` or class.
        threads: 0: one per core; the result does not depend on it.

    Raises what the callable raises; ValueError or TypeError for actions of another shape or dtype, or that are not
    numbers; KeyboardInterrupt on Ctrl-C.
    """
    threads = operator.index(threads)
    if os.getpid() != _IMPORTED_BY:
        threads = 1  # OpenMP's threads do not live on in a forked process
    if not 0 <= threads <= 4096:
        raise ValueError(f"threads is {threads}, expected 0 to 4096")
    suite = path_text(suite, "suite")
    if isinstance(policy, Policy):
        policy = policy.path
    plain_text(sense, "sense", SENSE_DEFAULT)
    if isinstance(policy, (str, bytes, os.PathLike)):
        return Result(*_core.evaluate(path_text(policy, "policy"), None, suite, sense, threads))
    if not callable(policy):
        raise TypeError(f"a {type(policy).__name__} is no policy, expected a path or a callable")
    if name is None:
        own = getattr(policy, "__name__", None)
        name = own if isinstance(own, str) and own else type(policy).__name__
    plain_text(name, "name", "mine")
    if is_module(policy):
        policy = on_arrays(policy)
    width = _core.sense_size(sense)
    return Result(*_core.evaluate(name, _on_batches(policy, width), suite, sense, threads))
