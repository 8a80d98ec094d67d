"""The shim's command line as people type it, against a coordinator that the tests play."""

from __future__ import annotations

import asyncio
import http.server
import importlib.metadata
import importlib.util
import json
import os
import pty
import select
import shutil
import signal
import site
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from certificates import OPENSSL, Authority
from fake_coordinator import TOKEN, FakeCoordinator, Finished, FakeRun
from http2_server import ServerSide
from sources import SOURCES
from tiers import slow
from workspace import ScriptTest

from agent_workflows import CoordinatorLost, _access, _cli
from agent_workflows._access import Refused
from agent_workflows._remote import RemoteRun
from agent_workflows._screen import Screen

RUN_TOKEN = "token-of-this-run-alone"
SUMMARY = {
    "lines": "run_id: run_1\nstatus: done\n1 call",
    "document_json": '{\n  "run_id" : "run_1"\n}\n',
    "trouble": "",
    "exit_code": 0,
}
PLAIN = "async def main(args): return args"


class RemoteTest(ScriptTest):
    def coordinator(self, *arguments: Any, **options: Any) -> FakeCoordinator:
        options = {"rejoin_seconds": 10, "run_token": RUN_TOKEN, "same_machine": False, "summary": SUMMARY, **options}
        return FakeCoordinator(*arguments, **options)

    def start(self, source: str, *arguments: str, environment: dict[str, str] | None = None, **options: Any) -> Finished:
        script = self.write(source)
        with self.coordinator(**options) as self.there:
            return self.there.run_remote("run", script, *arguments, **environment or {})

    def assert_told(self, message: str, *lines: str) -> None:
        self.assertRegex(message, "^" + r"\n".join(lines) + "$")

    def refusal(self, *words: Any, **environment: str) -> str:
        """What a command line is refused with before anybody is asked, without a process of its own."""
        told = {"OWF_COORDINATOR": "127.0.0.1:9", "OWF_TOKEN": TOKEN, **environment}
        with mock.patch.dict(os.environ, {name: value for name, value in told.items() if value}):
            with self.assertRaises(Refused) as caught:
                _cli._prepare([str(word) for word in words], Screen(json=False))
        return str(caught.exception)

    def assert_refused(self, finished: Finished, *lines: str) -> None:
        self.assertEqual((finished.code, finished.out), (2, ""))
        self.assertRegex(finished.err, "^owf: " + r"\n".join(lines) + r"\n$")


