"""A script behaves as under plain Python: imports, names, processes, signals, values that it returns."""

from __future__ import annotations

import json
import subprocess
import sys
import unittest
from pathlib import Path

from fake_coordinator import FakeCoordinator
from tiers import slow
from workspace import ScriptTest


class ImportTest(ScriptTest):
    def test_a_linked_script_imports_what_is_beside_the_real_file(self) -> None:
        real, links = self.directory / "real", self.directory / "links"
        real.mkdir()
        links.mkdir()
        (real / "helper.py").write_text("X = 'beside the real file'")
        (real / "script.py").write_text(
            "import helper, sys\nfrom workflows import workflow\n"
            "async def main(args):\n    child = await workflow('child.py')\n"
            "    return [helper.X, sys.path[0], __file__, child['output']]\n"
        )
        (real / "child.py").write_text("def main(args): return 'the child'")
        (links / "script.py").symlink_to(real / "script.py")
        with FakeCoordinator() as coordinator:
            finished = coordinator.run(links / "script.py")
        expected = ["beside the real file", str(real), str(links / "script.py"), "the child"]
        self.assertEqual(finished.output, expected)

    def test_pythonpath_is_kept_with_and_without_a_safe_path(self) -> None:
        library = self.directory / "library"
        library.mkdir()
        (library / "helper.py").write_text("X = 'from PYTHONPATH'")
        script = self.write("import helper, sys\ndef main(args): return [helper.X, sys.path[0]]")
        for safe in ("", "1"):
            with FakeCoordinator() as coordinator:
                finished = coordinator.run(script, PYTHONPATH=str(library), PYTHONSAFEPATH=safe)
            where, first = finished.output
            self.assertEqual(where, "from PYTHONPATH")
            if sys.version_info >= (3, 11):
                self.assertEqual(first == str(self.directory), not safe)

    def test_a_missing_module_names_the_scripts_environment(self) -> None:
        environment = self.directory / ".venv"
        environment.mkdir()
        (environment / "pyvenv.cfg").write_text("home = /usr/bin\n")
        close = self.run_script("import no_such_module\ndef main(args): pass").run.close
        self.assertIn("No module named 'no_such_module'", close["error_message"])
        self.assertIn(f"--python {environment}/bin/python3", close["error_message"])

    def test_without_an_environment_none_is_named(self) -> None:
        close = self.run_script("import no_such_module\ndef main(args): pass").run.close
        self.assertEqual(close["error_message"], "No module named 'no_such_module'")


class NameTest(ScriptTest):
    def test_main_is_the_script_and_its_guard_does_not_start_it(self) -> None:
        finished = self.run_script(
            """
            import sys, __main__
            started = []
            if __name__ == "__main__":
                started.append(True)
            def main(args):
                return [started, __main__.main is main, __main__.__file__ == __file__, sys.modules[__name__] is __main__]
            """
        )
        self.assertEqual(finished.output, [[], True, True, True])

    def test_a_pickle_of_the_script_is_read_by_another_process(self) -> None:
        script = self.write(
            """
            import dataclasses, pathlib, pickle
            @dataclasses.dataclass
            class Note:
                text: str
            def main(args):
                pathlib.Path(__file__).with_name("note.pickle").write_bytes(pickle.dumps(Note("kept")))
            """,
            "notes.py",
        )
        with FakeCoordinator() as coordinator:
            self.assertIsNone(coordinator.run(script).output)
        read = "import pickle; print(pickle.load(open('note.pickle', 'rb')).text)"
        # The script has imported nothing of this package, so plain Python is enough.
        out = subprocess.run([sys.executable, "-c", read], cwd=self.directory, capture_output=True, text=True)
        self.assertEqual((out.stdout, out.stderr), ("kept\n", ""))

    def test_a_script_named_like_a_library_leaves_that_library_alone(self) -> None:
        for name in ("json.py", "two.dots.py", "re.py", "asyncio.py"):
            with self.subTest(name):
                script = self.write("import json, re, asyncio\ndef main(args): return json.loads('[1]')", name)
                if name == "two.dots.py":
                    with FakeCoordinator() as coordinator:
                        self.assertEqual(coordinator.run(script).output, [1])
                    continue
                # As under plain Python, an import of that name after the start would find the script.
                script.write_text("def main(args): return __name__")
                with FakeCoordinator() as coordinator:
                    self.assertEqual(coordinator.run(script).output, "__mp_main__")
                script.unlink()


