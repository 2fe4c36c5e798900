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
from verge.policies import Policy, Result, evaluate, load_policy
from verge.envs import DriveEnv, DriveVectorEnv, register_envs

__all__ = [
    "DriveEnv",
    "DriveVectorEnv",
    "Episode",
    "Policy",
    "Result",
    "SENSE_DEFAULT",
    "__version__",
    "evaluate",
    "load_policy",
    "read_episodes",
    "save_policy",
]

register_envs()
