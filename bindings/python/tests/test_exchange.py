"""ONNX, Minari, robomimic, CSV, LeRobot and the data set of windows, against the libraries that read them."""

import json
import os
import pathlib
import re
import subprocess
import sys
import warnings

import gymnasium
import numpy as np
import pytest

import verge

ROOT = pathlib.Path(__file__).parents[3]
POLICY = ROOT / "tests/fixtures/torch_policy.safetensors"
SAMPLES = sorted((ROOT / "assets/logs").glob("*.vlog"))
# pandas 3.1 reads so without being told, and says that the keyword is deprecated.
ROUND_TRIP = {"float_precision": "round_trip"}
PROGRAM = pathlib.Path(verge.__file__).parents[2] / "verge"  # of a build tree


@pytest.fixture(scope="module")
def lap(tmp_path_factory):
    """Two laps of an expert on a library road."""
    if not PROGRAM.exists():
        pytest.skip("the program verge is in a build tree only")
    log = tmp_path_factory.mktemp("laps") / "laps.vlog"
    command = [PROGRAM, "record", "pursuit-noisy", "--road", "narrow", "--laps", "1", "--episodes", "2", "--out", log]
    subprocess.run(command, check=True, capture_output=True)
    return log


def has(call, what):
    """The call, or the test is skipped where this build is without it."""
    try:
        return call()
    except ValueError as error:
        if "without" in str(error):
            pytest.skip(f"no {what}: {error}")
        raise


# --- ONNX ------------------------------------------------------------------------------------------------------


def trained(words, folder):
    """A policy of verge's own learners, hardly trained: its sizes and its head are real."""
    if not PROGRAM.exists():
        pytest.skip("the program verge is in a build tree only")
    path = folder / "trained.safetensors"
    subprocess.run([PROGRAM, "train", *words, "--out", path], check=True, capture_output=True)
    return path


PPO = "ppo --roads train-1 --valid train-2 --car kart --set rounds=1 n_steps=10 critic.warmup=0"


@pytest.mark.parametrize("kind", ["pytorch", "bc", "gaussian"])
def test_onnxruntime_drives_as_the_policy_does(library, tmp_path, kind):
    onnx, runtime = library("onnx"), library("onnxruntime")
    path, source = tmp_path / "p.onnx", POLICY
    has(lambda: verge.export_onnx(POLICY, path), "ONNX")
    if kind == "bc":
        source = trained(["bc", "--logs", SAMPLES[0], "--set", "bc.n_epochs=1"], tmp_path)
    elif kind == "gaussian":
        source = trained(PPO.split(), tmp_path)
    verge.export_onnx(source, path, overwrite=True)
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert model.opset_import[0].version == 13 and model.ir_version == 7
    policy = verge.load_policy(source)
    facts = {entry.key: entry.value for entry in model.metadata_props}
    assert facts["sense"] == policy.sense and facts["sense_names"].count(",") == facts["sense"].count(",") + facts["sense"].count(":")
    assert (facts["head"] == "gaussian") == ("log_std" in facts) == (kind == "gaussian")
    session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    env = verge.DriveVectorEnv(64, suite="smoke", sense=policy.sense)
    real = [env.reset(seed=1)[0]]
    for _ in range(100):
        real.append(env.step(policy(real[-1]))[0])
    real = np.concatenate(real)
    random = np.random.default_rng(1).normal(size=(5000, real.shape[1])).astype(np.float32) * real.std(0) * 3
    for seen in (real, random, real[:1]):
        [actions] = session.run(None, {"observation": seen})
        assert actions.shape == (len(seen), 2) and np.abs(actions).max() <= 1
        assert np.abs(actions - policy(seen)).max() <= 1e-6
    assert verge.import_onnx(path, tmp_path / "again.safetensors").hash == policy.hash


