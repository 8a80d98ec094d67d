"""What nothing built this way can be faster than, measured beside the product."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any, Optional

from . import processes
from .processes import Failed
from .product import JAR, ROOT, SCRIPTS, SHIM, WORK, Jdk

CLASSES = WORK / "classes"


def compile_programs(jdk: Jdk) -> None:
    """Compiles the Java floors, for every JDK that the product runs on."""
    sources = sorted((ROOT / "bench" / "floors").glob("*.java"))
    javac = jdk.home / "bin" / "javac"
    subprocess.run(
        [javac, "--release", "17", "-cp", JAR, "-d", CLASSES, *sources], check=True, cwd=WORK
    )


def grpc_python(candidates: list[str]) -> Optional[str]:
    """The first interpreter that has the stock gRPC package; None where none has."""
    for python in candidates:
        try:
            subprocess.run([python, "-c", "import grpc"], check=True, capture_output=True, cwd=WORK)
            return python
        except (OSError, subprocess.CalledProcessError):
            continue
    return None


class Floors:
    """The floors on one JDK, with the flags that the launcher gives it, and one Python."""

    def __init__(self, jdk: Jdk, launcher_flags: list[str], python: str, environment: dict[str, str]):
        self._java = jdk.java
        self._flags = launcher_flags
        self._python = python
        self._environment = environment

    def empty_jvm(self, *, launcher_flags: bool) -> processes.Finished:
        flags = self._flags if launcher_flags else []
        return self._run([self._java, *flags, "-cp", CLASSES, "EmptyProgram"])

    def python(self, code: str, interpreter: Optional[str] = None) -> processes.Finished:
        return self._run([interpreter or self._python, "-c", code])

    def side_by_side(self, code: str, interpreter: Optional[str] = None) -> float:
        """Milliseconds until a JVM has its gRPC server listening and a Python, started at the same
        time, has run the code."""
        start = time.perf_counter()
        python = subprocess.Popen([interpreter or self._python, "-c", code], env=self._environment)
        with EchoServer(self._java, self._flags, self._environment):
            if python.wait(timeout=60) != 0:
                raise Failed(f"python -c {code!r} ended with {python.returncode}")
            return (time.perf_counter() - start) * 1000

    def echo(self, calls: int, width: int, prompt_bytes: int) -> dict[str, Any]:
        """As many bare round trips, on a JVM and a Python as fresh as a run's."""
        with EchoServer(self._java, self._flags, self._environment) as server:
            numbers = [str(number) for number in (server.pid, server.port, calls, width, prompt_bytes)]
            finished = self._run([self._python, SCRIPTS / "echo_client.py", SHIM, *numbers])
        return json.loads(finished.stdout)

    def _run(self, command: list[str | Path]) -> processes.Finished:
        return processes.run(command, self._environment, WORK)


class EchoServer:
    """A running `floors/EchoServer.java`; entered once it listens on its `port`."""

    port: int

    def __init__(self, java: Path, flags: list[str], environment: dict[str, str]) -> None:
        class_path = f"{CLASSES}{os.pathsep}{JAR}"
        self._process = subprocess.Popen(
            # As the jar's manifest says, which does not count for a class path.
            [java, *flags, "--enable-native-access=ALL-UNNAMED", "-cp", class_path, "EchoServer"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

        self.pid = self._process.pid

    def __enter__(self) -> EchoServer:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Failed(f"the echo server did not start: exit code {self._process.wait()}")
        self.port = int(line)
        return self

    def __exit__(self, *_: object) -> None:
        # The end of its input is the end of it.
        self._process.communicate(timeout=20)


def fsync_append(directory: Path, times: int) -> list[float]:
    """Milliseconds of one durable append of 4 KB, so many times."""
    block, taken = b"x" * 4096, []
    path = directory / "fsync"
    with path.open("wb", buffering=0) as file:
        for _ in range(times):
            start = time.perf_counter()
            file.write(block)
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - start) * 1000)
    path.unlink()
    return taken
