"""Logs as a LeRobot data set (layout v3.0), and back: parquet by pyarrow, which is imported when it is needed."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import tempfile
from collections.abc import Iterable
from typing import Any

import numpy as np

from verge import _core
from verge._arguments import Path, path_text
from verge._core import SENSE_DEFAULT
from verge.exchange import Floats, Trajectory, read_trajectories

_DATA = "data/chunk-000/file-000.parquet"
_EPISODES = "meta/episodes/chunk-000/file-000.parquet"


def _parts(trajectory: Trajectory) -> Iterable[slice]:
    """The runs of rows in which somebody is known to have driven."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], trajectory.bridged, [True]]).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2])]


def _stats(values: np.ndarray[Any, Any]) -> dict[str, list[float]]:
    rows = np.asarray(values, np.float64).reshape(len(values), -1)
    return {
        "min": rows.min(0).tolist(),
        "max": rows.max(0).tolist(),
        "mean": rows.mean(0).tolist(),
        "std": rows.std(0).tolist(),
        "count": [len(rows)],
    }


def _vectors(values: Floats) -> Any:
    import pyarrow

    return pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(values.ravel()), values.shape[1])


def _features(names: list[str]) -> dict[str, dict[str, Any]]:
    scalars = {
        "next.reward": "float32",
        "next.done": "bool",
        "timestamp": "float32",
        "frame_index": "int64",
        "episode_index": "int64",
        "index": "int64",
        "task_index": "int64",
    }
    return {
        "observation.state": {"dtype": "float32", "shape": [len(names)], "names": names},
        "action": {"dtype": "float32", "shape": [2], "names": ["steer", "accel"]},
        **{name: {"dtype": dtype, "shape": [1], "names": None} for name, dtype in scalars.items()},
    }


def _write_tasks(path: pathlib.Path, task: str) -> None:
    """A table that pandas reads with the task as its index."""
    import pyarrow
    import pyarrow.parquet

    column = {"name": "task_index", "field_name": "task_index", "pandas_type": "int64", "numpy_type": "int64", "metadata": None}
    index = {"name": "task", "field_name": "task", "pandas_type": "unicode", "numpy_type": "object", "metadata": None}
    pandas = {"index_columns": ["task"], "column_indexes": [], "columns": [column, index], "pandas_version": "2.0.0"}
    table = pyarrow.table({"task_index": pyarrow.array([0], pyarrow.int64()), "task": [task]})
    pyarrow.parquet.write_table(table.replace_schema_metadata({"pandas": json.dumps(pandas)}), path)


