"""How long short commands take, beside an empty JVM and an empty Python."""

from __future__ import annotations

from typing import Optional

from .figures import Figures, rounds
from .floors import Floors
from .processes import Finished
from .product import LAUNCHER, PLAIN, Product

READING = ("status latest", "runs", "--help")
ASYNCIO = "Python + asyncio"


def measure(
    figures: Figures, product: Product, floors: Floors, grpc_python: Optional[str], count: int, budget_s: float
) -> None:
    """Names: `start-up`, JDK, way, command or floor, unit."""
    jdk = product.jdk.name
    read_home = product.fresh_home()
    product.hello(LAUNCHER, read_home)

    def add(way: str, what: str, finished: Finished, **more: Optional[float]) -> None:
        figures.add(
            "start-up", jdk, way, what,
            wall_ms=finished.wall_ms, cpu_ms=finished.cpu_ms, peak_mb=finished.peak_mb, **more,
        )  # fmt: skip

    def commands(way: str) -> None:
        finished, told = product.hello(way, product.fresh_home())
        add(way, "run hello", finished, python_peak_mb=told["python_peak_mb"], python_cpu_ms=told["python_cpu_ms"])
        for command in READING:
            home = [] if command == "--help" else ["--home", str(read_home)]
            add(way, command, product.command(way, *command.split(), *home))
        add(way, "empty JVM", floors.empty_jvm(launcher_flags=way == LAUNCHER))

    def pythons() -> None:
        # No memory: a child of this process is told at least this process's own.
        for what, code, interpreter in (
            ("empty Python", "", None),
            (ASYNCIO, "import asyncio", None),
            ("Python + grpc", "import grpc", grpc_python),
        ):
            if code != "import grpc" or interpreter:
                finished = floors.python(code, interpreter)
                figures.add("start-up", jdk, "floor", what, wall_ms=finished.wall_ms, cpu_ms=finished.cpu_ms)

    def side_by_side() -> None:
        figures.add("start-up", jdk, "floor", "server and asyncio", wall_ms=floors.side_by_side("import asyncio"))
        if grpc_python:
            wall_ms = floors.side_by_side("import grpc", grpc_python)
            figures.add("start-up", jdk, "floor", "server and grpc", wall_ms=wall_ms)

    rounds(count, budget_s, [lambda: commands(LAUNCHER), pythons, side_by_side, lambda: commands(PLAIN)])