class RunTest(RemoteTest):
    def test_a_run_is_made_shown_and_told(self) -> None:
        finished = self.start(
            """
            from workflows import agent, log, meta, phase
            meta(name="hello")
            async def main(args):
                phase("look\\x1b[31m")
                print("printed")
                result = await agent("hi " + args["who"])
                log("two\\nlines \\u202e")
                return [result.text, result.prompt_path, result.output_text_path]
            """,
            "--arg", "who=you", "--provider", "codex", "--budget-tokens", "5",
        )  # fmt: skip
        asked = {name: value for name, value in finished.run.opened["choices"].items() if value}
        self.assertEqual(asked, {"provider": "codex", "budget_tokens": 5})
        self.assertEqual(finished.output, ["hi you", None, None])
        self.assertEqual(finished.out, "printed\nrun_id: run_1\nstatus: done\n1 call\n")
        self.assertEqual(finished.err, "phase: look␛[31m\nlog: two↵lines \\u202e\n")
        self.assertEqual(finished.code, 0)
        self.assertEqual(finished.run.opened["meta"]["name"], "hello")
        self.assertEqual([name for name, _ in self.there.unary], [])

    def test_with_json_standard_output_is_the_document_alone(self) -> None:
        finished = self.start(
            """
            import os
            from workflows import phase
            def main(args):
                phase("quiet")
                print("printed")
                os.system("echo echoed")
            """,
            "--json",
        )
        self.assertEqual((finished.code, finished.out), (0, SUMMARY["document_json"]))
        self.assertEqual(sorted(finished.err.split()), ["echoed", "printed"])

    def test_the_coordinator_decides_the_exit_code(self) -> None:
        for code, more in ((1, ()), (3, ("--json",))):
            summary = {**SUMMARY, "exit_code": code, "trouble": "owf: failed: Boom\x07\nGo on with: owf-shim resume run_1"}
            finished = self.start(PLAIN, *more, summary=summary)
            self.assertEqual(finished.code, code)
            self.assertEqual(finished.err, "owf: failed: Boom␇\nGo on with: owf-shim resume run_1\n")

    def test_without_a_summary_the_shim_says_what_it_knows(self) -> None:
        finished = self.start(PLAIN, summary=None)
        self.assertEqual((finished.code, finished.err), (0, ""))
        self.assertEqual(finished.out, "run_id: run_1\nstatus: done\nrun_dir: /runs/run_1\n")
        finished = self.start("def main(args): raise ValueError('no')", "--json", summary=None)
        self.assertEqual((finished.code, finished.err), (1, "owf: failed: ValueError: no\n"))
        self.assertEqual(
            json.loads(finished.out),
            {
                "run_id": "run_1",
                "status": "failed",
                "output": None,
                "run_dir": "/runs/run_1",
                "error": "ValueError: no",
                "error_kind": "ValueError",
            },
        )

    def test_notices_warnings_and_what_children_say_are_shown(self) -> None:
        self.write("from workflows import log\ndef main(args): log('of the child')", "child.py")

        def on_message(run: FakeRun, kind: str, values: dict[str, Any]) -> None:
            if kind == "start_call":
                run.connection.say("notice", {"message": "fake asks to wait\x1b"})

        finished = self.start(
            """
            from workflows import agent, workflow
            async def main(args):
                await workflow("child.py")
                await agent("p")
                return float("nan")
            """,
            on_message=on_message,
        )
        warning = "warning: output is nan, which JSON does not know: stored as null"
        self.assertEqual(sorted(finished.err.splitlines()), ["fake asks to wait␛", "log: of the child", warning])
        self.assertEqual(len(self.there.runs), 2)

    def test_a_broken_connection_is_told_and_the_run_goes_on(self) -> None:
        left = [("after receiving", 2)]

        def cut_when(run: FakeRun, what: str, number: int) -> bool:
            return bool(left) and (what, number) == left[0] and bool(left.pop())

        finished = self.start(
            "from workflows import agent\nasync def main(args): return (await agent('p')).text", cut_when=cut_when
        )
        self.assertEqual(finished.output, "p")
        self.assertRegex(finished.err, r"^warning: .*; trying to join run_1 again for 10 s\njoined run_1 again\n$")

    @slow
    def test_a_coordinator_that_stays_away_is_reported(self) -> None:
        def cut_when(run: FakeRun, what: str, number: int) -> bool:
            if (what, number) == ("after receiving", 2):
                self.there._server.close()
                return True
            return False

        source = "from workflows import agent\nasync def main(args): await agent('p')"
        for more in ((), ("--json",)):
            finished = self.start(source, *more, cut_when=cut_when, rejoin_seconds=1)
            self.assertEqual(finished.code, 1)
            lost = r"the coordinator is gone \(.*; tried to join the run again for 1 s\): the run is interrupted"
            self.assertRegex(finished.err, rf"owf: {lost}\nGo on with: owf-shim resume run_1\n$")
            if more:
                document = json.loads(finished.out)
                self.assertRegex(document.pop("error"), lost)
                self.assertEqual(
                    document, {"run_id": "run_1", "status": "interrupted", "output": None, "run_dir": "/runs/run_1"}
                )