def test_onnx_and_back_is_the_same_policy(tmp_path):
    path = tmp_path / "p.onnx"
    has(lambda: verge.export_onnx(verge.load_policy(POLICY), path), "ONNX")
    with pytest.raises(FileExistsError):
        verge.export_onnx(POLICY, path)
    verge.export_onnx(POLICY, path, overwrite=True)
    again = verge.import_onnx(path, tmp_path / "p.safetensors")
    assert again.hash == verge.load_policy(POLICY).hash
    with pytest.raises(FileExistsError):
        verge.import_onnx(path, tmp_path / "p.safetensors")
    with pytest.raises(ValueError, match="no network"):
        verge.export_onnx("pursuit", tmp_path / "q.onnx")
    with pytest.raises(ValueError, match="allow-exec"):
        verge.export_onnx("exec:true", tmp_path / "q.onnx")
    assert not (tmp_path / "q.onnx").exists()


def onnx_chain(onnx, nodes, constants, width=3, outputs=2):
    helper, numpy_helper = onnx.helper, onnx.numpy_helper
    names = ["x"] + [f"v{i}" for i in range(1, len(nodes))] + ["y"]
    made = [
        helper.make_node(op, [names[i], *extra], [names[i + 1]], name=f"node{i}", **attributes)
        for i, (op, extra, attributes) in enumerate(nodes)
    ]
    floats = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        made,
        "net",
        [helper.make_tensor_value_info("x", floats, ["n", width])],
        [helper.make_tensor_value_info("y", floats, ["n", outputs])],
        [numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)
    onnx.checker.check_model(model, full_check=True)
    return model


def test_a_chain_of_another_tool(library, tmp_path):
    """Normaliser, MatMul and Add, constants behind a layer: the policy acts as onnxruntime does."""
    onnx, runtime = library("onnx"), library("onnxruntime")
    rng = np.random.default_rng(5)
    nodes = [
        ("Sub", ["mean"], {}),
        ("Div", ["std"], {}),
        ("MatMul", ["a"], {}),
        ("Add", ["b"], {}),
        ("Relu", [], {}),
        ("Gemm", ["c", "d"], {"alpha": 0.5, "beta": 2.0}),
        ("Mul", ["gain"], {}),
        ("Clip", ["low", "high"], {}),
    ]
    constants = {
        "mean": [0.1, 0, 12], "std": [1.5, 0.2, 6], "a": rng.normal(size=(3, 16)) / 2, "b": rng.normal(size=16) / 3,
        "c": rng.normal(size=(16, 2)) / 4, "d": rng.normal(size=2) / 5, "gain": [0.7, 1.2], "low": -1, "high": 1,
    }  # fmt: skip
    path = tmp_path / "p.onnx"
    onnx.save(onnx_chain(onnx, nodes, constants), path)
    policy = has(
        lambda: verge.import_onnx(path, tmp_path / "p.safetensors", sense="offset,heading,speed", car="kart"), "ONNX"
    )
    assert policy.car == "kart" and policy.sense == "offset,heading,speed"
    seen = (rng.normal(size=(1000, 3)) * [1.5, 0.2, 6] + [0, 0, 12]).astype(np.float32)
    [wanted] = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, {"x": seen})
    assert np.abs(policy(seen) - wanted).max() <= 2e-6 and (np.abs(wanted) < 1).mean() > 0.5


@pytest.mark.parametrize("nodes, constants, says", [
    ([("Gemm", ["w"], {}), ("Softmax", [], {})], {"w": np.ones((3, 2))}, "node1: Softmax"),
    ([("Gemm", ["w"], {}), ("Clip", ["low", "high"], {})], {"w": np.ones((3, 2)), "low": -2, "high": 2}, "node1: Clip"),
    ([("Mul", ["k"], {}), ("Tanh", [], {}), ("Gemm", ["w"], {})], {"k": 2, "w": np.ones((3, 2))}, "node1: Tanh"),
    ([("Gemm", ["w"], {}), ("Gemm", ["v"], {})], {"w": np.ones((3, 4)), "v": np.ones((4, 2))}, "node1: Gemm"),
])  # fmt: skip
def test_other_graphs_are_refused_by_the_node(library, tmp_path, nodes, constants, says):
    onnx = library("onnx")
    onnx.save(onnx_chain(onnx, nodes, constants), tmp_path / "p.onnx")
    with pytest.raises(ValueError, match=says):
        try:
            verge.import_onnx(tmp_path / "p.onnx", tmp_path / "p.safetensors", sense="offset,heading,speed")
        except ValueError as error:
            if "without ONNX" in str(error):
                pytest.skip(str(error))
            raise
    assert not (tmp_path / "p.safetensors").exists()


