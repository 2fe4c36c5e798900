# The fits of bench/chunks.c in PyTorch: the same networks, losses, noise and batches of 256, one thread, forward,
# backward and step of Adam. Needs PyTorch, e.g. Debian's python3-torch; script/bench runs it beside verge bench. Prints
# "NAME samples/s", medians of three runs, by processor time.
import math
import statistics
import sys
import time

import torch
from torch import nn

ROWS, SENSED = 256, 11


def perceptron(*sizes):
    layers = []
    for i, o in zip(sizes, sizes[1:]):
        layers += [nn.Linear(i, o), nn.Tanh()]
    return nn.Sequential(*layers[:-1])


class Transformer(nn.Module):
    """The layers of agents/nets/transformer.c: groups of tokens, and queries that give the outputs."""

    def __init__(self, widths, tokens, queries, outputs, style):
        super().__init__()
        self.queries = queries
        self.groups = nn.ModuleList(nn.Linear(w, 64) for w in widths)
        self.place = nn.Parameter(torch.rand(tokens + queries, 64))
        self.style = nn.Linear(style, 64, bias=False) if style else None
        layer = nn.TransformerEncoderLayer(64, 4, 128, dropout=0.0, norm_first=True, batch_first=True)
        self.layers = nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(64))
        self.output = nn.Linear(64, outputs)

    def forward(self, groups, style=None):
        shown = [linear(g) for linear, g in zip(self.groups, groups)]
        query = torch.zeros(ROWS, self.queries, 64)
        if style is not None:
            query = query + self.style(style)[:, None]
        x = torch.cat([*shown, query], 1) + self.place
        return self.output(self.layers(x)[:, -self.queries :]).flatten(1)


def act(encode, decode, chunk, latent, parameters):
    seen, done, real = torch.randn(ROWS, SENSED), torch.rand(ROWS, 2 * chunk) * 2 - 1, torch.ones(ROWS, 2 * chunk)
    adam = torch.optim.Adam(parameters, 1e-3)

    def step():
        adam.zero_grad()
        mean, log_variance = encode(seen, done).chunk(2, 1)
        z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
        divergence = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1).mean()
        loss = ((decode(seen, z) - done).abs() * real).sum() / real.sum() + 10 * divergence
        loss.backward()
        adam.step()

    return step


def chunks(sizes, chunk, latent):
    hidden = [int(s) for s in sizes.split(",")]
    encoder = perceptron(SENSED + 2 * chunk, *hidden, 2 * latent)
    decoder = perceptron(SENSED + latent, *hidden, 2 * chunk)
    return act(lambda s, d: encoder(torch.cat([s, d], 1)), lambda s, z: decoder(torch.cat([s, z], 1)), chunk, latent,
               [*encoder.parameters(), *decoder.parameters()])


def transformer(chunk, latent):
    encoder = Transformer([SENSED, 2], 1 + chunk, 1, 2 * latent, 0)
    decoder = Transformer([SENSED], 1, chunk, 2, latent)
    return act(lambda s, d: encoder([s[:, None], d.view(ROWS, chunk, 2)]), lambda s, z: decoder([s[:, None]], z), chunk,
               latent, [*encoder.parameters(), *decoder.parameters()])


def denoiser(sizes, chunk, steps):
    hidden = [int(s) for s in sizes.split(",")]
    net = perceptron(2 * SENSED + 2 * chunk + 16, *hidden, 2 * chunk)
    seen, done = torch.randn(ROWS, 2 * SENSED), torch.rand(ROWS, 2 * chunk) * 2 - 1
    adam = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=0)
    t = torch.arange(steps) + 1
    kept = torch.cos((t / steps + 0.008) / 1.008 * math.pi / 2) ** 2 / math.cos(0.008 / 1.008 * math.pi / 2) ** 2
    signal, noise = kept.clamp(1e-4, 1).sqrt(), (1 - kept.clamp(1e-4, 1)).sqrt()
    frequency = 100 / 10000 ** (torch.arange(8) / 7)

    def step():
        adam.zero_grad()
        k, e = torch.randint(steps, (ROWS,)), torch.randn(ROWS, 2 * chunk)
        x = signal[k, None] * done + noise[k, None] * e
        time = (k / steps)[:, None] * frequency
        said = net(torch.cat([seen, x, time.sin(), time.cos()], 1))
        loss = ((said - (signal[k, None] * e - noise[k, None] * done)) ** 2).mean()
        loss.backward()
        adam.step()

    return step


def measure(name, step, seconds):
    for _ in range(5):
        step()
    speeds = []
    for _ in range(3):
        begin, n = time.process_time(), 0
        while time.process_time() - begin < seconds:
            step()
            n += 1
        speeds.append(n * ROWS / (time.process_time() - begin))
    print(name, f"{statistics.median(speeds):.6g}", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(0)
    length = float(sys.argv[1]) if len(sys.argv) > 1 else 0.3
    measure("chunk", chunks("64,64", 20, 8), length)
    measure("transformer", transformer(20, 8), length)
    measure("denoiser", denoiser("128,128", 16, 100), length)
