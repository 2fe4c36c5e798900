"""PPO by Stable-Baselines3 on the built-in reward for progress.

    python sb3_ppo.py --out ppo.safetensors
"""

import argparse

import torch
import verge
from stable_baselines3 import PPO
from stable_baselines3.common.vec_env import VecNormalize
from verge.sb3 import DriveVecEnv, network


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--roads", nargs="+", default=["train-1", "train-2"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=640000, help="actions driven")
    parser.add_argument("--n-steps", type=int, default=400, help="actions of each car in a round")
    options = parser.parse_args()
    torch.set_num_threads(1)

    env = VecNormalize(DriveVecEnv(16, roads=options.roads, horizon=20.0))
    model = PPO(
        "MlpPolicy",
        env,
        n_steps=options.n_steps,
        batch_size=640,
        policy_kwargs={"net_arch": [64, 64], "log_std_init": -1.6},  # a standard deviation of 0.2
        seed=options.seed,
        device="cpu",
    )
    model.learn(options.steps)

    net, mean, scale = network(model, env)
    verge.save_policy(net, options.out, mean=mean, scale=scale, learner="sb3-ppo", seed=options.seed)


if __name__ == "__main__":
    main()
