"""GAIL and AIRL by imitation: demonstrations and the simulator, nobody to ask.

    python imitation_adversarial.py gail --logs demo.vlog --out gail.safetensors
"""

import argparse

import numpy as np
import torch
import verge
from imitation.algorithms.adversarial.airl import AIRL
from imitation.algorithms.adversarial.gail import GAIL
from imitation.policies.base import NormalizeFeaturesExtractor
from imitation.rewards.reward_nets import BasicRewardNet, BasicShapedRewardNet
from imitation.util.networks import RunningNorm
from imitation_bc import demonstrations
from stable_baselines3 import PPO
from verge.sb3 import DriveVecEnv, network


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("algorithm", choices=["gail", "airl"])
    parser.add_argument("--logs", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--roads", nargs="+", default=["train-1", "train-2"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=640000, help="actions driven")
    parser.add_argument("--n-steps", type=int, default=400, help="actions of each car in a round")
    options = parser.parse_args()
    torch.manual_seed(options.seed), torch.set_num_threads(1)
    np.random.seed(options.seed)

    env = DriveVecEnv(16, roads=options.roads, horizon=20.0)
    env.seed(options.seed)
    shape = {"gail": BasicRewardNet, "airl": BasicShapedRewardNet}[options.algorithm]
    trainer = {"gail": GAIL, "airl": AIRL}[options.algorithm](
        demonstrations=list(demonstrations(options.logs)),
        demo_batch_size=1024,
        gen_replay_buffer_capacity=16 * options.n_steps,
        n_disc_updates_per_round=8,
        venv=env,
        gen_algo=PPO(
            "MlpPolicy",
            env,
            n_steps=options.n_steps,
            batch_size=640,
            policy_kwargs={
                "net_arch": [64, 64],
                "log_std_init": -1.6,
                "features_extractor_class": NormalizeFeaturesExtractor,
            },
            seed=options.seed,
            device="cpu",
        ),
        reward_net=shape(env.observation_space, env.action_space, normalize_input_layer=RunningNorm),
        allow_variable_horizon=True,
    )
    trainer.train(options.steps)

    net, mean, scale = network(trainer.gen_algo)
    learner = f"imitation-{options.algorithm}"
    verge.save_policy(net, options.out, mean=mean, scale=scale, learner=learner, seed=options.seed)


if __name__ == "__main__":
    main()