class EnvironmentTest(RemoteTest):
    def test_the_script_finds_its_own_keys_and_no_token(self) -> None:
        finished = self.start(
            """
            import gc, os, subprocess, sys
            token = "".join(reversed("nur-eht-fo-nekot"))
            def holds(value):
                return isinstance(value, str) and token in value
            def found():
                frame = sys._getframe()
                while frame is not None:
                    yield from frame.f_locals.values()
                    frame = frame.f_back
                for thing in gc.get_objects():
                    if type(thing) in (list, tuple) or isinstance(thing, tuple):
                        yield from thing
                    elif type(thing) is dict:
                        yield from list(thing.values())
            async def main(args):
                left = [value for value in found() if holds(value) and value is not token]
                names = sorted(name for name in os.environ if name.startswith("OWF_"))
                child = subprocess.run(["env"], capture_output=True, text=True).stdout
                return [len(left), names, "OWF_" in child, os.environ["OPENAI_API_KEY"]]
            """,
            environment={
                "OWF_TOKEN_OTHER": "x", "OWF_RUN_TOKEN": "x", "OWF_COORDINATOR_PID": "1", "OWF_STDOUT": "stderr",
                "OWF_CLIENT_KEY": "", "OPENAI_API_KEY": "sk-mine", "OWF_WORKSPACE": "w", "OWF_TOKEN": "",
                "OWF_TOKEN_FILE": str(self.token_file("token-of-the-run")),
            },
        )  # fmt: skip
        self.assertEqual(finished.output, [0, [], False, "sk-mine"])
        tokens = [headers["authorization"] for headers in self.there.headers]
        self.assertEqual(tokens, [f"Bearer {TOKEN}"])

    def token_file(self, text: str, mode: int = 0o600) -> Path:
        path = self.directory / "token"
        path.write_text(text + "\n")
        path.chmod(mode)
        return path

    def test_options_win_over_the_environment(self) -> None:
        path = self.token_file(TOKEN)
        wrong = {"OWF_TOKEN": "wrong", "OWF_TOKEN_FILE": "/nowhere", "OWF_WORKSPACE": "theirs"}
        script = self.write(PLAIN)
        with self.coordinator() as there:
            address = f"127.0.0.1:{there.port}"
            finished = there.run_remote(
                "run", script, "--coordinator", address, "--token-file", path, "--workspace", "mine",
                OWF_COORDINATOR="nonsense", **wrong,
            )  # fmt: skip
            self.assertEqual((finished.code, finished.run.opened["choices"]["workspace"]), (0, "mine"))

    def test_a_token_file_open_to_others_or_empty_is_refused(self) -> None:
        cases = [
            (TOKEN, 0o640, r".*token can be read by others \(mode 0640\), so its token is not used.\nRun: chmod 600 .*"),
            (TOKEN, 0o604, ".*token can be read by others .*\n.*"),
            ("", 0o600, ".*token is empty, where a token was expected."),
            ("two words", 0o600, ".*token holds no token: one word of printable ASCII was expected."),
        ]
        for text, mode, words in cases:
            path = self.token_file(text, mode)
            message = self.refusal("run", "x.py", "--token-file", path)
            self.assert_told(message, "--token-file: " + words)
            self.assertEqual(message.replace("--token-file", "OWF_TOKEN_FILE"), self.refusal(
                "run", "x.py", OWF_TOKEN="", OWF_TOKEN_FILE=str(path)))  # fmt: skip
        absent = self.refusal("run", "x.py", "--token-file", self.directory / "absent")
        self.assert_told(absent, "--token-file: .*absent can't be read: No such file or directory.")
        self.assert_told(self.refusal("run", "x.py", "--token-file", self.directory), ".* can't be read: Is a directory.")
        self.assert_told(self.refusal("run", "x.py", OWF_TOKEN="a\tb"), "OWF_TOKEN holds no token: .*")

    def test_what_is_missing_is_named(self) -> None:
        no_token = self.refusal("run", "x.py", OWF_TOKEN="")
        self.assert_told(no_token, "no token is given.", "Pass --token-file FILE, or set OWF_TOKEN_FILE or OWF_TOKEN.")
        nowhere = self.refusal("run", "x.py", OWF_COORDINATOR="")
        self.assert_told(nowhere, "no coordinator is named.", "Pass --coordinator HOST:PORT, or set OWF_COORDINATOR.")
        for wrong in ("host", "host:", ":80", "host:0", "::1:80", "ho st:80", "host:99999", "[]:1"):
            message = self.refusal("run", "x.py", "--coordinator", wrong)
            self.assertIn(f"--coordinator is {wrong!r}, where HOST:PORT was expected", message)

    def test_remote_addresses_take_tls_and_loopback_does_not(self) -> None:
        options = _cli._parser().parse_args(["run", "x.py"])
        for address, host, tls in (
            ("localhost:1", "localhost", False), ("127.9.9.9:1", "127.9.9.9", False), ("[::1]:1", "::1", False),
            ("localhost.evil.example:1", "localhost.evil.example", True), ("10.0.0.1:1", "10.0.0.1", True),
            ("[2001:db8::1]:1", "2001:db8::1", True), ("127.0.0.1.example:1", "127.0.0.1.example", True),
        ):  # fmt: skip
            there = _access.coordinator_of(options, {"coordinator": address, "token": "t"})
            self.assertEqual((there.host, there.ssl_context is not None), (host, tls), address)
            if there.ssl_context is not None:
                self.assertEqual((there.ssl_context.check_hostname, there.ssl_context.verify_mode), (True, ssl.CERT_REQUIRED))