def test_numbers_in_another_file_are_refused(library, tmp_path):
    onnx = library("onnx")
    model = onnx_chain(onnx, [("Gemm", ["w"], {})], {"w": np.ones((3, 2))})
    onnx.save(model, tmp_path / "p.onnx", save_as_external_data=True, location="p.data", size_threshold=0)
    has(lambda: verge.export_onnx(POLICY, tmp_path / "any.onnx"), "ONNX")
    with pytest.raises(ValueError, match="w: its numbers are in another file"):
        verge.import_onnx(tmp_path / "p.onnx", tmp_path / "p.safetensors", sense="offset,heading,speed")


# --- Minari ----------------------------------------------------------------------------------------------------


def test_minari_loads_it_as_it_is(library, lap, tmp_path, monkeypatch):
    library("h5py"), library("PIL")
    minari = library("minari")
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path))
    sense = "offset,heading,speed,curvature@0:1s"
    has(lambda: verge.export_minari(lap, tmp_path / "verge/laps-v0", id="verge/laps-v0", sense=sense), "HDF5")
    data = minari.load_dataset("verge/laps-v0")
    assert len(minari.MinariDataset(tmp_path / "verge/laps-v0/data")) == len(data) == 2
    assert list(minari.list_local_datasets()) == ["verge/laps-v0"]
    wanted = verge.read_trajectories(lap, sense)
    assert data.total_steps == sum(len(t.actions) for t in wanted)
    for episode, t in zip(data, wanted):
        for name in ("observations", "actions", "rewards"):
            mine, theirs = getattr(t, name), getattr(episode, name)
            assert theirs.dtype == np.float32 and theirs.tobytes() == mine.tobytes()
        n = len(t.actions)
        assert episode.observations.shape == (n + 1, 5) and not episode.terminations.any()
        assert episode.truncations.sum() == 1 and episode.truncations[-1]
        assert episode.infos["expert_action"][:n].tobytes() == t.labels.tobytes()
        assert (episode.infos["who"][:n] == t.who).all() and not episode.infos["bridged"].any()
    env = data.recover_environment()
    assert env.spec.kwargs == {"sense": sense, "roads": ["narrow"], "car": "sedan"}
    assert env.observation_space == data.observation_space and env.action_space == data.action_space
    assert env.reset(seed=1)[0].shape == (5,)
    assert data.observation_space.contains(data[0].observations[3])
    # Data added by Minari itself is there, and verge says that it is no log's.
    buffer = library("minari.data_collector").EpisodeBuffer(
        observations=np.zeros((3, 5), np.float32), actions=np.zeros((2, 2), np.float32), rewards=[0.0, 0.0],
        terminations=[False, False], truncations=[False, True], infos={},
    )  # fmt: skip
    data.update_dataset_from_buffer([buffer])
    assert len(minari.load_dataset("verge/laps-v0")) == 3
    with pytest.raises(ValueError, match="episode_2/log: no such group"):
        verge.import_minari(tmp_path / "verge/laps-v0", tmp_path / "no.vlog")
    assert not (tmp_path / "no.vlog").exists()


