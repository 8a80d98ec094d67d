"""Programs that start runs: what the functions make of the coordinator's command line, which is played here."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import textwrap
import traceback
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from sources import SOURCES

import agent_workflows
import workflows
from agent_workflows import BudgetExceeded, WorkflowError, cli, runtime, storage

#: Takes the place of java: it writes down how it was started, and says what it was told to.
PLAYED = """\
#!{python}
import json, os, sys
place = os.path.dirname(os.path.abspath(__file__))
words = sys.argv[sys.argv.index("-jar") + 2:]
with open(os.path.join(place, "started"), "a") as file:
    read = sys.stdin.read() if "-" in words else None
    file.write(json.dumps({{"words": words, "stdin": read, "python": os.environ.get("OWF_PYTHON")}}) + "\\n")
with open(os.path.join(place, "says")) as file:
    says = json.load(file)
answer = says.get(words[0], says.get("*"))
sys.stderr.write(answer.get("err", ""))
sys.stdout.write(answer.get("out", ""))
sys.exit(answer.get("code", 0))
"""

RUN = {"run_id": "run_1", "status": "done", "output": {"n": 1}, "run_dir": "/h/runs/run_1"}
STATUS = {
    "run": {"id": "run_1", "output_dir": "/h/runs/run_1"},
    "calls": [{"status": "done", "cache_status": "hit"}, {"status": "failed", "cache_status": "miss"}],
}
FUNCTIONS = (
    "run_script resume_run run_status latest_run load_script validate_script draft_manifest build_report "
    "explain_cache render_report_markdown render_report_html"
).split()


class ProgramTest(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name).resolve()
        self.jar = self.directory / "coordinator.jar"
        self.jar.touch()
        self.java = self.program("java", PLAYED.format(python=sys.executable))
        told = {"OWF_COORDINATOR_JAR": str(self.jar), "OWF_JAVA": str(self.java), "PATH": str(self.directory)}
        self.environment(OWF_PYTHON=None, OWF_COORDINATOR=None, JAVA_HOME=None, **told)

    def program(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        return path

    def environment(self, **variables: Any) -> None:
        patch = mock.patch.dict(os.environ)
        patch.start()
        self.addCleanup(patch.stop)
        for name, value in variables.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value

    def says(self, **answers: Any) -> None:
        """What each command answers; `any` for those that are not named."""
        told = {("*" if name == "any" else name.replace("_", "-")): answer for name, answer in answers.items()}
        (self.directory / "says").write_text(json.dumps(told), encoding="utf-8")
        (self.directory / "started").write_text("", encoding="utf-8")

    def started(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.directory / "started").read_text().splitlines()]

    def words(self) -> list[str]:
        words: list[str] = self.started()[-1]["words"]
        return words


def document(value: Any, code: int = 0, err: str = "") -> dict[str, Any]:
    return {"out": json.dumps(value), "code": code, "err": err}


class RunTest(ProgramTest):
    def test_a_run_is_one_command_line(self) -> None:
        self.says(run=document(RUN))
        self.assertEqual(agent_workflows.run_script("a.py"), RUN)
        self.assertEqual(self.words(), ["run", os.path.abspath("a.py"), "--json"])
        self.assertEqual(self.started()[0]["python"], sys.executable)

    def test_choices_become_options_and_arguments_standard_input(self) -> None:
        self.says(run=document(RUN))
        agent_workflows.run_script(
            Path("/s/a.py"),
            args={"text": "é" * 200_000},
            home="/h",
            provider="groq",
            model="llama",
            budget_tokens=10,
            budget_cost_usd=0.00001,
            cache_policy="refresh",
        )
        options = "--home /h --provider groq --model llama --budget-tokens 10 --budget-cost-usd 0.00001"
        expected = f"run /s/a.py --json {options} --cache-policy refresh --args-json -"
        self.assertEqual(" ".join(self.words()), expected)
        self.assertEqual(json.loads(self.started()[0]["stdin"]), {"text": "é" * 200_000})

    def test_a_placeholder_for_a_model_is_none_for_a_real_provider(self) -> None:
        self.says(any=document(RUN))
        for provider, model, expected in (
            ("groq", "fake", []),
            ("groq", "default", []),
            ("groq", "Fake", []),
            ("fake", "fake", ["--model", "fake"]),
            ("fixture", "fake", ["--model", "fake"]),
            (None, "fake", ["--model", "fake"]),
            ("groq", "faker", ["--model", "faker"]),
        ):
            with self.subTest(provider=provider, model=model):
                agent_workflows.resume_run("run_1", provider=provider, model=model)
                words = self.words()
                self.assertEqual(words[words.index("--model") :] if "--model" in words else [], expected)

    def test_the_interpreter_that_a_person_chose_stays(self) -> None:
        self.environment(OWF_PYTHON="/opt/python")
        self.says(run=document(RUN))
        agent_workflows.run_script("a.py")
        self.assertEqual(self.started()[0]["python"], "/opt/python")

    def test_a_failed_run_raises_with_its_error_and_id(self) -> None:
        for status, kind, code in (
            ("failed", WorkflowError, 1),
            ("cancelled", WorkflowError, 130),
            ("budget_exceeded", BudgetExceeded, 3),
        ):
            with self.subTest(status=status):
                self.says(run=document({**RUN, "status": status, "error": "ValueError: boom"}, code))
                with self.assertRaisesRegex(kind, f"run run_1 ended as {status}: ValueError: boom") as caught:
                    agent_workflows.run_script("a.py")
                self.assertIs(type(caught.exception), kind)
                self.assertEqual((caught.exception.run_id, caught.exception.status), ("run_1", status))

    def test_a_failed_runs_error_says_what_was_raised_and_where(self) -> None:
        frames = 'Traceback (most recent call last):\n  File "a.py", line 3, in main\nKeyError: 7\n'
        (self.directory / "traceback.txt").write_text(frames)
        told = {**RUN, "status": "failed", "error": "KeyError: 7", "error_kind": "KeyError"}
        self.says(run=document({**told, "run_dir": str(self.directory)}, 1))
        with self.assertRaises(WorkflowError) as caught:
            agent_workflows.run_script("a.py")
        error = caught.exception
        self.assertEqual((error.error_kind, error.traceback), ("KeyError", frames.strip()))
        shown = "".join(traceback.format_exception(error))
        self.assertIn(f'"""\n{frames}"""', shown)
        self.assertTrue(shown.rstrip().endswith("run run_1 ended as failed: KeyError: 7"), shown)

    def test_a_run_whose_traceback_is_not_here_has_none(self) -> None:
        self.says(run=document({**RUN, "status": "failed", "error": "KeyError: 7"}, 1))
        with self.assertRaises(WorkflowError) as caught:
            agent_workflows.run_script("a.py")
        error = caught.exception
        self.assertEqual((error.error_kind, error.traceback, error.__cause__), (None, None, None))

    def test_what_never_became_a_run_raises_the_coordinators_text(self) -> None:
        self.says(run=document({"error": "no script /a.py."}, 2), resume={"err": "owf: unknown run.\n", "code": 2})
        with self.assertRaisesRegex(WorkflowError, r"^no script /a\.py\.$") as caught:
            agent_workflows.run_script("/a.py")
        self.assertIsNone(caught.exception.run_id)

    def test_misuse_is_told_before_anything_starts(self) -> None:
        self.says(any=document(RUN))
        misuses: list[tuple[type[Exception], Any]] = [
            (TypeError, lambda: agent_workflows.run_script("a.py", args=[1])),  # type: ignore[arg-type]
            (TypeError, lambda: agent_workflows.run_script("a.py", args={"a": object()})),
            (ValueError, lambda: agent_workflows.run_script("a.py", args={"a": float("nan")})),
            (ValueError, lambda: agent_workflows.run_script("a.py", args={"a": {1: "x", "1": "y"}})),
            (ValueError, lambda: agent_workflows.run_script("a.py", provider="--yes")),
            (ValueError, lambda: agent_workflows.run_status("/h", "--all-homes")),
            (ValueError, lambda: agent_workflows.run_status("/h", "")),
            (TypeError, lambda: agent_workflows.run_status("/h", None)),  # type: ignore[arg-type]
            (ValueError, lambda: agent_workflows.render_report_html({})),
        ]
        for number, (kind, misuse) in enumerate(misuses):
            with self.subTest(number=number), self.assertRaises(kind):
                misuse()
        self.assertEqual(self.started(), [])


class LookTest(ProgramTest):
    def test_each_look_is_one_command_line(self) -> None:
        self.says(any=document(STATUS))
        for look, words in (
            (lambda: agent_workflows.run_status("/h", "run_1"), "status run_1 --json --home /h"),
            (lambda: agent_workflows.run_status(None, "latest"), "status latest --json"),
            (lambda: agent_workflows.latest_run("~"), f"status latest --json --home {Path.home()}"),
            (lambda: agent_workflows.explain_cache("/h", "run_1"), "explain-cache run_1 --json --home /h"),
            (lambda: storage.list_runs("/h"), "runs --limit 2147483647 --json --home /h"),
            (lambda: storage.get_artifacts("/h", "run_1"), "artifacts run_1 --json --home /h"),
        ):
            self.assertEqual(look(), STATUS)
            self.assertEqual(" ".join(self.words()), words)

    def test_a_home_without_runs_has_no_latest_one(self) -> None:
        self.says(status=document({"error": "no run"}, 2), runs=document([]))
        self.assertIsNone(agent_workflows.latest_run("/h"))
        self.says(status=document({"error": "not opened"}, 2), runs=document([{"id": "run_1"}]))
        with self.assertRaisesRegex(WorkflowError, "not opened"):
            agent_workflows.latest_run("/h")

    def test_a_report_is_about_the_run_that_it_was_built_for(self) -> None:
        run_dir = self.directory / "home/runs/run_1"
        run_dir.mkdir(parents=True)
        told = {**STATUS, "run": {"id": "run_1", "output_dir": str(run_dir)}}
        self.says(status=document(told), report={"out": "# é\n"})
        report = agent_workflows.build_report("/h", "run_1")
        self.assertEqual(report["cache_counts"], {"hit": 1, "miss": 1})
        self.assertEqual([call["status"] for call in report["failures"]], ["failed"])
        self.assertEqual(agent_workflows.render_report_markdown(report), "# é\n")
        self.assertEqual(self.words(), ["report", "run_1", "--stdout", "--home", str(self.directory / "home")])
        agent_workflows.render_report_html(report)
        self.assertIn("--html", self.words())

    def test_a_script_is_checked_and_planned_as_before(self) -> None:
        meta = {"name": "n"}
        plan = {"meta": meta, "args": {"a": 1}, "budget_total_tokens": 5, "budget_total_cost_usd": None}
        self.says(validate=document({"valid": True, "meta": meta}), dry_run=document(plan))
        self.assertEqual(agent_workflows.validate_script("a.py")["workflow"], meta)
        manifest = agent_workflows.draft_manifest("a.py", args={"a": 1}, budget_tokens=5)
        self.assertEqual(manifest["workflow"], meta)
        self.assertEqual(manifest["budget"], {"total_tokens": 5, "total_cost_usd": None})

    def test_the_async_forms_do_the_same(self) -> None:
        self.says(any=document({**STATUS, **RUN}))

        async def both() -> list[Any]:
            return await asyncio.gather(
                agent_workflows.run_script_async("a.py"),
                agent_workflows.run_status_async("/h", "run_1"),
                storage.list_runs_async("/h"),
            )

        self.assertEqual(asyncio.run(both()), [{**STATUS, **RUN}] * 3)
        self.assertEqual(sorted(each["words"][0] for each in self.started()), ["run", "runs", "status"])


class LoadTest(ProgramTest):
    def test_a_script_is_loaded_and_described_here(self) -> None:
        script = self.directory / "load_me.py"
        text = "import beside\nfrom workflows import meta\nmeta(name='n')\nasync def main(args): return beside.X\n"
        script.write_text(text, encoding="utf-8")
        (self.directory / "beside.py").write_text("X = 3\n", encoding="utf-8")
        path = list(sys.path)
        loaded = agent_workflows.load_script(script)
        self.assertEqual(asyncio.run(loaded.module.main({})), 3)
        assert loaded.meta is not None
        self.assertEqual((loaded.source, loaded.meta["name"], len(loaded.script_hash)), (text, "n", 64))
        self.assertEqual(sys.path, path)

    def test_what_is_no_workflow_is_refused(self) -> None:
        script = self.directory / "wrong.py"
        script.write_text("x = 1", encoding="utf-8")
        with self.assertRaisesRegex(WorkflowError, "has no main"):
            agent_workflows.load_script(script)
        script.write_text("raise KeyError('own')", encoding="utf-8")
        with self.assertRaisesRegex(KeyError, "own"):
            agent_workflows.load_script(script)


class CommandLineTest(ProgramTest):
    def test_output_goes_to_the_streams_that_a_program_put_there(self) -> None:
        self.says(runs={"out": "é" * 100_000, "err": "note\n", "code": 3})
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.main(["runs"])
        self.assertEqual((code, out.getvalue(), err.getvalue()), (3, "é" * 100_000, "note\n"))

    def test_without_arguments_it_is_the_processs_own_command_line(self) -> None:
        self.says(any={})
        with mock.patch.object(sys, "argv", ["owf", "doctor", "--json"]):
            self.assertEqual(cli.main(), 0)
        self.assertEqual(self.words(), ["doctor", "--json"])

    def test_no_coordinator_is_a_plain_message(self) -> None:
        self.environment(OWF_COORDINATOR_JAR="/nowhere.jar")
        err = io.StringIO()
        with contextlib.redirect_stderr(err):
            self.assertEqual(cli.main(["runs"]), 2)
        self.assertEqual(err.getvalue(), "owf: OWF_COORDINATOR_JAR names /nowhere.jar, and there is no such file\n")


class WhereTest(ProgramTest):
    """Where the coordinator is found."""

    def refusal(self) -> str:
        with self.assertRaises(WorkflowError) as caught:
            agent_workflows.latest_run()
        return str(caught.exception)

    def test_the_launcher_on_the_path_is_next_to_the_jar(self) -> None:
        self.environment(OWF_COORDINATOR_JAR=None)
        self.says(status=document(STATUS))
        self.program("owf", f"#!/bin/sh\nexec {self.java} -jar x.jar \"$@\"\n")
        self.assertEqual(agent_workflows.latest_run(), STATUS)

    def test_the_python_runtimes_program_is_passed_over(self) -> None:
        self.environment(OWF_COORDINATOR_JAR=None)
        for text in (
            "#!/usr/bin/python3\nimport sys\n",
            "#!/usr/bin/env python3.11\n",
            "#!/bin/sh\n'''exec' /a/long/path/python \"$0\" \"$@\"\n' '''\n",
            "#!/usr/bin/env bash\nexec pyenv exec owf \"$@\"\n",
        ):
            with self.subTest(text=text):
                owf = self.program("owf", text)
                self.assertRegex(self.refusal(), f"no coordinator is found(.|\n)*{owf} is not its launcher")

    def test_a_launcher_behind_the_python_runtimes_program_is_found(self) -> None:
        self.program("owf", "#!/usr/bin/python3\n")
        later = self.directory / "later"
        later.mkdir()
        self.program("later/owf", f"#!/bin/sh\nexec {self.java} -jar x.jar \"$@\"\n")
        self.environment(OWF_COORDINATOR_JAR=None, PATH=f"{self.directory}:{later}:/usr/bin:/bin")
        self.says(status=document(STATUS))
        self.assertEqual(agent_workflows.latest_run(), STATUS)

    def test_without_any_all_ways_are_named(self) -> None:
        self.environment(OWF_COORDINATOR_JAR=None)
        for way in ("OWF_COORDINATOR_JAR=FILE", "`owf`", "OWF_COORDINATOR=HOST:PORT"):
            self.assertIn(way, self.refusal())

    def test_java_is_found_by_its_home_and_the_path(self) -> None:
        self.says(status=document(STATUS))
        (self.directory / "jdk/bin").mkdir(parents=True)
        (self.directory / "jdk/bin/java").symlink_to(self.java)
        self.environment(OWF_JAVA=None)
        self.assertEqual(agent_workflows.latest_run(), STATUS)
        self.environment(PATH="/nowhere")
        self.assertIn("no java is found", self.refusal())

    def test_a_coordinator_elsewhere_needs_no_jar(self) -> None:
        self.environment(OWF_COORDINATOR_JAR=None, OWF_COORDINATOR="127.0.0.1:9", OWF_TOKEN="t" * 40)
        self.assertRegex(self.refusal(), r"nobody answers at 127\.0\.0\.1:9")
        with self.assertRaisesRegex(WorkflowError, "a home of this machine needs the coordinator's jar"):
            agent_workflows.run_status("/h", "run_1")
        with self.assertRaisesRegex(WorkflowError, "`validate` needs the coordinator's jar"):
            agent_workflows.validate_script("a.py")
        script = self.directory / "main.txt"
        script.write_text("no workflow", encoding="utf-8")
        with self.assertRaisesRegex(WorkflowError, "main.txt.*invalid syntax"):
            agent_workflows.run_script(script)


class NamesTest(unittest.TestCase):
    def test_every_function_is_where_programs_import_it_from(self) -> None:
        for name in FUNCTIONS:
            for each in (name, f"{name}_async"):
                with self.subTest(name=each):
                    there = getattr(runtime, each)
                    self.assertIs(getattr(agent_workflows, each), there)
                    self.assertIs(getattr(workflows, each), there)
                    self.assertIn(each, agent_workflows.__all__)
                    self.assertIn(each, dir(workflows))
                    self.assertEqual(asyncio.iscoroutinefunction(there), each != name)
        self.assertEqual(workflows.__all__, agent_workflows.__all__)
        with self.assertRaises(AttributeError):
            getattr(agent_workflows, "nothing_of_the_kind")

    def test_a_script_pays_nothing_for_them(self) -> None:
        code = """
            import sys
            import workflows
            from workflows import agent, meta, parallel
            loaded = {"subprocess", "agent_workflows.runtime", "agent_workflows._command"} & set(sys.modules)
            print(sorted(loaded - {"subprocess"}), "decimal" in sys.modules)
        """
        told = {**os.environ, "PYTHONPATH": str(SOURCES)}
        finished = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)], env=told, capture_output=True, text=True, check=True
        )
        self.assertEqual(finished.stdout, "[] False\n")


if __name__ == "__main__":
    unittest.main()
