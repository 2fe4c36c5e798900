"""The table of docs/python.md: verge's learners beside others', with the same demonstrations, labels, network and steps.

    python docs/examples/python/compare.py --verge build/release/verge --python build/python/bin/python \\
        --imitation build/python-imitation/bin/python --out out/compare --seeds 2

Each training is a process of one thread, and its seconds are those of the processor, start included. What is there in --out
is kept, so that a stopped comparison goes on.
"""

import argparse
import json
import os
import pathlib
import time

import verge

HERE = pathlib.Path(__file__).parent
ROADS = ["train-1", "train-2", "train-3", "train-4"]
ROUNDS = 31  # of 16 cars and 400 actions


def run(command):
    """Run a program, and return the seconds of processor time that it took."""
    print("+", *command, flush=True)
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    child = os.posix_spawnp(command[0], [os.fspath(word) for word in command], environment)
    status, used = os.wait4(child, 0)[1:]
    if status:
        raise SystemExit(f"{command[0]} failed: {status}")
    return used.ru_utime + used.ru_stime


def record(options):
    """16 drives of 20 s by pursuit: 6,400 labels."""
    logs = [options.out / f"{road}.vlog" for road in ROADS]
    for i, (road, log) in enumerate(zip(ROADS, logs)):
        if not log.exists():
            run([options.verge, "record", "pursuit", "--road", road, "--episodes", "4", "--start-spread", "0.3",
                 "--longest", "20", "--seed", str(i + 1), "--out", log])
    return [os.fspath(log) for log in logs]


def trainings(options, logs, seed):
    """(learner, whose, command, its output) of every training of a seed."""

    def ours(learner, *words, logs=logs, label=None):
        out = options.out / f"{label or learner}-ours-{seed}.safetensors"
        words = [word for pair in words for word in ("--set", pair)]
        given = ["--logs", *logs] if logs else []
        return [options.verge, "train", learner, *given, "--out", out, "--seed", str(seed), "--threads", "1", "--force", *words], out

    def found(learner, *words):
        """Ours where the output is a reward, and the policy stands beside it."""
        command, reward = ours(learner, *words, label=f"{learner}-reward")
        out = options.out / f"{learner}-ours-{seed}.safetensors"
        return [*command, "--policy", out], out

    def theirs(python, script, *words, label):
        scored = script == "d3rlpy_offline.py"  # by itself, since its policies are no policy files
        out = options.out / f"{label}-theirs-{seed}{'.json' if scored else '.safetensors'}"
        flag = "--json" if scored else "--out"
        return [python, HERE / script, *words, flag, out, "--seed", str(seed)], out

    def driven(command, out):
        return [*command, "--roads", *ROADS], out

    def asked(command, out):
        return [*command, "--expert", "pursuit"], out

    steps = str(ROUNDS * 16 * 400)
    rl = [f"rounds={ROUNDS}"]
    bc = ["bc.n_epochs=400", "bc.patience=0", "bc.validation_fraction=0"]  # 25 batches of 256 an epoch
    yield "BC", "verge", *ours("bc", *bc)
    yield "BC", "verge, z-score", *ours("bc", *bc, "scaling=zscore", label="bcz")
    yield "BC", "imitation", *theirs(options.imitation, "imitation_bc.py", "--logs", *logs, "--steps", "10000", label="bc")
    yield "BC", "imitation, physical scales", *theirs(
        options.imitation, "imitation_bc.py", "--logs", *logs, "--steps", "10000", "--scaling", "physical", label="bcp")
    yield "DAgger", "verge", *asked(*driven(*ours("dagger", "rounds=6", "labels=12400", "gradient_steps=5000", "retrain=warm")))
    yield "DAgger", "imitation", *driven(*theirs(
        options.imitation, "imitation_dagger.py", "--logs", *logs, "--rounds", "5", "--labels", "1200", "--steps", "6000",
        label="dagger"))
    yield "DAgger", "imitation, physical scales", *driven(*theirs(
        options.imitation, "imitation_dagger.py", "--logs", *logs, "--rounds", "5", "--labels", "1200", "--steps", "6000",
        "--scaling", "physical", label="daggerp"))
    yield "GAIL", "verge", *driven(*ours("gail", *rl))
    yield "GAIL", "imitation", *driven(*theirs(
        options.imitation, "imitation_adversarial.py", "gail", "--logs", *logs, "--steps", steps, label="gail"))
    yield "AIRL", "verge", *driven(*found("airl", *rl))
    yield "AIRL", "imitation", *driven(*theirs(
        options.imitation, "imitation_adversarial.py", "airl", "--logs", *logs, "--steps", steps, label="airl"))
    yield "PPO", "verge", *driven(*ours("ppo", *rl, logs=None))
    yield "PPO", "Stable-Baselines3", *driven(*theirs(options.python, "sb3_ppo.py", "--steps", steps, label="ppo"))
    offline = ["rounds=10", "n_steps=1000", "batch_size=256"]
    for name, called, learner in (("TD3+BC", "td3bc", "td3-bc"), ("IQL", "iql", "iql"), ("CQL", "cql", "cql")):
        yield name, "verge", *ours(learner, *offline)
        if learner == "td3-bc":
            yield name, "verge, physical scales", *ours(learner, *offline, "scaling=physical", label="td3-bcp")
        yield name, "d3rlpy", *theirs(
            options.python, "d3rlpy_offline.py", called, "--logs", *logs, "--steps", "10000", "--suite", options.suite, label=called)