class ChoicesTest(RemoteTest):
    def choices(self, *words: str, **environment: str) -> tuple[dict[str, Any], dict[str, Any]]:
        start = _cli._fresh(_cli._parser().parse_args(["run", "x.py", *words]), environment)
        assert start.args_json is not None
        return start.choices, json.loads(start.args_json)

    def test_options_become_choices_and_what_was_not_asked_is_absent(self) -> None:
        absent = {
            "provider": None, "model": None, "budget_tokens": None, "budget_cost_usd": None, "cache_policy": None,
            "workspace": None, "timeout_seconds": None, "wait_for_limits_seconds": None,
            "approved": False, "allow_unpriced": False,
        }  # fmt: skip
        self.assertEqual(self.choices(), (absent, {}))
        asked = self.choices(
            "--provider", "codex", "--model", "m", "--budget-tokens", "5", "--budget-cost-usd", "2.50", "--yes", "--allow-unpriced",
            "--cache-policy", "refresh", "--workspace", "app", "--timeout", "1.5", "--wait-for-limits", "1h30m",
            "--args-json", '{"a": 1, "b": [2]}', "--arg", "a=x=y", "--arg", "c=",
        )  # fmt: skip
        self.assertEqual(
            asked,
            (
                {
                    "provider": "codex", "model": "m", "budget_tokens": 5, "budget_cost_usd": "2.50", "cache_policy": "refresh",
                    "workspace": "app", "timeout_seconds": 1.5, "wait_for_limits_seconds": 5400,
                    "approved": True, "allow_unpriced": True,
                },
                {"a": "x=y", "b": [2], "c": ""},
            ),
        )  # fmt: skip
        self.assertEqual(self.choices(workspace="app"), ({**absent, "workspace": "app"}, {}))

    def test_senseless_options_are_refused_with_and_without_json(self) -> None:
        number = ", where a number above 0 was expected."
        cases = {
            ("--budget-tokens", "0"): "--budget-tokens is 0" + number,
            ("--budget-cost-usd", "NaN"): "--budget-cost-usd is NaN" + number,
            ("--budget-cost-usd", "x"): "--budget-cost-usd is x" + number,
            ("--budget-cost-usd", "1e999999999"): "--budget-cost-usd is 1e999999999" + number,
            ("--budget-cost-usd", "1e-999999999"): "--budget-cost-usd is 1e-999999999" + number,
            ("--timeout", "inf"): "--timeout is inf, where a number of seconds above 0 was expected.",
            ("--cache-policy", "x"): "--cache-policy is 'x', where one of auto, read_only, refresh, disabled was expected.",
            ("--arg", "x"): "--arg 'x' is not KEY=VALUE.",
            ("--args-json", "[1]"): "--args-json is not an object, .*",
            ("--args-json", "{"): "--args-json is not JSON: .*",
            ("--tokens", "1"): r"unrecognized arguments: --tokens 1\.",
            ("--client-key", "k"): "--client-key is given without --client-cert.",
        }
        for options, words in cases.items():
            message = self.refusal("run", "x.py", *options)
            self.assertRegex(message, "^" + words)
            self.assertLessEqual(len(message.splitlines()), 2)

    def test_a_refused_command_line_is_two_lines_or_json(self) -> None:
        with self.coordinator() as there:
            finished = there.run_remote("run", "x.py", "--timeout", "0", "--json")
            self.assertEqual(there.connections, [])
        message = "--timeout is 0.0, where a number of seconds above 0 was expected."
        self.assertEqual((finished.code, json.loads(finished.out)), (2, {"error": message}))
        self.assertEqual(finished.err, f"owf: {message}\n")


