"""The client of the user's own coordinator, against ends of sockets that are none."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from agent_workflows import _up

CLIENT = Path(_up.__file__)
#: As the launcher starts it.
START = "import sys; sys.path.insert(0, sys.argv[1]); import _up; _up.main(sys.argv[2:])"


@unittest.skipUnless(sys.platform == "linux", "the launcher starts it on Linux alone")
class UpTest(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.place = Path(directory.name)
        self.launcher = self.place / "owf"
        self.launcher.write_text('#!/bin/sh\necho "alone: $*"\n')
        self.launcher.chmod(0o700)
        self.jar = self.place / "some.jar"
        self.jar.write_text("jar")
        sockets = self.place / "runtime" / "owf" / "up"
        sockets.mkdir(parents=True, mode=0o700)
        build = self.jar.stat()
        name = f"{build.st_dev:x}-{build.st_ino:x}-{build.st_size:x}-{build.st_mtime_ns:x}"
        self.listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(self.listener.close)
        self.listener.bind(str(sockets / name))

    def ask(self, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "XDG_RUNTIME_DIR": str(self.place / "runtime"), **variables}
        command = [sys.executable, "-I", "-S", "-c", START, str(CLIENT.parent), str(self.launcher), str(self.jar), "runs"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)

    def assert_alone_soon(self, **variables: str) -> None:
        began = time.monotonic()
        finished = self.ask(**variables)
        self.assertEqual((finished.stdout, finished.stderr), ("alone: --without-up runs\n", ""))
        self.assertLess(time.monotonic() - began, 10)

    def test_one_that_says_nothing_is_not_waited_for(self) -> None:
        self.listener.listen()
        self.assert_alone_soon()

    def test_one_whose_queue_is_full_is_not_waited_for(self) -> None:
        self.listener.listen(0)
        with socket.socket(socket.AF_UNIX) as first:
            first.connect(self.listener.getsockname())
            self.assert_alone_soon()

    def test_one_that_does_not_read_a_long_request_is_not_waited_for(self) -> None:
        self.listener.listen()
        self.assert_alone_soon(**{f"LONG_{i}": "x" * 100_000 for i in range(8)})

    def test_itself_is_alike(self) -> None:
        self.assertTrue(_up._is_alike(os.getpid()))

    def is_alike(self, doing: str) -> bool:
        code = f"import os, resource, time; {doing}; print(flush=True); time.sleep(60)"
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            other.stdout.readline()
            alike = _up._is_alike(other.pid)
            other.kill()
        return alike

    @unittest.skipUnless(hasattr(os, "geteuid") and os.geteuid() == 0, "needs root")
    def test_one_with_other_groups_is_not_alike(self) -> None:
        self.assertFalse(self.is_alike("os.setgroups([4711])"))

    def test_one_whose_children_would_have_less_or_more_is_not_alike(self) -> None:
        self.assertTrue(self.is_alike("pass"))
        for doing in (
            "os.umask(0o007)",
            "os.nice(1)",
            "resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); resource.setrlimit(resource.RLIMIT_CPU, (500, 500))",
        ):
            with self.subTest(doing):
                self.assertFalse(self.is_alike(doing))

    def test_an_old_python_of_the_system_reads_it(self) -> None:
        # Annotations of functions are carried out when the module is loaded, and `X | None` is newer than 3.6.
        tree = ast.parse(CLIENT.read_text(encoding="utf-8"), feature_version=(3, 6))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                self.assertNotEqual(node.module, "__future__")
            if isinstance(node, ast.FunctionDef):
                for annotation in [node.returns, *(argument.annotation for argument in node.args.args)]:
                    self.assertNotIsInstance(annotation, (ast.BinOp, ast.Subscript), node.name)


if __name__ == "__main__":
    unittest.main()
