#!/usr/bin/env python3
"""Compares this tree with another one, in turn: CPU of whole processes, their children included.

Usage: bench/compare.py OTHER_TREE [PAIRS [LOAD ...]]. Both trees are built. A ratio is the median of the ratios pair by
pair, with its quartiles: believe it on a busy machine, too, and nothing else.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable

from owf_bench import processes

HERE = Path(__file__).resolve().parent.parent
SCRIPTS = HERE / "bench" / "scripts"
PROMPT_BYTES = 1024


class Tree:
    """A built tree, with a user cache and homes of its own."""

    def __init__(self, root: Path, work: Path) -> None:
        self.root = root
        self.work = work
        distorting = ("OWF_", "PYTHON", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(distorting)},
            "XDG_CACHE_HOME": str(work / "cache"),
            "XDG_RUNTIME_DIR": str(work / "nobody"),
        }
        self.hello(work / "kept")
        while any((root / "coordinator" / "target").glob("classes-*.making")):
            time.sleep(0.3)

    def owf(self, *arguments: str) -> float:
        return processes.run([self.root / "owf", *arguments], self.environment, self.work, 600).cpu_ms

    def hello(self, home: Path) -> float:
        return self.owf("run", str(SCRIPTS / "hello.py"), "--home", str(home), "--json", "--arg", "salt=a")

    def fresh(self, command: Callable[[Path], float]) -> float:
        home = self.work / "fresh"
        try:
            return command(home)
        finally:
            shutil.rmtree(home, ignore_errors=True)

    def fan_out(self, home: Path, calls: int, width: int) -> float:
        arguments = {
            "calls": calls, "width": width, "prompt_bytes": PROMPT_BYTES, "delay_ms": 0, "salt": "a", "warm_up": 0
        }  # fmt: skip
        script = str(SCRIPTS / "fan_out.py")
        return self.owf("run", script, "--home", str(home), "--json", "--args-json", json.dumps(arguments))


LOADS: dict[str, Callable[[Tree], float]] = {
    "help": lambda tree: tree.owf("--help"),
    "status": lambda tree: tree.owf("status", "latest", "--home", str(tree.work / "kept")),
    "hello": lambda tree: tree.fresh(tree.hello),
    "width-64": lambda tree: tree.fresh(lambda home: tree.fan_out(home, 10_000, 64)),
    "width-1000": lambda tree: tree.fresh(lambda home: tree.fan_out(home, 10_000, 1_000)),
    "at-once": lambda tree: tree.fresh(lambda home: tree.fan_out(home, 10_000, 10_000)),
}


def main(other: Path, pairs: int, loads: list[str]) -> None:
    # Below a directory that git ignores, on the disk that the tree is on: /tmp may be memory.
    place = HERE / "bench" / "target"
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as directory:
        trees = []
        for name, root in (("this", HERE), ("other", other)):
            work = Path(directory) / name
            work.mkdir()
            trees.append(Tree(root, work))
        for load in loads:
            figures: list[tuple[float, float]] = []
            for pair in range(pairs):
                # Who goes first changes: what runs beside them gets more, or less.
                order = trees if pair % 2 == 0 else trees[::-1]
                taken = {tree: LOADS[load](tree) for tree in order}
                figures.append((taken[trees[0]], taken[trees[1]]))
            ratios = sorted(this / that for this, that in figures)
            middle = [statistics.median(column) for column in zip(*figures)]
            print(
                f"{load:10} this {middle[0]:6.0f} ms, other {middle[1]:6.0f} ms of CPU,"
                f" {statistics.median(ratios):.3f} x"
                f" ({ratios[len(ratios) // 4]:.2f} to {ratios[-1 - len(ratios) // 4]:.2f})",
                flush=True,
            )


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(
        Path(sys.argv[1]).resolve(),
        int(sys.argv[2]) if len(sys.argv) > 2 else 9,
        sys.argv[3:] or list(LOADS),
    )
