"""How long commands that read take in a large store, beside the same in a small one."""

from __future__ import annotations

import json
from pathlib import Path

from .figures import Figures, rounds
from .product import LAUNCHER, SCRIPTS, Product

SMALL = 100
# What is made with one run: a large store is many runs, as a user's is.
_CALLS_A_RUN = 10_000
_PROMPT_BYTES = 64
# CALL stands for the id of a call, RUN for that of its run.
COMMANDS = (
    "status latest",
    "status RUN",
    "status RUN --follow",
    "runs",
    "calls RUN",
    "events RUN",
    "output RUN",
    "cat CALL",
    "cat CALL --prompt",
    "artifacts RUN",
    "explain-cache RUN",
    "report RUN --stdout",
    "usage",
    "usage --by day",
    "gc --dry-run",
)


def measure(figures: Figures, product: Product, large: int, count: int, budget_s: float) -> None:
    """Names: `reading`, the store's size, command, unit.

    Both stores hold what the product itself put there, and end with the same small run, which is what is
    looked at: a list of a whole run is as long as that run, in whichever store.
    """
    stores = {size: _store(product, size) for size in (SMALL, large)}

    def read(command: str) -> None:
        for size, (home, run) in stores.items():
            words = command.replace("CALL", f"{run}_call_0002").replace("RUN", run).split()
            finished = product.command(LAUNCHER, *words, "--home", str(home))
            figures.add("reading", str(size), command, wall_ms=finished.wall_ms, cpu_ms=finished.cpu_ms)

    rounds(count, budget_s, [lambda command=command: read(command) for command in COMMANDS])


def _store(product: Product, size: int) -> tuple[Path, str]:
    home, stored = product.fresh_home(), 0
    while stored < size:
        calls = min(_CALLS_A_RUN, size - stored)
        product.fan_out(LAUNCHER, home, calls, calls, prompt_bytes=_PROMPT_BYTES, salt=f"{stored}")
        stored += calls
    finished = product.command(
        LAUNCHER, "run", str(SCRIPTS / "small.py"), "--home", str(home), "--json"
    )
    return home, json.loads(finished.stdout)["run_id"]
