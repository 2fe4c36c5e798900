"""The library imitation, which needs Gymnasium 0.29: its environments are ours, unchanged."""

import gymnasium
import numpy as np

import verge


def test_its_rollouts_drive_ours(library):
    library("imitation")
    rollout = library("imitation.data.rollout")
    from stable_baselines3.common.vec_env import DummyVecEnv

    venv = DummyVecEnv([lambda: gymnasium.make("verge/Drive-v0", suite="smoke", horizon=2.0)] * 2)
    from imitation.data.wrappers import RolloutInfoWrapper

    assert RolloutInfoWrapper
    drives = rollout.rollout(
        lambda seen, state, starts: (np.zeros((len(seen), 2), np.float32), state),
        venv,
        rollout.make_sample_until(min_episodes=3),
        rng=np.random.default_rng(1),
        unwrap=False,
    )
    assert len(drives) >= 3
    for drive in drives:
        assert drive.obs.shape == (len(drive.acts) + 1, 11) and 1 <= len(drive.acts) <= 40
        assert np.isfinite(drive.rews).all()
    assert verge.DriveEnv
