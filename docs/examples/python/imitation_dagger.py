"""DAgger by imitation: the learner drives, verge's expert says what it would have done.

    python imitation_dagger.py --logs demo.vlog --out dagger.safetensors
"""

import argparse
import tempfile

import numpy as np
import torch
import verge
from imitation.algorithms.dagger import SimpleDAggerTrainer
from imitation.policies.base import NonTrainablePolicy
from imitation_bc import clone, demonstrations
from verge.sb3 import DriveVecEnv, network


class Expert(NonTrainablePolicy):
    """The environment's expert, who looks at the world, not at the observations."""

    def __init__(self, env):
        super().__init__(env.observation_space, env.action_space)
        self.env = env

    def predict(self, observation, state=None, episode_start=None, deterministic=False):
        return self.env.drive.expert_actions(), state

    def _choose_action(self, obs):
        raise NotImplementedError


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--logs", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--roads", nargs="+", default=["train-1", "train-2"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=10000, help="gradient steps in a round")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--labels", type=int, default=1200, help="labels of a round")
    parser.add_argument("--scaling", choices=["running", "physical"], default="running")
    options = parser.parse_args()
    torch.manual_seed(options.seed), torch.set_num_threads(1)

    env = DriveVecEnv(3, roads=options.roads, expert="pursuit", horizon=20.0)
    env.seed(options.seed)
    fixed = env.drive.observation_scale if options.scaling == "physical" else None
    learner = SimpleDAggerTrainer(
        venv=env,
        scratch_dir=tempfile.mkdtemp(),
        expert_policy=Expert(env),
        rng=np.random.default_rng(options.seed),
        expert_trajs=list(demonstrations(options.logs)),
        bc_trainer=clone(env, options.logs, options.seed, fixed),
    )
    learner.train(
        total_timesteps=options.rounds * options.labels,
        rollout_round_min_timesteps=options.labels,
        rollout_round_min_episodes=3,
        bc_train_kwargs={"n_batches": options.steps, "progress_bar": False, "log_interval": options.steps},
    )

    net, mean, scale = network(learner.policy)
    scale = scale if fixed is None else fixed
    verge.save_policy(net, options.out, mean=mean, scale=scale, learner="imitation-dagger", seed=options.seed)


if __name__ == "__main__":
    main()
