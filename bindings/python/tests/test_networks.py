"""PyTorch networks as policy files, and policy files as PyTorch networks."""

import json
import pathlib
import subprocess

import numpy as np
import pytest

import verge

SENSE = "offset,heading,speed,curvature@0:5"
VERGE = pathlib.Path(verge.__file__).parents[2] / "verge"


@pytest.fixture
def torch(library):
    return library("torch")


def sequential(torch, *layers):
    return torch.nn.Sequential(*layers)


def small(torch, activation=None):
    torch.manual_seed(3)
    nn = torch.nn
    activation = activation or nn.Tanh
    return nn.Sequential(nn.Sequential(nn.Linear(5, 7), activation()), nn.Identity(), nn.Linear(7, 2, bias=False))


@pytest.mark.parametrize("activation", ["Tanh", "ReLU"])
def test_a_saved_network_acts_as_in_torch(torch, tmp_path, activation):
    net, rng = small(torch, getattr(torch.nn, activation)), np.random.default_rng(1)
    mean, scale = rng.normal(size=5).astype(np.float32), rng.uniform(0.1, 2, 5).astype(np.float32)
    policy = verge.save_policy(net, tmp_path / "p.safetensors", sense=SENSE, mean=mean, scale=scale, car="kart", seed=9)
    seen = rng.normal(size=(50, 5)).astype(np.float32)
    with torch.no_grad():
        wanted = net(torch.from_numpy((seen - mean) * scale)).clamp(-1, 1).numpy()
    assert np.abs(policy(seen) - wanted).max() < 1e-6
    assert (policy.sense, policy.car) == (SENSE, "kart")


def test_a_saved_network_scores_the_same_bits_everywhere(torch, tmp_path):
    path = tmp_path / "p.safetensors"
    verge.save_policy(small(torch), path, sense=SENSE, scale=[0.2, 1, 0.02, 20, 20])
    result = verge.evaluate(path, suite="smoke")
    if VERGE.exists():
        subprocess.run([VERGE, "eval", path, "--suite", "smoke", "--out", tmp_path / "out"], check=True, capture_output=True)
        assert (tmp_path / "out" / "result.json").read_text() == result.text


def test_a_module_is_scored_without_a_file(torch, tmp_path):
    class Scaled(torch.nn.Module):
        def __init__(self, net):
            super().__init__()
            self.net = net

        def forward(self, seen):
            return self.net(seen)

    result = verge.evaluate(Scaled(small(torch)), suite="smoke", sense=SENSE)
    again = verge.evaluate(verge.save_policy(small(torch), tmp_path / "p.safetensors", sense=SENSE), suite="smoke")
    assert result["arms"][0]["label"] == "Scaled"
    for name in ("success", "off_road"):
        assert result["arms"][0]["summary"][name]["value"] == again["arms"][0]["summary"][name]["value"]


def test_ours_loads_into_ten_lines(torch, tmp_path):
    """The lines of docs/python.md."""
    text = (pathlib.Path(__file__).parents[3] / "docs" / "python.md").read_text()
    lines = text.split("<!-- sequential -->\n```python\n")[1].split("```")[0]
    assert len(lines.strip().splitlines()) <= 10
    path = tmp_path / "bc.safetensors"
    verge.save_policy(small(torch), path, sense=SENSE, mean=[0, 0, 12, 0, 0], scale=[0.2, 1, 0.02, 20, 20])
    names = {}
    exec(lines.replace('"bc.safetensors"', repr(str(path))), names)
    seen = np.random.default_rng(2).normal(size=(40, 5)).astype(np.float32)
    with torch.no_grad():
        wanted = names["net"](torch.from_numpy(seen)).clamp(-1, 1).numpy()
    assert np.abs(verge.load_policy(path)(seen) - wanted).max() < 1e-6


def test_what_a_policy_file_cannot_hold_is_named(torch, tmp_path):
    nn, path = torch.nn, tmp_path / "p.safetensors"
    wrong = [
        (sequential(torch, nn.Linear(5, 7), nn.GELU(), nn.Linear(7, 2)), "GELU"),
        (sequential(torch, nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 7), nn.ReLU(), nn.Linear(7, 2)), "one of them"),
        (sequential(torch, nn.Conv1d(1, 1, 1)), "Conv1d"),
        (sequential(torch, nn.Linear(5, 2), nn.Tanh()), "the last is a Tanh"),
        (sequential(torch, nn.Linear(5, 3)), "3 outputs"),
        (sequential(torch, nn.Linear(6, 2)), "6 inputs"),
        (sequential(torch), "there are none"),
        (sequential(torch, nn.Linear(5, 4), nn.Tanh(), nn.Linear(3, 2)), "4 outputs before one of 3 inputs"),
        (sequential(torch, *[layer for _ in range(9) for layer in (nn.Linear(5, 5), nn.Tanh())], nn.Linear(5, 2)), "9 hidden"),
        (sequential(torch, nn.Linear(5, 5000), nn.Tanh(), nn.Linear(5000, 2)), "5000 units"),
    ]
    for net, said in wrong:
        with pytest.raises(ValueError, match=said):
            verge.save_policy(net, path, sense=SENSE)
    net = small(torch)
    for keywords, error, said in [
        ({"sense": "offset,ahead"}, ValueError, "ahead"),
        ({"mean": [1, 2]}, ValueError, "mean has the shape"),
        ({"scale": [1, 1, float("nan"), 1, 1]}, ValueError, "finite|number"),
        ({"car": "boat"}, (ValueError, FileNotFoundError), "boat"),
        ({"seed": -1}, (ValueError, OverflowError), "."),
    ]:
        with pytest.raises(error, match=said):
            verge.save_policy(net, path, **{"sense": SENSE, **keywords})
    with torch.no_grad():
        net[0][0].weight[0, 0] = float("inf")
    with pytest.raises(ValueError, match="net.0.weight"):
        verge.save_policy(net, path, sense=SENSE)
    with pytest.raises(TypeError, match="no torch module"):
        verge.save_policy(np.zeros(3), path, sense=SENSE)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_kept(torch, tmp_path):
    path = tmp_path / "p.safetensors"
    verge.save_policy(small(torch), path, sense=SENSE)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        verge.save_policy(small(torch, torch.nn.ReLU), path, sense=SENSE)
    assert path.read_bytes() == before
    verge.save_policy(small(torch, torch.nn.ReLU), path, sense=SENSE, replace=True)
    assert path.read_bytes() != before


def test_tensors_without_torch():
    policy = verge.load_policy(pathlib.Path(__file__).parents[3] / "tests" / "fixtures" / "torch_policy.safetensors")
    shapes = {name: values.shape for name, values in policy.tensors.items()}
    assert shapes["net.0.weight"] == (9, 5) and shapes["net.4.bias"] == (2,) and shapes["normaliser.mean"] == (5,)
    assert verge.load_policy("pursuit").tensors == {}
    assert json.dumps(sorted(shapes))
