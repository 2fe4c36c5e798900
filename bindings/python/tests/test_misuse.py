"""What people do by mistake: every one of these is an exception that says what is wrong, or does what was meant."""

import copy
import os
import pathlib
import pickle

import gymnasium
import numpy as np
import pytest

import verge

ROOT = pathlib.Path(__file__).parents[3]
POLICY = ROOT / "tests/fixtures/torch_policy.safetensors"
LOG = ROOT / "assets/logs/human_model-chicane.vlog"
STILL = np.zeros((3, 2), np.float32)


def cars(n=3, **more):
    return verge.DriveVectorEnv(n, **{"roads": ["test-1"], **more})


@pytest.fixture(scope="module")
def env():
    made = cars()
    made.reset(seed=1)
    return made


@pytest.fixture(scope="module")
def policy():
    return verge.load_policy(POLICY)


@pytest.fixture(scope="module")
def windows():
    return verge.Dataset(LOG)


# --- paths -----------------------------------------------------------------------------------------------------


def test_a_path_is_a_text_or_bytes_or_a_path(tiny):
    verge.DriveEnv(suite=pathlib.Path("tiny.yaml"))
    rows = [len(verge.read_episodes(log)[0].actions) for log in (LOG, os.fsencode(LOG), [os.fspath(LOG)])]
    assert len(set(rows)) == 1
    assert len(verge.read_trajectories(os.fsencode(LOG))) == len(verge.read_trajectories(iter([LOG])))
    assert verge.load_policy(os.fsencode(POLICY)).hash == verge.load_policy(POLICY).hash
    wanted = verge.evaluate("pursuit", "tiny.yaml").text
    assert verge.evaluate(b"pursuit", pathlib.Path("tiny.yaml")).text == wanted
    # Cut off at the null character it would be the log's own name.
    with pytest.raises(ValueError, match="null character"):
        verge.read_episodes(os.fspath(LOG) + "\0")
    with pytest.raises(ValueError, match="null character"):
        verge._core.read_rows((os.fspath(LOG) + "\0",), verge.SENSE_DEFAULT)


@pytest.mark.parametrize("call, error, says", [
    (lambda p: verge.read_episodes(3), TypeError, "logs is of type int, expected a path or several"),
    (lambda p: verge.read_episodes([3]), TypeError, "logs is of type int, expected a path"),
    (lambda p: verge.read_trajectories(None), TypeError, "logs is of type NoneType"),
    (lambda p: verge.read_episodes(p), ValueError, "not a regular file"),
    (lambda p: verge.load_policy(p), ValueError, "is a folder"),
    (lambda p: verge.load_policy(None), TypeError, "path is of type NoneType"),
    (lambda p: verge.load_policy("a\0b"), ValueError, "null character"),
    (lambda p: verge.load_policy(LOG), ValueError, "not a safetensors file"),
    (lambda p: verge.evaluate(p, "smoke"), ValueError, "is a folder"),
    (lambda p: verge.evaluate("pursuit", None), TypeError, "suite is of type NoneType, expected a path"),
    (lambda p: verge.export_onnx(POLICY, p, overwrite=True), FileExistsError, "is a folder"),
    (lambda p: verge.export_onnx(object(), p / "a.onnx"), TypeError, "policy is of type object"),
    (lambda p: verge.import_minari(p / "none", p / "a.vlog"), FileNotFoundError, "no Minari data set there"),
    (lambda p: verge.export_minari(LOG, p / "a", id=None), TypeError, "id is of type NoneType.*verge/laps-v0"),
    (lambda p: verge.export_minari(LOG, p, id="a-v0", overwrite=True), FileExistsError, "no data set of this kind"),
    (lambda p: verge.to_lerobot(LOG, p), (FileExistsError, ImportError), "exists|pyarrow"),
    (lambda p: verge.from_lerobot(None), (TypeError, ImportError), "folder is of type|pyarrow"),
    (lambda p: verge.view(p), (FileNotFoundError, RuntimeError), "result.json|draws nothing"),
    (lambda p: verge.save_policy(None, p / "a.safetensors"), TypeError, "no torch module"),
])  # fmt: skip
def test_no_such_file(tmp_path, call, error, says):
    with pytest.raises(error, match=says):
        try:
            call(tmp_path)
        except ValueError as missing:
            if "built without" in str(missing):
                pytest.skip(str(missing))
            raise
    assert list(tmp_path.iterdir()) == []