class ProcessTest(ScriptTest):
    SQUARE = """
        import concurrent.futures, multiprocessing, sys
        from workflows import meta
        meta(name="squares")
        def square(x):
            return x * x
        def main(args):
            out = {}
            for how in ("fork", "spawn", "forkserver"):
                context = multiprocessing.get_context(how)
                with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
                    out[how] = pool.submit(square, 3).result(30)
            return out
        """

    @slow
    def test_processes_find_the_scripts_functions_however_they_start(self) -> None:
        for name in ("script.py", "no-identifier.py", "two.dots.py", "json.py", "without_extension"):
            with self.subTest(name):
                script = self.write(self.SQUARE, name)
                if name == "json.py":
                    # Its name shadows a library in the processes too, under plain Python as well.
                    script.unlink()
                    continue
                with FakeCoordinator() as coordinator:
                    self.assertEqual(coordinator.run(script).output, {"fork": 9, "spawn": 9, "forkserver": 9})

    @unittest.skipIf(sys.version_info < (3, 11), "PYTHONSAFEPATH is of Python 3.11")
    def test_processes_find_them_with_a_safe_path(self) -> None:
        script = self.write(self.SQUARE)
        with FakeCoordinator() as coordinator:
            finished = coordinator.run(script, PYTHONSAFEPATH="1")
        self.assertEqual(finished.output, {"fork": 9, "spawn": 9, "forkserver": 9})

    def test_a_forked_process_ends_on_signals_as_ever(self) -> None:
        finished = self.run_script(
            """
            import multiprocessing, os, signal, time
            def forever(ready):
                ready.set()
                while True:
                    time.sleep(0.1)
            def main(args):
                out = []
                for number in (signal.SIGTERM, signal.SIGINT):
                    context = multiprocessing.get_context("fork")
                    ready = context.Event()
                    process = context.Process(target=forever, args=(ready,), daemon=True)
                    process.start()
                    ready.wait(10)
                    os.kill(process.pid, number)
                    process.join(10)
                    out.append(process.exitcode)
                    process.kill()
                return out
            """
        )
        # SIGINT is an exception in Python, with which a process of multiprocessing exits with 1.
        self.assertEqual(finished.output, [-15, 1])

    def test_a_handler_that_the_script_set_stays_in_a_forked_process(self) -> None:
        finished = self.run_script(
            """
            import os, signal
            def main(args):
                signal.signal(signal.SIGTERM, lambda *ignored: os._exit(7))
                child = os.fork()
                if child == 0:
                    os.kill(os.getpid(), signal.SIGTERM)
                    os._exit(8)
                return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            """
        )
        self.assertEqual(finished.output, 7)

    def test_the_api_is_refused_in_a_forked_process(self) -> None:
        finished = self.run_script(
            """
            import multiprocessing
            import workflows
            def use(queue):
                try:
                    workflows.log("from the fork")
                except workflows.WorkflowError as error:
                    queue.put(str(error))
            async def main(args):
                queue = multiprocessing.get_context("fork").SimpleQueue()
                process = multiprocessing.get_context("fork").Process(target=use, args=(queue,))
                process.start()
                process.join(10)
                return [queue.get(), (await workflows.agent("after the fork")).text]
            """
        )
        refusal, text = finished.output
        self.assertIn("a process that the script has forked", refusal)
        self.assertEqual((text, finished.run.texts("log")), ("after the fork", []))


