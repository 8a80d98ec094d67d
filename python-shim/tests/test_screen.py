"""What the shim prints for people and programs."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(__file__).parent.parent / "src"


@unittest.skipUnless(os.path.exists("/dev/full"), "a system without /dev/full")
class LostOutput(unittest.TestCase):
    def test_what_cannot_be_printed_is_an_error_in_one_line(self) -> None:
        for words, expected in ((["--version"], 1), (["--help"], 1), (["run", "x.py", "--json"], 2)):
            with self.subTest(words), open("/dev/full", "w") as full:
                ended = subprocess.run(
                    [sys.executable, "-m", "agent_workflows", *words],
                    stdout=full,
                    stderr=subprocess.PIPE,
                    text=True,
                    env={**os.environ, "PYTHONPATH": str(SOURCE)},
                )
                self.assertEqual(ended.returncode, expected, ended.stderr)
                self.assertEqual(ended.stderr.count("standard output can't be written"), 1, ended.stderr)
                self.assertNotIn("Traceback", ended.stderr)
                self.assertNotIn("Exception", ended.stderr)


if __name__ == "__main__":
    unittest.main()
