"""Logs as arrays."""

import pathlib
import subprocess

import numpy as np
import pytest

import verge

VERGE = pathlib.Path(verge.__file__).parents[2] / "verge"
SAMPLE = sorted((pathlib.Path(__file__).parents[3] / "assets" / "logs").glob("*.vlog"))


def test_a_log_is_its_episodes():
    episodes = verge.read_episodes(SAMPLE[0])
    again = verge.read_episodes([SAMPLE[0], SAMPLE[0]], "offset,heading,speed")
    assert len(again) == 2 * len(episodes)
    for one, other in zip(episodes, again):
        n = len(one.actions)
        assert one.actions.shape == (n, 2) and abs(one.actions).max() <= 1
        assert one.observations.shape in ((n, 11), (n + 1, 11))
        assert (one.observations[:, :3] == other.observations).all() and (one.actions == other.actions).all()


def test_a_recorded_expert_drives_as_its_rows_say(tmp_path):
    """The same start, the same actions: the environment shows what the log says."""
    if not VERGE.exists():
        pytest.skip("the program verge is in a build tree only")
    log = tmp_path / "demo.vlog"
    command = [VERGE, "record", "pursuit", "--road", "train-1", "--laps", "1", "--out", log]
    subprocess.run(command, check=True, capture_output=True)
    (episode,) = verge.read_episodes(log, "offset,heading,speed,previous")
    assert not episode.terminated and len(episode.actions) > 100
    # What the car did before is what it sees as its previous action.
    assert np.abs(episode.observations[1 : len(episode.actions), 3:5] - episode.actions[:-1]).max() < 1e-6


def test_what_is_no_log_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing.vlog"):
        verge.read_episodes(tmp_path / "nothing.vlog")
    (tmp_path / "empty.vlog").write_bytes(b"x" * 100)
    with pytest.raises((ValueError, OSError), match="empty.vlog"):
        verge.read_episodes(tmp_path / "empty.vlog")
    with pytest.raises(ValueError, match="ahead"):
        verge.read_episodes(SAMPLE[0], "ahead")
    with pytest.raises(ValueError):
        verge.read_episodes([])
    with pytest.raises(TypeError):
        verge.read_episodes([3])
