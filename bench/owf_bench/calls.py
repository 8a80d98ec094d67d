"""Calls a second, latency, CPU and disk, beside bare gRPC round trips at the same width."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

from .figures import Figures, rounds
from .floors import Floors, fsync_append
from .product import LAUNCHER, PLAIN, WORK, Product, store_bytes

PROMPT_BYTES = 1024
DELAYED_CALLS, DELAY_MS, WARM_UP = 500, 100, 5_000
FSYNCS = 100
SMALL_HEAP = "-Xmx256m"


class Load(NamedTuple):
    """So many calls, so many of them at once."""

    calls: int
    width: int

    @property
    def name(self) -> str:
        at_once = "all at once" if self.width == self.calls else f"width {self.width:,}"
        return f"{self.calls:,} at width 1" if self.width == 1 else f"{self.calls:,}, {at_once}"


SEQUENTIAL = Load(1_000, 1)
WIDTH_64 = Load(10_000, 64)
WIDTH_1000 = Load(10_000, 1_000)
LOADS = [SEQUENTIAL, WIDTH_64, WIDTH_1000, Load(1_000, 1_000), Load(10_000, 10_000)]
LARGEST = Load(50_000, 50_000)
QUICK_LOADS = [Load(300, 1), Load(2_000, 64), Load(2_000, 2_000)]
PLAIN_LOAD = Load(10_000, 10_000)


def measure(
    figures: Figures, product: Product, floors: Floors, quick: bool, count: int, budget_s: float
) -> None:
    """Names: `calls`, load, `live` or `cache` or `floor` or `java -jar`, unit."""
    loads = QUICK_LOADS if quick else LOADS
    steps: list[Callable[[], None]] = [
        lambda load=load: _load(figures, product, floors, load) for load in loads
    ]
    steps += [lambda: _delayed(figures, product), lambda: _fsync(figures)]
    if not quick:
        steps.append(lambda: _plain(figures, product))
    # The largest take as long as all others: fewer rounds of them.
    rounds(count, budget_s * (1.0 if quick else 0.6), steps)
    if not quick:
        largest = [lambda: _load(figures, product, floors, LARGEST), lambda: _small_heap(figures, product)]
        rounds(count, budget_s * 0.4, largest)


def _load(figures: Figures, product: Product, floors: Floors, load: Load) -> None:
    home = product.fresh_home()
    live = product.fan_out(LAUNCHER, home, load.calls, load.width, prompt_bytes=PROMPT_BYTES)
    # The prompt, and the fake provider's answer: its echo.
    texts = 2 * PROMPT_BYTES * load.calls
    after_live = store_bytes(home)
    files = sum(1 for path in (home / "runs").rglob("*") if path.is_file())
    _add(figures, load, "live", live, disk_bytes=(after_live - texts) / load.calls, run_files=files)
    cached = product.fan_out(
        LAUNCHER, home, load.calls, load.width, prompt_bytes=PROMPT_BYTES, from_cache=True
    )
    _add(figures, load, "cache", cached, disk_bytes=(store_bytes(home) - after_live) / load.calls)
    _add(figures, load, "floor", floors.echo(load.calls, load.width, PROMPT_BYTES))


def _plain(figures: Figures, product: Product) -> None:
    calls, width = PLAIN_LOAD
    told = product.fan_out(PLAIN, product.fresh_home(), calls, width, prompt_bytes=PROMPT_BYTES)
    _add(figures, PLAIN_LOAD, PLAIN, told)


def _small_heap(figures: Figures, product: Product) -> None:
    calls, width = LARGEST
    told = product.fan_out(
        LAUNCHER, product.fresh_home(), calls, width, prompt_bytes=PROMPT_BYTES, java_options=SMALL_HEAP
    )
    _add(figures, LARGEST, SMALL_HEAP, told)


def _delayed(figures: Figures, product: Product) -> None:
    for state, warm_up in (("fresh", 0), ("warm", WARM_UP)):
        home, calls = product.fresh_home(), DELAYED_CALLS
        told = product.fan_out(
            LAUNCHER, home, calls, calls, prompt_bytes=PROMPT_BYTES, delay_ms=DELAY_MS, warm_up=warm_up
        )
        figures.add("calls", "delayed", state, total_ms=told["seconds"] * 1000)


def _fsync(figures: Figures) -> None:
    for taken in fsync_append(WORK, FSYNCS):
        figures.add("calls", "fsync", "floor", ms=taken)


def _add(figures: Figures, load: Load, which: str, told: dict[str, Any], **more: float) -> None:
    java, python = (_per_call(told[side], load) for side in ("java_cpu_ms", "python_cpu_ms"))
    figures.add(
        "calls", load.name, which,
        ms_per_call=1000 / told["calls_per_s"],
        calls_per_s=told["calls_per_s"],
        p50_ms=told["p50_ms"],
        p99_ms=told["p99_ms"],
        warm_p99_ms=told["warm_p99_ms"],
        java_peak_mb=told.get("java_peak_mb"),
        python_peak_mb=told.get("python_peak_mb"),
        java_cpu_us=java,
        python_cpu_us=python,
        cpu_us=None if java is None or python is None else java + python,
        **more,
    )  # fmt: skip


def _per_call(cpu_ms: float | None, load: Load) -> float | None:
    return None if cpu_ms is None else cpu_ms * 1000 / load.calls
