"""The product as its users start it: the launcher, or the plain jar, on one JDK."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple

from . import processes

ROOT = Path(__file__).resolve().parents[2]
JAR = ROOT / "coordinator" / "target" / "coordinator.jar"
SHIM = ROOT / "python-shim" / "src"
SCRIPTS = ROOT / "bench" / "scripts"
# Below a directory that git ignores, on the disk that the repository is on: /tmp may be memory.
WORK = ROOT / "bench" / "target"

LAUNCHER, PLAIN = "owf", "java -jar"
_ARCHIVING_S = 120


class Jdk(NamedTuple):
    """One JDK. Its `name` is its feature version: `17`."""

    name: str
    home: Path

    @classmethod
    def at(cls, home: Path) -> Jdk:
        java = home / "bin" / "java"
        if not java.exists():
            raise processes.Failed(f"no JDK at {home}: expected {java}. Name a JDK's home.")
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
        version = re.search(r'version "(\d+)', told)
        if version is None:
            raise processes.Failed(f"{java} -version does not tell its version: {told!r}")
        return cls(version[1], home)

    @classmethod
    def default(cls) -> Jdk:
        """`JAVA_HOME`'s, else the one on `PATH`."""
        home = os.environ.get("JAVA_HOME")
        java = Path(home) / "bin" / "java" if home else Path(shutil.which("java") or "java")
        if not java.exists():
            raise processes.Failed("no java on PATH, and no JAVA_HOME. Name a JDK with --java HOME.")
        command = [java, "-XshowSettings:properties", "-version"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        found = re.search(r"java\.home = (.*)", told)
        if found is None:
            raise processes.Failed(f"{java} does not tell its java.home")
        return cls.at(Path(found[1].strip()))

    @property
    def java(self) -> Path:
        return self.home / "bin" / "java"


class Product:
    """Starts commands on one JDK, each in a fresh home or one that is given.

    All share one user cache, so that what is unpacked once is unpacked before anything is measured.
    """

    def __init__(self, jdk: Jdk) -> None:
        self.jdk = jdk
        # What a person's shell seldom sets and a container's often does would distort the figures:
        # PYTHONDONTWRITEBYTECODE has each run compile the shim anew.
        distorting = ("OWF_", "PYTHON", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(distorting)},
            "JAVA_HOME": str(jdk.home),
            "XDG_CACHE_HOME": str(WORK / "cache"),
        }
        self._homes = 0

    def fresh_home(self) -> Path:
        self._homes += 1
        home = WORK / "homes" / f"{self.jdk.name}-{self._homes}"
        if home.exists():
            shutil.rmtree(home)
        home.parent.mkdir(parents=True, exist_ok=True)
        return home

    def settle(self) -> None:
        """Waits until the launcher has its archive of classes, which its first start has made."""
        self.command(LAUNCHER, "--version")
        end = time.monotonic() + _ARCHIVING_S
        while any(JAR.parent.glob("classes-*.making")):
            if time.monotonic() > end:
                raise processes.Failed("the launcher's archive of classes does not get ready")
            time.sleep(0.2)

    def command(
        self, way: str, *arguments: str, java_options: str = "", timeout: float = 120
    ) -> processes.Finished:
        """Runs a command to its end."""
        start = [ROOT / "owf"] if way == LAUNCHER else [self.jdk.java, "-jar", JAR]
        environment = self.environment
        if java_options:
            environment = {**environment, "JAVA_TOOL_OPTIONS": java_options}
        return processes.run([*start, *arguments], environment, WORK, timeout)

    def hello(self, way: str, home: Path, salt: str = "") -> tuple[processes.Finished, dict[str, Any]]:
        """Runs the smallest script; gives what it took, and what the script told."""
        finished = self.command(
            way, "run", str(SCRIPTS / "hello.py"), "--home", str(home), "--json", "--arg", f"salt={salt}"
        )
        return finished, json.loads(finished.stdout)["output"]

    def fan_out(
        self,
        way: str,
        home: Path,
        calls: int,
        width: int,
        *,
        prompt_bytes: int,
        delay_ms: int = 0,
        warm_up: int = 0,
        salt: str = "a",
        from_cache: bool = False,
        java_options: str = "",
    ) -> dict[str, Any]:
        """Runs a fan-out and gives its figures; raises Failed unless every call ended as it should."""
        arguments = {
            "calls": calls,
            "width": width,
            "prompt_bytes": prompt_bytes,
            "delay_ms": delay_ms,
            "salt": salt,
            "warm_up": warm_up,
        }
        finished = self.command(
            way, "run", str(SCRIPTS / "fan_out.py"), "--home", str(home), "--json",
            "--args-json", json.dumps(arguments), java_options=java_options,
        )  # fmt: skip
        told = json.loads(finished.stdout)["output"]
        expected_hits = calls if from_cache else 0
        if (told["ok"], told["hits"]) != (calls, expected_hits):
            raise processes.Failed(
                f"of {calls} calls {told['ok']} ended well and {told['hits']} came from the cache;"
                f" expected {calls} and {expected_hits}"
            )
        return told


def store_bytes(home: Path) -> int:
    """What the closed store takes on disk, its write-ahead log included."""
    return sum(file.stat().st_size for file in home.glob("workflow.sqlite*"))