def test_the_rewards_are_those_of_the_environment(library, tmp_path):
    """A drive in the environment, and its log: the same observations and rewards."""
    if not PROGRAM.exists():
        pytest.skip("the program verge is in a build tree only")
    log = tmp_path / "a.vlog"
    command = [PROGRAM, "record", "pursuit", "--road", "train-1", "--laps", "1", "--out", log]
    subprocess.run(command, check=True, capture_output=True)
    [t] = verge.read_trajectories(log, "offset,speed")
    # Progress of 0.1 a metre, less for the offset: what a lap pays is its length.
    pay = t.rewards.sum()
    driven = (t.observations[:-1, 1] * t.seconds).sum()
    assert 0.09 * driven < pay < 0.101 * driven
    [t] = verge.read_trajectories(log, "offset,speed", "constant")
    assert (t.rewards == 1).all() and len(t.rewards) == len(t.actions)
    with pytest.raises(FileNotFoundError, match="nonesuch"):
        verge.read_trajectories(log, "offset,speed", "nonesuch.safetensors")


def test_log_to_minari_to_log(lap, tmp_path):
    for log in [lap, *SAMPLES]:
        folder, again = tmp_path / "set", tmp_path / "again.vlog"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            has(lambda: verge.export_minari(log, folder, id="laps-v0", overwrite=True), "HDF5")
        episodes = verge.import_minari(folder, again, overwrite=True)
        one, two = verge.read_trajectories(log), verge.read_trajectories(again)
        assert episodes == len(one) == len(two)
        for a, b in zip(one, two):
            assert all(getattr(a, name).tobytes() == getattr(b, name).tobytes() for name in ("observations", "actions", "labels", "rewards"))
        if log == lap:
            assert again.read_bytes() == log.read_bytes()
    with pytest.raises(FileExistsError):
        verge.export_minari(lap, folder, id="laps-v0")
    with pytest.raises(ValueError, match="id"):
        verge.export_minari(lap, tmp_path / "other", id="laps")


def attack_delete(file):
    del file["episode_1/log/step"]


def attack_values(file):
    file["episode_0/log/step"][5] = file["episode_0/log/step"][6]


def attack_type(file):
    del file["episode_0/log/road/x"]
    file["episode_0/log/road/x"] = [b"a", b"b", b"c"]


def attack_shape(file):
    x = file["episode_0/log/road/x"][:]
    del file["episode_0/log/road/x"]
    file["episode_0/log/road/x"] = x.reshape(-1, 1)


def attack_size(file):
    del file["episode_0/log/road/left"]
    file["episode_0/log/road"].create_dataset("left", (1 << 40,), "f8", chunks=(1 << 16,), compression="gzip")


def attack_attribute(file):
    file["episode_0/log"].attrs["end"] = np.int32(77)


def attack_text(file):
    file["episode_0/log"].attrs["policy"] = np.bytes_(b"\x1b[31m" * 2000)


def attack_missing_attribute(file):
    del file["episode_0/log/car"].attrs["wheelbase"]


def attack_circle(file):
    del file["episode_0/log/road"]
    file["episode_0/log/road"] = file["episode_0/log"]


def attack_link(file):
    import h5py

    del file["episode_0/log/event"]
    file["episode_0/log/event"] = h5py.ExternalLink("/etc/passwd", "/")


def attack_numbers(file):
    steps = file["episode_0/log/step"][:]
    steps["x"] = np.nan
    del file["episode_0/log/step"]
    file["episode_0/log/step"] = steps


