#!/usr/bin/env python3
"""Times commands alone and with `owf up`, in turn, and prints medians and the medians of the ratios round by round.

Usage: bench/up.py [ROUNDS]. Makes a home and a coordinator of its own in a temporary directory, and ends the latter.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWF = str(ROOT / "owf")
#: Runs before anything is timed: a coordinator in the background has worked before.
WARM_UP = 100
COMMANDS = ("status latest", "runs", "calls latest", "--help", "run hello.py")


def milliseconds(command: list[str], environment: dict[str, str], directory: str) -> float:
    start = time.perf_counter()
    subprocess.run(
        command, env=environment, cwd=directory, stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
    return 1000 * (time.perf_counter() - start)


def main(rounds: int) -> None:
    # The interpreter itself, behind any version manager's wrapper, as scripts are run with.
    python = subprocess.check_output(["python3", "-c", "import sys; print(sys.executable)"], text=True).strip()
    with tempfile.TemporaryDirectory() as directory:
        alone = {**os.environ, "OWF_HOME": f"{directory}/home", "XDG_RUNTIME_DIR": f"{directory}/nobody"}
        with_up = {**alone, "XDG_RUNTIME_DIR": f"{directory}/up"}
        (Path(directory) / "hello.py").write_bytes((ROOT / "examples" / "hello_workflow.py").read_bytes())
        milliseconds([OWF, "run", "hello.py"], alone, directory)
        milliseconds([OWF, "up"], with_up, directory)
        try:
            for _ in range(WARM_UP):
                milliseconds([OWF, "run", "hello.py"], with_up, directory)
            for command in COMMANDS:
                line = [OWF, *command.split()]
                times = [
                    (
                        milliseconds(line, alone, directory),
                        milliseconds(line, with_up, directory),
                        milliseconds([python, "-c", "pass"], alone, directory),
                        milliseconds([python, "-c", "import asyncio"], alone, directory),
                    )
                    for _ in range(rounds)
                ]
                print_medians(command, times)
        finally:
            milliseconds([OWF, "down"], with_up, directory)


def print_medians(command: str, times: list[tuple[float, float, float, float]]) -> None:
    alone, with_up, python, with_asyncio = (statistics.median(column) for column in zip(*times))
    print(
        f"{command:14} alone {alone:5.0f} ms, with up {with_up:5.0f} ms"
        f" ({statistics.median(u / a for a, u, *_ in times):.2f} x alone,"
        f" {statistics.median(u / p for _, u, p, _ in times):.1f} x an empty Python of {python:.0f} ms,"
        f" {statistics.median(u / p for _, u, _, p in times):.1f} x one that imports asyncio of {with_asyncio:.0f} ms)"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
