"""Stable-Baselines3: its checker, its vector environment over one world, its policies as files."""

import importlib.util
import pathlib
import sys
import warnings

import gymnasium
import numpy as np
import pytest

import verge

SUITE = {"suite": "smoke"}


@pytest.fixture
def sb3(library):
    return library("stable_baselines3")


def test_its_check_env_passes(sb3):
    from stable_baselines3.common.env_checker import check_env

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make("verge/Drive-v0", **SUITE).unwrapped, skip_render_check=True)


def test_one_world_is_what_many_environments_are(sb3):
    """Car i of a DriveVecEnv of n and the DummyVecEnv of n: the same interface, and episodes end alike."""
    from stable_baselines3.common.vec_env import DummyVecEnv

    from verge.sb3 import DriveVecEnv

    many = DriveVecEnv(3, horizon=1.0, **SUITE)
    dummy = DummyVecEnv([lambda: gymnasium.make("verge/Drive-v0", horizon=1.0, **SUITE)] * 3)
    many.seed(4), dummy.seed(4)
    ours, theirs = many.reset(), dummy.reset()
    assert ours.shape == theirs.shape and ours.dtype == theirs.dtype
    assert (ours[0] == theirs[0]).all()  # the first car is the first environment
    for t in range(21):
        actions = np.full((3, 2), 0.01, np.float32)
        ours, theirs = many.step(actions), dummy.step(actions)
        assert [a.dtype for a in ours[:3]] == [b.dtype for b in theirs[:3]]
        assert (ours[2] == (t == 19)).all() and (theirs[2] == (t == 19)).all()
        for mine, other in zip(ours[3], theirs[3]):
            if t == 19:
                assert mine["TimeLimit.truncated"] and other["TimeLimit.truncated"]
                assert mine["terminal_observation"].shape == other["terminal_observation"].shape
            else:
                assert "terminal_observation" not in mine
        if t == 19:
            assert (ours[3][0]["terminal_observation"] == theirs[3][0]["terminal_observation"]).all()
    left = DriveVecEnv(2, **SUITE)
    left.reset()
    for _ in range(200):
        _, rewards, ended, infos = left.step(np.tile(np.array([1, 0.2], np.float32), (2, 1)))
        if ended[0]:
            break
    assert ended[0] and not infos[0]["TimeLimit.truncated"] and rewards[0] < -5
    assert many.get_attr("num_envs", [0, 2]) == [3, 3] and many.env_is_wrapped(gymnasium.Wrapper) == [False] * 3
    with pytest.raises(NotImplementedError):
        many.env_method("reset")
    many.close()
    with pytest.raises(ValueError, match="closed"):
        many.reset()


def test_a_model_becomes_a_policy_file_that_acts_alike(sb3, tmp_path):
    from stable_baselines3 import PPO, SAC
    from stable_baselines3.common.vec_env import VecNormalize

    from verge.sb3 import DriveVecEnv, network

    env = VecNormalize(DriveVecEnv(4, **SUITE))
    model = PPO("MlpPolicy", env, n_steps=32, batch_size=64, n_epochs=1, seed=1, device="cpu")
    model.learn(128)
    net, mean, scale = network(model, env)
    policy = verge.save_policy(net, tmp_path / "ppo.safetensors", mean=mean, scale=scale)
    env.training = False
    seen, _ = verge.DriveVectorEnv(50, **SUITE).reset(seed=3)
    wanted = model.predict(np.clip(env.normalize_obs(seen), -10, 10), deterministic=True)[0]
    assert np.abs(policy(seen) - wanted).max() < 1e-5
    with pytest.raises(ValueError, match="SACPolicy"):
        network(SAC("MlpPolicy", gymnasium.make("verge/Drive-v0", **SUITE), device="cpu"))


def test_an_evaluation_asks_a_model(sb3):
    from stable_baselines3 import PPO

    from verge.sb3 import DriveVecEnv

    model = PPO("MlpPolicy", DriveVecEnv(2, **SUITE), n_steps=16, batch_size=32, seed=1, device="cpu")
    result = verge.evaluate(lambda seen: model.predict(seen, deterministic=True)[0], suite="smoke", name="ppo")
    assert result["arms"][0]["label"] == "ppo"


# --- the examples of docs/examples/python, in a small setting --------------------------------------------------

EXAMPLES = pathlib.Path(__file__).parents[3] / "docs" / "examples" / "python"
SMALL = [
    ("stable_baselines3", "sb3_ppo.py --steps 640 --n-steps 20 --out {out}"),
    ("d3rlpy", "d3rlpy_offline.py td3bc --logs {logs} --steps 20 --suite smoke --json {out}"),
    ("d3rlpy", "d3rlpy_offline.py iql --logs {logs} --steps 20 --suite smoke --json {out}"),
    ("imitation", "imitation_bc.py --logs {logs} --steps 20 --out {out}"),
    ("imitation", "imitation_bc.py --logs {logs} --steps 20 --scaling physical --out {out}"),
    ("imitation", "imitation_dagger.py --logs {logs} --steps 5 --rounds 2 --labels 30 --out {out}"),
    ("imitation", "imitation_adversarial.py gail --logs {logs} --steps 640 --n-steps 40 --out {out}"),
    ("imitation", "imitation_adversarial.py airl --logs {logs} --steps 640 --n-steps 40 --out {out}"),
]


@pytest.mark.parametrize("name, line", SMALL, ids=[line.split(" --")[0] for _, line in SMALL])
def test_an_example_runs(library, tmp_path, monkeypatch, name, line):
    library(name)
    script, *words = line.split()
    log = EXAMPLES.parents[2] / "assets" / "logs" / "human_model-chicane.vlog"
    out = tmp_path / "out.safetensors"
    monkeypatch.syspath_prepend(str(EXAMPLES))
    monkeypatch.setattr(sys, "argv", [script] + [word.format(logs=log, out=out) for word in words])
    spec = importlib.util.spec_from_file_location(script[:-3], EXAMPLES / script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.main()
    if "--json" not in words:
        names = verge.DriveEnv(sense=verge.load_policy(out).sense, **SUITE).observation_names
        assert names == verge.DriveEnv(**SUITE).observation_names
    assert out.stat().st_size > 1000