@pytest.mark.parametrize("attack, says", [
    (attack_delete, "episode_1/log/step: no such data set"),
    (attack_values, "episode_0/log/content_hash: does not fit"),
    (attack_type, "road/x: values of another type"),
    (attack_shape, "road/x: 2 dimensions"),
    (attack_size, "road/left: claims 1099511627776 rows"),
    (attack_attribute, "episode_0/log"),
    (attack_text, "episode_0/log/policy: a text of 10000 bytes"),
    (attack_missing_attribute, "car/wheelbase: no such attribute"),
    (attack_circle, "episode_0/log"),
    (attack_link, "episode_0/log/event: no such data set"),
    (attack_numbers, "episode_0/log"),
])  # fmt: skip
def test_a_hostile_file_is_refused_by_its_place(library, lap, tmp_path, attack, says):
    h5py = library("h5py")
    has(lambda: verge.export_minari(lap, tmp_path / "set", id="laps-v0"), "HDF5")
    with h5py.File(tmp_path / "set/data/main_data.hdf5", "r+") as file:
        attack(file)
    with pytest.raises(ValueError, match=says):
        verge.import_minari(tmp_path / "set", tmp_path / "out.vlog")
    assert not (tmp_path / "out.vlog").exists()


# --- robomimic, CSV --------------------------------------------------------------------------------------------


def export(*arguments):
    done = subprocess.run([PROGRAM, "export", *arguments], capture_output=True, text=True)
    if "without" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr


def test_robomimic_reads_it(library, lap, tmp_path):
    """What robomimic's SequenceDataset looks up."""
    h5py = library("h5py")
    export("robomimic", lap, "--sense", "offset,speed,curvature@0:1s", "--validation", "0.5", "--out", tmp_path / "a.hdf5")
    wanted = verge.read_trajectories(lap, "offset,speed,curvature@0:1s")
    with h5py.File(tmp_path / "a.hdf5") as file:
        data = file["data"]
        assert data.attrs["total"] == sum(len(t.actions) for t in wanted) and len(data) == 2
        args = json.loads(data.attrs["env_args"])
        assert args["env_name"] == "verge/Drive-v0" and args["type"] == 2
        assert gymnasium.make(args["env_name"], **args["env_kwargs"]).reset(seed=1)[0].shape == (4,)
        masks = [[name.decode() for name in file["mask"][split][:]] for split in ("train", "valid")]
        assert sorted(masks[0] + masks[1]) == ["demo_0", "demo_1"] and len(masks[1]) == 1
        for i, t in enumerate(wanted):
            demo, n = data[f"demo_{i}"], len(t.actions)
            assert demo.attrs["num_samples"] == n and (demo["actions"][:] == t.actions).all()
            assert sorted(demo["obs"]) == ["curvature", "offset", "speed"]
            assert (demo["obs/curvature"][:] == t.observations[:-1, 2:]).all()
            assert (demo["next_obs/speed"][:] == t.observations[1:, 1:2]).all()
            assert (demo["rewards"][:] == t.rewards).all() and demo["states"].shape == (n, 8)
            assert demo["dones"][:].sum() == 1 and demo["dones"][-1] == 1


def test_pandas_reads_csv_to_the_last_bit(library, lap, tmp_path):
    pandas = library("pandas")
    export("csv", lap, "--sense", "offset,speed", "--out", tmp_path / "a.csv")
    table = pandas.read_csv(tmp_path / "a.csv", **ROUND_TRIP)
    wanted = verge.read_trajectories(lap, "offset,speed")
    assert len(table) == sum(len(t.actions) for t in wanted)
    for number, rows in table.groupby("episode"):
        t = wanted[number]
        for name, values in {"offset": t.observations[:-1, 0], "speed": t.observations[:-1, 1], "steer": t.actions[:, 0],
                             "accel": t.actions[:, 1], "reward": t.rewards, "expert_steer": t.labels[:, 0]}.items():  # fmt: skip
            read = rows[name].to_numpy(np.float32)
            same = (read.view(np.uint32) == np.ascontiguousarray(values).view(np.uint32)) | (np.isnan(read) & np.isnan(values))
            assert same.all(), name
    # The log's own columns, doubles too, beside those in the Minari data set.
    export("csv", lap, "--ticks", "--out", tmp_path / "b.csv")
    ticks = pandas.read_csv(tmp_path / "b.csv", **ROUND_TRIP)
    h5py = library("h5py")
    has(lambda: verge.export_minari(lap, tmp_path / "set", id="laps-v0"), "HDF5")
    with h5py.File(tmp_path / "set/data/main_data.hdf5") as file:
        steps = np.concatenate([file[f"episode_{i}/log/step"][:] for i in range(2)])
    for name in ("x", "y", "yaw", "s"):
        assert ticks[name].to_numpy().tobytes() == steps[name].tobytes(), name
    for name in ("speed", "command_steer", "applied_accel"):
        assert ticks[name].to_numpy(np.float32).tobytes() == steps[name].tobytes(), name


