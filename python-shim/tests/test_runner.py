"""The real runner, as a process, against a coordinator that the tests play."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
import unittest
from typing import Any

from fake_coordinator import START, TOKEN, FakeCoordinator, FakeRun, done
from sources import SOURCES
from workspace import ScriptTest

# Below the 5 seconds after which no script may be left without its coordinator.
GONE_WITHIN = 5.0


class LifeTest(ScriptTest):
    def test_a_script_runs_and_its_return_value_is_stored(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent, log, meta
            meta(name="hello", phases=["a", "b"])
            log("at the top", count=1)

            async def main(args):
                answer = await agent("hi " + args["who"], label="greet")
                return {"text": answer.text}
            """,
            args={"who": "you"},
        )
        self.assertEqual(finished.output, {"text": "hi you"})
        self.assertEqual((finished.code, finished.out, finished.err), (0, "", ""))
        self.assertEqual(finished.run.texts("log"), ["at the top"])
        opened = finished.run.opened
        self.assertEqual(opened["protocol_version"], 1)
        self.assertRegex(opened["client"], r"^owf-shim/\d+\.\d+\.\d+ python/3\.\d+\.\d+$")
        self.assertEqual(opened["script_path"], str(self.directory / "script.py"))
        self.assertRegex(opened["script_sha256"], "^[0-9a-f]{64}$")
        self.assertEqual(self.coordinator.headers[0]["authorization"], f"Bearer {TOKEN}")
        self.assertTrue(finished.run.half_closed)

    def test_main_may_be_plain_take_nothing_or_return_an_awaitable(self) -> None:
        for source in (
            "def main(args): return 5",
            "def main(): return 5",
            "async def main(): return 5",
            "async def inner(): return 5\ndef main(args): return inner()",
            "async def main(*args): return 4 + len(args)",
            "import functools\nasync def other(n, args): return n\nmain = functools.partial(other, 5)",
            "class Main:\n    async def __call__(self, args): return 5\nmain = Main()",
        ):
            with self.subTest(source):
                self.assertEqual(self.run_script(source).output, 5)

    def test_the_script_sees_itself_as_a_script(self) -> None:
        self.write("value = 7", "sibling.py")
        self.write("raise RuntimeError('shadowed')", "workflows.py")
        self.write("raise RuntimeError('shadowed')", "agent_workflows.py")
        finished = self.run_script(
            """
            import dataclasses, os, sys
            import sibling
            import workflows, agent_workflows
            assert __name__ != "__main__" and sys.modules[__name__].__file__ == __file__
            @dataclasses.dataclass
            class Point:
                x: "int"
            async def main(args):
                env = [name for name in os.environ if name.startswith("OWF_")]
                return [sibling.value, sys.argv, sys.path[0], env, Point(1), __file__]
            """
        )
        path = str(self.directory / "script.py")
        self.assertEqual(finished.output, [7, [path], str(self.directory), [], {"x": 1}, path])
        self.assertEqual([entry.name for entry in self.directory.iterdir() if entry.is_dir()], [])

    def test_prints_reach_stdout_or_with_json_stderr(self) -> None:
        script = self.write("import os\nprint('printed')\ndef main(args): os.system('echo echoed')")
        with FakeCoordinator() as coordinator:
            plain = coordinator.run(script)
            rerouted = coordinator.run(script, OWF_STDOUT="stderr")
        self.assertEqual((sorted(plain.out.split()), plain.err), (["echoed", "printed"], ""))
        self.assertEqual((rerouted.out, sorted(rerouted.err.split())), ("", ["echoed", "printed"]))

    def test_a_pipe_to_a_terminal_gets_each_line_as_printed(self) -> None:
        script = self.write("import sys\ndef main(args): return sys.stdout.line_buffering")
        for stdout, by_line in (("lines", True), ("", False)):
            with FakeCoordinator() as coordinator:
                finished = coordinator.run(script, OWF_STDOUT=stdout, PYTHONUNBUFFERED="")
            self.assertIs(finished.output, by_line)

    def test_the_return_value_becomes_json(self) -> None:
        finished = self.run_script(
            """
            import collections, dataclasses, datetime, decimal, enum, fractions, pathlib, uuid
            class Color(enum.Enum):
                RED = "red"
            class Level(enum.IntEnum):
                LOW = 1
            @dataclasses.dataclass
            class Inner:
                path: pathlib.Path
            @dataclasses.dataclass
            class Outer:
                inner: Inner
                when: datetime.date
            Pair = collections.namedtuple("Pair", "a b")
            async def main(args):
                return {
                    "dataclass": Outer(Inner(pathlib.Path("/a/b")), datetime.date(2026, 1, 2)),
                    "sets": [{3, 1, 2}, frozenset("cab"), {1, "a", None, 2.5, (1, 2)}, {frozenset([2]), frozenset([1])}],
                    "tuple": Pair(1, (2,)), "decimal": decimal.Decimal("1.50"), "uuid": uuid.UUID(int=1),
                    "enums": [Color.RED, Level.LOW, {Color.RED: 1}], "bytes": [b"abc", b"\\xff"],
                    "keys": {1: "int", 1.5: "float", True: "bool", None: "none", (1, 2): "tuple", datetime.date(2026, 1, 2): "date"},
                    "mapping": collections.OrderedDict(x=1), "object": fractions.Fraction(1, 3), "surrogate": "\\ud800",
                    "scores": [1.0, 2, 3, float("nan")], "deep": {"er": [float("-inf")]}, "a key": {"b c": float("inf")},
                }
            """
        )
        self.assertEqual(
            finished.output,
            {
                "dataclass": {"inner": {"path": "/a/b"}, "when": "2026-01-02"},
                "sets": [[1, 2, 3], ["a", "b", "c"], [None, 2.5, 1, [1, 2], "a"], [[1], [2]]],
                "tuple": [1, [2]], "decimal": "1.50", "uuid": "00000000-0000-0000-0000-000000000001",
                "enums": ["red", 1, {"red": 1}], "bytes": ["abc", "b'\\xff'"],
                "keys": {"1": "int", "1.5": "float", "true": "bool", "null": "none", "(1, 2)": "tuple", "2026-01-02": "date"},
                "mapping": {"x": 1}, "object": "1/3", "surrogate": "\ud800",
                "scores": [1.0, 2, 3, None], "deep": {"er": [None]}, "a key": {"b c": None},
            } | {"keys": finished.output["keys"]},
        )  # fmt: skip
        # True and 1 are one key to Python itself.
        self.assertEqual(finished.output["keys"], {"1": "bool", "1.5": "float", "null": "none", "(1, 2)": "tuple", "2026-01-02": "date"})
        end = "which JSON does not know: stored as null"
        self.assertEqual(
            finished.run.texts("warning"),
            [f"output.scores[3] is nan, {end}", f"output.deep.er[0] is -inf, {end}", f"output['a key']['b c'] is inf, {end}"],
        )

    def test_what_cannot_be_stored_fails_the_run_and_names_where(self) -> None:
        cases = {
            "a = {}\n    a['b'] = [a]\n    return a": "output.b[0] refers back to output: a cycle",
            "a = []\n    for _ in range(100_000): a = [a]\n    return a": "is nested too deeply to be stored: more than 200",
            "return {'k': [10**5000]}": "output.k[0] is a number of more than 4300 digits, which can't be stored",
            "return [(x for x in 'ab')]": "output[0] is of type generator, and nothing was read from it",
            "return {'m': map(str, [1])}": "output.m is of type map, and nothing was read from it",
            "async def steps(): yield 1\n    return steps()": "output is of type async_generator, and nothing was read from it",
            "yield 1": "output is of type generator, and nothing was read from it",
            "class Bad:\n        def __str__(self): raise KeyError('x')\n    return {'k': [Bad()]}": "output.k[0] can't be stored: its str() raised KeyError",
        }
        for body, words in cases.items():
            with self.subTest(words):
                finished = self.run_script(f"def main(args):\n    {body}\n")
                self.assertEqual((finished.code, finished.close["status"]), (1, "failed"))
                self.assertIn(words, finished.close["error_message"])
                self.assertLess(len(finished.close["error_message"]), 1000)

    def test_what_holds_values_in_an_order_is_stored_as_a_list(self) -> None:
        finished = self.run_script(
            """
            from collections import deque
            def main(args):
                return [deque([1, (2,)]), range(3), {"b": {5}, "a": 1}.values(), 10**300]
            """
        )
        self.assertEqual(finished.output, [[1, [2]], [0, 1, 2], [[5], 1], 10**300])

    def test_one_object_in_two_places_is_no_cycle(self) -> None:
        self.assertEqual(self.run_script("def main(args):\n    a = [1]\n    return [a, {'x': a}]").output, [[1], {"x": [1]}])

    def test_output_over_the_limit_fails_the_run_and_names_it(self) -> None:
        finished = self.run_script("def main(args): return 'x' * (64 << 20)")
        self.assertEqual((finished.code, finished.close["status"]), (1, "failed"))
        self.assertRegex(finished.close["error_message"], r"output: .* \d+ bytes; the limit is 64 MiB")

    def test_an_error_message_over_the_limit_is_cut(self) -> None:
        finished = self.run_script("def main(args): raise ValueError('x' * (65 << 20))")
        self.assertEqual((finished.code, finished.close["error_kind"]), (1, "ValueError"))
        self.assertEqual(len(finished.close["error_message"]), 64 * 1024)

    def test_an_answer_over_the_limit_ends_the_run_and_names_it(self) -> None:
        finished = self.run_script(
            "from workflows import agent\nasync def main(args): await agent('p')",
            answer=lambda run, call: done(call, text="x" * (64 << 20)),
        )
        self.assertEqual(finished.code, 1)
        self.assertIn("the limit is 64 MiB", finished.err)


