"""Policies and their scores, against the program verge."""

import os
import pathlib
import signal
import subprocess
import threading
import warnings

import numpy as np
import pytest

import verge

ROOT = pathlib.Path(__file__).parents[3]
POLICY = ROOT / "tests/fixtures/torch_policy.safetensors"
PROGRAM = pathlib.Path(verge.__file__).parents[2] / "verge"  # of a build tree


def steady(observations):
    """Steers back to the centreline and holds some 15 m/s."""
    offset, heading, speed = observations[:, 0], observations[:, 1], observations[:, 2]
    steer = -0.1 * offset - 1.0 * heading + 4.0 * observations[:, 4]
    return np.stack([steer, 0.2 * (15 - speed)], 1)


@pytest.mark.parametrize("source", [str(POLICY), "pursuit"])
def test_the_same_result_as_the_program(tiny, source):
    if not PROGRAM.exists():
        pytest.skip("the program verge is not there: it is in a build tree only")
    subprocess.run([PROGRAM, "eval", source, "--suite", tiny, "--out", "out"], check=True, capture_output=True)
    wanted = pathlib.Path("out/result.json").read_bytes()
    policy = verge.load_policy(source)
    for threads in (1, 2):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert verge.evaluate(policy, tiny, threads=threads).text.encode() == wanted


def test_a_callable_scores_as_the_policy_that_it_asks(tiny):
    policy = verge.load_policy(POLICY)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = verge.evaluate(POLICY, tiny)
    got = verge.evaluate(lambda o: policy(o), tiny, sense=policy.sense, name="asked")
    [a], [b] = wanted["arms"], got["arms"]
    assert b["label"] == "asked" and got["command"] == "verge.evaluate asked --suite tiny.yaml"
    # All that is measured is the same; what it is called and what it is made of is not.
    names = {"label", "source", "seeds", "hash"}
    assert {k: v for k, v in a.items() if k not in names} == {k: v for k, v in b.items() if k not in names}


def test_threads_do_not_matter_to_a_callable(tiny):
    assert verge.evaluate(steady, tiny, threads=1).text == verge.evaluate(steady, tiny, threads=3).text


def test_a_callable_may_keep_what_it_was_shown(tiny):
    kept = []

    def keep(observations):
        kept.append(observations)
        observations[:] += 0  # its own, writable
        return np.zeros((len(observations), 2))

    verge.evaluate(keep, tiny, threads=2)
    assert all(np.isfinite(o).all() and o.shape[1] == 11 and o.dtype == np.float32 for o in kept)


class Odd(Exception):
    pass


def raises(observations):
    raise Odd("no idea")


@pytest.mark.parametrize("policy, error, says", [
    (raises, Odd, "no idea"),
    (lambda o: np.full((len(o), 2), np.nan), ValueError, "not a number"),
    (lambda o: np.full((len(o), 2), np.inf), ValueError, "not a number"),
    (lambda o: np.zeros((len(o), 3)), ValueError, "shape"),
    (lambda o: np.zeros(2), ValueError, "shape"),
    (lambda o: np.zeros((len(o) + 1, 2)), ValueError, "shape"),
    (lambda o: None, ValueError, "shape"),
    (lambda o: np.full((len(o), 2), "left"), TypeError, "dtype"),
    (lambda: 0, TypeError, "argument"),
])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_bad_callable_is_an_exception(tiny, policy, error, says, threads):
    with pytest.raises(error, match=says):
        verge.evaluate(policy, tiny, threads=threads)


def test_evaluations_in_threads_keep_to_themselves(tiny):
    """Two that score, and two that raise, at once: each caller is told of its own."""
    wanted = verge.evaluate(steady, tiny, threads=1).text
    policy, got = verge.load_policy(POLICY), {}
    acts = policy(np.zeros((5, policy._width), np.float32)).tobytes()

    def odd(number):
        def raises(observations):
            raise Odd(f"of {number}")

        return raises

    def run(k):
        try:
            got[k] = verge.evaluate(odd(k) if k % 2 else steady, tiny, threads=2, name="steady").text
        except Odd as error:
            got[k] = str(error)
        assert policy(np.zeros((5, policy._width), np.float32)).tobytes() == acts

    threads = [threading.Thread(target=run, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {0: wanted, 1: "of 1", 2: wanted, 3: "of 3"}


def test_an_exception_later_on(tiny):
    calls = []

    def tires(observations):
        calls.append(1)
        if len(calls) > 50:
            raise Odd("tired")
        return steady(observations)

    with pytest.raises(Odd, match="tired"):
        verge.evaluate(tires, tiny, threads=2)
    assert len(calls) == 51


@pytest.mark.parametrize("policy", [steady, "pursuit"])
@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_ends_it(policy, threads):
    # A shell starts what it puts into the background with SIGINT ignored, and Python leaves it so.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            for _ in range(1000):  # until it hits
                verge.evaluate(policy, "smoke", threads=threads)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("policy, more, error, says", [
    ("nonesuch.safetensors", {}, FileNotFoundError, "nonesuch"),
    ("exec:true", {}, ValueError, "allow-exec"),
    (17, {}, TypeError, "no policy"),
    ("pursuit", {"suite": "nonesuch"}, FileNotFoundError, "nonesuch"),
    ("pursuit", {"threads": -1}, ValueError, "threads"),
    (steady, {"sense": "smell"}, ValueError, "smell"),
    (steady, {"name": "x" * 300}, ValueError, "shorter"),
    (steady, {"name": "\udcff"}, UnicodeError, ""),
])
def test_refuses(tiny, policy, more, error, says):
    with pytest.raises(error, match=says or None):
        verge.evaluate(policy, **{"suite": tiny, **more})


def test_a_policy_acts_on_batches():
    policy = verge.load_policy(POLICY)
    assert policy.name and policy.hash and policy.sense and repr(policy).startswith("verge.load_policy(")
    width = verge._core.sense_size(policy.sense)
    seen = np.random.default_rng(1).normal(size=(300, width)).astype(np.float32)
    actions = policy(seen)
    assert actions.shape == (300, 2) and actions.dtype == np.float32 and (np.abs(actions) <= 1).all()
    assert policy(seen[7]).tobytes() == actions[7].tobytes()
    assert policy(seen[::2]).tobytes() == actions[::2].tobytes()
    assert policy(seen.astype(np.float64)).tobytes() == actions.tobytes()
    policy.reset()
    for bad in (seen[:, 1:], seen[:0], np.zeros((2, 2, width))):
        with pytest.raises(ValueError):
            policy(bad)
    with pytest.raises(RuntimeError, match="not a number|no action"):
        policy(np.full((2, width), np.nan))
    with pytest.raises(ValueError, match="expert"):
        verge.load_policy("pursuit")(seen)
    with pytest.raises(ValueError, match="allow-exec"):
        verge.load_policy("exec:true")


def test_a_policy_drives_its_environment():
    policy = verge.load_policy(POLICY)
    env = verge.DriveVectorEnv(16, suite="smoke", sense=policy.sense)
    seen, _ = env.reset(seed=1)
    for _ in range(20):
        seen = env.step(policy(seen))[0]
    assert np.isfinite(seen).all()