# --- environments ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more, error, says", [
    ({"num_envs": 3.0}, TypeError, "float"),
    ({"num_envs": 1 << 24}, ValueError, "16777216 cars"),
    ({"suite": 3, "roads": None}, TypeError, "suite is of type int, expected a path"),
    ({"split": None}, TypeError, "split is of type NoneType, expected a text such as 'train'"),
    ({"roads": []}, ValueError, "roads is empty"),
    ({"roads": [3]}, TypeError, "a road is of type int, expected a path"),
    ({"roads": ["test-1,test-2"]}, ValueError, "has a comma"),
    ({"roads": pathlib.Path("a.csv")}, TypeError, "expected a list"),
    ({"car": pathlib.Path("none.yaml")}, FileNotFoundError, "none.yaml"),
    ({"reward": lambda seen: 0}, TypeError, "reward is of type function, expected a path"),
    ({"sense": ["offset", "speed"]}, TypeError, "sense is of type list, expected a text such as 'offset"),
    ({"render_size": "640x480"}, TypeError, r"render_size is '640x480', expected whole pixels \(width, height\)"),
    ({"render_size": (640.5, 480)}, TypeError, "whole pixels"),
    ({"render_size": (10**6, 10**6)}, ValueError, "16 to 16384 a side"),
    ({"render_size": (0, 0)}, ValueError, "16 to 16384 a side"),
    ({"threads": 10**6}, ValueError, "threads"),
    ({"expert": os.fspath(POLICY)}, ValueError, "no expert that can be asked"),
    ({"colour": "red"}, TypeError, "colour"),
])  # fmt: skip
def test_no_such_environment(more, error, says):
    with pytest.raises(error, match=says):
        verge.DriveVectorEnv(**{"num_envs": 2, "roads": ["test-1"], **more})


def test_a_road_by_its_path_among_names(tmp_path):
    road = tmp_path / "mine.csv"
    road.write_text("x_m,y_m,w_right_m,w_left_m\n" + "".join(f"{10 * i},0,4,4\n" for i in range(40)))
    assert cars(roads=["test-1", road]).reset(seed=1)[0].shape == (3, 11)


@pytest.mark.parametrize("seed, error", [(-1, ValueError), (np.int8(-1), ValueError), (2**64, ValueError),
                                         (True, TypeError), (1.0, TypeError), ("1", TypeError), ([1, 2, 3], TypeError),
                                         (np.array(3), TypeError)])  # fmt: skip
def test_no_such_seed(env, seed, error):
    one = verge.DriveEnv(roads=["test-1"])
    for asked in (env, one):
        with pytest.raises(error, match="seed"):
            asked.reset(seed=seed)


def test_a_seed_of_any_kind_of_whole_number(env):
    wanted = env.reset(seed=5)[0].tobytes()
    for kind in (np.int64, np.uint8, np.int32):
        assert env.reset(seed=kind(5))[0].tobytes() == wanted
    env.reset(seed=2**64 - 1)  # what Minari's DataCollector draws: 64 bits
    assert env.reset(seed=2**63)[0].tobytes() != wanted


@pytest.mark.parametrize("options, error, says", [
    ({"reset_masks": np.ones(3, np.bool_)}, ValueError, "options are reset_masks, expected reset_mask alone"),
    ([1], TypeError, "options are of type list, expected a dict"),
    ("all", TypeError, "options are of type str"),
])  # fmt: skip
def test_no_such_options(env, options, error, says):
    before = env.step(STILL)[0]
    with pytest.raises(error, match=says):
        env.reset(options=options)
    assert np.abs(env.step(STILL)[0] - before).max() < 10  # it drives on: nothing was reset
    with pytest.raises(TypeError, match="expected a dict"):
        verge.DriveEnv(roads=["test-1"]).reset(options=[1])


def test_a_mask_of_nobody_resets_nobody(env):
    last = env.step(STILL)[0]
    assert (env.reset(options={"reset_mask": np.zeros(3, np.bool_)})[0] == last).all()
    assert env.reset(options={"reset_mask": None})[0].shape == (3, 11)


