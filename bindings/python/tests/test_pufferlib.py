"""PufferLib: its native environments, with buffers of its own that verge writes into."""

import numpy as np
import pytest

import verge

SUITE = {"suite": "smoke", "horizon": 1.0}


@pytest.fixture
def puffer(library, monkeypatch):
    torch = library("torch")
    for name in ("uint16", "uint32", "uint64"):  # names that PufferLib lists and torch before 2.3 does not have
        if not hasattr(torch, name):
            monkeypatch.setattr(torch, name, torch.int64, raising=False)
    return library("pufferlib")


def test_its_vector_drives_what_gymnasium_drives(puffer):
    """Two environments of three cars in PufferLib's serial vector; each is the DriveVectorEnv of its seed, to the bit."""
    import pufferlib.vector

    from verge.pufferlib import DrivePufferEnv

    cars = pufferlib.vector.make(
        DrivePufferEnv, env_kwargs={"num_envs": 3, **SUITE}, num_envs=2, backend=pufferlib.vector.Serial
    )
    alone = [verge.DriveVectorEnv(3, autoreset_mode="SameStep", **SUITE) for _ in range(2)]
    seen, _ = cars.reset(seed=7)
    assert seen is cars.observations and seen.shape == (6, 11) and seen.dtype == np.float32
    assert np.array_equal(seen, np.concatenate([env.reset(seed=7 + i)[0] for i, env in enumerate(alone)]))
    rng, ends, lengths = np.random.default_rng(1), 0, []
    for _ in range(45):
        actions = rng.uniform(-1, 1, (6, 2)).astype(np.float32)
        seen, rewards, terminals, truncations, infos = cars.step(actions)
        wanted = [env.step(actions[3 * i : 3 * i + 3]) for i, env in enumerate(alone)]
        for mine, theirs in zip((seen, rewards, terminals, truncations), zip(*[one[:4] for one in wanted])):
            assert mine.tobytes() == np.concatenate(theirs).tobytes()
        ends += int((terminals | truncations).sum())
        lengths += [info["episode_length"] for info in infos if info]
    assert ends >= 12 and 20.0 in lengths  # of one second each, but for those that left the road
    cars.close()


def test_it_writes_into_the_buffers_that_it_is_given(puffer):
    from verge.pufferlib import DrivePufferEnv

    env = DrivePufferEnv(4, seed=3, **SUITE)
    given = (env.observations, env.rewards, env.terminals, env.truncations)
    seen, infos = env.reset()
    assert seen is given[0] and infos == []
    assert np.array_equal(seen, verge.DriveVectorEnv(4, **SUITE).reset(seed=3)[0])
    got = env.step(np.zeros((4, 2), np.float32))
    assert all(one is other for one, other in zip(got, given)) and env.rewards.any()
    total = env.rewards.copy()
    for _ in range(19):
        *_, infos = env.step(np.zeros((4, 2), np.float32))
        total += env.rewards
    assert env.truncations.all()
    assert infos == [{"episode_length": 20.0, "episode_return": pytest.approx(float(total.mean()), rel=1e-5)}]


def test_other_arrays_and_a_closed_environment(puffer):
    from verge.pufferlib import DrivePufferEnv

    env = DrivePufferEnv(4, seed=3, **SUITE)
    env.reset()
    with pytest.raises(ValueError, match="shape"):
        env.step(np.zeros((3, 2), np.float32))
    with pytest.raises(TypeError, match="float32"):
        env.step(np.zeros((4, 2)))
    env.close()
    with pytest.raises(ValueError, match="closed"):
        env.step(np.zeros((4, 2), np.float32))
