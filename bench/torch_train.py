# The training of bench/train.c in PyTorch: 11-64-64-2 tanh, squared error, batches of 64, 256 and 4,096, one thread, forward,
# backward and step of Adam; as it comes, with Adam in one kernel (fused=True), and with both compiled by torch.compile, which
# needs a C++ compiler. Each way is warmed up first; it prints samples a second of processor time, the median of three times.
#
#     python3 bench/torch_train.py [SECONDS]
#
# Needs PyTorch: Debian's 1.13 has the first way alone.
import statistics
import sys
import time
import warnings

import torch
from torch import nn


def step(rows, fused, compiled):
    net = nn.Sequential(nn.Linear(11, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 2))
    adam = torch.optim.Adam(net.parameters(), 1e-3, **({"fused": True} if fused else {}))
    seen, done = torch.randn(rows, 11), torch.randn(rows, 2)

    def loss():
        return ((net(seen) - done) ** 2).mean()

    if compiled:
        loss = torch.compile(loss)

    def train():
        adam.zero_grad()
        loss().backward()
        adam.step()

    return train


def speed(train, rows, seconds):
    for _ in range(30):
        train()
    speeds = []
    for _ in range(3):
        begin, n = time.process_time(), 0
        while time.process_time() - begin < seconds:
            train()
            n += 1
        speeds.append(n * rows / (time.process_time() - begin))
    return statistics.median(speeds)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0.3
    warnings.simplefilter("ignore")
    print("PyTorch", torch.__version__)
    ways = {"plain": (False, False), "fused": (True, False), "compiled": (True, True)}
    for rows in (64, 256, 4096):
        for name, way in ways.items() if hasattr(torch, "compile") else [("plain", ways["plain"])]:
            print(f"{name}-{rows}", f"{speed(step(rows, *way), rows, seconds):.6g}", flush=True)


if __name__ == "__main__":
    main()