class EndTest(ScriptTest):
    def assert_ends(self, source: str, code: int, status: str, message: str | None, **options: Any) -> Any:
        finished = self.run_script(source, **options)
        self.assertEqual((finished.code, finished.close["status"]), (code, status), finished.close)
        self.assertEqual(finished.close["error_message"], message)
        self.assertEqual(finished.err, "")
        return finished

    def test_an_exception_fails_the_run_with_the_scripts_traceback(self) -> None:
        finished = self.assert_ends(
            """
            def helper():
                raise LookupError("no such thing")
            async def main(args):
                helper()
            """,
            1, "failed", "no such thing",
        )  # fmt: skip
        close = finished.close
        self.assertEqual((close["error_kind"], close["output_json"]), ("LookupError", None))
        path = self.directory / "script.py"
        self.assertEqual(
            "\n".join(line for line in close["traceback"].splitlines() if set(line.strip()) - set("^~")),
            f'Traceback (most recent call last):\n  File "{path}", line 5, in main\n    helper()\n'
            f'  File "{path}", line 3, in helper\n    raise LookupError("no such thing")\nLookupError: no such thing',
        )

    def test_sys_exit_is_failed_or_for_zero_done(self) -> None:
        self.assertIsNone(self.assert_ends("import sys\ndef main(args): sys.exit(0)", 0, "done", None).output)
        self.assert_ends("import sys\nasync def main(args): sys.exit()", 0, "done", None)
        self.assert_ends("import sys\nasync def main(args): sys.exit(3)", 1, "failed", "script called sys.exit(3)")
        self.assert_ends("import sys\nasync def main(args): sys.exit('no input')", 1, "failed", "no input")
        self.assert_ends("import sys\nsys.exit(3)", 1, "failed", "script called sys.exit(3)")
        self.assert_ends("import sys\nsys.exit(0)", 0, "done", None)

    def test_sys_exit_in_a_task_beside_main_ends_the_run(self) -> None:
        source = """
            import asyncio, sys
            async def beside():
                sys.exit(3)
            async def main(args):
                task = asyncio.create_task(beside())
                await asyncio.sleep(60)
            """
        self.assert_ends(source, 1, "failed", "script called sys.exit(3)")

    def test_budget_exceeded_out_of_main_ends_the_run_so(self) -> None:
        source = "from workflows import agent\nasync def main(args): await agent('p')"
        self.assert_ends(source, 3, "budget_exceeded", "5 tokens left", answer=lambda run, call: ("refuse", 2, "5 tokens left"))

    def test_a_cancellation_of_the_scripts_own_making_is_a_failure(self) -> None:
        source = "import asyncio\nasync def main(args): raise asyncio.CancelledError"
        self.assert_ends(source, 1, "failed", "main was cancelled by the script itself")

    def test_a_raising_top_level_opens_the_run_and_fails_it(self) -> None:
        finished = self.assert_ends("from workflows import log\nlog('first')\n1 / 0", 1, "failed", "division by zero")
        self.assertEqual(finished.run.texts("log"), ["first"])
        self.assertTrue(finished.close["traceback"].startswith(f'Traceback (most recent call last):\n  File "{self.directory}'))

    def test_a_base_exception_of_the_scripts_own_fails_the_run(self) -> None:
        source = "class Odd(BaseException): pass\nasync def main(args): raise Odd('x')"
        self.assertEqual(self.assert_ends(source, 1, "failed", "x").close["error_kind"], "Odd")

    def test_tasks_left_running_are_cancelled_before_the_run_closes(self) -> None:
        finished = self.run_script(
            """
            import asyncio
            from workflows import agent, log
            async def left(waiting):
                try:
                    await waiting
                finally:
                    log("unwound")
            async def main(args):
                asyncio.create_task(left(agent("slow")))
                asyncio.create_task(left(asyncio.sleep(60)))
                await agent("quick")
                return 1
            """,
            answer=lambda run, call: None if call["prompt"] == "slow" else done(call),
        )
        self.assertEqual((finished.output, finished.err), (1, ""))
        slow = next(call for call in finished.run.calls if call["prompt"] == "slow")
        self.assertEqual(finished.run.cancelled, [slow["call_ref"]])
        self.assertEqual(finished.run.texts("log"), ["unwound"] * 2)
        self.assertEqual(finished.run.messages[-1][0], "close_run")