# --- LeRobot ---------------------------------------------------------------------------------------------------


def test_lerobot_and_back(library, lap, tmp_path, monkeypatch):
    parquet = library("pyarrow.parquet")
    folder = tmp_path / "sets/laps"
    monkeypatch.setattr(verge.lerobot, "_ROWS", 100)
    monkeypatch.setattr(verge.lerobot, "_LISTED", 3)
    verge.to_lerobot([lap, lap], folder, sense="offset,heading,speed", task="Drive.")
    info = json.loads((folder / "meta/info.json").read_text())
    wanted = 2 * verge.read_trajectories(lap, "offset,heading,speed")
    assert info["codebase_version"] == "v3.0" and info["fps"] == 20 and info["total_episodes"] == 4
    assert info["features"]["observation.state"] == {"dtype": "float32", "shape": [3], "names": ["offset", "heading", "speed"]}
    path = folder / info["data_path"].format(chunk_index=0, file_index=0)
    assert parquet.ParquetFile(path).num_row_groups == 4  # an episode each
    table = parquet.read_table(path)
    assert set(table.column_names) == set(info["features"]) and len(table) == info["total_frames"]
    assert table["index"].to_pylist() == list(range(len(table)))
    episodes = parquet.read_table(folder / "meta/episodes/chunk-000/file-000.parquet").to_pylist()
    stats = json.loads((folder / "meta/stats.json").read_text())
    assert set(stats) == set(info["features"]) and stats["action"]["count"] == [len(table)]
    for name in ("observation.state", "action", "next.reward"):
        rows = np.array(table[name].to_pylist()).reshape(len(table), -1)
        for what, value in (("min", rows.min(0)), ("max", rows.max(0)), ("mean", rows.mean(0)), ("std", rows.std(0))):
            assert np.allclose(stats[name][what], value, rtol=1e-12, atol=0), (name, what)
    for episode, t, (seen, acts) in zip(episodes, wanted, verge.from_lerobot(folder)):
        a, b = episode["dataset_from_index"], episode["dataset_to_index"]
        assert episode["length"] == b - a == len(t.actions) and episode["tasks"] == ["Drive."]
        assert seen.tobytes() == t.observations[:-1].tobytes() and acts.tobytes() == t.actions.tobytes()
        part = table.slice(a, b - a)
        assert part["next.done"].to_pylist() == [False] * (b - a - 1) + [True]
        assert np.allclose(part["timestamp"].to_numpy(), np.arange(b - a) / 20)
        assert np.allclose(episode["stats/action/mean"], t.actions.mean(0), atol=1e-6)
    with pytest.raises(FileExistsError):
        verge.to_lerobot(lap, folder)
    with pytest.raises(FileNotFoundError):
        verge.to_lerobot(tmp_path / "none.vlog", tmp_path / "sets/none")
    assert [path.name for path in folder.parent.iterdir()] == ["laps"]
    pandas = library("pandas")
    tasks = pandas.read_parquet(folder / "meta/tasks.parquet")
    assert tasks.loc["Drive."].task_index == 0


def test_lerobot_of_one_value_has_plain_numbers(library, lap, tmp_path):
    """So LeRobot has a feature of shape [1]."""
    parquet = library("pyarrow.parquet")
    verge.to_lerobot(lap, tmp_path / "laps", sense="speed")
    table = parquet.read_table(tmp_path / "laps/data/chunk-000/file-000.parquet")
    assert str(table.schema.field("observation.state").type) == "float"
    for (seen, _), t in zip(verge.from_lerobot(tmp_path / "laps"), verge.read_trajectories(lap, "speed"), strict=True):
        assert seen.tobytes() == t.observations[:-1].tobytes() and seen.shape == (len(t.actions), 1)


