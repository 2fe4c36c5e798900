"""Arguments as the C library takes them; what is of another kind is named in the error."""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable
from typing import Any, TypeGuard

Path = str | bytes | os.PathLike[str] | os.PathLike[bytes]


def is_path(value: object) -> TypeGuard[Path]:
    return isinstance(value, (str, bytes, os.PathLike))


def path_text(value: Any, what: str) -> str:
    """A path as text. TypeError for what is none, ValueError for one that no file can have."""
    if not is_path(value):
        raise TypeError(f"{what} is of type {type(value).__name__}, expected a path")
    path = os.fsdecode(value)
    if "\0" in path:
        raise ValueError(f"{what} is {path!r}: a path has no null character")
    return path


def path_texts(values: Path | Iterable[Path], what: str) -> tuple[str, ...]:
    """A path, or several."""
    if is_path(values):
        return (path_text(values, what),)
    if not isinstance(values, Iterable):
        raise TypeError(f"{what} is of type {type(values).__name__}, expected a path or several")
    return tuple(path_text(value, what) for value in values)


def plain_text(value: Any, what: str, example: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{what} is of type {type(value).__name__}, expected a text such as {example!r}")
    return value


def size_of(value: Any, what: str) -> tuple[int, int]:
    """Width and height in pixels."""
    try:
        width, height = (operator.index(side) for side in value)
    except (TypeError, ValueError):
        raise TypeError(f"{what} is {value!r}, expected whole pixels (width, height)") from None
    return width, height