class RejectionTest(ScriptTest):
    def rejected(self, script: Any) -> str:
        with FakeCoordinator() as coordinator:
            finished = coordinator.run(script)
        self.assertEqual((finished.code, finished.out, finished.err), (2, "", ""))
        self.assertEqual([kind for kind, _ in finished.run.messages], ["reject_script"])
        self.assertEqual(finished.run.messages[0][1]["protocol_version"], 1)
        message = finished.run.rejected
        self.assertLessEqual(len(message.splitlines()), 2)
        return message

    def test_a_script_that_is_not_there_or_not_a_file(self) -> None:
        self.assertEqual(self.rejected(self.directory / "x.py"), f"{self.directory}/x.py: there is no such file.")
        self.assertIn("is not a file", self.rejected(self.directory))

    def test_a_syntax_error_is_told_with_file_and_line(self) -> None:
        message = self.rejected(self.write("x = 1\ny = (2 +\nz = 3 3\n"))
        self.assertRegex(message, rf"^{self.directory}/script.py:\d: ")

    def test_a_source_that_cannot_be_decoded(self) -> None:
        path = self.directory / "latin.py"
        path.write_bytes(b"x = '\xff'\ndef main(args): pass\n")
        self.assertIn("latin.py", self.rejected(path))
        path.write_bytes(b"x = 1\0\ndef main(args): pass\n")
        self.assertIn("null bytes", self.rejected(path))

    def test_a_script_without_main_or_with_one_that_cannot_be_called(self) -> None:
        self.assertIn("define `async def main(args)`", self.rejected(self.write("x = 1")))
        self.assertIn("define `async def main(args)`", self.rejected(self.write("main = 5")))
        self.assertIn("define `async def main(args)`", self.rejected(self.write("def main(a, b): pass")))


