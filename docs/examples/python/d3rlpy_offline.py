"""TD3+BC or IQL by d3rlpy: offline reinforcement learning from logs, rewarded for progress.

    python d3rlpy_offline.py td3bc --logs demo.vlog
"""

import argparse

import d3rlpy
import numpy as np
import torch
import verge


def transitions(logs):
    """The logs' episodes as d3rlpy's data set, with the built-in reward: progress, and a punishment at the edge.

    The reward is 0.1 a metre along the road, less 0.1 (offset / half width)^2, and -10 for leaving the road.
    """
    sense = verge.SENSE_DEFAULT
    names = verge.DriveEnv(sense=sense).observation_names
    offset, speed, heading = (names.index(name) for name in ("offset", "speed", "heading"))
    rows = {"observations": [], "actions": [], "rewards": [], "terminals": [], "timeouts": []}
    for episode in verge.read_episodes(logs, sense):
        n = len(episode.actions)
        seen = episode.observations[:n]
        reward = 0.1 * 0.05 * seen[:, speed] * np.cos(seen[:, heading]) - 0.1 * (seen[:, offset] / 5) ** 2
        reward[-1] -= 10 * episode.terminated
        last = np.arange(n) == n - 1
        for name, values in zip(rows, (seen, episode.actions, reward, last & episode.terminated, last)):
            rows[name].append(values)
    return d3rlpy.dataset.MDPDataset(**{name: np.concatenate(values) for name, values in rows.items()})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("algorithm", choices=["td3bc", "iql"])
    parser.add_argument("--logs", nargs="+", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=20000, help="gradient steps")
    parser.add_argument("--suite", default="standard")
    parser.add_argument("--json", help="where to write the result")
    options = parser.parse_args()
    d3rlpy.seed(options.seed), torch.set_num_threads(1)

    config = {"td3bc": d3rlpy.algos.TD3PlusBCConfig, "iql": d3rlpy.algos.IQLConfig}[options.algorithm]
    encoder = d3rlpy.models.VectorEncoderFactory(hidden_units=[64, 64])
    learner = config(
        actor_encoder_factory=encoder,
        critic_encoder_factory=encoder,
        batch_size=256,
        observation_scaler=d3rlpy.preprocessing.StandardObservationScaler(),
    ).create(device="cpu:0")
    learner.fit(
        transitions(options.logs),
        n_steps=options.steps,
        n_steps_per_epoch=options.steps,
        experiment_name=options.algorithm,
        logger_adapter=d3rlpy.logging.NoopAdapterFactory(),
        show_progress=False,
    )

    result = verge.evaluate(learner.predict, options.suite, name=options.algorithm)
    print(result["arms"][0]["summary"]["success"])
    if options.json:
        with open(options.json, "w") as file:
            file.write(result.text)


if __name__ == "__main__":
    main()