@pytest.mark.parametrize("actions", [
    STILL.astype(np.float16), STILL.astype(np.longdouble), STILL.astype(">f4"), np.zeros((6, 2), np.float32)[::-2],
    np.asfortranarray(STILL), STILL.tolist(), np.zeros((3, 4))[:, ::2], np.zeros((3, 2), np.int8),
])  # fmt: skip
def test_actions_that_are_copied(actions):
    made, other = cars(), cars()
    made.reset(seed=1), other.reset(seed=1)
    assert made.step(actions)[0].tobytes() == other.step(STILL)[0].tobytes()


@pytest.mark.parametrize("actions, error", [
    (None, TypeError), ({"steer": 1}, TypeError), ([[0, 0], [0], [0, 0]], ValueError), (STILL.astype(bool), TypeError),
    (STILL.astype(object), TypeError), (STILL.astype("M8[s]"), TypeError), (STILL[None], ValueError),
])  # fmt: skip
def test_no_such_actions(env, actions, error):
    with pytest.raises(error):
        env.step(actions)


def test_an_array_that_may_not_be_written(env):
    seen = np.empty((3, 11), np.float32)
    seen.flags.writeable = False
    with pytest.raises(ValueError, match="observations is not writable"):
        env.step_into(STILL, seen, np.empty(3, np.float32), np.empty(3, np.bool_), np.empty(3, np.bool_))
    with pytest.raises(ValueError, match="observations is not writable"):
        env.reset_into(seen, seed=1)


def test_one_array_for_two():
    """Actions and observations of the same shape in one array: each car reads its action before it is overwritten."""
    made, other = cars(70, sense="offset,heading", threads=2), cars(70, sense="offset,heading")
    actions = made.reset(seed=1)[0] * 0 + np.linspace(-0.1, 0.1, 140, dtype=np.float32).reshape(70, 2)
    other.reset(seed=1)
    rewards, flags = np.empty(70, np.float32), np.empty(70, np.bool_)
    wanted = other.step(actions.copy())[0]
    made.step_into(actions, actions, rewards, flags, flags)
    assert actions.tobytes() == wanted.tobytes()


def test_a_closed_environment():
    for made in (cars(expert="pursuit", render_mode="rgb_array" if verge._core.RENDER_MODES else None), verge.DriveEnv(roads=["test-1"])):
        made.reset(seed=1)
        made.close(), made.close()
        many = isinstance(made, verge.DriveVectorEnv)
        asked = [lambda: made.step(STILL if many else STILL[0]), made.reset]
        asked += [made.expert_actions] if many else [made.expert_action]
        asked += [made.render] if made.render_mode else []
        for ask in asked:
            with pytest.raises(ValueError, match="closed"):
                ask()
        assert made.observation_names[0] == "offset" and repr(made)


def test_before_the_first_reset():
    made = cars(expert="pursuit")
    for ask in (lambda: made.step(STILL), made.expert_actions,
                lambda: made.reset(options={"reset_mask": np.ones(3, np.bool_)})):  # fmt: skip
        with pytest.raises(ValueError, match="call reset first"):
            ask()


def test_environments_are_not_copied(env):
    one = gymnasium.make("verge/Drive-v0", roads=["test-1"])
    for made in (env, one, one.unwrapped):
        for way in (copy.copy, copy.deepcopy, pickle.dumps):
            if made is one and way is copy.copy:
                continue  # a wrapper's copy has the same environment
            with pytest.raises(TypeError, match="make another one with the same keywords"):
                way(made)


# --- policies --------------------------------------------------------------------------------------------------


def test_policies_are_copied_by_their_file(tmp_path, policy):
    path = tmp_path / "mine.safetensors"
    path.write_bytes(POLICY.read_bytes())
    seen = np.zeros((4, policy._width), np.float32)
    mine = verge.load_policy(path)
    kept = pickle.dumps(mine)
    for again in (pickle.loads(kept), copy.copy(mine), copy.deepcopy(mine)):
        assert again.hash == policy.hash and again(seen).tobytes() == policy(seen).tobytes()
    assert pickle.loads(pickle.dumps(verge.load_policy("pursuit"))).name == "pursuit"
    path.unlink()
    with pytest.raises(FileNotFoundError, match="mine.safetensors"):
        pickle.loads(kept)
    with pytest.raises(ValueError, match="another policy"):
        verge.policies._again(os.fspath(POLICY), policy.hash + 1)


