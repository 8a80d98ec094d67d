"""How commands take a store that has grown."""

from __future__ import annotations

from .figures import Figures, rounds
from .product import LAUNCHER, Product

COMMANDS = ("status latest", "runs", "calls latest", "explain-cache latest")
# Texts do not matter to what is looked up; short ones fill a store sooner.
_PROMPT_BYTES = 64
_CALLS_A_RUN = 10_000


def measure(figures: Figures, product: Product, sizes: list[int], count: int, budget_s: float) -> None:
    """Grows one store, and takes each command at each size. Names: `growth`, size, command, unit.

    Commands that read `latest` read a run of one call, so that only what lies below it differs.
    """
    home, stored, greetings = product.fresh_home(), 0, 0
    for size in sizes:
        while stored < size:
            calls = min(_CALLS_A_RUN, size - stored)
            product.fan_out(
                LAUNCHER, home, calls, calls, prompt_bytes=_PROMPT_BYTES, salt=f"{stored}"
            )
            stored += calls

        def hello() -> None:
            nonlocal greetings
            greetings += 1
            finished, _ = product.hello(LAUNCHER, home, salt=str(greetings))
            figures.add("growth", str(size), "run hello", wall_ms=finished.wall_ms, cpu_ms=finished.cpu_ms)

        def read(command: str) -> None:
            finished = product.command(LAUNCHER, *command.split(), "--home", str(home))
            figures.add("growth", str(size), command, wall_ms=finished.wall_ms, cpu_ms=finished.cpu_ms)

        steps = [hello, *(lambda command=command: read(command) for command in COMMANDS)]
        rounds(count, budget_s / len(sizes), steps)
