"""Pictures of the environments, and an expert's advice in them."""

import gymnasium
import numpy as np
import pytest

import verge
from verge import _core

SUITE = {"suite": "smoke"}


def can(mode):
    return mode in _core.RENDER_MODES.split(",")


needs_figures = pytest.mark.skipif(not can("rgb_array"), reason="this build draws nothing")


@needs_figures
def test_rgb_array_shows_the_car_and_its_road():
    env = gymnasium.make("verge/Drive-v0", render_mode="rgb_array", expert="pursuit", **SUITE)
    env.reset(seed=1)
    first = env.render()
    assert first.shape == (480, 640, 3) and first.dtype == np.uint8
    assert (first == env.render()).all()  # a picture depends on the state alone
    for _ in range(20):
        env.step(env.unwrapped.expert_action())
    later = env.render()
    assert (first != later).any(-1).mean() > 0.3  # the road has moved on
    # The car is blue, and asphalt is grey: both are in the picture.
    red, green, blue = (later[..., k].astype(int) for k in range(3))
    assert ((blue > red + 60) & (blue > 150)).sum() > 50
    assert ((abs(red - blue) < 20) & (red < 110) & (red > 60)).sum() > 5000


@needs_figures
def test_every_car_of_a_vector_has_its_picture():
    env = verge.DriveVectorEnv(3, render_mode="rgb_array", render_size=(80, 64), **SUITE)
    env.reset(seed=1)
    frames = env.render()
    assert len(frames) == 3 and all(frame.shape == (64, 80, 3) for frame in frames)
    assert (frames[0] != frames[1]).any() and (frames[1] != frames[2]).any()
    one = gymnasium.make("verge/Drive-v0", render_mode="rgb_array", render_size=(80, 64), **SUITE)
    one.reset(seed=1)
    assert (one.render() == frames[0]).all()


@needs_figures
def test_human_shows_a_window(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    if not can("human"):
        pytest.skip("this build has no window")
    env = gymnasium.make("verge/Drive-v0", render_mode="human", **SUITE)
    env.reset(seed=1)
    for _ in range(3):
        env.step(np.zeros(2, np.float32))
    env.close()
    with pytest.raises(ValueError, match="closed"):
        env.step(np.zeros(2, np.float32))


def test_what_cannot_be_drawn_is_said():
    with pytest.raises(ValueError, match="ansi"):
        verge.DriveEnv(render_mode="ansi", **SUITE)
    with pytest.raises(ValueError, match="human"):
        verge.DriveVectorEnv(2, render_mode="human", **SUITE)
    env = verge.DriveVectorEnv(2, **SUITE)
    assert env.render() is None
    cars = env._world.cars
    pixels = np.empty((48, 64, 3), np.uint8)
    if not can("rgb_array"):
        with pytest.raises(ValueError, match="without Cairo"):
            verge.DriveEnv(render_mode="rgb_array", **SUITE)
        with pytest.raises(RuntimeError, match="built without"):
            cars.render(0, pixels)
        return
    with pytest.raises(ValueError, match="reset first"):
        cars.render(0, pixels)
    env.reset(seed=1)
    for wrong in (np.empty((48, 64, 4), np.uint8), np.empty((8, 64, 3), np.uint8), np.empty((48, 64, 3), np.int8)):
        with pytest.raises(ValueError, match="uint8"):
            cars.render(0, wrong)
    for wrong in (pixels[:, ::2], None):
        with pytest.raises(TypeError, match="C-contiguous"):
            cars.render(0, wrong)
    with pytest.raises(ValueError, match="car 2, expected 0 to 1"):
        cars.render(2, pixels)


# --- an expert -----------------------------------------------------------------------------------------------


def test_an_expert_that_is_asked_drives_as_it_does():
    env = verge.DriveVectorEnv(6, expert="pursuit", **SUITE)
    env.reset(seed=2)
    for _ in range(300):
        actions = env.expert_actions()
        assert (actions == env.expert_actions()).all() and np.isfinite(actions).all()
        terminated = env.step(actions)[2]
        assert not terminated.any()


def test_an_expert_sees_each_car_where_it_is():
    env = verge.DriveVectorEnv(2, expert="pursuit", roads=["train-1"], threads=1)
    one = verge.DriveEnv(expert="pursuit", roads=["train-1"])
    env.reset(seed=2), one.reset(seed=2)
    for _ in range(40):
        env.step(np.array([[0.02, 0.1], [-0.1, 0.1]], np.float32))
        one.step(np.array([0.02, 0.1], np.float32))
    actions = env.expert_actions()
    assert (actions[0] == one.expert_action()).all() and (actions[0] != actions[1]).any()


def test_who_is_no_expert_is_refused():
    with pytest.raises(ValueError, match="no expert to ask"):
        env = verge.DriveVectorEnv(2, **SUITE)
        env.reset(seed=1)
        env.expert_actions()
    with pytest.raises(ValueError, match="reset first"):
        verge.DriveVectorEnv(2, expert="pursuit", **SUITE).expert_actions()
    with pytest.raises((ValueError, FileNotFoundError), match="nobody"):
        verge.DriveVectorEnv(2, expert="nobody", **SUITE)
    with pytest.raises(ValueError, match="allow-exec"):
        verge.DriveVectorEnv(2, expert="exec:true", **SUITE)
    assert _core
