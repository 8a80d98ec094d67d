"""Runs a process to its end and tells what it took, its children included."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Mapping, NamedTuple, Sequence

_RSS_UNITS_IN_A_MB = 1024 * 1024 if sys.platform == "darwin" else 1024


class Finished(NamedTuple):
    """A process that ended well. CPU is user and system time, of its children too; `peak_mb` is the
    resident memory of the largest of them."""

    wall_ms: float
    cpu_ms: float
    peak_mb: float
    stdout: str


class Failed(Exception):
    """A measured command did not do what it should: its figures would mean nothing."""


def run(
    command: Sequence[str | Path], environment: Mapping[str, str], cwd: Path, timeout: float = 120
) -> Finished:
    """Blocks until the command has ended; kills it after `timeout` seconds. Raises Failed."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment, cwd=cwd
        )
        killer = threading.Timer(timeout, process.kill)
        killer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall_ms = (time.perf_counter() - start) * 1000
        killer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        stdout, stderr = _text(out), _text(err)
    if process.returncode != 0:
        shown = " ".join(map(str, command))
        raise Failed(f"{shown}\nended with {process.returncode}:\n{stdout[-500:]}\n{stderr[-2000:]}")
    cpu_ms = (usage.ru_utime + usage.ru_stime) * 1000
    return Finished(wall_ms, cpu_ms, usage.ru_maxrss / _RSS_UNITS_IN_A_MB, stdout)


def _text(file) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")
