"""The snippets of docs/python.md, in their order, in a folder with the files that they name; and README's ten lines are the page's."""

import pathlib
import re
import shutil

import pytest

import verge

ROOT = pathlib.Path(__file__).parents[3]
PAGE = (ROOT / "docs/python.md").read_text()


def snippets(text):
    return re.findall(r"```python\n(.*?)```", text, re.S)


def test_the_ten_lines_are_the_same():
    ten = snippets(PAGE)[0]
    assert ten == snippets((ROOT / "README.md").read_text().split("## Python")[1])[0]
    assert len(ten.strip().splitlines()) == 10


def test_the_ten_lines_run(library, tmp_path, tiny):
    """With fewer steps, and a smaller suite."""
    library("stable_baselines3")
    text = snippets(PAGE)[0].replace("640_000", "640").replace("n_steps=100", "n_steps=10").replace('"standard"', '"tiny.yaml"')
    try:
        exec(text, {})
    except ValueError as error:
        if "without" in str(error):
            pytest.skip(str(error))
        raise
    assert (tmp_path / "ppo.onnx").stat().st_size > 10000


def test_the_snippets_run(library, tmp_path, tiny):
    torch = library("torch")
    library("pyarrow"), library("minari")
    (tmp_path / "sets").mkdir()
    shutil.copy(ROOT / "assets/logs/human_model-chicane.vlog", "laps.vlog")
    names = {"torch": torch, "env_sense": verge.SENSE_DEFAULT}
    for width, sense, path in ((11, verge.SENSE_DEFAULT, "bc.safetensors"), (3, "offset,heading,speed", "small.safetensors")):
        names["net"] = torch.nn.Sequential(torch.nn.Linear(width, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
        verge.save_policy(names["net"], path, sense=sense)
    names["net"] = torch.nn.Sequential(torch.nn.Linear(11, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    try:
        verge.export_onnx("small.safetensors", "mine.onnx")
    except ValueError as error:
        pytest.skip(str(error))
    (drive, score, load, save, ours, data) = snippets(PAGE)[1:]
    # A policy of the page's own making has the name that the next snippet asks for.
    data = data.replace('"mine.safetensors"', '"imported.safetensors"')
    for text in (drive, score, load, save, ours, data):
        exec(re.sub('"(standard|smoke)"', '"tiny.yaml"', text), names)
    assert names["result"]["command"] == "verge.evaluate mine --suite tiny.yaml"
    assert names["policy"].sense == "offset,heading,speed" and (tmp_path / "again.vlog").exists()
    assert names["batch"]["action"].shape[1:] == (8, 2) and (tmp_path / "sets/laps/meta/info.json").exists()
