"""Logs as a LeRobot data set (layout v3.0), and back: parquet by pyarrow, which is imported when it is needed."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import pathlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from verge import _core
from verge._arguments import Path, path_text
from verge._core import SENSE_DEFAULT
from verge.exchange import Floats, Trajectory, each_trajectory

_ROWS = 65536  # of a row group
_LISTED = 1000  # episodes of a row group of their table
_DATA = "data/chunk-000/file-000.parquet"
_EPISODES = "meta/episodes/chunk-000/file-000.parquet"
Columns = dict[str, np.ndarray[Any, Any]]


def _parts(trajectories: Iterable[Trajectory]) -> Iterator[tuple[Trajectory, slice]]:
    """The runs of rows in which somebody is known to have driven."""
    for t in trajectories:
        edges = np.flatnonzero(np.diff(np.concatenate([[True], t.bridged, [True]]).astype(np.int8)))
        for first, end in zip(edges[::2], edges[1::2]):
            yield t, slice(int(first), int(end))


class _Stats:
    """What LeRobot wants to know of the rows of a column, which may come in parts."""

    def __init__(self, values: np.ndarray[Any, Any]) -> None:
        rows = np.asarray(values, np.float64).reshape(len(values), -1)
        self.count = len(rows)
        self.least, self.most, self.mean = rows.min(0), rows.max(0), rows.mean(0)
        self.squares = ((rows - self.mean) ** 2).sum(0)

    def add(self, more: _Stats) -> None:
        """Chan, Golub and LeVeque (1983): the mean and the squares of two parts together."""
        count, apart = self.count + more.count, more.mean - self.mean
        self.squares = self.squares + more.squares + apart**2 * (self.count * more.count / count)
        self.mean = self.mean + apart * (more.count / count)
        self.least, self.most = np.minimum(self.least, more.least), np.maximum(self.most, more.most)
        self.count = count

    def told(self) -> dict[str, list[float]]:
        return {
            "min": self.least.tolist(),
            "max": self.most.tolist(),
            "mean": self.mean.tolist(),
            "std": np.sqrt(self.squares / self.count).tolist(),
            "count": [self.count],
        }


class _File:
    """A parquet file that is written a row group at a time: only the next group is in memory."""

    def __init__(self, path: pathlib.Path, group: int, table: Callable[[list[Any]], Any]) -> None:
        self.path, self.group, self.table = path, group, table
        self.parts: list[Any] = []
        self.rows = 0  # of the parts
        self.writer: Any = None
        path.parent.mkdir(parents=True)

    def add(self, part: Any, rows: int = 1) -> None:
        self.parts.append(part)
        self.rows += rows
        if self.rows >= self.group:
            self.flush()

    def flush(self) -> None:
        import pyarrow.parquet

        if self.parts:
            table = self.table(self.parts)
            if self.writer is None:
                self.writer = pyarrow.parquet.ParquetWriter(self.path, table.schema)
            self.writer.write_table(table, row_group_size=len(table))
            self.parts, self.rows = [], 0

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


def _column(values: np.ndarray[Any, Any]) -> Any:
    """A column as LeRobot has it: lists of one length, but plain numbers where it is 1."""
    import pyarrow

    flat = pyarrow.array(values.ravel())
    width = values.size // len(values)
    return flat if width == 1 else pyarrow.FixedSizeListArray.from_arrays(flat, width)


def _rows_table(parts: list[Columns]) -> Any:
    import pyarrow

    return pyarrow.table({name: _column(np.concatenate([part[name] for part in parts])) for name in parts[0]})


def _episodes_table(parts: list[dict[str, Any]]) -> Any:
    import pyarrow

    return pyarrow.Table.from_pylist(parts)


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
    and parts it. The folder appears when it is complete; until then rows are written as they are read, so that many take no more
    memory than few. Needs pyarrow. Raises FileExistsError if the folder exists, and
    ValueError where the actions a second are no whole number (LeRobot's ``fps`` is one).
    """
    import pyarrow.parquet  # so that it is missed before anything is read

    folder = pathlib.Path(path_text(folder, "folder"))
    if folder.exists():
        raise FileExistsError(f"{folder}: exists already")
    found = _parts(each_trajectory(logs, sense, reward))
    first = next(found, None)
    if first is None:
        raise ValueError("the logs have no action that somebody is known to have driven")
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = pathlib.Path(tempfile.mkdtemp(prefix=folder.name + ".new-", dir=folder.parent))
    try:
        _write(made, itertools.chain([first], found), _core.sense_columns(sense), task)
        made.chmod(0o755)
        os.rename(made, folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def _write(made: pathlib.Path, found: Iterable[tuple[Trajectory, slice]], names: list[str], task: str) -> None:
    """All files of the data set into a folder of its own."""
    rates: set[float] = set()
    stats: dict[str, _Stats] = {}
    index = episode = 0
    with (
        contextlib.closing(_File(made / _DATA, _ROWS, _rows_table)) as data,
        contextlib.closing(_File(made / _EPISODES, _LISTED, _episodes_table)) as episodes,
    ):
        for episode, (t, part) in enumerate(found):
            rates.add(round(1 / t.seconds, 9))
            if len(rates) != 1 or not float(min(rates)).is_integer():
                raise ValueError(f"actions a second: {sorted(rates)}, expected one whole number")
            columns = _columns(t, part, episode, index)
            own = {name: _Stats(values) for name, values in columns.items()}
            episodes.add(_episode_row(episode, index, part.stop - part.start, task, own))
            data.add(columns, part.stop - part.start)
            index += part.stop - part.start
            if stats:
                for name, more in own.items():
                    stats[name].add(more)
            else:
                stats = own
        data.flush()
        episodes.flush()
    _write_tasks(made / "meta/tasks.parquet", task)
    told = {name: values.told() for name, values in stats.items()}
    (made / "meta/stats.json").write_text(json.dumps(told, indent=4))
    info = _info(episode + 1, index, int(min(rates)), names)
    (made / "meta/info.json").write_text(json.dumps(info, indent=4))


def _columns(t: Trajectory, part: slice, episode: int, index: int) -> Columns:
    """The rows of an episode, the first of which is row `index` of the data set."""
    count = part.stop - part.start
    frame = np.arange(count)
    return {
        "observation.state": t.observations[:-1][part],
        "action": t.actions[part],
        "next.reward": t.rewards[part],
        "next.done": frame == count - 1,
        "timestamp": (frame / round(1 / t.seconds, 9)).astype(np.float32),
        "frame_index": frame,
        "episode_index": np.full(count, episode, np.int64),
        "index": index + frame,
        "task_index": np.zeros(count, np.int64),
    }


def _episode_row(episode: int, index: int, count: int, task: str, stats: dict[str, _Stats]) -> dict[str, Any]:
    return {
        "episode_index": episode,
        "tasks": [task],
        "length": count,
        "data/chunk_index": 0,
        "data/file_index": 0,
        "dataset_from_index": index,
        "dataset_to_index": index + count,
        "meta/episodes/chunk_index": 0,
        "meta/episodes/file_index": 0,
        **{f"stats/{name}/{what}": value for name, one in stats.items() for what, value in one.told().items()},
    }


def _info(episodes: int, rows: int, fps: int, names: list[str]) -> dict[str, Any]:
    return {
        "codebase_version": "v3.0",
        "robot_type": "verge",
        "total_episodes": episodes,
        "total_frames": rows,
        "total_tasks": 1,
        "chunks_size": 1000,
        "data_files_size_in_mb": 100,
        "video_files_size_in_mb": 500,
        "fps": fps,
        "splits": {"train": f"0:{episodes}"},
        "data_path": "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
        "video_path": None,
        "features": _features(names),
    }


def _matrix(table: Any, name: str, path: pathlib.Path) -> Floats:
    """A column of numbers, or of lists of them that are of one length, as rows."""
    import pyarrow.compute

    column = table[name].combine_chunks()
    values, widths = column, [1]
    if hasattr(column.type, "value_type"):
        values, widths = column.flatten(), pyarrow.compute.unique(pyarrow.compute.list_value_length(column)).to_pylist()
    if len(widths) != 1 or not widths[0] or column.null_count or values.null_count:
        raise ValueError(f"{path}: the rows of {name} are not all numbers of one count")
    return np.asarray(values.to_numpy(zero_copy_only=False), np.float32).reshape(len(table), widths[0])


def from_lerobot(folder: Path) -> list[tuple[Floats, Floats]]:
    """The episodes of a LeRobot data set of layout v3.0: (observations float32 [n, k], actions float32 [n, m]) each.

    The numbers are those that were written, to the bit. A log cannot be made of them: they do not say where the car was.
    Raises FileNotFoundError, or ValueError for another layout, and where rows are not numbers of one count.
    """
    import pyarrow.parquet

    folder = pathlib.Path(path_text(folder, "folder"))
    info = json.loads((folder / "meta/info.json").read_text())
    if info.get("codebase_version") != "v3.0":
        raise ValueError(f"{folder}: layout {info.get('codebase_version')!r}, expected 'v3.0'")
    files = sorted(folder.glob("data/chunk-*/file-*.parquet"))
    names = ["episode_index", "observation.state", "action"]
    if not files:
        raise FileNotFoundError(f"{folder}: no data/chunk-*/file-*.parquet")
    number, seen, done = [], [], []
    for path in files:
        table = pyarrow.parquet.read_table(path, columns=names)
        if len(table):
            number.append(table["episode_index"].to_numpy())
            seen.append(_matrix(table, "observation.state", path))
            done.append(_matrix(table, "action", path))
    if not number:
        return []
    bounds = np.flatnonzero(np.diff(np.concatenate(number))) + 1
    return list(zip(np.split(np.concatenate(seen), bounds), np.split(np.concatenate(done), bounds)))
