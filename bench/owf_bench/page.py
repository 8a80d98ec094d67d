"""The figures as Markdown: what was measured, and how far it is from the goals."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterable, NamedTuple, Optional

from . import calls, growth, reading, soak, start_up
from .figures import Figures
from .product import LAUNCHER, PLAIN

MEASURED, READING, SOAK = "measured", "reading", "soak"


def tables(figures: Figures, jdks: list[str], loads: list[calls.Load], sizes: list[int], machine: str) -> str:
    """All tables that there are figures for."""
    parts = [machine]
    if figures.has("start-up"):
        parts += [_start_up(figures, jdk) for jdk in jdks]
    if figures.has("calls"):
        parts.append(_calls(figures, loads))
    if figures.has("growth"):
        parts.append(_growth(figures, sizes))
    if len(parts) > 1:
        parts.append(_goals(figures, jdks, loads, sizes))
    return "\n\n".join(parts) + "\n"


def replace_between_markers(page: Path, part: str, text: str) -> None:
    """Puts the tables into a part of the page, in the place of the older ones."""
    first, last = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    whole = page.read_text(encoding="utf-8")
    head, begin, rest = whole.partition(first)
    _, end, tail = rest.partition(last)
    if not begin or not end:
        raise ValueError(f"{page}: expected the lines {first} and {last}")
    page.write_text(f"{head}{begin}\n\n{text}\n{end}{tail}", encoding="utf-8")


def _table(header: list[str], rows: Iterable[list[str]]) -> str:
    align = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, align, *rows])


def _start_up(figures: Figures, jdk: str) -> str:
    rows = []
    for way in (LAUNCHER, PLAIN):
        for what in ("run hello", *start_up.READING, "empty JVM"):
            name = ("start-up", jdk, way, what)
            empty = ("start-up", jdk, way, "empty JVM")
            flags = "the launcher's flags" if way == LAUNCHER else "no flags"
            rows.append([
                f"empty JVM, {flags}" if what == "empty JVM" else f"`{way}` {what}",
                figures.cell(*name, "wall_ms"),
                figures.cell(*name, "cpu_ms"),
                figures.cell(*name, "peak_mb"),
                figures.cell(*name, "python_peak_mb"),
                _times(figures.ratio((*name, "wall_ms"), (*empty, "wall_ms"))),
                _times(figures.ratio((*name, "cpu_ms"), (*empty, "cpu_ms"))),
            ])  # fmt: skip
    for what in ("empty Python", start_up.ASYNCIO, "Python + grpc", "server and asyncio", "server and grpc"):
        name = ("start-up", jdk, "floor", what)
        if figures.median(*name, "wall_ms") is not None:
            shown = what
            if what.startswith("server"):
                shown = f"JVM until its gRPC {what.replace('and', 'listens, Python +')}, side by side"
            wall, cpu = figures.cell(*name, "wall_ms"), figures.cell(*name, "cpu_ms")
            rows.append([shown, wall, cpu, "–", "–", "", ""])
    header = [
        "", "wall ms", "CPU ms", "JVM peak MB", "Python peak MB", "wall to the empty JVM", "CPU to the empty JVM",
    ]  # fmt: skip
    return f"### Start-up, JDK {jdk}\n\n{_table(header, rows)}"


def _calls(figures: Figures, loads: list[calls.Load]) -> str:
    rows = []
    for load in loads:
        for which in ("live", "cache", calls.SMALL_HEAP, PLAIN, "floor"):
            name = ("calls", load.name, which)
            if figures.median(*name, "calls_per_s") is None:
                continue
            floor = ("calls", load.name, "floor")
            rows.append([
                f"{load.name}: {'bare gRPC' if which == 'floor' else which}",
                figures.cell(*name, "calls_per_s"),
                figures.cell(*name, "p50_ms", digits=2),
                figures.cell(*name, "p99_ms", digits=2),
                figures.cell(*name, "java_cpu_us"),
                figures.cell(*name, "python_cpu_us"),
                figures.cell(*name, "java_peak_mb"),
                figures.cell(*name, "python_peak_mb"),
                figures.cell(*name, "disk_bytes"),
                _times(figures.ratio((*name, "ms_per_call"), (*floor, "ms_per_call"))),
                _times(figures.ratio((*name, "cpu_us"), (*floor, "cpu_us"))),
            ])  # fmt: skip
    header = [
        "1 KB each way", "calls/s", "p50 ms", "p99 ms", "Java CPU µs/call", "Python CPU µs/call",
        "JVM peak MB", "Python peak MB", "disk bytes/call beyond texts", "time to bare gRPC",
        "CPU to bare gRPC",
    ]  # fmt: skip
    fsync = figures.cell("calls", "fsync", "floor", "ms", digits=2)
    fresh, warm = (figures.cell("calls", "delayed", state, "total_ms") for state in ("fresh", "warm"))
    return (
        f"### Calls\n\n{_table(header, rows)}\n\n"
        f"{calls.DELAYED_CALLS} calls of {calls.DELAY_MS} ms at width {calls.DELAYED_CALLS}:"
        f" {fresh} ms in all as a run's first calls, {warm} ms after {calls.WARM_UP:,} others."
        f" One append of 4 KB with fsync: {fsync} ms."
    )


def _growth(figures: Figures, sizes: list[int]) -> str:
    rows = []
    for command in ("run hello", *growth.COMMANDS):
        cells = [figures.cell("growth", str(size), command, "wall_ms") for size in sizes]
        wall, cpu = (_grown(figures, command, sizes, unit) for unit in ("wall_ms", "cpu_ms"))
        rows.append([f"`owf` {command}", *cells, _times(wall), _times(cpu)])
    stored = [f"{size:,}" for size in sizes]
    header = ["wall ms with … calls in the store", *stored, "wall, largest to smallest", "CPU"]
    return f"### Growth\n\n{_table(header, rows)}"


def reading_table(figures: Figures, large: int, machine: str) -> str:
    """Small store against large, command by command."""
    small, rows = str(reading.SMALL), []
    for command in reading.COMMANDS:
        ratios = [
            _times(figures.ratio(("reading", str(large), command, unit), ("reading", small, command, unit)))
            for unit in ("wall_ms", "cpu_ms")
        ]
        cells = [figures.cell("reading", size, command, "wall_ms") for size in (small, str(large))]
        rows.append([f"`owf` {command}", *cells, *ratios])
    header = ["wall ms with … calls in the store", f"{reading.SMALL:,}", f"{large:,}", "wall, ratio", "CPU, ratio"]
    return f"{machine}\n\n{_table(header, rows)}\n"


def soak_table(figures: Figures, machine: str) -> str:
    """Memory as the run went on."""
    rows = []
    for sample in range(soak.SAMPLES):
        minute, calls_made, *memory = (figures.median("soak", str(sample), unit) for unit in soak.UNITS)
        rows.append([f"{minute:.0f}", f"{calls_made:,.0f}", *(f"{mb:.0f}" if mb else "–" for mb in memory)])
    return f"{machine}\n\n{_table(['minute', 'calls so far', 'JVM MB', 'Python MB'], rows)}\n"


class _Goal(NamedTuple):
    what: str
    goal: str
    reached: Callable[[], Optional[float]]
    limit: float
    show: Callable[[float], str]


def _goals(figures: Figures, jdks: list[str], loads: list[calls.Load], sizes: list[int]) -> str:
    rows = []
    for goal in [
        *[goal for jdk in jdks for goal in _start_up_goals(figures, jdk)],
        *[goal for load in loads for goal in _call_goals(figures, load)],
        *_other_goals(figures, sizes),
    ]:
        value = goal.reached()
        if value is not None:
            rows.append([goal.what, goal.goal, goal.show(value), "yes" if value < goal.limit else "**no**"])
    return f"### Against the goals\n\n{_table(['', 'goal', 'found', 'reached'], rows)}"


def _start_up_goals(figures: Figures, jdk: str) -> Iterable[_Goal]:
    def wall(way: str, what: str) -> tuple[str, ...]:
        return ("start-up", jdk, way, what, "wall_ms")

    for floor, shown in (("server and grpc", "Python + grpc"), ("server and asyncio", "Python + asyncio")):
        yield _Goal(
            f"`run hello`, JDK {jdk}",
            f"under 1.3 × JVM listening beside {shown}",
            lambda floor=floor: figures.ratio(wall(LAUNCHER, "run hello"), wall("floor", floor)),
            1.3,
            _times,
        )
    for command in start_up.READING:
        yield _Goal(
            f"`{command}`, JDK {jdk}",
            "under 1.5 × an empty JVM",
            lambda command=command: figures.ratio(wall(LAUNCHER, command), wall(LAUNCHER, "empty JVM")),
            1.5,
            _times,
        )
    yield _Goal(
        f"JVM's memory for `run hello`, JDK {jdk}",
        "under 200 MB",
        lambda: figures.median("start-up", jdk, LAUNCHER, "run hello", "peak_mb"),
        200,
        lambda value: f"{value:.0f} MB",
    )


def _call_goals(figures: Figures, load: calls.Load) -> Iterable[_Goal]:
    def per_call(which: str) -> tuple[str, ...]:
        return ("calls", load.name, which, "ms_per_call")

    def p99_to_p50(unit: str) -> Optional[float]:
        return figures.ratio(("calls", load.name, "live", unit), ("calls", load.name, "live", "p50_ms"))

    yield _Goal(
        load.name, "within 1.5 × bare gRPC",
        lambda: figures.ratio(per_call("live"), per_call("floor")), 1.5, _times,
    )  # fmt: skip
    yield _Goal(
        f"{load.name}, all from cache", "not slower than live",
        lambda: figures.ratio(per_call("cache"), per_call("live")), 1.05, _times,
    )  # fmt: skip
    if load.width == 64:
        yield _Goal("p99 at width 64", "under 5 × p50", lambda: p99_to_p50("p99_ms"), 5, _times)
        second_half = "p99 at width 64, second half of the calls"
        yield _Goal(second_half, "under 5 × p50", lambda: p99_to_p50("warm_p99_ms"), 5, _times)
    if load.calls >= 2_000 and load.width > 1:
        yield _Goal(
            f"disk, {load.name}", "under 2.5 KB a call beyond the texts",
            lambda: figures.median("calls", load.name, "live", "disk_bytes"), 2560,
            lambda value: f"{value:,.0f} bytes",
        )  # fmt: skip
    if load == calls.LARGEST:
        yield _Goal(
            f"{load.calls:,} calls at once under {calls.SMALL_HEAP}", "they all end well",
            lambda: figures.median("calls", load.name, calls.SMALL_HEAP, "java_peak_mb"), float("inf"),
            lambda value: f"they do; JVM peak {value:.0f} MB",
        )  # fmt: skip


def _other_goals(figures: Figures, sizes: list[int]) -> Iterable[_Goal]:
    for state, shown in (("fresh", "a run's first calls"), ("warm", f"after {calls.WARM_UP:,} others")):
        yield _Goal(
            f"{calls.DELAYED_CALLS} calls of {calls.DELAY_MS} ms at once, {shown}",
            f"under 1.3 × {calls.DELAY_MS} ms",
            lambda state=state: _over(figures.median("calls", "delayed", state, "total_ms"), calls.DELAY_MS),
            1.3, _times,
        )  # fmt: skip
    for command in ("run hello", *growth.COMMANDS):
        yield _Goal(
            f"`{command}` with {sizes[-1]:,} calls stored", f"under 1.5 × that with {sizes[0]:,}",
            lambda command=command: _grown(figures, command, sizes, "wall_ms"), 1.5, _times,
        )  # fmt: skip


def _grown(figures: Figures, command: str, sizes: list[int], unit: str) -> Optional[float]:
    # Measured minutes apart, so pairs of rounds would mean nothing.
    small, *_, large = (figures.median("growth", str(size), command, unit) for size in sizes)
    return None if small is None else _over(large, small)


def _over(value: Optional[float], floor: float) -> Optional[float]:
    return None if value is None else value / floor


def _times(ratio: Optional[float]) -> str:
    return "–" if ratio is None else f"{ratio:.2f} ×"