class OpeningTest(ScriptTest):
    SCRIPT = "def main(args): open(args['x'])"

    def test_a_planned_run_does_not_start_main(self) -> None:
        finished = self.run_script(self.SCRIPT, planned=True)
        self.assertEqual((finished.code, finished.err), (0, ""))
        self.assertEqual([kind for kind, _ in finished.run.messages], ["open_run"])
        self.assertTrue(finished.run.half_closed)

    def test_a_coordinator_that_ends_with_the_plan_is_not_lost(self) -> None:
        finished = self.run_script(self.SCRIPT, planned="and ends")
        self.assertEqual((finished.code, finished.err), (0, ""))

    def test_a_plan_for_a_raising_script_says_so(self) -> None:
        finished = self.run_script("raise ValueError('top')", planned=True)
        self.assertEqual(finished.code, 1)
        self.assertIn("its top-level code failed: ValueError: top", finished.err)

    def test_a_refusal_is_one_plain_line(self) -> None:
        with FakeCoordinator(refuse=(9, "protocol version 1, this coordinator speaks 2%0A")) as coordinator:
            finished = coordinator.run(self.write(self.SCRIPT), OWF_COORDINATOR_PID="")
        self.assertEqual((finished.code, finished.err), (2, "owf: protocol version 1, this coordinator speaks 2\n"))

    def test_a_refusal_is_printed_by_the_coordinator_alone(self) -> None:
        finished = self.run_script(self.SCRIPT, refuse=(9, "no approval"))
        self.assertEqual((finished.code, finished.err), (2, ""))

    def test_nobody_listening_is_one_plain_line(self) -> None:
        with FakeCoordinator() as coordinator:
            environment = coordinator.environment()
        done_process = subprocess.run(
            [sys.executable, "-c", START, str(SOURCES), str(self.write(self.SCRIPT))],
            env=environment, capture_output=True, text=True, timeout=20,
        )  # fmt: skip
        self.assertEqual(done_process.returncode, 1)
        self.assertRegex(done_process.stderr, r"^owf: the coordinator is gone \(nobody answers at 127.0.0.1:\d+.*\n$")

    def test_nothing_of_the_script_runs_before_the_coordinator(self) -> None:
        script = self.write("print('the script runs', flush=True)\n" + self.SCRIPT)
        with FakeCoordinator() as coordinator:
            environment = coordinator.environment()
        # The system accepts connections for whoever listens; nobody takes them yet.
        with socket.create_server(("127.0.0.1", 0)) as not_ready:
            environment["OWF_COORDINATOR"] = f"127.0.0.1:{not_ready.getsockname()[1]}"
            process = subprocess.Popen(
                [sys.executable, "-c", START, str(SOURCES), str(script)],
                env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
            connection, _ = not_ready.accept()
            with connection:
                self.assertTrue(connection.recv(1), "the call is begun")
                with self.assertRaises(subprocess.TimeoutExpired):
                    process.wait(0.5)
        out, err = process.communicate(timeout=20)
        self.assertEqual((process.returncode, out), (1, ""))
        self.assertRegex(err, r"^owf: the coordinator is gone \([^\n]*\)\n$")

    def test_without_its_environment_it_says_how_scripts_are_started(self) -> None:
        with FakeCoordinator() as coordinator:
            finished = coordinator.run(self.write(self.SCRIPT), OWF_COORDINATOR="nonsense")
        self.assertEqual(finished.code, 2)
        self.assertIn("OWF_COORDINATOR: expected HOST:PORT, found 'nonsense'", finished.err)


class CancellationTest(ScriptTest):
    SLOW = """
        import asyncio
        from workflows import agent, log
        async def main(args):
            try:
                await agent("slow")
            except asyncio.CancelledError:
                log("cancelled")
                {then}
        """

    def cancelled_by(self, trigger: Any, then: str = "raise") -> Any:
        """Runs a script until its call has arrived, then pulls the trigger."""
        script = self.write(self.SLOW.format(then=then))
        arrived = threading.Event()

        def answer(run: FakeRun, call: dict[str, Any]) -> Any:
            arrived.set()

        with FakeCoordinator(answer) as coordinator:
            process = coordinator.start(script)
            self.addCleanup(process.stdout.close)
            self.addCleanup(process.stderr.close)
            self.assertTrue(arrived.wait(10))
            trigger(coordinator, process)
            _, err = process.communicate(timeout=10)
            return process.returncode, coordinator.runs[0], err

    def assert_cancelled(self, ended: Any) -> None:
        code, run, err = ended
        self.assertEqual((code, run.close["status"], err), (130, "cancelled", ""))
        self.assertEqual((run.cancelled, run.texts("log")), ([1], ["cancelled"]))

    def test_cancel_run_cancels_main(self) -> None:
        def trigger(coordinator: FakeCoordinator, process: Any) -> None:
            coordinator.loop.call_soon_threadsafe(coordinator.runs[0].connection.say, "cancel_run", {"reason": "asked"})

        self.assert_cancelled(self.cancelled_by(trigger))

    def test_sigint_and_sigterm_cancel_main(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            self.assert_cancelled(self.cancelled_by(lambda coordinator, process: process.send_signal(number)))

    def test_a_main_that_swallows_cancellation_is_still_cancelled(self) -> None:
        self.assert_cancelled(self.cancelled_by(lambda coordinator, process: process.send_signal(signal.SIGINT), "return 5"))
        self.assert_cancelled(self.cancelled_by(lambda coordinator, process: process.send_signal(signal.SIGINT), "raise ValueError"))

    def test_a_second_sigint_interrupts_a_script_that_hangs(self) -> None:
        script = self.write(
            """
            import sys, time
            def main(args):
                print("blocking", flush=True)
                time.sleep(60)
            """
        )
        with FakeCoordinator() as coordinator:
            process = coordinator.start(script)
            self.assertEqual(process.stdout.readline(), "blocking\n")
            deadline = time.monotonic() + 10
            while process.poll() is None and time.monotonic() < deadline:
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(0.2)
                except subprocess.TimeoutExpired:
                    pass
            process.communicate(timeout=5)
            self.assertEqual(process.returncode, 130)

    def test_a_cancelled_run_leaves_even_when_a_thread_does_not(self) -> None:
        script = self.write(
            """
            import asyncio, time
            from workflows import agent
            async def main(args):
                await asyncio.gather(asyncio.to_thread(time.sleep, 60), agent("slow"))
            """
        )
        arrived = threading.Event()
        with FakeCoordinator(lambda run, call: arrived.set()) as coordinator:
            process = coordinator.start(script)
            self.assertTrue(arrived.wait(10))
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=8)
            self.assertEqual((process.returncode, coordinator.runs[0].close["status"]), (130, "cancelled"))


class LossTest(ScriptTest):
    LOST = r"^owf: the coordinator is gone \(.*\): the run is interrupted\n$"

    def lost(self, source: str, cut: Any = None, grace: float = GONE_WITHIN, says: str = LOST) -> Any:
        """Runs a script until its call has arrived, then breaks the connection."""
        script = self.write(source)
        arrived = threading.Event()
        with FakeCoordinator(lambda run, call: arrived.set()) as coordinator:
            process = coordinator.start(script)
            self.assertTrue(arrived.wait(10))
            began = time.monotonic()
            coordinator.loop.call_soon_threadsafe(cut or FakeCoordinator.cut, coordinator)
            out, err = process.communicate(timeout=grace + 5)
            self.assertLess(time.monotonic() - began, grace)
        self.assertEqual(process.returncode, 1)
        self.assertRegex(err, says)
        return out

    def test_every_waiting_call_raises_coordinator_lost(self) -> None:
        out = self.lost(
            """
            import asyncio
            from workflows import agent, CoordinatorLost
            async def call(n):
                try:
                    await agent(n)
                except Exception:
                    print("swallowed")
                except CoordinatorLost as error:
                    print("lost")
                    raise
            async def main(args):
                try:
                    await asyncio.gather(*[call(str(n)) for n in range(3)], return_exceptions=True)
                    await call("after")
                finally:
                    print("unwound")
            """
        )
        self.assertEqual(out.split(), ["lost"] * 4 + ["unwound"])

    def test_parallel_lets_the_loss_through(self) -> None:
        out = self.lost(
            """
            from workflows import agent, parallel, CoordinatorLost
            async def main(args):
                try:
                    await parallel([lambda: agent("a"), lambda: agent("b")])
                except CoordinatorLost:
                    print("through")
                    raise
            """
        )
        self.assertEqual(out, "through\n")

    def test_a_main_that_waits_for_something_else_is_cancelled(self) -> None:
        out = self.lost(
            """
            import asyncio
            from workflows import agent
            async def main(args):
                task = asyncio.create_task(agent("p"))
                try:
                    await asyncio.sleep(60)
                finally:
                    print("unwound")
            """,
            grace=3,
        )
        self.assertEqual(out, "unwound\n")

    def test_a_script_that_swallows_everything_is_ended(self) -> None:
        self.lost(
            """
            from workflows import agent
            async def main(args):
                while True:
                    try:
                        await agent("p")
                    except BaseException:
                        pass
            """
        )

    def test_a_script_that_blocks_its_loop_afterwards_is_ended(self) -> None:
        self.lost(
            """
            import time
            from workflows import agent
            async def main(args):
                try:
                    await agent("p")
                finally:
                    time.sleep(60)
            """
        )

    def test_a_server_gone_in_the_middle_of_a_frame_is_a_loss(self) -> None:
        def cut(coordinator: FakeCoordinator) -> None:
            transport = coordinator.runs[0].connection.transport
            transport.write(b"\0\0\xff\0\0\0\0\0\x01half")
            transport.close()

        self.lost("from workflows import agent\nasync def main(args): await agent('p')", cut)

    def test_a_coordinator_that_stops_in_order_reports_it_itself(self) -> None:
        def go_away(coordinator: FakeCoordinator) -> None:
            connection = coordinator.runs[0].connection
            connection.server.raw(b"\0\0\x0b\x07\0\0\0\0\0" + bytes(8) + b"bye")
            connection.flush()

        self.lost("from workflows import agent\nasync def main(args): await agent('p')", go_away, says="^$")

    def test_a_run_that_the_coordinator_ends_is_reported_by_it(self) -> None:
        def end(coordinator: FakeCoordinator) -> None:
            connection = coordinator.runs[0].connection
            connection.server.trailers(13, "broken")
            connection.flush()

        self.lost("from workflows import agent\nasync def main(args): await agent('p')", end, says="^$")

    def test_the_death_of_the_parent_ends_a_script_that_blocks(self) -> None:
        script = self.write("import time\ndef main(args):\n    print('blocking', flush=True)\n    time.sleep(60)")
        with FakeCoordinator() as coordinator:
            # A parent that starts the runner as the coordinator does, and dies when told to.
            parent = subprocess.Popen(
                [sys.executable, "-c",
                 "import os, subprocess, sys; os.environ['OWF_COORDINATOR_PID'] = str(os.getpid());"
                 f"subprocess.Popen([sys.executable, '-c', {START!r}, {str(SOURCES)!r}, {str(script)!r}]); sys.stdin.read()"],
                env=coordinator.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
            self.assertEqual(parent.stdout.readline(), "blocking\n")
            parent.kill()
            began = time.monotonic()
            # The pipe ends when the last process that holds it has gone.
            rest = parent.stderr.read()
            self.assertLess(time.monotonic() - began, GONE_WITHIN)
            self.assertEqual(rest, "owf: the coordinator is gone (its process has ended): the run is interrupted\n")
            parent.stdin.close()
            parent.stdout.close()
            parent.stderr.close()
            parent.wait(5)


class SlowReaderTest(ScriptTest):
    def test_a_coordinator_that_reads_slowly_gets_everything(self) -> None:
        resumed: list[int] = []

        def on_message(run: FakeRun, kind: str, values: dict[str, Any]) -> None:
            transport, loop = run.connection.transport, self.coordinator.loop
            if kind == "start_call" and len(resumed) < 20:
                resumed.append(len(run.calls))
                transport.pause_reading()
                loop.call_later(0.01, transport.resume_reading)

        script = self.write(
            """
            from workflows import agent, parallel
            async def main(args):
                results = await parallel([lambda n=n: agent(str(n) * (1 << 20)) for n in range(10)] * 3)
                return all(r.text == str(n % 10) * (1 << 20) for n, r in enumerate(results))
            """
        )
        with FakeCoordinator(on_message=on_message) as self.coordinator:
            finished = self.coordinator.run(script)
        self.assertIs(finished.output, True)
        self.assertEqual(len(resumed), 20)


if __name__ == "__main__":
    unittest.main()