class ResumeTest(RemoteTest):
    def resume(self, *arguments: str, run: dict[str, Any] | None = None, parts: Any = None, **options: Any) -> Finished:
        script = self.write(PLAIN)
        known = {"run": {"id": "run_7", "script_path": str(script), "args": {"a": 1, "é": 2}, **(run or {})}, "calls": []}
        raw = json.dumps(known, ensure_ascii=False).encode()
        # Cut anywhere, also inside a character.
        told = parts or [{"stdout": raw[at : at + 7]} for at in range(0, len(raw), 7)] + [{"exit_code": 0}]
        with self.coordinator(command=lambda words: told, **options) as self.there:
            return self.there.run_remote("resume", *arguments, OWF_WORKSPACE="theirs")

    def test_the_earlier_script_is_run_with_only_what_was_asked(self) -> None:
        finished = self.resume("latest")
        self.assertEqual((finished.code, finished.err), (0, ""))
        self.assertEqual(self.there.unary, [("Command", {"arguments": ["status", "latest", "--json"], "columns": None})])
        opened = finished.run.opened
        self.assertEqual(opened["script_path"], str(self.directory / "script.py"))
        self.assertIsNone(opened["args_json"])
        asked = {name: value for name, value in opened["choices"].items() if value}
        self.assertEqual(asked, {"resume_run_id": "run_7"})

    def test_arguments_override_and_a_whole_object_replaces(self) -> None:
        finished = self.resume("run_7", "--arg", "b=x", "--budget-tokens", "9")
        self.assertEqual(json.loads(finished.run.opened["args_json"]), {"a": 1, "é": 2, "b": "x"})
        self.assertEqual(finished.run.opened["choices"]["budget_tokens"], 9)
        finished = self.resume("run_7", "--args-json", "{}")
        self.assertEqual(finished.run.opened["args_json"], "{}")

    def test_a_script_that_is_not_here_is_named(self) -> None:
        finished = self.resume("run_7", run={"script_path": "/elsewhere/x.py"})
        self.assert_refused(finished, "the script of run_7, /elsewhere/x.py, is not on this machine.", "Resume it .*")
        self.assertEqual(self.there.runs, [])

    def test_what_the_coordinator_says_of_an_unknown_run_is_told(self) -> None:
        parts = [{"stdout": b'{"error": "x"}'}, {"stderr": b"owf: no run run_9.\n"}, {"exit_code": 2}]
        finished = self.resume("run_9", "--json", parts=parts)
        self.assertEqual((finished.code, json.loads(finished.out)), (2, {"error": "no run run_9."}))
        self.assert_refused(self.resume("run_9", parts=[{"exit_code": 0}]), ".* did not tell what run_9 is.")

    def test_a_wrong_token_is_named(self) -> None:
        with self.coordinator(command=lambda words: []) as there:
            self.assert_refused(there.run_remote("resume", "latest", OWF_TOKEN="wrong"), ".* does not accept this token.", "Check .*")


class ApprovalTest(RemoteTest):
    SOURCE = "from workflows import meta\nmeta(name='deploy', approval_required=True, mutates_files=True)\n" + PLAIN

    def test_off_a_terminal_an_approval_has_to_be_given_beforehand(self) -> None:
        finished = self.start(self.SOURCE)
        no_terminal = "'deploy' requires approval, and there is no terminal to ask on."
        self.assert_refused(finished, no_terminal, "Pass --yes to approve it beforehand.")
        self.assertEqual(self.there.connections, [])
        finished = self.start(self.SOURCE, "--yes")
        self.assertEqual((finished.code, finished.run.opened["choices"]["approved"]), (0, True))

    def ask(self, answer: bytes) -> tuple[int, str, list[FakeRun]]:
        script = self.write(self.SOURCE)
        master, slave = pty.openpty()
        with self.coordinator() as there:
            process = subprocess.Popen(
                [sys.executable, "-m", "agent_workflows", "run", str(script)],
                env=there.remote_environment(), stdin=slave, stdout=slave, stderr=slave,
            )  # fmt: skip
            os.close(slave)
            shown = b""
            while b"[y/N]" not in shown:
                self.assertTrue(select.select([master], [], [], 10)[0], shown)
                shown += os.read(master, 1000)
            os.write(master, answer)
            try:
                while select.select([master], [], [], 10)[0] and (part := os.read(master, 1000)):
                    shown += part
            except OSError:
                pass  # The other side is closed.
            process.wait(10)
        os.close(master)
        return process.returncode, shown.decode(), there.runs

    def test_on_a_terminal_a_person_is_asked(self) -> None:
        code, shown, runs = self.ask(b"y\n")
        self.assertEqual((code, runs[0].opened["choices"]["approved"]), (0, True))
        self.assertIn("'deploy' requires approval. It says that it changes files. Start it? [y/N] ", shown)
        code, shown, runs = self.ask(b"\n")
        self.assertEqual((code, runs), (2, []))
        self.assertIn("owf: not approved: 'deploy' was not started.", shown)