@pytest.mark.parametrize("seen, error, says", [
    (lambda n: np.zeros((2, n), complex), TypeError, "dtype complex128, expected float32"),
    (lambda n: [["a"] * n], TypeError, "dtype <U1"),
    (lambda n: None, TypeError, "dtype object"),
    (lambda n: 1.0, ValueError, r"another shape than \(1, "),
    (lambda n: np.zeros((2, 2, n)), ValueError, "another shape"),
    (lambda n: np.zeros((0, n)), ValueError, r"^0 observations, expected 1 to 2\^24"),
])  # fmt: skip
def test_no_such_observations(policy, seen, error, says):
    with pytest.raises(error, match=says):
        policy(seen(policy._width))


def test_names_of_callables(tiny):

    class Mine:
        __name__ = 3

        def __call__(self, observations):
            return [[0.0, 0.0]] * len(observations)

    assert verge.evaluate(Mine(), "tiny.yaml")["arms"][0]["label"] == "Mine"
    for more, says in (({"name": 3}, "name is of type int"), ({"sense": ["offset"]}, "sense is of type list"),
                       ({"threads": "2"}, "'str' object cannot be interpreted as an integer")):  # fmt: skip
        with pytest.raises(TypeError, match=says):
            verge.evaluate(Mine(), "tiny.yaml", **more)
    for wrong, error in ((lambda o: exit(3), SystemExit), (lambda o: next(iter(())), StopIteration),
                         (lambda o: [[0], [0, 0]], ValueError), (lambda o: (row for row in o), ValueError),
                         (lambda o: np.zeros((len(o), 2), bool), TypeError)):  # fmt: skip
        with pytest.raises(error):
            verge.evaluate(wrong, "tiny.yaml")


# --- data sets and pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("index, error, says", [
    (slice(1, 3), TypeError, "one row's window.*not a slice"),
    (1.5, TypeError, "not a float"),
    (np.array([1, 2]), TypeError, "not a ndarray"),
    (10**9, IndexError, "row 1000000000 of"),
    (-10**9, IndexError, "row -"),
])  # fmt: skip
def test_no_such_item(windows, index, error, says):
    with pytest.raises(error, match=says):
        windows[index]


@pytest.mark.parametrize("more, error", [
    ({"history": 2**63}, ValueError), ({"chunk": 10**12}, ValueError), ({"history": 1.5}, TypeError),
    ({"episodes": [-1]}, IndexError), ({"episodes": 0}, TypeError), ({"sense": None}, TypeError),
])  # fmt: skip
def test_no_such_windows(more, error):
    with pytest.raises(error):
        verge.Dataset(LOG, **more)


def test_windows_longer_than_the_episode(windows):
    long = verge.Dataset(LOG, history=5000, chunk=5000)
    item = long[-1]
    assert item["observation"].shape == (5000, 11) and item["action"].shape == (5000, 2)
    assert item["observation_is_pad"].sum() == 5000 - len(long) and item["action_is_pad"].sum() == 4999
    assert (item["action"] == long.actions[-1]).all()
    item["observation"][:] = 9  # its own: the data set is as before
    assert (long.observations == windows.observations).all()
    assert len(pickle.loads(pickle.dumps(long))) == len(long)


@pytest.mark.parametrize("more, says", [
    ({"size": "640x480"}, "size is '640x480', expected whole pixels"), ({"size": (0, 0)}, "0 x 0 pixels"),
    ({"start": 5, "end": 1}, "start and end"), ({"start": float("nan")}, "start and end"),
    ({"fps": float("nan")}, "fps and speed"), ({"episode": 99}, "no episode 99"),
])  # fmt: skip
def test_no_such_view(more, says):
    if not verge._core.RENDER_MODES:
        pytest.skip("this build draws nothing")
    with pytest.raises((TypeError, ValueError, FileNotFoundError), match=says):
        verge.view(LOG, **more)
