"""How fast the environments are, in actions a second of processor time on one core: the table of docs/python.md.

    PYTHONPATH=build/release/python build/python/bin/python docs/examples/python/speed.py

Beside verge stand, where they are installed, HighwayEnv and Gymnasium's CarRacing; each is driven by random actions.
"""

import pathlib
import subprocess
import time

import gymnasium
import numpy as np
import verge

CARS, STEPS, TIMES = 4096, 100, 5


def best(step, actions_a_step, times=TIMES):
    """The fastest of some measurements, each of at least STEPS steps or a second."""
    rates = []
    for _ in range(times):
        begin, done = time.process_time(), 0
        while done < STEPS and (done == 0 or time.process_time() - begin < 1):
            step(done)
            done += 1
        rates.append(done * actions_a_step / (time.process_time() - begin))
    return max(rates)


def many(torch=None):
    """verge's cars: through step_into, through step, and with a torch policy in the loop."""
    cars = verge.DriveVectorEnv(CARS, threads=1)
    seen, _ = cars.reset(seed=1)
    rng = np.random.default_rng(1)
    actions = [rng.uniform(-1, 1, (CARS, 2)).astype(np.float32) for _ in range(20)]
    out = seen, np.empty(CARS, np.float32), np.empty(CARS, np.bool_), np.empty(CARS, np.bool_)
    yield "verge, make_vec, step_into", best(lambda t: cars.step_into(actions[t % 20], *out), CARS)
    yield "verge, make_vec, step", best(lambda t: cars.step(actions[t % 20]), CARS)
    if not torch:
        return
    torch.set_num_threads(1)
    net = torch.nn.Sequential(torch.nn.Linear(11, 64), torch.nn.Tanh(), torch.nn.Linear(64, 64), torch.nn.Tanh(), torch.nn.Linear(64, 2))
    spent = [0.0, 0.0]

    def act(t):
        begin = time.process_time()
        with torch.no_grad():
            chosen = net(torch.from_numpy(seen)).numpy()
        middle = time.process_time()
        cars.step_into(chosen, *out)
        spent[0] += middle - begin
        spent[1] += time.process_time() - middle

    rate = best(act, CARS)
    yield f"verge, with a torch policy (64, 64); torch's share {100 * spent[0] / sum(spent):.0f} %", rate


def one(name, **keywords):
    """One environment of Gymnasium, by random actions."""
    env = gymnasium.make(name, **keywords)
    env.reset(seed=1)
    env.action_space.seed(1)

    def step(t):
        if any(env.step(env.action_space.sample())[2:4]):
            env.reset()

    return best(step, 1, times=3)


def main():
    rows = []
    program = pathlib.Path(verge.__file__).parents[1] / "python-speed"
    if program.exists():
        said = subprocess.run([program], check=True, capture_output=True, text=True).stdout
        rows.append(("verge, C alone", float(said)))
    try:
        import torch
    except ImportError:
        torch = None
    rows += many(torch)
    rows.append(("verge, gymnasium.make, one car", one("verge/Drive-v0")))
    for name, package in (("highway-v0", "highway_env"), ("CarRacing-v3", "Box2D")):
        try:
            __import__(package)
            rows.append((f"{name} of {package}, one environment", one(name)))
        except Exception as missing:  # whatever it is, the others are measured
            print(f"skipped: {name}: {missing}")
    print("| what | actions a second |", "|---|---|", *(f"| {name} | {rate:,.0f} |" for name, rate in rows), sep="\n")


if __name__ == "__main__":
    main()