class SignalTest(RemoteTest):
    SLOW = "from workflows import agent\nasync def main(args): await agent('slow')"

    def test_signals_cancel_the_run_with_their_exit_code(self) -> None:
        script = self.write(self.SLOW)
        summary = {**SUMMARY, "exit_code": 130, "lines": "status: cancelled"}
        for number in (signal.SIGINT, signal.SIGTERM):
            arrived = threading.Event()
            with self.coordinator(lambda run, call: arrived.set(), summary=summary) as there:
                process = there.start_remote("run", script)
                self.assertTrue(arrived.wait(10))
                process.send_signal(number)
                finished = there.finish(process)
                self.assertEqual((finished.code, finished.out), (128 + number, "status: cancelled\n"))
                self.assertEqual(finished.close["status"], "cancelled")

    def test_a_run_that_is_cancelled_from_elsewhere_ends_with_130(self) -> None:
        script = self.write(self.SLOW)
        arrived = threading.Event()
        with self.coordinator(lambda run, call: arrived.set(), summary={**SUMMARY, "exit_code": 130}) as there:
            process = there.start_remote("run", script)
            self.assertTrue(arrived.wait(10))
            there.loop.call_soon_threadsafe(there.runs[0].connection.say, "cancel_run", {"reason": "asked"})
            self.assertEqual(there.finish(process).code, 130)

    def test_a_second_signal_ends_a_run_whose_coordinator_is_away(self) -> None:
        def cut_when(run: FakeRun, what: str, number: int) -> bool:
            if (what, number) == ("after receiving", 2):
                there._server.close()
                return True
            return False

        script = self.write(self.SLOW)
        with self.coordinator(cut_when=cut_when, rejoin_seconds=60) as there:
            process = there.start_remote("run", script)
            warned = process.stderr.readline()
            self.assertIn("trying to join run_1 again for 60 s", warned)
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(0.5)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGTERM)
            self.assertEqual(there.finish(process, 10).code, 143)


class Silent(http.server.BaseHTTPRequestHandler):
    """A web server that keeps its log to itself."""

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


class RefusalTest(RemoteTest):
    def test_what_the_coordinator_refuses_is_told_in_its_words(self) -> None:
        words = "protocol version 1, this coordinator speaks 2"
        for more in ((), ("--json",)):
            finished = self.start(PLAIN, *more, refuse=(9, words))
            self.assertEqual((finished.code, finished.err), (2, f"owf: {words}\n"))
            self.assertEqual(finished.out and json.loads(finished.out), {"error": words} if more else "")

    def test_a_wrong_token_is_named_and_not_shown(self) -> None:
        finished = self.start(PLAIN, environment={"OWF_TOKEN": "my-wrong-token"})
        self.assert_refused(finished, r"the coordinator at 127.0.0.1:\d+ does not accept this token.", "Check .*")
        self.assertNotIn("my-wrong-token", finished.err)

    def test_nobody_there_and_somebody_else_there_are_told_apart(self) -> None:
        script = self.write(PLAIN)
        with self.coordinator() as there:
            pass
        finished = there.run_remote("run", script)
        self.assert_refused(finished, r"nobody answers at 127.0.0.1:\d+: Connection refused.", "Is the coordinator up .*")
        finished = there.run_remote("run", script, OWF_COORDINATOR="no-such-host.invalid:1", timeout=30)
        self.assert_refused(finished, r"nobody answers at no-such-host.invalid:1: .*", "Is the coordinator up .*")
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            finished = there.run_remote("run", script, OWF_COORDINATOR=f"127.0.0.1:{server.server_port}")
            server.shutdown()
        self.assert_refused(finished, "nothing came of the connection to .*", "If it wants TLS, pass --ca FILE or --tls.")

    def test_a_script_that_cannot_run_is_refused_locally(self) -> None:
        finished = self.start("x = 5", "--json")
        self.assertEqual(finished.code, 2)
        self.assertIn("define `async def main(args)`", json.loads(finished.out)["error"])
        self.assertEqual(self.there.connections, [])