@pytest.mark.parametrize("columns, says", [
    ({"observation.state": [[1.0, 2.0], [3.0, 4.0]]}, "action"),
    ({"observation.state": [[1.0, 2.0], [3.0]], "action": [[0.0, 0.0]] * 2}, "observation.state are not all"),
    ({"observation.state": [[1.0], [2.0]], "action": [[0.0, 0.0], None]}, "action are not all"),
    ({"observation.state": [[1.0], [2.0]], "action": [[0.0, None], [0.0, 0.0]]}, "action are not all"),
    ({"observation.state": [[], []], "action": [[0.0, 0.0]] * 2}, "observation.state are not all"),
])  # fmt: skip
def test_lerobot_of_somebody_else(library, tmp_path, columns, says):
    parquet, pyarrow = library("pyarrow.parquet"), library("pyarrow")
    (tmp_path / "meta").mkdir()
    (tmp_path / "meta/info.json").write_text('{"codebase_version": "v3.0"}')
    path = tmp_path / "data/chunk-000/file-000.parquet"
    path.parent.mkdir(parents=True)
    parquet.write_table(pyarrow.table({"episode_index": [0, 0], **columns}), path)
    with pytest.raises(ValueError, match=says):
        verge.from_lerobot(tmp_path)
    # Lists whose length the file does not fix, and doubles, are fine.
    good = {"episode_index": [0, 1], "observation.state": [[1.0], [2.0]], "action": [[0.5, 1.0], [0.25, 0.0]]}
    parquet.write_table(pyarrow.table(good), path)
    assert [(a.tolist(), b.tolist()) for a, b in verge.from_lerobot(tmp_path)] == [([[1]], [[0.5, 1]]), ([[2]], [[0.25, 0]])]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # pyarrow's writer tries again to close
@pytest.mark.parametrize("part", ["write_table", "ParquetWriter.write_table", "ParquetWriter.close"])
def test_lerobot_is_whole_or_not_at_all(library, lap, tmp_path, monkeypatch, part):
    parquet = library("pyarrow.parquet")

    def full(*args, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"{parquet.__name__}.{part}", full)
    with pytest.raises(OSError, match="No space"):
        verge.to_lerobot(lap, tmp_path / "laps")
    assert list(tmp_path.iterdir()) == []


def test_a_log_is_read_as_it_is_asked_for(lap):
    """One episode after another; two threads do not read at once."""
    episodes = verge._core.Trajectories(os.fspath(lap), "speed", "progress")
    assert iter(episodes) is episodes and next(episodes)["policy"]
    assert len(list(episodes)) == 1 and list(episodes) == []
    with pytest.raises(TypeError):
        verge._core.Trajectories(os.fspath(lap))
    with pytest.raises(ValueError, match="smell"):
        verge._core.Trajectories(os.fspath(lap), "smell", "progress")


# --- windows ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("history, chunk", [(1, 1), (4, 8), (1000, 3)])
def test_windows_never_cross_an_episode(lap, history, chunk):
    data = verge.Dataset(lap, sense="offset,heading,speed", history=history, chunk=chunk)
    episodes = verge.read_episodes(lap, "offset,heading,speed")
    assert len(data) == sum(len(e.actions) for e in episodes) and len(data.starts) == 3
    row = 0
    for e in episodes:
        n = len(e.actions)
        for t in list(range(6)) + list(range(n - 10, n)):
            item = data[row + t]
            past, coming = np.arange(t - history + 1, t + 1), np.arange(t, t + chunk)
            assert item["observation"].shape == (history, 3) and item["action"].shape == (chunk, 2)
            assert (item["observation"] == e.observations[np.clip(past, 0, n - 1)]).all()
            assert (item["action"] == e.actions[np.clip(coming, 0, n - 1)]).all()
            assert (item["observation_is_pad"] == (past < 0)).all() and (item["action_is_pad"] == (coming >= n)).all()
        row += n
    assert (data[-1]["action"] == data[len(data) - 1]["action"]).all()
    data[0]["observation"][:] = 7  # an item is its own
    assert not (data.observations[0] == 7).all()
    held = verge.Dataset(lap, sense="offset,heading,speed", episodes=[1])
    assert len(held) == len(episodes[1].actions)


