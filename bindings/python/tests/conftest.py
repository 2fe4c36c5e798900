"""Which libraries a test may use: one that is not there is skipped, and the last lines of the run say so."""

import importlib
import os

import pytest

# What needs torch, and so cannot be imported where torch does not run.
ON_TORCH = {"torch", "stable_baselines3", "imitation", "d3rlpy", "pufferlib"}


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
