"""What a notebook shows: results, their figures, and drives."""

import pathlib
import struct
import xml.dom.minidom
import zlib

import numpy as np
import pytest

import verge
from verge import _core
from verge.views import animated_png

ROOT = pathlib.Path(__file__).parents[3]
LOG = ROOT / "assets" / "logs" / "human_model-chicane.vlog"
draws = pytest.mark.skipif(not _core.RENDER_MODES, reason="this build draws nothing")


def chunks(content):
    at, found = 8, []
    while at < len(content):
        (size,) = struct.unpack(">I", content[at : at + 4])
        found.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + size]))
        assert struct.unpack(">I", content[at + 8 + size : at + 12 + size])[0] == zlib.crc32(content[at + 4 : at + 8 + size])
        at += 12 + size
    return found


def test_a_result_is_a_table_and_figures():
    result = verge.evaluate(lambda seen: np.zeros((len(seen), 2)), suite="smoke", name="<idle>")
    table = xml.dom.minidom.parseString(result._repr_html_())
    assert "&lt;idle&gt;" in result._repr_html_() or "idle" in result._repr_html_()
    assert len(table.getElementsByTagName("td")) == 4
    if not _core.RENDER_MODES:
        assert result.figures == {}
        return
    assert len(result.figures) >= 2
    for name, figure in result.figures.items():
        document = xml.dom.minidom.parseString(figure._repr_svg_())
        assert document.documentElement.tagName == "svg" and figure.title, name


@draws
def test_a_log_plays():
    seen = verge.view(LOG, size=(480, 360), fps=2, end=2)
    frames = list(seen)
    assert seen.pictures == len(frames) == 5 and seen.seconds > 2
    assert frames[0].shape == (360, 480, 3) and (frames[0] != frames[4]).any()
    assert seen._repr_html_().startswith('<img width="480"')
    with pytest.raises(FileNotFoundError):
        verge.view("none.vlog")
    with pytest.raises(ValueError, match="expected"):
        verge.view(LOG, fps=0)
    with pytest.raises(ValueError, match="pixels"):
        verge.view(LOG, size=(20, 20))


def test_an_animated_png_holds_its_pictures(tmp_path):
    frames = [np.random.default_rng(i).integers(0, 256, (5, 7, 3), np.uint8) for i in range(3)]
    found = chunks(animated_png(frames, 4))
    assert [kind for kind, _ in found] == [b"IHDR", b"acTL", b"fcTL", b"IDAT", b"fcTL", b"fdAT", b"fcTL", b"fdAT", b"IEND"]
    assert [struct.unpack(">I", data[:4])[0] for kind, data in found if kind in (b"fcTL", b"fdAT")] == [0, 1, 2, 3, 4]
    packed = [data[4 * (kind == b"fdAT") :] for kind, data in found if kind in (b"IDAT", b"fdAT")]
    for frame, data in zip(frames, packed):
        rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(5, 22)
        assert (rows[:, 0] == 1).all()
        assert (np.cumsum(rows[:, 1:].reshape(5, 7, 3), axis=1, dtype=np.uint8) == frame).all()


def test_the_tutorial_runs(library, tmp_path, monkeypatch):
    library("torch")
    monkeypatch.chdir(tmp_path)
    program = pathlib.Path(verge.__file__).parents[2] / "verge"
    if not program.exists():
        pytest.skip("the program verge is in a build tree only")
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    text = (ROOT / "docs" / "examples" / "python" / "tutorial.py").read_text()
    names = {}
    exec(compile(text.replace('"standard"', '"smoke"').replace("STEPS = 5000", "STEPS = 200"), "tutorial.py", "exec"), names)
    assert names["result"]["arms"][0]["summary"]["success"]["value"] >= 0
    assert len(names["claims"]) == 1
    if _core.RENDER_MODES:
        assert names["drive"].pictures and names["survival"].svg.startswith(("<svg", "<?xml"))
