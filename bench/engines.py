#!/usr/bin/env python3
"""Durable steps in this product, alone and with `owf up`, and beside them in Restate: rounds in turn, medians.

Usage: bench/engines.py [ROUNDS [STEPS]]. Needs the built jar, node, npm and its registry. Everything listens on
loopback, and is ended and removed at the end.

What a step is differs. Here it is a call of the fake provider with a prompt of 1 KB from a script in Python: the key of
the cache, budget, prompt, answer and usage are in SQLite, synced to the disk, before the script goes on. In Restate it
is `ctx.run` in a service in JavaScript, with a result of 1 KB, in a journal in RocksDB with its usual settings.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWF = str(ROOT / "owf")
HERE = ROOT / "bench" / "engines"
PACKAGES = ("@restatedev/restate-server@1.7.12", "@restatedev/restate-sdk@1.17.2")
WARM_UP = 5
HOWS = ("sequential", "parallel")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Restate:
    def __init__(self, directory: Path) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(directory), *PACKAGES],
            check=True,
            cwd=directory,
            stdin=subprocess.DEVNULL,
        )
        service = directory / "restate.mjs"
        service.write_bytes((HERE / "restate.mjs").read_bytes())
        ports = {name: free_port() for name in ("ingress", "admin", "node", "service")}
        self._ingress = f"http://127.0.0.1:{ports['ingress']}"
        self._start(["node", str(service), str(ports["service"])], directory, {})
        self._start(
            [str(directory / "node_modules/.bin/restate-server"), "--base-dir", str(directory / "data")],
            directory,
            {
                "RESTATE_INGRESS__BIND_ADDRESS": f"127.0.0.1:{ports['ingress']}",
                "RESTATE_ADMIN__BIND_ADDRESS": f"127.0.0.1:{ports['admin']}",
                "RESTATE_BIND_ADDRESS": f"127.0.0.1:{ports['node']}",
                "RESTATE_DISABLE_TELEMETRY": "true",
            },
        )
        self._when_up(
            f"http://127.0.0.1:{ports['admin']}/deployments", {"uri": f"http://127.0.0.1:{ports['service']}"}
        )

    def _start(self, command: list[str], directory: Path, variables: dict[str, str]) -> None:
        with open(directory / "log", "ab") as log:
            self._processes.append(
                subprocess.Popen(
                    command,
                    cwd=directory,
                    env={**os.environ, **variables},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            )

    def _when_up(self, address: str, body: object) -> None:
        end = time.monotonic() + 60
        while True:
            try:
                self._post(address, body)
                return
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    @staticmethod
    def _post(address: str, body: object) -> bytes:
        request = urllib.request.Request(
            address, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            content: bytes = answer.read()
            return content

    def milliseconds(self, how: str, steps: int) -> float:
        return float(self._post(f"{self._ingress}/steps/{how}", steps))

    def close(self) -> None:
        for process in reversed(self._processes):
            ended(process)


class Product:
    def __init__(self, directory: Path, *, up: bool) -> None:
        self._directory = directory
        self._up = up
        self._salt = 0
        self._variables = {
            **{name: value for name, value in os.environ.items() if not name.startswith("OWF_")},
            "OWF_HOME": str(directory / "home"),
            "XDG_RUNTIME_DIR": str(directory / "runtime"),
        }
        (directory / "runtime").mkdir(mode=0o700)
        (directory / "steps.py").write_bytes((HERE / "steps.py").read_bytes())
        if up:
            self._owf("up")

    def _owf(self, *words: str) -> str:
        return subprocess.run(
            [OWF, *words],
            env=self._variables,
            cwd=self._directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
            text=True,
        ).stdout

    def milliseconds(self, how: str, steps: int) -> float:
        self._salt += 1
        arguments = json.dumps({"how": how, "count": steps, "salt": self._salt})
        ran = json.loads(self._owf("run", "steps.py", "--provider", "fake", "--args-json", arguments, "--json"))
        return float(ran["output"])

    def close(self) -> None:
        if self._up:
            self._owf("down")


def main(rounds: int, steps: int) -> None:
    with tempfile.TemporaryDirectory(dir=ROOT / "bench" / "target") as name:
        places = {engine: Path(name) / engine for engine in ("alone", "up", "restate")}
        for place in places.values():
            place.mkdir()
        engines: dict[str, Restate | Product] = {}
        try:
            engines["with owf up"] = Product(places["up"], up=True)
            engines["alone"] = Product(places["alone"], up=False)
            engines["Restate"] = Restate(places["restate"])
            for engine in engines.values():
                for _ in range(WARM_UP):
                    for how in HOWS:
                        engine.milliseconds(how, steps)
            for how in HOWS:
                times: dict[str, list[float]] = {engine: [] for engine in engines}
                for _ in range(rounds):
                    for name, engine in engines.items():
                        times[name].append(engine.milliseconds(how, steps))
                for name, took in times.items():
                    median = statistics.median(took)
                    print(
                        f"{how:10} {name:12} {median:7.0f} ms ({min(took):.0f}-{max(took):.0f}) for {steps:,} steps,"
                        f" {1000 * steps / median:7,.0f} a second"
                    )
        finally:
            for engine in engines.values():
                engine.close()


if __name__ == "__main__":
    (ROOT / "bench" / "target").mkdir(exist_ok=True)
    words = sys.argv[1:]
    main(int(words[0]) if words else 5, int(words[1]) if len(words) > 1 else 1000)