def to_lerobot(
    logs: Path | Iterable[Path],
    folder: Path,
    *,
    sense: str = SENSE_DEFAULT,
    reward: Path = "progress",
    task: str = "Drive along the road.",
) -> None:
    """Write logs as a LeRobot data set, layout v3.0, without videos.

    ``observation.state`` is what was sensed (its names are the sense's columns), ``action`` what was driven, with
    ``next.reward`` and ``next.done``. Each episode of the logs is an episode; a gap of an imported recording is left out,
    and parts it. The folder appears when it is complete. Needs pyarrow. Raises FileExistsError if the folder exists, and
    ValueError where the actions a second are no whole number (LeRobot's ``fps`` is one).
    """
    import pyarrow
    import pyarrow.parquet

    folder = pathlib.Path(path_text(folder, "folder"))
    if folder.exists():
        raise FileExistsError(f"{folder}: exists already")
    found = [(t, part) for t in read_trajectories(logs, sense, reward) for part in _parts(t)]
    if not found:
        raise ValueError("the logs have no action that somebody is known to have driven")
    rates = {round(1 / t.seconds, 9) for t, _ in found}
    if len(rates) != 1 or not float(min(rates)).is_integer():
        raise ValueError(f"actions a second: {sorted(rates)}, expected one whole number")
    fps = int(min(rates))
    lengths = np.array([part.stop - part.start for _, part in found])
    starts = np.concatenate([[0], np.cumsum(lengths)])
    frame = np.concatenate([np.arange(n) for n in lengths])
    done = np.zeros(starts[-1], np.bool_)
    done[starts[1:] - 1] = True
    columns: dict[str, np.ndarray[Any, Any]] = {
        "observation.state": np.concatenate([t.observations[:-1][part] for t, part in found]),
        "action": np.concatenate([t.actions[part] for t, part in found]),
        "next.reward": np.concatenate([t.rewards[part] for t, part in found]),
        "next.done": done,
        "timestamp": (frame / fps).astype(np.float32),
        "frame_index": frame,
        "episode_index": np.repeat(np.arange(len(found)), lengths),
        "index": np.arange(starts[-1]),
        "task_index": np.zeros(starts[-1], np.int64),
    }
    table = pyarrow.table({name: _vectors(v) if v.ndim == 2 else pyarrow.array(v) for name, v in columns.items()})
    rows = [
        {
            "episode_index": i,
            "tasks": [task],
            "length": int(n),
            "data/chunk_index": 0,
            "data/file_index": 0,
            "dataset_from_index": int(starts[i]),
            "dataset_to_index": int(starts[i + 1]),
            "meta/episodes/chunk_index": 0,
            "meta/episodes/file_index": 0,
            **{
                f"stats/{name}/{what}": value
                for name, v in columns.items()
                for what, value in _stats(v[starts[i] : starts[i + 1]]).items()
            },
        }
        for i, n in enumerate(lengths)
    ]
    info = {
        "codebase_version": "v3.0",
        "robot_type": "verge",
        "total_episodes": len(found),
        "total_frames": int(starts[-1]),
        "total_tasks": 1,
        "chunks_size": 1000,
        "data_files_size_in_mb": 100,
        "video_files_size_in_mb": 500,
        "fps": fps,
        "splits": {"train": f"0:{len(found)}"},
        "data_path": "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
        "video_path": None,
        "features": _features(_core.sense_columns(sense)),
    }
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = pathlib.Path(tempfile.mkdtemp(prefix=folder.name + ".new-", dir=folder.parent))
    try:
        for name in (_DATA, _EPISODES):
            (made / name).parent.mkdir(parents=True)
        pyarrow.parquet.write_table(table, made / _DATA)
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), made / _EPISODES)
        _write_tasks(made / "meta/tasks.parquet", task)
        (made / "meta/stats.json").write_text(json.dumps({name: _stats(v) for name, v in columns.items()}, indent=4))
        (made / "meta/info.json").write_text(json.dumps(info, indent=4))
        made.chmod(0o755)
        os.rename(made, folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def from_lerobot(folder: Path) -> list[tuple[Floats, Floats]]:
    """The episodes of a LeRobot data set of layout v3.0: (observations float32 [n, k], actions float32 [n, m]) each.

    The numbers are those that were written, to the bit. A log cannot be made of them: they do not say where the car was.
    """
    import pyarrow.parquet

    folder = pathlib.Path(path_text(folder, "folder"))
    info = json.loads((folder / "meta/info.json").read_text())
    if info.get("codebase_version") != "v3.0":
        raise ValueError(f"{folder}: layout {info.get('codebase_version')!r}, expected 'v3.0'")
    files = sorted(folder.glob("data/chunk-*/file-*.parquet"))
    names = ["episode_index", "observation.state", "action"]
    tables = [pyarrow.parquet.read_table(path, columns=names).combine_chunks() for path in files]
    if not tables:
        raise FileNotFoundError(f"{folder}: no data/chunk-*/file-*.parquet")

    def column(name: str) -> Floats:
        parts = [np.stack(t[name].to_numpy(zero_copy_only=False)) for t in tables if len(t)]
        return np.concatenate(parts).astype(np.float32, copy=False)

    number = np.concatenate([t["episode_index"].to_numpy() for t in tables])
    seen, done = column("observation.state"), column("action")
    bounds = np.flatnonzero(np.diff(number)) + 1
    return list(zip(np.split(seen, bounds), np.split(done, bounds)))
