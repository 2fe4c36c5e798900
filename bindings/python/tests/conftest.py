"""Which libraries a test may use: one that is not there is skipped, and the last lines of the run say so."""

import importlib
import os

import pytest

# What needs torch, and so cannot be imported where torch does not run.
ON_TORCH = {"torch", "stable_baselines3", "imitation", "d3rlpy", "pufferlib"}

# A suite that is scored in no time.
TINY = """version: 1
about: for a test
train: seeds 1
validation: seeds 101
test: seeds 1001..1003
road_length: 1500
starts: 3
start_spread: 0.3
horizon: 6
sample_interval: 0.5
"""


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """The name of the tiny suite's file, in a folder of its own, where the test is."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.yaml").write_text(TINY)
    return "tiny.yaml"


@pytest.fixture
def library():
    """library(name): the module, or the test is skipped."""

    def find(name):
        if name.split(".")[0] in ON_TORCH and "VERGE_NO_TORCH" in os.environ:
            pytest.skip(f"{name} does not run with {os.environ['VERGE_NO_TORCH']}")
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as missing:
            pytest.skip(f"{name} is not in this environment: {missing}")

    return find