@pytest.mark.parametrize("more, error", [
    ({"history": 0}, ValueError), ({"chunk": -1}, ValueError), ({"history": 1.5}, TypeError), ({"sense": "smell"}, ValueError),
    ({"episodes": [2]}, IndexError), ({"episodes": []}, ValueError),
])  # fmt: skip
def test_a_data_set_refuses(lap, more, error):
    with pytest.raises(error):
        verge.Dataset(lap, **more)


def test_a_row_out_of_range(lap):
    data = verge.Dataset(lap)
    for index in (len(data), -len(data) - 1):
        with pytest.raises(IndexError):
            data[index]
    with pytest.raises(TypeError):
        data[1.5]


def test_torch_loads_batches(library, lap):
    torch = library("torch")
    data = verge.Dataset(lap, history=2, chunk=4)
    loader = torch.utils.data.DataLoader(data, batch_size=32, shuffle=True, num_workers=0)
    batch = next(iter(loader))
    assert batch["observation"].shape == (32, 2, 11) and batch["action"].shape == (32, 4, 2)
    assert batch["action"].dtype == torch.float32 and batch["action_is_pad"].dtype == torch.bool
    workers = torch.utils.data.DataLoader(data, batch_size=len(data) // 2 + 1, num_workers=1)
    assert torch.cat([part["action"][:, 0] for part in workers]).numpy().tobytes() == data.actions.tobytes()


def test_torch_exports_what_verge_reads(library, tmp_path):
    """torch.onnx.export of a net with scaling and clamp, to a policy that acts as the net does."""
    torch = library("torch")
    nn = torch.nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("mean", torch.tensor([0.0, 0.0, 15.0]))
            self.net = nn.Sequential(nn.Linear(3, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 2))

        def forward(self, seen):
            return self.net((seen - self.mean) / 5).clamp(-1, 1)

    torch.manual_seed(1)
    net = Net().eval()
    seen = torch.randn(256, 3) * 4
    more = {} if torch.__version__ < "2.5" else {"dynamo": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(net, seen, str(tmp_path / "p.onnx"), dynamic_axes={"seen": {0: "n"}}, input_names=["seen"], **more)
    policy = has(lambda: verge.import_onnx(tmp_path / "p.onnx", tmp_path / "p.safetensors", sense="offset,heading,speed"), "ONNX")
    with torch.no_grad():
        wanted = net(seen).numpy()
    assert np.abs(policy(seen.numpy()) - wanted).max() <= 1e-6


def test_the_example_of_pytorch(library, lap, tmp_path):
    """Torch learns from verge.Dataset, is exported as ONNX and scored by verge, in a small setting."""
    library("torch")
    has(lambda: verge.export_onnx(POLICY, tmp_path / "any.onnx"), "ONNX")
    script = ROOT / "docs/examples/python/torch_bc_onnx.py"
    command = [sys.executable, script, "--logs", lap, "--out", tmp_path / "bc", "--epochs", "3"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert done.returncode == 0, done.stderr
    difference = re.search(r"differ by (\S+)", done.stdout)
    assert difference and float(difference[1]) <= 2e-6 and "success" in done.stdout
    assert verge.load_policy(tmp_path / "bc.safetensors").sense.startswith("offset,heading,speed,curvature@")
