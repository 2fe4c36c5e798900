"""Logs and results as pictures: what ``verge view`` shows, as arrays and inline in a notebook."""

from __future__ import annotations

import base64
import contextlib
import os
import struct
import tempfile
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from verge._arguments import Path, path_text, size_of
from verge._core import Film

Pixels = NDArray[np.uint8]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _packed(frame: Pixels) -> bytes:
    """Rows of a picture as a PNG holds them: a byte for the filter (1: less the pixel to the left), then the pixels."""
    height, width, _ = frame.shape
    rows = np.empty((height, 1 + 3 * width), np.uint8)
    rows[:, 0] = 1
    rows[:, 1:4] = frame[:, 0]
    rows[:, 4:] = (frame[:, 1:] - frame[:, :-1]).reshape(height, -1)
    return zlib.compress(rows.tobytes(), 4)


def animated_png(frames: list[Pixels], fps: float) -> bytes:
    """Pictures, uint8 [height, width, 3], as an animated PNG that repeats for ever: every browser plays it."""
    height, width, _ = frames[0].shape
    out = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    out += _chunk(b"acTL", struct.pack(">II", len(frames), 0))
    number = 0
    for i, frame in enumerate(frames):
        head = (number, width, height, 0, 0, round(1000 / fps), 1000, 0, 0)
        out += _chunk(b"fcTL", struct.pack(">IIIIIHHBB", *head))
        number += 1
        if i == 0:
            out += _chunk(b"IDAT", _packed(frame))
        else:
            out += _chunk(b"fdAT", struct.pack(">I", number) + _packed(frame))
            number += 1
    return out + _chunk(b"IEND", b"")


def write_whole(path: str, content: bytes, replace: bool) -> None:
    """A file appears when all of it is written. FileExistsError where there is one, unless it shall be replaced."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    handle, made = tempfile.mkstemp(prefix=os.path.basename(path) + ".new-", dir=os.path.dirname(path) or ".")
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.chmod(made, 0o644)
        (os.replace if replace else os.link)(made, path)
    finally:
        with contextlib.suppress(FileNotFoundError):  # it was moved
            os.unlink(made)


class View:
    """The pictures of a log or a result; in a notebook it plays. Made by :func:`view`.

    Attributes:
        title, road: what is seen.
        seconds: of the drive.
        pictures: their number.
        fps: pictures a second.
        size: width and height in pixels.
    """

    def __init__(self, *arguments: object, **keywords: object) -> None:
        self._made = arguments, keywords
        facts = self._film().facts()
        self.title: str = facts["title"]
        self.road: str = facts["road"]  # the first, where there are several side by side
        self.seconds: float = facts["seconds"]
        self.pictures: int = facts["pictures"]
        self.fps: float = facts["fps"]
        self.size: tuple[int, int] = facts["width"], facts["height"]

    def _film(self) -> Film:
        return Film(*self._made[0], **self._made[1])  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[Pixels]:
        """The pictures one by one, uint8 [height, width, 3]."""
        film = self._film()
        for _ in range(self.pictures):
            pixels = np.empty((self.size[1], self.size[0], 3), np.uint8)
            film.paint(pixels)
            yield pixels

    def save(self, path: Path, replace: bool = False) -> None:
        """Write a video (.mp4, .webm, .gif and others; by ffmpeg) or an animated .png, whole or not at all."""
        text = path_text(path, "path")
        if not text.endswith(".png"):
            self._film().save(text, replace)
            return
        if not replace and os.path.lexists(text):
            raise FileExistsError(f"{text}: exists already")
        write_whole(text, animated_png(list(self), self.fps), replace)

    def _repr_html_(self) -> str:
        content = base64.b64encode(animated_png(list(self), self.fps)).decode()
        return f'<img width="{self.size[0]}" height="{self.size[1]}" alt="a drive" src="data:image/apng;base64,{content}">'

    def __repr__(self) -> str:
        return f"<verge.View of {self.title!r}: {self.seconds:.1f} s, {self.pictures} pictures>"


def view(
    path: Path,
    episode: str | int | None = None,
    *,
    size: tuple[int, int] = (640, 480),
    fps: float = 4.0,
    speed: float = 1.0,
    start: float = 0.0,
    end: float | None = 10.0,
) -> View:
    """What ``verge view`` shows of a log (.vlog) or of a result's folder, as pictures.

    Args:
        path: of the log or the result.
        episode: of a log its number, from 0; of a result ROAD:START; None: the first.
        size: width and height in pixels, 480 x 320 or more.
        fps: pictures a second.
        speed: seconds of the drive a second.
        start, end: s, the part of the drive that is shown; None: to its end. A picture takes some 300 kB.
    """
    last = float("nan") if end is None else end
    wanted = None if episode is None else str(episode)
    return View(path_text(path, "path"), wanted, *size_of(size, "size"), fps, speed, start, last)