class ValueTest(ScriptTest):
    def test_keys_that_are_the_same_text_are_an_error_with_place(self) -> None:
        for value, where in (
            ("{1: 'int', '1': 'str'}", "output has the keys 1 and '1'"),
            ("[{'a': {None: 1, 'null': 2}}]", "output[0].a has the keys None and 'null'"),
            ("{True: 1, 'true': 2}", "output has the keys True and 'true'"),
            ("{b'x': 1, 'x': 2}", "output has the keys b'x' and 'x'"),
            ("{1.0: 1, '1.0': 2}", "output has the keys 1.0 and '1.0'"),
        ):
            with self.subTest(value):
                close = self.run_script(f"def main(args): return {value}").run.close
                self.assertEqual((close["status"], close["error_kind"]), ("failed", "NotStorable"))
                self.assertNotIn("agent_workflows", close["traceback"].replace("agent_workflows._stored.NotStorable", ""))
                self.assertIn(where, close["error_message"])

    def test_keys_that_collide_are_refused_in_what_a_call_is_given(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent, log
            async def main(args):
                out = []
                for more in ({"metadata": {"a": [{1: 0, "1": 0}]}}, {"permissions": {None: 0, "null": 0}},
                             {"schema": {"properties": {2: {}, "2": {}}}}):
                    try:
                        await agent("x", **more)
                    except ValueError as error:
                        out.append(str(error))
                try:
                    log("x", data={1: 0, "1": 0})
                except ValueError as error:
                    out.append(str(error))
                return out
            """
        )
        places = [message.split(" has the keys")[0] for message in finished.output]
        self.assertEqual(places, ["metadata.a[0]", "permissions", "schema.properties", "metadata.data"])

    def test_a_coroutine_in_the_output_is_an_error(self) -> None:
        close = self.run_script(
            "from workflows import agent\nasync def main(args): return {'reviews': [agent('x')]}"
        ).run.close
        self.assertEqual(close["status"], "failed")
        self.assertIn("output.reviews[0] is a coroutine (agent) that was never awaited", close["error_message"])

    def test_a_coroutine_that_nobody_awaits_fails_the_run(self) -> None:
        for statement, name in (("agent('x')", "agent"), ("review()", "review")):
            with self.subTest(name):
                finished = self.run_script(
                    f"""
                    from workflows import agent
                    async def review():
                        return await agent("x")
                    async def main(args):
                        {statement}
                        return "fine"
                    """
                )
                close = finished.run.close
                self.assertEqual(close["status"], "failed")
                self.assertRegex(close["error_message"], rf"^{name}\(\) was never awaited \(.*script\.py, line 6\)")
                self.assertEqual(finished.run.calls, [])

    def test_a_pydantic_model_is_stored_as_it_dumps_itself(self) -> None:
        finished = self.run_script(
            """
            class Model:  # What pydantic's models have, without the package.
                model_fields = {"x": None}
                def __init__(self, x):
                    self.x = x
                def model_dump(self):
                    return {"x": self.x, "more": {1, 2}}
            def main(args):
                return [Model(5), {"m": Model(Model(6))}]
            """
        )
        one, two = {"x": 5, "more": [1, 2]}, {"x": {"x": 6, "more": [1, 2]}, "more": [1, 2]}
        self.assertEqual(finished.output, [one, {"m": two}])

    def test_an_exception_group_tells_its_causes(self) -> None:
        if sys.version_info < (3, 11):
            self.skipTest("exception groups are of Python 3.11")
        close = self.run_script(
            "def main(args): raise ExceptionGroup('two things', [ValueError('one'), ExceptionGroup('in', [KeyError(2)])])"
        ).run.close
        self.assertEqual(
            close["error_message"],
            "two things (2 sub-exceptions): ValueError: one; ExceptionGroup: in (1 sub-exception): KeyError: 2",
        )


class BranchErrorTest(ScriptTest):
    def test_a_group_in_a_branch_names_its_causes(self) -> None:
        if sys.version_info < (3, 11):
            self.skipTest("exception groups are of Python 3.11")
        finished = self.run_script(
            """
            import asyncio
            from workflows import parallel
            class Mute(Exception):
                def __str__(self):
                    raise RuntimeError("no")
            async def one():
                raise ValueError("one")
            async def group():
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(one())
            async def mute():
                raise Mute()
            async def main(args):
                return [r.error for r in await parallel([group, mute])]
            """
        )
        group = "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception): ValueError: one"
        self.assertEqual(
            json.loads(finished.run.close["output_json"]), [group, "Mute: (its str() raised RuntimeError)"]
        )
        messages = [event["message"] for event in finished.run.events if event["type"] == "warning"]
        self.assertTrue(any(text.startswith("a branch of parallel() ended on " + group) for text in messages), messages)

    def test_an_exception_in_a_branch_is_a_warning_with_its_place(self) -> None:
        finished = self.run_script(
            """
            import json
            from workflows import parallel, pipeline
            async def bad(i):
                return json.loads("{")
            async def main(args):
                await parallel([lambda i=i: bad(i) for i in range(3)])
                return [r.ok for r in await pipeline([1], lambda i: undefined_name)]
            """
        )
        warnings = [event for event in finished.run.events if event["type"] == "warning"]
        file = self.directory / "script.py"
        self.assertEqual(
            [event["message"].replace(str(file), "script.py") for event in warnings],
            [
                "a branch of parallel() ended on JSONDecodeError: Expecting property name enclosed in double"
                " quotes: line 1 column 2 (char 1) (script.py, line 5)",
                "a stage of pipeline() ended on NameError: name 'undefined_name' is not defined (script.py, line 8)",
                "2 more branches ended on JSONDecodeError (script.py, line 5)",
            ],
        )
        self.assertEqual(finished.output, [False])

    def test_an_exception_outside_the_script_has_a_place_too(self) -> None:
        (self.directory / "child.py").write_text("async def main(args):\n    return 1 / 0\n")
        finished = self.run_script(
            """
            import functools
            from workflows import agent, parallel, workflow
            async def main(args):
                await parallel([
                    lambda: agent("p", isolation="tree"),
                    functools.partial(agent, 5),
                    lambda: workflow("child.py"),
                    lambda: workflow("child.py"),
                ])
            """
        )
        warnings = [event for event in finished.run.events if event["type"] == "warning"]
        data = [json.loads(event["data_json"]) for event in warnings]
        places = [(each["file"] and Path(each["file"]).name, each["line"]) for each in data]
        child = ("child.py", 2)
        self.assertEqual(places, [("script.py", 6), (None, None), child, child])
        self.assertTrue(warnings[-1]["message"].startswith("1 more branch ended on WorkflowError ("), warnings[-1])


if __name__ == "__main__":
    unittest.main()
