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
from verge.sb3 import network


def demonstrations(logs):
    """The logs' episodes as imitation's trajectories; an action whose outcome is not known is left out."""
    for episode in verge.read_episodes(logs):
        n = len(episode.observations) - 1
        yield Trajectory(episode.observations, episode.actions[:n], infos=None, terminal=episode.terminated)


def clone(env, logs, seed):
    """A learner with the network, loss and normaliser that imitation has, and verge's sizes."""
    policy = ActorCriticPolicy(
        env.observation_space,
        env.action_space,
        lr_schedule=lambda _: torch.finfo(torch.float32).max,  # not used: BC has an optimiser of its own
        net_arch=[64, 64],
        features_extractor_class=NormalizeFeaturesExtractor,
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
    options = parser.parse_args()
    torch.manual_seed(options.seed), torch.set_num_threads(1)

    learner = clone(verge.DriveEnv(), options.logs, options.seed)
    learner.train(n_batches=options.steps, progress_bar=False, log_interval=options.steps)

    net, mean, scale = network(learner.policy)
    verge.save_policy(net, options.out, mean=mean, scale=scale, learner="imitation-bc", seed=options.seed)


if __name__ == "__main__":
    main()
