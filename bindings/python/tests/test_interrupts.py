"""Ctrl-C in the middle of a long call, in a program of its own: KeyboardInterrupt comes through, what was under way goes
on to work, and nothing is half-written."""

import os
import pathlib
import signal
import subprocess
import sys
import threading

import pytest

import verge

LOG = pathlib.Path(__file__).parents[3] / "assets/logs/human_model-chicane.vlog"
# {work} runs until it is interrupted; {after} shows that all is well.
PROGRAM = """
import signal, sys
import numpy as np
import verge

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what is in the background with it ignored
{before}
def work():
    {work}

print("ready", flush=True)
calls = 0
try:
    while True:
        calls += 1
        work()
except KeyboardInterrupt:
    print("interrupted", flush=True)
{after}
print("well", flush=True)
"""
CARS = """
cars = verge.DriveVectorEnv(4096, suite="smoke", threads={threads})
one = cars.reset(seed=1)[0]
arrays = one, np.empty(4096, np.float32), np.empty(4096, np.bool_), np.empty(4096, np.bool_)
still = np.zeros((4096, 2), np.float32)
"""
ALIKE = """
other = verge.DriveVectorEnv(4096, suite="smoke", threads=1)
assert cars.reset(seed=5)[0].tobytes() == other.reset(seed=5)[0].tobytes()
for _ in range(3):
    assert cars.step(still)[0].tobytes() == other.step(still)[0].tobytes()
"""
STEADY = """
def steady(o):
    return np.stack([-0.1 * o[:, 0] - o[:, 1] + 4 * o[:, 4], 0.2 * (15 - o[:, 2])], 1)
"""
SCORED = """
assert verge.evaluate(steady, "tiny.yaml", threads=2).text == verge.evaluate(steady, "tiny.yaml", threads=1).text
"""


def interrupted(folder, before, work, after, delay, times=1):
    """Run the program, press Ctrl-C, and return its exit status and what it said."""
    program = PROGRAM.format(before=before, work=work, after=after)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          cwd=folder, env=environment) as child:  # fmt: skip
        assert child.stdout.readline() == "ready\n", child.stderr.read()
        timer = threading.Timer(delay, os.kill, (child.pid, signal.SIGINT))
        timer.start()
        out, err = child.communicate(timeout=120)
        timer.join()
    return child.returncode, out, err


@pytest.mark.parametrize("threads, work", [(1, "cars.step(still)"), (2, "cars.step_into(still, *arrays)")])
def test_steps_of_many_cars(tmp_path, work, threads):
    code, out, err = interrupted(tmp_path, CARS.format(threads=threads), work, ALIKE, 0.1)
    assert (code, out, err) == (0, "interrupted\nwell\n", "")


@pytest.mark.parametrize("threads, policy", [(1, "'pursuit'"), (2, "steady")])
def test_an_evaluation(tmp_path, tiny, policy, threads):
    work = f'verge.evaluate({policy}, "standard", threads={threads})'  # of many seconds: the first call is hit
    code, out, err = interrupted(tmp_path, STEADY, work, SCORED + "assert calls == 1, calls", 0.3)
    assert (code, out, err) == (0, "interrupted\nwell\n", "")


@pytest.mark.parametrize("name, work", [
    ("set", 'verge.export_minari([log] * 3, "set", id="laps-v0", overwrite=True)'),
    ("set", 'import shutil; shutil.rmtree("set", True); verge.to_lerobot([log] * 3, "set")'),
    ("a.png", 'verge.view(log, size=(480, 360), end=1).save("a.png", replace=True)'),
])  # fmt: skip
def test_what_is_written_is_whole(library, tmp_path, name, work):
    if "lerobot" in work:
        library("pyarrow")
    if ".png" in work and not verge._core.RENDER_MODES:
        pytest.skip("this build draws nothing")
    if "minari" in work:
        try:
            verge.export_minari(LOG, tmp_path / "any", id="laps-v0")
        except ValueError as error:
            pytest.skip(str(error))
    (tmp_path / "in").mkdir()
    before = f"import warnings; warnings.simplefilter('ignore'); log = {str(LOG)!r}"
    code, out, err = interrupted(tmp_path / "in", before, work, "work()", 0.4)
    assert (code, out, err) == (0, "interrupted\nwell\n", "")
    assert [path.name for path in (tmp_path / "in").iterdir()] == [name]  # no part of another
