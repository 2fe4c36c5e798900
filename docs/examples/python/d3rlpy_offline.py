"""TD3+BC, IQL or CQL by d3rlpy: offline reinforcement learning from logs, rewarded for progress.

    python d3rlpy_offline.py td3bc --logs demo.vlog
"""

import argparse
import json
import time

import d3rlpy
import numpy as np
import torch
import verge

CONFIGS = {"td3bc": d3rlpy.algos.TD3PlusBCConfig, "iql": d3rlpy.algos.IQLConfig, "cql": d3rlpy.algos.CQLConfig}


def transitions(logs):
    """The logs' episodes as d3rlpy's data set, with the built-in reward: progress, and a punishment at the edge."""
    rows = {"observations": [], "actions": [], "rewards": [], "terminals": [], "timeouts": []}
    for t in verge.read_trajectories(logs):
        last = np.arange(len(t.actions)) == len(t.actions) - 1
        for name, values in zip(rows, (t.observations[:-1], t.actions, t.rewards, last & t.terminated, last)):
            rows[name].append(values)
    return d3rlpy.dataset.MDPDataset(**{name: np.concatenate(values) for name, values in rows.items()})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("algorithm", choices=list(CONFIGS))
    parser.add_argument("--logs", nargs="+", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=20000, help="gradient steps")
    parser.add_argument("--suite", default="standard")
    parser.add_argument("--json", help="where to write the result, with the processor's seconds up to the scoring")
    options = parser.parse_args()
    d3rlpy.seed(options.seed), torch.set_num_threads(1)

    encoder = d3rlpy.models.VectorEncoderFactory(hidden_units=[64, 64])
    learner = CONFIGS[options.algorithm](
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

    seconds = time.process_time()
    result = verge.evaluate(learner.predict, options.suite, name=options.algorithm)
    print(result["arms"][0]["summary"]["success"])
    if options.json:
        with open(options.json, "w") as file:
            json.dump({**result, "training_s": seconds}, file)


if __name__ == "__main__":
    main()