def row(options, seed, learner, whose, command, out):
    """The numbers of one training: made, or read where they are there."""
    note = out.with_suffix(".row.json")
    if not note.exists():
        seconds = run(command)
        document = json.loads(out.read_text()) if out.suffix == ".json" else verge.evaluate(out, options.suite)
        summary = document["arms"][0]["summary"]
        numbers = {name: (summary[name] or {"value": None})["value"] for name in ("success", "off_road", "drift_50", "mean_speed")}
        seconds = document.get("training_s", seconds)
        note.write_text(json.dumps({"learner": learner, "whose": whose, "seed": seed, "seconds": seconds, **numbers}))
    return json.loads(note.read_text())


def table(rows):
    """Markdown: the mean over the seeds, and each seed where they differ."""
    yield "| learner | whose | success | off the road | median drift (m) | speed (m/s) | processor (s) |"
    yield "|---|---|---|---|---|---|---|"
    for key in dict.fromkeys((row["learner"], row["whose"]) for row in rows):
        of = [row for row in rows if (row["learner"], row["whose"]) == key]

        def show(name, factor=1.0, digits=0, unit="", of=of):
            values = [row[name] * factor for row in of if row[name] is not None]
            if not values:
                return "-"
            said = ", ".join(f"{value:.{digits}f}" for value in values)
            return said + unit

        yield (f"| {key[0]} | {key[1]} | {show('success', 100, 1, ' %')} | {show('off_road', 100, 1, ' %')} | "
               f"{show('drift_50', 1, 2)} | {show('mean_speed', 1, 1)} | {show('seconds')} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("verge", "python", "imitation", "out"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--suite", default="standard")
    parser.add_argument("--only", nargs="+", help="these learners alone")
    parser.add_argument("--whose", nargs="+", help="of these libraries alone, such as imitation or 'imitation, physical scales'")
    options = parser.parse_args()
    options.verge = options.verge.resolve()
    options.out.mkdir(parents=True, exist_ok=True)
    logs, rows, begin = record(options), [], time.time()
    for seed in range(1, options.seeds + 1):
        chosen = [
            one
            for one in trainings(options, logs, seed)
            if (not options.only or one[0] in options.only)
            and (not options.whose or {one[1], one[1].split(",")[0]} & set(options.whose))
        ]
        rows += [row(options, seed, *one) for one in chosen]
    print(*table(rows), sep="\n")
    print(f"{time.time() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main()
