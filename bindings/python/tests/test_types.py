"""The types of the package, as mypy --strict sees them (pyproject.toml has its settings)."""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[3]
# What a user writes: it is checked by the same rules, against what the package says of itself.
USE = """
from typing import assert_type

import gymnasium
import numpy as np
from numpy.typing import NDArray

import verge

Floats = NDArray[np.float32]
cars = verge.DriveVectorEnv(4, roads=["train-1"], threads=1)
observations, infos = cars.reset(seed=1)
assert_type(observations, Floats)
rewards: Floats = cars.step(verge.load_policy("bc.safetensors")(observations))[1]
one: gymnasium.Env[Floats, Floats] = verge.DriveEnv(expert="pursuit")
assert_type(verge.evaluate(lambda seen: np.zeros((len(seen), 2))), verge.Result)
assert_type(verge.read_trajectories("laps.vlog")[0].rewards, Floats)
assert_type(verge.from_lerobot("sets/laps"), list[tuple[Floats, Floats]])
"""
WRONG = """
import verge

verge.DriveVectorEnv("many")
verge.to_lerobot("laps.vlog", "sets/laps", task=3)
"""


@pytest.mark.skipif("VERGE_NO_TORCH" in os.environ, reason="types are the same with the sanitizer")
def test_the_types_are_whole(library, tmp_path):
    library("mypy")
    for name, text in (("use.py", USE), ("wrong.py", WRONG)):
        (tmp_path / name).write_text(text)
    command = [sys.executable, "-m", "mypy", "--cache-dir", tmp_path / "cache", "bindings/python/verge"]
    run = subprocess.run([*command, tmp_path / "use.py", tmp_path / "wrong.py"], cwd=ROOT, text=True, capture_output=True,
                         env={**os.environ, "MYPYPATH": "bindings/python"})  # fmt: skip
    errors = [line.rsplit("/", 1)[-1].split(": ")[0] for line in run.stdout.splitlines() if ": error: " in line]
    assert errors == ["wrong.py:4", "wrong.py:5"], run.stdout + run.stderr
