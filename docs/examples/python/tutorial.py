# %% [markdown]
# # From a lap to a claim
#
# A log of laps becomes a policy by PyTorch, the policy is driven on roads that it never saw, and a sentence about it is
# checked. The cells are those of a notebook: `jupytext --to ipynb tutorial.py` makes one, and editors that know `# %%` run
# it as it is. It needs the program `verge` on the path, and torch.

# %%
import json
import pathlib
import subprocess

import numpy as np
import torch
import verge

STEPS = 5000

# %% [markdown]
# ## Laps
#
# An expert drives two roads; a person would use `verge drive`. Each drive begins a little off the line.

# %%
logs = []
for road in ("train-1", "train-2"):
    logs.append(f"{road}.vlog")
    line = f"verge record pursuit --road {road} --episodes 4 --start-spread 0.3 --longest 20 --out {road}.vlog --force"
    subprocess.run(line.split(), check=True)

# %% [markdown]
# What was driven (in a build with Cairo):

# %%
draws = "rgb_array" in verge.DriveEnv.metadata["render_modes"]
drive = verge.view(logs[0], end=5) if draws else None
drive  # noqa: B018 -- a notebook plays what stands on a cell's last line, not what stands in an if

# %% [markdown]
# ## Learn
#
# Row t of an episode is what was sensed before action t. Observations are in SI units; verge's learners multiply them by fixed scales
# of the sense and the car. Scales by the spread of the rows would be far larger: a good driver hardly leaves the line.

# %%
episodes = verge.read_episodes(logs)
seen = torch.from_numpy(np.concatenate([e.observations[: len(e.actions)] for e in episodes]))
done = torch.from_numpy(np.concatenate([e.actions for e in episodes]))
scale = verge.DriveEnv().observation_scale

torch.manual_seed(1)
net = torch.nn.Sequential(
    torch.nn.Linear(seen.shape[1], 64), torch.nn.Tanh(), torch.nn.Linear(64, 64), torch.nn.Tanh(), torch.nn.Linear(64, 2)
)
adam = torch.optim.Adam(net.parameters(), 1e-3)
inputs = seen * torch.from_numpy(scale)
for _ in range(STEPS):
    rows = torch.randint(len(inputs), (256,))
    loss = torch.nn.functional.mse_loss(net(inputs[rows]), done[rows])
    adam.zero_grad(), loss.backward(), adam.step()

# %% [markdown]
# ## Drive
#
# The network becomes a policy file, which everything of verge drives by. The suite's test roads are none that it learned from.

# %%
policy = verge.save_policy(net, "mine.safetensors", scale=scale, learner="tutorial", replace=True)
result = verge.evaluate(policy, "standard")
result  # noqa: B018 -- a notebook shows a table

# %% [markdown]
# How many are still on the road, by time (none in a build without Cairo). `list(result.figures)` names the others.

# %%
survival = result.figures.get("survival-1")
survival  # noqa: B018

# %% [markdown]
# ## Claim
#
# A study writes down what it claims before anything is trained, trains several seeds and judges by intervals. Your own
# learner stands in it as a program (docs/study.md); here it is verge's.

# %%
pathlib.Path("claim.yaml").write_text(
    """suite: smoke
demonstrations: [4]
learners: [bc]
settings: [bc.n_epochs=20]
experts: []
seeds: 2
claims:
  - "1: a clone of four demonstrations stays on the road: off_road(bc 4) <= 0.5"
"""
)
subprocess.run("verge study claim.yaml --out claim --force".split(), check=True)
claims = json.loads(pathlib.Path("claim/result.json").read_text())["claims"]
claims  # noqa: B018
