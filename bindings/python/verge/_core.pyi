from collections.abc import Callable
from typing import Any

from typing_extensions import Buffer

RENDER_MODES: str
SENSE_DEFAULT: str
VERSION: str

class Cars:
    def __new__(
        cls,
        num_envs: int,
        suite: str = "standard",
        split: str = "train",
        roads: str | None = None,
        car: str | None = None,
        sense: str = ...,
        reward: str = "progress",
        horizon: float = 60.0,
        start_spread: float = -1.0,
        autoreset: int = 0,
        threads: int = 0,
        expert: str | None = None,
    ) -> Cars: ...
    def begin(self, seed: int, round: int, observations: Buffer, /) -> None: ...
    def restart(self, reset_mask: Buffer, observations: Buffer, /) -> None: ...
    def step(
        self,
        actions: Buffer,
        observations: Buffer,
        rewards: Buffer,
        terminated: Buffer,
        truncated: Buffer,
        final_obs: Buffer | None = None,
        /,
    ) -> None: ...
    def bounds(self, low: Buffer, high: Buffer, /) -> None: ...
    def label(self, actions: Buffer, /) -> None: ...
    def scale(self, scale: Buffer, /) -> None: ...
    def render(self, car: int, pixels: Buffer, /) -> None: ...
    def show(self, car: int, width: int, height: int, /) -> bool: ...
    def columns(self) -> list[str]: ...
    def facts(self) -> dict[str, Any]: ...
    def close(self) -> None: ...

class Policy:
    def __new__(cls, path: str) -> Policy: ...
    def act(self, rows: int, observations: Buffer, actions: Buffer, /) -> None: ...
    def reset(self) -> None: ...
    def tensors(self) -> list[tuple[str, int, int, bytes]]: ...
    def facts(self) -> dict[str, Any]: ...

class Film:
    def __new__(
        cls,
        path: str,
        episode: str | None = None,
        width: int = 640,
        height: int = 480,
        fps: float = 10,
        speed: float = 1,
        start: float = 0,
        end: float = ...,
    ) -> Film: ...
    def paint(self, pixels: Buffer, /) -> None: ...
    def save(self, path: str, replace: bool = False, /) -> None: ...
    def facts(self) -> dict[str, Any]: ...

def read_rows(paths: tuple[str, ...], sense: str, /) -> list[tuple[bytes, bytes, bytes | None, bool]]: ...
def save_network(
    path: str,
    sense: str,
    car: str,
    hidden: tuple[int, ...],
    activation: str,
    parameters: Buffer,
    mean: Buffer,
    scale: Buffer,
    learner: str,
    data: str,
    seed: int,
    replace: bool,
    /,
) -> None: ...
def evaluate(
    source: str, callable: Callable[[bytearray], Buffer] | None, suite: str, sense: str, threads: int, /
) -> str: ...
def sense_size(sense: str, /) -> int: ...
