"""One run that goes on for long: whether its memory stays what it was."""

from __future__ import annotations

import json

from .figures import Figures
from .processes import Failed
from .product import LAUNCHER, SCRIPTS, Product

WIDTH, DELAY_MS, SAMPLES = 64, 200, 10
UNITS = ("minute", "calls", "java_mb", "python_mb")


def measure(figures: Figures, product: Product, minutes: float) -> None:
    """Names: `soak`, sample, unit."""
    arguments = {"minutes": minutes, "width": WIDTH, "delay_ms": DELAY_MS, "samples": SAMPLES}
    finished = product.command(
        LAUNCHER, "run", str(SCRIPTS / "soak.py"), "--home", str(product.fresh_home()), "--json",
        "--args-json", json.dumps(arguments), timeout=minutes * 60 + 120,
    )  # fmt: skip
    told = json.loads(finished.stdout)["output"]
    if told["failed"]:
        raise Failed(f"{told['failed']} of the soak's calls failed")
    for sample, seen in enumerate(told["seen"]):
        figures.add("soak", str(sample), **{unit: seen[unit] for unit in UNITS})
