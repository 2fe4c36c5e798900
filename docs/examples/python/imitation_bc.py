"""Behavioural cloning by imitation (https://imitation.readthedocs.io), from verge's logs to a policy file.

    python imitation_bc.py --logs demo.vlog --out bc.safetensors
"""

import argparse

import numpy as np
import torch
import verge
from imitation.algorithms.bc import BC
from imitation.data.types import Trajectory
from imitation.policies.base import NormalizeFeaturesExtractor
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.torch_layers import FlattenExtractor
from verge.sb3 import network


def demonstrations(logs):
    """The logs' episodes as imitation's trajectories; an action whose outcome is not known is left out."""
    for episode in verge.read_episodes(logs):
        n = len(episode.observations) - 1
        yield Trajectory(episode.observations, episode.actions[:n], infos=None, terminal=episode.terminated)


class Physical(FlattenExtractor):
    """The fixed scales that verge's learners begin with: of the sense and the car, not of the rows."""

    def __init__(self, space, scale):
        super().__init__(space)
        self.scale = torch.as_tensor(scale)

    def forward(self, observations):
        return super().forward(observations) * self.scale


def clone(env, logs, seed, scale=None):
    """A learner with the network and loss that imitation has, and verge's sizes. scale None: imitation's normaliser."""
    policy = ActorCriticPolicy(
        env.observation_space,
        env.action_space,
        lr_schedule=lambda _: torch.finfo(torch.float32).max,  # not used: BC has an optimiser of its own
        net_arch=[64, 64],
        features_extractor_class=NormalizeFeaturesExtractor if scale is None else Physical,
        features_extractor_kwargs={} if scale is None else {"scale": scale},
    )
    return BC(
        observation_space=env.observation_space,
        action_space=env.action_space,
        rng=np.random.default_rng(seed),
        policy=policy,
        demonstrations=list(demonstrations(logs)),
        batch_size=256,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--logs", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=10000, help="gradient steps")
    parser.add_argument("--scaling", choices=["running", "physical"], default="running")
    options = parser.parse_args()
    torch.manual_seed(options.seed), torch.set_num_threads(1)

    env = verge.DriveEnv()
    fixed = env.observation_scale if options.scaling == "physical" else None
    learner = clone(env, options.logs, options.seed, fixed)
    learner.train(n_batches=options.steps, progress_bar=False, log_interval=options.steps)

    net, mean, scale = network(learner.policy)
    scale = scale if fixed is None else fixed
    verge.save_policy(net, options.out, mean=mean, scale=scale, learner="imitation-bc", seed=options.seed)


if __name__ == "__main__":
    main()
