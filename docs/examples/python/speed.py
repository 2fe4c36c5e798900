"""How fast the environments are, in actions a second of processor time on one core: the tables of docs/python.md.

    PYTHONPATH=build/release/python build/python/bin/python docs/examples/python/speed.py

Beside verge stand, where they are installed, HighwayEnv and Gymnasium's CarRacing; each is driven by random actions:

    python3 -m venv peers && peers/bin/pip install gymnasium==1.4.0 highway-env==1.12.1 box2d==2.3.10
    PYTHONPATH=build/release/python peers/bin/python docs/examples/python/speed.py
"""

import pathlib
import subprocess
import time

import gymnasium
import numpy as np
import verge

CARS, STEPS, TIMES, ROUNDS = 4096, 20, 25, 4


def best(step, actions_a_step, times=TIMES):
    """The fastest of some measurements, each of STEPS steps or a second, whichever is shorter."""
    rates = []
    for _ in range(times):
        begin, done = time.process_time(), 0
        while done < STEPS and (done == 0 or time.process_time() - begin < 1):
            step(done)
            done += 1
        rates.append(done * actions_a_step / (time.process_time() - begin))
    return max(rates)


def many():
    """C alone, step_into and step, in turns and from the same starts: what else the machine does meets all alike."""
    program = pathlib.Path(verge.__file__).parents[1] / "python-speed"
    cars = verge.DriveVectorEnv(CARS, threads=1)
    seen, _ = cars.reset(seed=1)
    rng = np.random.default_rng(1)
    actions = [rng.uniform(-1, 1, (CARS, 2)).astype(np.float32) for _ in range(20)]
    out = seen, np.empty(CARS, np.float32), np.empty(CARS, np.bool_), np.empty(CARS, np.bool_)
    rates = {"C alone": 0.0, "make_vec, step_into": 0.0, "make_vec, step": 0.0}
    steps = {"make_vec, step_into": lambda t: cars.step_into(actions[t % 20], *out),
             "make_vec, step": lambda t: cars.step(actions[t % 20])}
    for _ in range(ROUNDS):
        if program.exists():
            said = subprocess.run([program], check=True, capture_output=True, text=True).stdout
            rates["C alone"] = max(rates["C alone"], float(said))
        for name, step in steps.items():
            cars.reset(seed=1)
            rates[name] = max(rates[name], best(step, CARS))
    for name, rate in rates.items():
        share = f" ({rate / rates['C alone']:.2f} of C)" if rates["C alone"] and name != "C alone" else ""
        yield f"verge, {name}{share}", rate, 0.05


def learning(torch):
    """With a torch policy in the loop, and torch's share of the time."""
    torch.set_num_threads(1)
    cars = verge.DriveVectorEnv(CARS, threads=1)
    seen, _ = cars.reset(seed=1)
    out = seen, np.empty(CARS, np.float32), np.empty(CARS, np.bool_), np.empty(CARS, np.bool_)
    for size in (16, 64):
        net = torch.nn.Sequential(torch.nn.Linear(11, size), torch.nn.Tanh(), torch.nn.Linear(size, size), torch.nn.Tanh(),
                                  torch.nn.Linear(size, 2))
        spent = [0.0, 0.0]

        def act(t, net=net, spent=spent):
            begin = time.process_time()
            with torch.no_grad():
                chosen = net(torch.from_numpy(seen)).numpy()
            middle = time.process_time()
            cars.step_into(chosen, *out)
            spent[0] += middle - begin
            spent[1] += time.process_time() - middle

        rate = best(act, CARS)
        yield f"verge, a torch policy ({size}, {size}) in the loop; torch's share {100 * spent[0] / sum(spent):.0f} %", rate, 0.05


def one(name, seconds):
    """One environment of Gymnasium, by random actions; an action drives so many seconds."""
    env = gymnasium.make(name)
    env.reset(seed=1)
    env.action_space.seed(1)

    def step(t):
        if any(env.step(env.action_space.sample())[2:4]):
            env.reset()

    return name, best(step, 1, times=10), seconds


def main():
    rows = list(many())
    try:
        import torch
    except ImportError as missing:
        print(f"skipped: a torch policy: {missing}")
    else:
        rows += learning(torch)
    peers = [("verge/Drive-v0", "verge", 0.05), ("highway-v0", "highway_env", 1.0), ("racetrack-v1", "highway_env", 0.2),
             ("CarRacing-v3", "Box2D", 0.02)]
    for name, package, seconds in peers:
        try:
            __import__(package)
            rows.append(one(name, seconds))
        except Exception as missing:  # whatever it is, the others are measured
            print(f"skipped: {name}: {missing}")
    print("| what | actions a second | seconds driven a second |", "|---|---|---|",
          *(f"| {name} | {rate:,.0f} | {rate * seconds:,.0f} |" for name, rate, seconds in rows), sep="\n")


if __name__ == "__main__":
    main()
