"""Behavioural cloning in plain PyTorch, from verge's logs to ONNX, to a policy file and to a score.

    python torch_bc_onnx.py --logs demo.vlog --out bc

writes bc.onnx, the network with its scaling and clamp as PyTorch exports it, and bc.safetensors, which verge makes of it.
"""

import argparse
import warnings

import numpy as np
import torch
import verge
from torch import nn


class Driver(nn.Module):
    """Observations as they are sensed to actions in [-1, 1].

    The scale is fixed by the sense and the car: one that is fitted to the demonstrations makes much of small offsets,
    and such a policy soon meets inputs far outside of what it learned from.
    """

    def __init__(self, scale):
        super().__init__()
        self.register_buffer("scale", torch.from_numpy(scale))
        self.net = nn.Sequential(nn.Linear(len(scale), 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 2))

    def forward(self, seen):
        return self.net(seen * self.scale).clamp(-1, 1)

    def loss(self, batch):
        return nn.functional.mse_loss(self.net(batch["observation"][:, -1] * self.scale), batch["action"][:, 0])


def train(data, epochs, seed):
    torch.manual_seed(seed)
    driver = Driver(np.asarray(verge.DriveEnv(sense=data.sense).observation_scale, np.float32))
    loader = torch.utils.data.DataLoader(data, batch_size=256, shuffle=True)
    optimiser = torch.optim.Adam(driver.parameters(), lr=1e-3)
    for _ in range(epochs):
        for batch in loader:
            optimiser.zero_grad()
            driver.loss(batch).backward()
            optimiser.step()
    return driver.eval()


def export(driver, data, path):
    """As PyTorch's exporter writes it: numbers in the file itself, any number of rows."""
    seen = torch.from_numpy(data.observations[:4])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own future
        torch.onnx.export(driver, seen, path, input_names=["seen"], output_names=["action"], dynamic_axes={"seen": {0: "n"}})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--logs", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--suite", default="smoke")
    options = parser.parse_args()
    torch.set_num_threads(1)

    data = verge.Dataset(options.logs)
    driver = train(data, options.epochs, options.seed)
    export(driver, data, options.out + ".onnx")
    policy = verge.import_onnx(options.out + ".onnx", options.out + ".safetensors", sense=data.sense, overwrite=True)

    with torch.no_grad():
        wanted = driver(torch.from_numpy(data.observations)).numpy()
    print(f"rows {len(data)}, actions of the policy file differ by {np.abs(policy(data.observations) - wanted).max():.1e}")
    result = verge.evaluate(policy, options.suite)
    print(f"success {result['arms'][0]['summary']['success']}")


if __name__ == "__main__":
    main()