@unittest.skipIf(OPENSSL is None, "the openssl program, which makes the certificates, is not here")
class TlsTest(RemoteTest):
    authority: Authority
    other: Authority

    @classmethod
    def setUpClass(cls) -> None:
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.authority = Authority(Path(directory.name) / "ca")
        cls.other = Authority(Path(directory.name) / "other")
        cls.good = cls.authority.server_context("good", "IP:127.0.0.1,DNS:localhost")

    def over_tls(self, context: ssl.SSLContext | None, *arguments: Any, **options: Any) -> Finished:
        return self.start(
            "from workflows import agent\nasync def main(args): return (await agent('x' * 100_000)).text[:3]",
            *map(str, arguments), ssl_context=context, **options,
        )  # fmt: skip

    def opening(self, context: ssl.SSLContext | None, *words: Any, **options: Any) -> str:
        """Opens a run in this process; returns why it could not be, "" when it could."""
        parsed = _cli._parser().parse_args(["run", "x.py", *map(str, words)])
        loop = asyncio.new_event_loop()
        with self.coordinator(ssl_context=context, **options) as self.there:
            there = _access.coordinator_of(parsed, {"coordinator": f"127.0.0.1:{self.there.port}", "token": TOKEN})
            run = RemoteRun("/x.py", there, loop, on_lost=lambda why, ended_by_it: None, screen=Screen(json=True))
            try:
                loop.run_until_complete(asyncio.wait_for(run.open("0" * 64, "{}"), 20))
                return ""
            except Refused as refused:
                return str(refused)
            except CoordinatorLost as lost:
                return _access.explain_loss(str(lost), there)
            finally:
                run.abandon()
                loop.run_until_complete(asyncio.sleep(0.01))
                loop.close()

    def test_a_run_goes_over_tls_and_is_joined_again_over_it(self) -> None:
        left = [("before sending", 2)]

        def cut_when(run: FakeRun, what: str, number: int) -> bool:
            return bool(left) and (what, number) == left[0] and bool(left.pop())

        finished = self.over_tls(self.good, "--ca", self.authority.certificate, cut_when=cut_when)
        self.assertEqual(finished.output, "xxx")
        self.assertEqual(len(finished.run.rejoins), 1)
        self.assertEqual({headers[":scheme"] for headers in self.there.headers}, {"https"})

    def test_an_expired_certificate_is_named(self) -> None:
        context = self.authority.server_context("expired", "IP:127.0.0.1", end="200102000000Z")
        finished = self.over_tls(context, "--ca", self.authority.certificate)
        self.assert_refused(finished, r"the certificate of 127.0.0.1:\d+ has expired.", "Its operator .*")

    def test_a_certificate_for_another_name_is_named(self) -> None:
        context = self.authority.server_context("elsewhere", "DNS:coordinator.example")
        message = self.opening(context, "--ca", self.authority.certificate)
        self.assert_told(message, r"the certificate of 127.0.0.1:\d+ is for another name: .*", "Use a name .*")

    def test_an_unknown_issuer_is_named(self) -> None:
        for words in (("--ca", self.other.certificate), ("--tls",)):
            message = self.opening(self.good, *words)
            self.assert_told(message, r"the certificate of 127.0.0.1:\d+ has an issuer that is not trusted .*", "Pass --ca .*")
            self.assertEqual(self.there.headers, [])

    def test_a_server_without_tls_is_named_and_gets_no_token(self) -> None:
        with self.not_http2():
            message = self.opening(None, "--ca", self.authority.certificate)
        self.assert_told(message, r"what answers at 127.0.0.1:\d+ (does not speak TLS|closed the connection) .*(\nIs it .*)?")
        self.assertEqual(self.there.headers, [])

    def not_http2(self) -> Any:
        """What the other side makes of garbage is not looked at here."""

        def feed(side: ServerSide, data: bytes) -> list[Any]:
            if data.startswith(b"\x16"):
                side._out.clear()
                return []
            return real(side, data)

        real = ServerSide.feed
        return mock.patch.object(ServerSide, "feed", feed)

    def test_a_server_with_tls_is_guessed_at_from_plaintext(self) -> None:
        message = self.opening(self.good)
        self.assert_told(message, r"nothing came of the connection to 127.0.0.1:\d+: .*", "If it wants TLS, .*")

    def test_an_address_of_another_machine_takes_tls(self) -> None:
        heard: list[bytes] = []
        script = self.write(PLAIN)
        with socket.create_server(("0.0.0.0", 0)) as server, self.coordinator() as there:
            port = server.getsockname()[1]

            def listen() -> None:
                connection, _ = server.accept()
                with connection:
                    connection.settimeout(10)
                    heard.append(connection.recv(100))

            thread = threading.Thread(target=listen, daemon=True)
            thread.start()
            # An address of this machine that is no loopback address.
            finished = there.run_remote("run", script, OWF_COORDINATOR=f"0.0.0.0:{port}")
            thread.join(10)
        self.assertEqual(finished.code, 2)
        self.assertEqual(heard[0][:2], b"\x16\x03")

    def test_a_client_certificate_is_shown_where_it_is_wanted(self) -> None:
        context = self.authority.server_context("strict", "IP:127.0.0.1")
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(self.authority.certificate)
        certificate, key = self.authority.issue("laptop", "DNS:laptop")
        ca = ("--ca", self.authority.certificate)
        finished = self.over_tls(context, *ca, "--client-cert", certificate, "--client-key", key)
        self.assertEqual(finished.output, "xxx")
        # Whether the server's alert arrives before its end of the connection is chance.
        finished = self.over_tls(context, *ca)
        self.assert_refused(finished, ".*", ".*a client certificate.* --client-cert .*|Pass --client-cert .*")

    def test_a_client_key_that_others_could_read_is_refused(self) -> None:
        certificate, key = self.authority.issue("open", "DNS:open")
        both = self.write(Path(certificate).read_text() + Path(key).read_text(), "both.pem")
        cases = [(key, ("--client-cert", certificate, "--client-key", key)), (both, ("--client-cert", both))]
        for file, words in cases:
            for mode in (0o640, 0o604, 0o620):
                Path(file).chmod(mode)
                message = self.refusal("run", "x.py", "--ca", self.authority.certificate, *words)
                where = f"{words[-2]}: {file} can be read by others"
                self.assert_told(message, rf"{where} .mode {mode:04o}., so its key is not used.\nRun: chmod 600 .*")

    def test_certificates_that_cannot_be_read_are_named(self) -> None:
        garbage = self.write("no certificate", "garbage.pem")
        for wrong in ("/absent", garbage):
            self.assert_told(self.refusal("run", "x.py", "--ca", wrong), f"--ca: {wrong} can't be used .*")
            message = self.refusal("run", "x.py", "--ca", self.authority.certificate, "--client-cert", wrong)
            self.assert_told(message, f"--client-cert: {wrong} can't be used .*")


