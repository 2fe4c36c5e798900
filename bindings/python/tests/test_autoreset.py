"""The autoreset modes beside Gymnasium's own vector environment of as many environments, and under its wrappers."""

import gymnasium
import numpy as np
import pytest

import verge  # noqa: F401: it registers the environment

if gymnasium.__version__.startswith("0."):
    pytest.skip("Gymnasium 0.29 has no autoreset modes", allow_module_level=True)

from gymnasium.vector import AutoresetMode, SyncVectorEnv  # noqa: E402

MODES = [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP, AutoresetMode.DISABLED]
# Of half a second, 10 actions, on one road.
DRIVE = {"roads": ["train-1"], "horizon": 0.5, "start_spread": 0.3}


def both(mode, n=2):
    ours = gymnasium.make_vec("verge/Drive-v0", num_envs=n, autoreset_mode=mode, **DRIVE)
    one = lambda: gymnasium.make("verge/Drive-v0", **DRIVE)  # noqa: E731
    return ours, SyncVectorEnv([one] * n, autoreset_mode=mode)


def described(infos):
    """What is there, of which environments, and the shapes of the last observations."""
    shown = {name: value.tolist() for name, value in infos.items() if name.startswith("_")}
    last = [None if row is None else row.shape for row in infos.get("final_obs", [])]
    return sorted(infos), shown, last, infos.get("final_info")


@pytest.mark.parametrize("mode", MODES)
def test_steps_are_those_of_gymnasiums_own(mode):
    ours, theirs = both(mode)
    for env in (ours, theirs):
        env.reset(seed=3)
    assert ours.metadata["autoreset_mode"] == theirs.metadata["autoreset_mode"] == mode
    assert ours.single_observation_space == theirs.single_observation_space
    assert ours.observation_space == theirs.observation_space and ours.action_space == theirs.action_space
    actions = np.full((2, 2), 0.2, np.float32)
    for t in range(1, 34):
        mine, other = ours.step(actions), theirs.step(actions)
        for a, b in zip(mine[:4], other[:4]):
            assert a.shape == b.shape and (a.dtype == b.dtype or a.dtype == np.float32)
        assert mine[2].tolist() == other[2].tolist() and mine[3].tolist() == other[3].tolist(), t
        assert (mine[1] == 0).tolist() == (other[1] == 0).tolist(), t
        assert described(mine[4]) == described(other[4]), t
        ended = mine[2] | mine[3]
        if mode == AutoresetMode.DISABLED and ended.any():
            mask = {"reset_mask": ended}
            mine, other = ours.reset(options=dict(mask)), theirs.reset(options=dict(mask))
            assert mine[0].shape == other[0].shape and mine[1] == other[1] == {}


def test_a_mask_takes_back_a_reset_that_is_due():
    """A car that was reset by hand drives in the next step; one that was not begins anew in it."""
    for env in both(AutoresetMode.NEXT_STEP):
        env.reset(seed=1)
        for _ in range(10):
            truncated = env.step(np.full((2, 2), 0.2, np.float32))[3]
        assert truncated.all()
        env.reset(options={"reset_mask": np.array([True, False])})
        rewards = env.step(np.full((2, 2), 0.2, np.float32))[1]
        assert rewards[0] != 0 and rewards[1] == 0


def test_a_mask_resets_a_car_in_the_middle_of_its_episode():
    for env in both(AutoresetMode.DISABLED):
        env.reset(seed=1)
        for _ in range(6):
            env.step(np.full((2, 2), 0.2, np.float32))
        env.reset(options={"reset_mask": np.array([False, True])})
        for t in range(4):
            truncated = env.step(np.full((2, 2), 0.2, np.float32))[3]
        assert truncated.tolist() == [True, False]


@pytest.mark.parametrize("mode", MODES[:2])
def test_wrappers_count_and_change(mode):
    wrappers = gymnasium.wrappers.vector
    for env in both(mode):
        env = wrappers.RecordEpisodeStatistics(env)
        if mode == AutoresetMode.NEXT_STEP:  # Gymnasium's wrappers of observations refuse the other
            env = wrappers.VectorizeTransformObservation(env, gymnasium.wrappers.ReshapeObservation, shape=(11, 1))
        env.reset(seed=1)
        ends = 0
        for _ in range(23):
            seen, _, _, truncated, infos = env.step(np.full((2, 2), 0.2, np.float32))
            assert seen.shape == ((2, 11, 1) if mode == AutoresetMode.NEXT_STEP else (2, 11))
            ends += truncated.all()
            if truncated.all():
                assert infos["episode"]["l"].tolist() == [10, 10]
        assert ends == 2
