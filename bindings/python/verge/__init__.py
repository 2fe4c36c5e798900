"""verge: a driving testbed for imitation learning, in Python.

Importing this module registers the Gymnasium environment ``verge/Drive-v0``::

    import gymnasium
    import verge

    env = gymnasium.make("verge/Drive-v0")
    cars = gymnasium.make_vec("verge/Drive-v0", num_envs=4096)

docs/python.md has the whole API. SI units and radians throughout; offset is positive to the left.
"""

from verge._core import SENSE_DEFAULT, VERSION as __version__
from verge.logs import Episode, read_episodes
from verge.networks import save_policy
from verge.policies import Figure, Policy, Result, evaluate, load_policy
from verge.datasets import Dataset
from verge.exchange import (
    Trajectory,
    export_minari,
    export_onnx,
    import_minari,
    import_onnx,
    read_trajectories,
)
from verge.lerobot import from_lerobot, to_lerobot
from verge.views import View, view
from verge.envs import DriveEnv, DriveVectorEnv, register_envs

__all__ = [
    "Dataset",
    "DriveEnv",
    "DriveVectorEnv",
    "Episode",
    "Figure",
    "Policy",
    "Result",
    "View",
    "SENSE_DEFAULT",
    "Trajectory",
    "__version__",
    "evaluate",
    "export_minari",
    "export_onnx",
    "from_lerobot",
    "import_minari",
    "import_onnx",
    "load_policy",
    "read_episodes",
    "read_trajectories",
    "save_policy",
    "to_lerobot",
    "view",
]

register_envs()