def can_build() -> bool:
    """Whether this Python can build a package with what it has: setuptools, and what makes wheels."""
    if importlib.util.find_spec("setuptools") is None or importlib.util.find_spec("pip") is None:
        return False
    version = importlib.metadata.version("setuptools")
    return importlib.util.find_spec("wheel") is not None or int(version.partition(".")[0]) >= 71


class InstallTest(ScriptTest):
    @unittest.skipUnless(can_build(), "this Python has no pip and setuptools that can build a package without a network")
    def test_the_package_installs_and_its_program_starts(self) -> None:
        home = self.directory / "venv"
        self.check(sys.executable, "-m", "venv", "--system-site-packages", "--without-pip", home)
        source = self.directory / "python-shim"
        leave = shutil.ignore_patterns("target", "build", "tests", "*.egg-info", "__pycache__")
        shutil.copytree(SOURCES.parent, source, ignore=leave)
        self.check(
            home / "bin" / "python3", "-m", "pip", "install", "--no-index", "--no-build-isolation", "--no-deps",
            "--disable-pip-version-check", source,
            # Of this Python, which may itself be in a virtual environment.
            PYTHONPATH=os.pathsep.join(site.getsitepackages()),
        )  # fmt: skip
        shown = self.check(home / "bin" / "owf-shim", "run", "--help")
        self.assertIn("--token-file FILE", shown)
        shown = self.check(home / "bin" / "python3", "-m", "agent_workflows", "--version")
        self.assertIn("owf-shim/", shown)

    def check(self, *command: Any, **changes: str) -> str:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | changes
        ended = subprocess.run(
            list(map(str, command)), cwd=self.directory, env=environment, capture_output=True, text=True, timeout=120
        )
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)
        return ended.stdout


if __name__ == "__main__":
    unittest.main()
