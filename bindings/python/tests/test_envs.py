"""The Gymnasium environments, against the real Gymnasium and the C library."""

import os
import pathlib
import subprocess
import threading
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import verge
from verge.envs import AutoresetMode

SUITE = {"suite": "smoke"}
LOG = pathlib.Path(__file__).parents[3] / "assets/logs/human_model-chicane.vlog"
LEFT = np.array([1, 0], np.float32)


def vector(n=6, **more):
    if gymnasium.__version__.startswith("0."):
        return gymnasium.make_vec(
            "verge/Drive-v0", num_envs=n, vectorization_mode="custom", vector_kwargs={**SUITE, **more}
        )
    return gymnasium.make_vec("verge/Drive-v0", num_envs=n, **{**SUITE, **more})


def all_left(n):
    return np.tile(LEFT, (n, 1))


def arrays(env):
    n, width = env.num_envs, env.single_observation_space.shape[0]
    return (np.zeros((n, 2), np.float32), np.empty((n, width), np.float32), np.empty(n, np.float32),
            np.empty(n, np.bool_), np.empty(n, np.bool_))


# --- what Gymnasium asks for ---------------------------------------------------------------------------------


def test_check_env_passes(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")  # a window that nobody sees
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", ".*infinity.*")  # an offset and a curvature have no bound
        check_env(gymnasium.make("verge/Drive-v0", **SUITE).unwrapped)


def test_make_and_make_vec_give_ours():
    assert isinstance(gymnasium.make("verge/Drive-v0", **SUITE).unwrapped, verge.DriveEnv)
    env = vector(3)
    assert isinstance(env, verge.DriveVectorEnv) and env.num_envs == 3
    assert env.observation_space.shape == (3, 11) and env.action_space.shape == (3, 2)
    assert env.observation_names[:4] == ["offset", "heading", "speed", "curvature@0"]


def test_spaces_hold_what_is_seen():
    env = vector(64, sense="offset,heading,speed,steer,width,previous,lidar@8x180deg:50m")
    seen, _ = env.reset(seed=1)
    env.action_space.seed(1)
    low, high = env.single_observation_space.low, env.single_observation_space.high
    assert high[2] == 55 and low[2] == 0 and high[-1] == 50 and high[6] == 1
    for _ in range(400):
        assert env.observation_space.contains(seen)
        seen = env.step(env.action_space.sample())[0]


def test_one_car_is_the_first_of_many():
    one, many = gymnasium.make("verge/Drive-v0", **SUITE), vector(5)
    seen, _ = one.reset(seed=3)
    all_seen, _ = many.reset(seed=3)
    assert seen.tobytes() == all_seen[0].tobytes()
    for t in range(100):
        action = np.array([np.sin(t) / 4, 0.2], np.float32)
        seen, reward, terminated, truncated, _ = one.step(action)
        all_seen, rewards, ends, cuts, _ = many.step(np.tile(action, (5, 1)))
        assert seen.tobytes() == all_seen[0].tobytes() and reward == rewards[0]
        assert (terminated, truncated) == (ends[0], cuts[0])
        if terminated or truncated:
            break


def test_rounds_differ_and_seeds_repeat():
    env = vector()
    first, _ = env.reset(seed=5)
    second, _ = env.reset()
    again, _ = env.reset(seed=5)
    other, _ = env.reset(seed=6)
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != second.tobytes() and first.tobytes() != other.tobytes()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_same_bits_as_the_c_program(threads):
    program = pathlib.Path(verge.__file__).parent.parent / "python-same-bits"
    if not program.exists():
        pytest.skip("python-same-bits is not there: it is in a build tree only")
    wanted = subprocess.run([program], check=True, stdout=subprocess.PIPE).stdout
    env = vector(10, split="test", autoreset_mode=AutoresetMode.SAME_STEP, horizon=0, threads=threads)
    env.reset(seed=7)
    got, i = [], np.arange(10)
    for t in range(300):
        steer, accel = ((t * 7 + i * 3) % 21 - 10) / 16, ((t + i) % 9 - 2) / 8
        seen, rewards, terminated, truncated, _ = env.step(np.stack([steer, accel], 1).astype(np.float32))
        got += [seen.tobytes(), rewards.tobytes(), (terminated + 2 * truncated).astype(np.uint8).tobytes()]
    assert b"".join(got) == wanted


# --- how episodes end ----------------------------------------------------------------------------------------


def test_terminated_is_not_truncated():
    env = vector(4, horizon=0.5)
    env.reset(seed=1)
    for t in range(10):
        _, _, terminated, truncated, _ = env.step(np.zeros((4, 2), np.float32))
    assert truncated.all() and not terminated.any()
    env = vector(4)
    env.reset(seed=1)
    for t in range(200):
        _, rewards, terminated, truncated, _ = env.step(all_left(4))
        assert not truncated.any()
        if terminated.any():
            assert (rewards[terminated] < -9).all()
            return
    raise AssertionError("no car left the road")


def test_next_step_shows_the_end_and_then_the_start():
    env = vector(4, horizon=0.5, autoreset_mode=AutoresetMode.NEXT_STEP)
    first, _ = env.reset(seed=1)
    for _ in range(10):
        last, _, _, truncated, infos = env.step(all_left(4))
    assert truncated.all() and infos == {}
    seen, rewards, terminated, truncated, _ = env.step(all_left(4))
    assert (rewards == 0).all() and not terminated.any() and not truncated.any()
    assert (np.abs(seen[:, 0]) < 0.31).all() and (seen != last).any()


def test_same_step_keeps_the_final_observation():
    shown = vector(4, horizon=0.5, autoreset_mode=AutoresetMode.NEXT_STEP)
    env = vector(4, horizon=0.5, autoreset_mode=AutoresetMode.SAME_STEP)
    shown.reset(seed=1), env.reset(seed=1)
    for _ in range(10):
        last = shown.step(all_left(4))[0]
        seen, _, _, truncated, infos = env.step(all_left(4))
    assert truncated.all() and infos["_final_obs"].all()
    assert np.stack(infos["final_obs"]).tobytes() == last.tobytes()
    assert (np.abs(seen[:, 0]) < 0.31).all()


def test_disabled_waits_for_a_mask():
    env = vector(4, horizon=0.5, autoreset_mode=AutoresetMode.DISABLED)
    env.reset(seed=1)
    for _ in range(10):
        last = env.step(all_left(4))[0]
    with pytest.raises(ValueError, match="car 0 has ended"):
        env.step(all_left(4))
    seen, _ = env.reset(options={"reset_mask": np.array([True, False, True, False])})
    assert (seen[[1, 3]] == last[[1, 3]]).all() and (seen[[0, 2]] != last[[0, 2]]).any(1).all()
    with pytest.raises(ValueError, match="car 1 has ended"):
        env.step(all_left(4))
    env.reset(options={"reset_mask": np.array([False, True, False, True])})
    env.step(all_left(4))


def test_other_learners_conventions():
    assert vector(2).metadata["autoreset_mode"] == AutoresetMode.NEXT_STEP
    assert vector(2, autoreset_mode="SameStep").metadata["autoreset_mode"] == AutoresetMode.SAME_STEP
    sync = gymnasium.make_vec("verge/Drive-v0", num_envs=2, vectorization_mode="sync", **SUITE)
    sync.reset(seed=1)
    assert sync.step(np.zeros((2, 2), np.float32))[0].shape == (2, 11)
    if not hasattr(gymnasium.wrappers, "vector"):
        return  # Gymnasium 0.29 has no wrappers of vector environments of this kind
    wrapped = gymnasium.wrappers.vector.RecordEpisodeStatistics(vector(4, horizon=0.5))
    wrapped.reset(seed=1)
    for _ in range(10):
        infos = wrapped.step(np.zeros((4, 2), np.float32))[4]
    assert (infos["episode"]["l"] == 10).all()


# --- the caller's arrays -------------------------------------------------------------------------------------


def test_writes_into_the_callers_arrays():
    env, other = vector(8), vector(8)
    env.reset(seed=2), other.reset(seed=2)
    actions, seen, rewards, terminated, truncated = arrays(env)
    env.step_into(actions, seen, rewards, terminated, truncated)
    wanted = other.step(actions)
    assert seen.tobytes() == wanted[0].tobytes() and rewards.tobytes() == wanted[1].tobytes()
    assert not terminated.any() and not truncated.any()


def misaligned(array):
    """The same values, C-contiguous, but at an odd address."""
    moved = np.frombuffer(bytearray(array.nbytes + 1), np.uint8)[1:].view(array.dtype).reshape(array.shape)
    moved[:] = array
    return moved


@pytest.mark.parametrize("which, wrong, error, says", [
    (0, lambda a: a.astype(np.float64), TypeError, "actions has values of format 'd', expected float32"),
    (0, lambda a: a[:-1], ValueError, r"actions has another shape than \(8, 2\)"),
    (0, lambda a: a.ravel(), ValueError, "another shape"),
    (0, lambda a: np.asfortranarray(a), ValueError, "actions is not C-contiguous"),
    (0, lambda a: a.tolist(), TypeError, "actions has no buffer"),
    (0, lambda a: None, TypeError, "actions has no buffer"),
    (0, lambda a: a.astype(">f4"), TypeError, "format '>f'"),
    (0, lambda a: np.full_like(a, np.nan), ValueError, "action of lane 0 is not a number"),
    (1, lambda a: np.repeat(a, 2, 1)[:, ::2], ValueError, "observations is not writable and C-contiguous"),
    (1, lambda a: a.T.copy(), ValueError, "observations has another shape"),
    (1, misaligned, ValueError, "observations does not begin at a multiple of 4 bytes"),
    (1, lambda a: np.empty((0, 11), np.float32), ValueError, "another shape"),
    (2, lambda a: a.astype(np.float64), TypeError, "rewards"),
    (2, lambda a: bytes(a), ValueError, "rewards is not writable"),
    (3, lambda a: a.astype(np.int64), TypeError, "terminated has values of format 'l', expected bool or uint8"),
    (4, lambda a: a[:3], ValueError, r"truncated has another shape than \(8,\)"),
    (5, lambda a: a.astype(np.float64), TypeError, "final_obs has values of format 'd'"),
    (5, lambda a: a[::2], ValueError, "final_obs is not writable and C-contiguous"),
])
def test_refuses_other_arrays(which, wrong, error, says):
    env, other = vector(8), vector(8)
    env.reset(seed=1), other.reset(seed=1)
    good = [*arrays(env), np.empty((8, 11), np.float32)]
    bad = list(good)
    bad[which] = wrong(bad[which])
    with pytest.raises(error, match=says):
        env.step_into(*bad)
    env.step_into(*good)  # nothing has moved
    assert good[1].tobytes() == other.step(good[0])[0].tobytes()


@pytest.mark.parametrize("wrong, error, says", [
    (lambda a: a.astype(np.float64), TypeError, "observations has values of format 'd'"),
    (lambda a: a[:-1], ValueError, "observations has another shape"),
    (lambda a: np.asfortranarray(a), ValueError, "observations is not writable and C-contiguous"),
    (misaligned, ValueError, "multiple of 4 bytes"),
])  # fmt: skip
def test_refuses_other_arrays_to_begin_in(wrong, error, says):
    env = vector(8)
    seen = arrays(env)[1]
    for options in (None, {"reset_mask": np.ones(8, np.bool_)}):
        env.reset(seed=1)
        with pytest.raises(error, match=says):
            env.reset_into(wrong(seen), options=options)
    env.reset_into(seen)


@pytest.mark.parametrize("mask, error, says", [
    (np.ones(8, np.float32), TypeError, "reset_mask has values of format 'f', expected bool"),
    (np.ones(7, np.bool_), ValueError, r"reset_mask has another shape than \(8,\)"),
    (np.ones((8, 1), np.bool_), ValueError, "reset_mask has another shape"),
    (np.ones(16, np.bool_)[::2], ValueError, "reset_mask is not C-contiguous"),
    ([True] * 8, TypeError, "reset_mask has no buffer"),
])  # fmt: skip
def test_refuses_other_masks(mask, error, says):
    env, other = vector(8), vector(8)
    env.reset(seed=1), other.reset(seed=1)
    with pytest.raises(error, match=says):
        env.reset(options={"reset_mask": mask})
    assert env.step(all_left(8))[0].tobytes() == other.step(all_left(8))[0].tobytes()  # nothing has moved


def test_refuses_other_actions():
    env = gymnasium.make("verge/Drive-v0", disable_env_checker=True, **SUITE).unwrapped
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(LEFT)
    env.reset(seed=1)
    for bad in (np.zeros(3, np.float32), 0.5, [[0, 0]]):
        with pytest.raises(ValueError, match="shape"):
            env.step(bad)
    with pytest.raises(TypeError, match="dtype"):
        env.step(np.array(["a", "b"]))
    with pytest.raises(TypeError, match="dtype"):
        env.step(np.array([1j, 0]))
    with pytest.raises(ValueError, match="not a number"):
        env.step(np.array([np.nan, 0], np.float32))
    assert env.step([0.0, 1.0])[0].shape == (11,)
    assert env.step(np.array([99, -99]))[0].shape == (11,)  # clamped
    with pytest.raises(ValueError, match="mask|shape"):
        many = vector(3)
        many.reset(seed=1)
        many.reset(options={"reset_mask": np.ones(2, np.bool_)})


# --- what cannot be made -------------------------------------------------------------------------------------


@pytest.mark.parametrize("more, error, says", [
    ({"suite": "nonesuch"}, FileNotFoundError, "nonesuch.*smoke"),
    ({"split": "holdout"}, ValueError, "train, validation or test"),
    ({"roads": ["nonesuch.csv"]}, (FileNotFoundError, ValueError), "nonesuch"),
    ({"roads": "test-1"}, TypeError, "a list"),
    ({"car": "nonesuch"}, FileNotFoundError, "nonesuch"),
    ({"sense": "offset,smell"}, ValueError, "smell"),
    ({"sense": "offset\0"}, ValueError, "null"),
    ({"reward": "nonesuch.safetensors"}, FileNotFoundError, "nonesuch"),
    ({"horizon": -1.0}, ValueError, "horizon"),
    ({"horizon": float("nan")}, ValueError, "horizon"),
    ({"start_spread": -1.0}, ValueError, "start_spread"),
    ({"start_spread": float("nan")}, ValueError, "start_spread"),
    ({"threads": -1}, ValueError, "threads"),
    ({"num_envs": 0}, ValueError, "0 cars"),
    ({"num_envs": 2**31}, OverflowError, "greater than maximum"),
    ({"num_envs": "many"}, TypeError, "int"),
    ({"autoreset_mode": "Sometimes"}, ValueError, "Sometimes"),
    ({"render_mode": "human"}, ValueError, "render_mode"),
])
def test_refuses_to_be_made(more, error, says):
    with pytest.raises(error, match=says):
        verge.DriveVectorEnv(**{"num_envs": 2, **SUITE, **more})


@pytest.mark.parametrize("seed, error", [(-1, (ValueError, gymnasium.error.Error)), (2**64, ValueError),
                                         ("a", (TypeError, gymnasium.error.Error)), ([1, 2], Exception)])
def test_refuses_other_seeds(seed, error):
    env = vector(2)
    with pytest.raises(error):
        env.reset(seed=seed)
    env.reset(seed=1)


def test_roads_by_name():
    env = vector(2, roads=["test-1"], car="kart")
    assert env.reset(seed=1)[0].shape == (2, 11)


# --- lives ---------------------------------------------------------------------------------------------------


def test_a_closed_environment_says_so():
    more = {**SUITE, "expert": "pursuit", "render_mode": "rgb_array" if verge._core.RENDER_MODES else None}
    one, many = gymnasium.make("verge/Drive-v0", **more).unwrapped, vector(2, **more)
    one.reset(seed=1), many.reset(seed=1)
    one.close(), many.close()
    one.close(), many.close()
    mask = {"reset_mask": np.ones(2, np.bool_)}
    acts = [lambda: one.step(LEFT), one.reset, one.expert_action, lambda: many.step(all_left(2)), many.reset,
            lambda: many.step_into(*arrays(many)), lambda: many.reset(options=mask), many.expert_actions]
    for act in acts + [one.render, many.render] * bool(verge._core.RENDER_MODES):
        with pytest.raises(ValueError, match="closed"):
            act()


def test_a_step_before_the_first_reset():
    with pytest.raises(ValueError, match="call reset first"):
        vector(2).step(all_left(2))


def test_environments_in_threads():
    env, wanted = vector(64, threads=1), []
    env.reset(seed=1)
    wanted = [env.step(all_left(64))[0].tobytes() for _ in range(50)]
    results = {}

    def drive(k):
        mine = vector(64, threads=1)
        mine.reset(seed=1)
        results[k] = [mine.step(all_left(64))[0].tobytes() for _ in range(50)]

    threads = [threading.Thread(target=drive, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(results[k] == wanted for k in range(4))


def test_one_environment_in_two_threads_is_refused_or_serial():
    env = vector(2048, threads=1)
    env.reset(seed=1)
    told = []

    def drive():
        for _ in range(20):
            try:
                env.step(np.zeros((2048, 2), np.float32))
            except RuntimeError as error:
                told.append(str(error))

    threads = [threading.Thread(target=drive) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("another thread" in text for text in told)
    env.step(np.zeros((2048, 2), np.float32))


def test_closed_by_another_thread():
    """Closing is refused while a step is under way; if it comes between two steps, the next one says so."""
    env = vector(2048, threads=1)
    env.reset(seed=1)
    told, refused = [], []

    def drive():
        try:
            for _ in range(50):
                env.step(np.zeros((2048, 2), np.float32))
        except ValueError as error:
            told.append(str(error))

    thread = threading.Thread(target=drive)
    thread.start()
    while thread.is_alive() and not refused and not told:
        try:
            env.close_extras()
        except RuntimeError as error:
            refused.append(str(error))
    thread.join()
    assert all("another thread" in text for text in refused) and all("closed" in text for text in told)
    assert refused or told
    env.close_extras()


def test_a_fork_after_threads():
    env = vector(256, threads=2)
    env.reset(seed=1)
    env.step(all_left(256))
    wanted = verge.evaluate("pursuit", "smoke", threads=2).text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:  # exits by its own numbers: 0 is right
        code = 1
        try:
            env.step(all_left(256))
        except RuntimeError:
            own = vector(256, threads=2)
            own.reset(seed=1)
            own.step(all_left(256))
            assert verge.evaluate("pursuit", "smoke", threads=2).text == wanted
            assert len(verge.Dataset(LOG)) > 100 and verge.load_policy("pursuit").sense is None
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
