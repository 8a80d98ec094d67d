"""Base of the tests that run scripts: a directory of their own, and a coordinator."""

from __future__ import annotations

import tempfile
import textwrap
import unittest
from pathlib import Path
from typing import Any

from fake_coordinator import FakeCoordinator, Finished


class ScriptTest(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name).resolve()

    def write(self, source: str, name: str = "script.py") -> Path:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        return path

    def run_script(self, source: str, *, timeout: float = 20, **options: Any) -> Finished:
        script = self.write(source)
        with FakeCoordinator(**options) as coordinator:
            self.coordinator = coordinator
            return coordinator.run(script, timeout)
