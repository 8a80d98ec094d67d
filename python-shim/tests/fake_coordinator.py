"""A coordinator for tests: real sockets, real HTTP/2, answers as the test says."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
import threading
from typing import Any, Callable, Optional

from sources import SOURCES  # isort: skip
from agent_workflows import _wire
from http2_server import ServerSide

START = (
    "import sys; sys.path[:not getattr(sys.flags, 'safe_path', False)] = [sys.argv[1]]; "
    "from agent_workflows._runner import main; sys.exit(main(sys.argv[2:]))"
)
TOKEN = "token-of-the-run"


def done(call: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The result of a call that went well: the prompt comes back as text."""
    result = {
        "status": "done",
        "text": call["prompt"],
        "label": call["label"],
        "phase": call["phase"],
        "provider": "fake",
        "cache_status": "miss",
        "isolation": call["isolation"],
    }
    return {**result, **changes}


class FakeRun:
    """What one stream brought."""

    def __init__(self, number: int) -> None:
        self.run_id = f"run_{number}"
        self.opened: dict[str, Any] | None = None
        self.rejected: str | None = None
        self.calls: list[dict[str, Any]] = []
        self.cancelled: list[int] = []
        self.events: list[dict[str, Any]] = []
        self.messages: list[tuple[str, dict[str, Any]]] = []
        self.close: dict[str, Any] | None = None
        self.half_closed = False
        self.connection: Optional[_Connection] = None
        # For runs that may be joined again: what was sent to the shim, how much of it has been
        # acknowledged, how much came from it.
        self.sent: list[bytes] = []
        self.acknowledged: list[int] = []
        self.received = 0
        self.rejoins: list[int] = []
        self.state: dict[str, Any] = {}

    def texts(self, kind: str) -> list[str]:
        return [event["message"] for event in self.events if event["type"] == kind]

    def prompts(self) -> list[str]:
        return [call["prompt"] for call in self.calls]


class FakeCoordinator:
    """Listens on loopback in a thread of its own; `answer(run, call)` says what a call gives.

    An answer is a CallResult's fields, None (no answer yet), or ("refuse", reason, message).
    With `rejoin_seconds` runs may be joined again; how long that is, only the shim minds.
    """

    def __init__(
        self,
        answer: Callable[[FakeRun, dict[str, Any]], Any] = lambda run, call: done(call),
        *,
        args: dict[str, Any] | None = None,
        budget: dict[str, Any] | None = None,
        same_machine: bool = True,
        planned: bool | str = False,
        refuse: tuple[int, str] | None = None,
        hold: Callable[[dict[str, Any]], Any] | None = None,
        approve: Callable[[dict[str, Any]], Any] = lambda question: True,
        files: Callable[[str], Any] | None = None,
        on_message: Callable[[FakeRun, str, dict[str, Any]], None] | None = None,
        auto_open: bool = True,
        token: str = TOKEN,
        run_token: str | None = None,
        rejoin_seconds: int | None = None,
        refuse_rejoin: tuple[int, str] | None = None,
        rejoin_with: Callable[[FakeRun], list[dict[str, Any]]] | None = None,
        acknowledge_every: int = 3,
        cut_when: Callable[[FakeRun, str, int], bool] = lambda run, what, number: False,
        breaks: Callable[[int], bool] = lambda number: False,
        max_open: int | None = None,
        summary: dict[str, Any] | None = None,
        command: Callable[[list[str]], Any] | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.token = token
        self.run_token = run_token
        self.rejoin_seconds = rejoin_seconds
        self.refuse_rejoin = refuse_rejoin
        # What a rejoin is answered with, instead of the truth.
        self.rejoin_with = rejoin_with
        self.acknowledge_every = acknowledge_every
        # Asked at each boundary: "before" or "after" "receiving" or "sending" the message of this number.
        self.cut_when = cut_when
        # Whether a connection, counted from 1, breaks as soon as it has come.
        self.breaks = breaks
        # How many runs are carried at once; what each new one found open, refused ones included.
        self.max_open = max_open
        self.found_open: list[int] = []
        self.summary = summary
        self.command = command
        self.ssl_context = ssl_context
        self.answer = answer
        self.args = args or {}
        self.budget = budget
        self.same_machine = same_machine
        self.planned = planned
        self.refuse = refuse
        self.hold = hold
        # Says True, False, None (nobody in time), ("refuse", reason, message), or "nothing" at all.
        self.approve = approve
        self.files = files
        self.on_message = on_message
        self.auto_open = auto_open
        self.runs: list[FakeRun] = []
        self.unary: list[tuple[str, dict[str, Any]]] = []
        self.headers: list[dict[str, str]] = []
        self.connections: list[_Connection] = []
        self.port = 0
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> FakeCoordinator:
        self._thread.start()
        self.on_loop(self.listen())
        return self

    def __exit__(self, *exc: object) -> None:
        self.loop.call_soon_threadsafe(self.stop_listening)
        # The aborted transports close their sockets one turn of the loop later.
        self.loop.call_soon_threadsafe(lambda: self.loop.call_later(0.01, self.loop.stop))
        self._thread.join(5)
        self.loop.close()

    async def listen(self) -> None:
        """Begins to listen; again at the same port, after `stop_listening`."""
        self._server = await self.loop.create_server(
            lambda: _Connection(self), "127.0.0.1", self.port, ssl=self.ssl_context
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def on_loop(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def stop_listening(self) -> None:
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """Breaks all connections; on the loop's thread."""
        for connection in self.connections:
            connection.abort()

    def environment(self, **changes: str) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("OWF_")}
        environment.update(
            OWF_COORDINATOR=f"127.0.0.1:{self.port}",
            OWF_RUN_TOKEN=TOKEN,
            OWF_COORDINATOR_PID=str(os.getpid()),
            PYTHONDONTWRITEBYTECODE="1",
        )
        environment.update(changes)
        return environment

    def start(self, script: str | os.PathLike[str], **changes: str) -> subprocess.Popen[str]:
        """Starts the real runner on a script."""
        return subprocess.Popen(
            [sys.executable, "-c", START, str(SOURCES), str(script)],
            env=self.environment(**changes),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, script: str | os.PathLike[str], timeout: float = 20, **changes: str) -> Finished:
        """Runs a script to its end."""
        return self.finish(self.start(script, **changes), timeout)

    def start_remote(self, *arguments: str | os.PathLike[str], **changes: str) -> subprocess.Popen[str]:
        """Starts the shim's command line, as a person does."""
        return subprocess.Popen(
            [sys.executable, "-m", "agent_workflows", *map(str, arguments)],
            env=self.remote_environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def remote_environment(self, **changes: str) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("OWF_")}
        environment.update(
            OWF_COORDINATOR=f"127.0.0.1:{self.port}",
            OWF_TOKEN=self.token,
            PYTHONPATH=str(SOURCES),
            PYTHONDONTWRITEBYTECODE="1",
        )
        environment.update(changes)
        return {name: value for name, value in environment.items() if value}

    def run_remote(self, *arguments: str | os.PathLike[str], timeout: float = 20, **changes: str) -> Finished:
        """Runs the shim's command line to its end."""
        return self.finish(self.start_remote(*arguments, **changes), timeout)

    def finish(self, process: subprocess.Popen[str], timeout: float = 20) -> Finished:
        """Waits for the end of a process."""
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"still running after {timeout} s; stderr:\n{err}") from None
        return Finished(process.returncode, out, err, self.runs[0] if self.runs else None)


class Finished:
    """How a runner ended."""

    def __init__(self, code: int, out: str, err: str, run: FakeRun | None) -> None:
        self.code = code
        self.out = out
        self.err = err
        self._run = run

    @property
    def run(self) -> FakeRun:
        assert self._run is not None, f"no run; exit {self.code}; stderr:\n{self.err}"
        return self._run

    @property
    def close(self) -> dict[str, Any]:
        assert self.run.close is not None, f"not closed; exit {self.code}; stderr:\n{self.err}"
        return self.run.close

    @property
    def output(self) -> Any:
        assert self.close["status"] == "done", self.close["traceback"] or self.close
        return json.loads(self.close["output_json"])


class _Connection(asyncio.Protocol):
    def __init__(self, owner: FakeCoordinator) -> None:
        self.owner = owner
        self.server = ServerSide(window=8 << 20)
        self.server.grow((8 << 20) - 65_535)
        self.server.window = 8 << 20
        self.method = ""
        self.run: FakeRun | None = None
        self.token = ""
        self.is_cut = False

    def abort(self) -> None:
        """Breaks the connection; what was written and not yet sent is lost."""
        self.is_cut = True
        self.transport.abort()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.owner.connections.append(self)
        if self.owner.breaks(len(self.owner.connections)):
            self.abort()
            return
        self.flush()

    def data_received(self, data: bytes) -> None:
        for kind, content in self.server.feed(data):
            if self.is_cut:
                return
            if kind == "headers":
                self.owner.headers.append(content)
                self.method = content[":path"].rpartition("/")[2]
                self.token = content["authorization"].removeprefix("Bearer ")
                if self.method == "Run" and not self.owner.refuse:
                    self.server.headers()
            elif kind == "message":
                self._on_message(content)
            elif kind == "half_close" and self.run is not None:
                self.run.half_closed = True
                if self.run.close is None and self.owner.planned != "and ends":
                    self.server.trailers()
        self.flush()

    def flush(self) -> None:
        if not self.is_cut:
            self.transport.write(self.server.output())

    def say(self, kind: str, values: dict[str, Any]) -> None:
        """Sends a message to the shim, on the connection that its run has by now."""
        payload = _wire.TO_SHIM.encode({kind: values})
        run = self.run
        if run is None or self.owner.rejoin_seconds is None:
            self.server.message(payload)
            self.flush()
            return
        run.sent.append(payload)
        assert run.connection is not None
        run.connection.deliver(payload, len(run.sent))

    def deliver(self, payload: bytes, number: int) -> None:
        """Writes the run's message of this number, unless the connection breaks before."""
        assert self.run is not None
        if self.is_cut or self.cut_at("before sending", number):
            return
        self.server.message(payload)
        if payload == self.run.state.get("run_closed"):
            self.server.trailers()
        self.flush()
        self.cut_at("after sending", number)

    def cut_at(self, what: str, number: int) -> bool:
        assert self.run is not None
        if not self.is_cut and self.owner.cut_when(self.run, what, number):
            self.abort()
        return self.is_cut

    def refuse(self, status: int, message: str) -> None:
        """Ends the call with a status instead of answering it."""
        self.server.headers(
            [(":status", "200"), ("content-type", "application/grpc"),
             ("grpc-status", str(status)), ("grpc-message", message)],
            end=True,
        )  # fmt: skip

    def _on_message(self, payload: bytes) -> None:
        if self.method != "Run":
            self._on_unary(payload)
            return
        for kind, values in _wire.FROM_SHIM.decode(payload).items():
            if values is None:
                continue
            if kind == "rejoin_run":
                self._on_rejoin(values)
            elif kind == "acknowledge":
                assert self.run is not None
                self.run.acknowledged.append(values["received"])
            elif self.owner.rejoin_seconds is None or self.run is None:
                self._on_run_message(kind, values)
            elif not self.cut_at("before receiving", self.run.received + 1):
                self._on_run_message(kind, values)
                self.cut_at("after receiving", self.run.received)
                if self.run.received % self.owner.acknowledge_every == 0 and not self.is_cut:
                    self.server.message(_wire.TO_SHIM.encode({"acknowledge": {"received": self.run.received}}))

    def _on_rejoin(self, values: dict[str, Any]) -> None:
        owner = self.owner
        run = next((run for run in owner.runs if run.run_id == values["run_id"]), None)
        if self.token != (owner.run_token or owner.token) or run is None or values["protocol_version"] != 1:
            self.server.trailers(16, "not a token of this run")
        elif owner.refuse_rejoin:
            self.server.trailers(*owner.refuse_rejoin)
        elif owner.rejoin_with:
            for message in owner.rejoin_with(run):
                self.server.message(_wire.TO_SHIM.encode(message))
        else:
            assert run.connection is not None
            run.connection.abort()
            self.run, run.connection = run, self
            run.rejoins.append(values["received"])
            self.server.message(_wire.TO_SHIM.encode({"run_rejoined": {"received": run.received}}))
            for number, payload in enumerate(run.sent, 1):
                if number > values["received"]:
                    self.deliver(payload, number)

    def _on_run_message(self, kind: str, values: dict[str, Any]) -> None:
        owner = self.owner
        if self.run is None:
            self.run = FakeRun(len(owner.runs) + 1)
            self.run.connection = self
            owner.runs.append(self.run)
        run = self.run
        run.received += 1
        run.messages.append((kind, values))
        if kind == "open_run":
            run.opened = values
            owner.found_open.append(sum(one.state.get("open", False) for one in owner.runs))
            if owner.refuse:
                self.refuse(*owner.refuse)
            elif owner.max_open is not None and owner.found_open[-1] >= owner.max_open:
                self.server.trailers(8, "no more runs at once")
            elif self.token not in (owner.token, owner.run_token):
                self.server.trailers(16, "the request carries no valid token")
            elif owner.planned:
                self.server.message(_wire.TO_SHIM.encode({"run_planned": {}}))
                if owner.planned == "and ends":
                    self.server.trailers()
                self.flush()
            elif owner.auto_open:
                run.state["open"] = True
                self.open_run()
        elif kind == "reject_script":
            run.rejected = values["message"]
        elif kind == "start_call":
            run.calls.append(values)
            self.reply(values, owner.answer(run, values))
        elif kind == "ask_approval":
            answer = owner.approve(values)
            if isinstance(answer, tuple):
                self.reply(values, answer)
            elif answer != "nothing":
                self.say("approval_answered", {"call_ref": values["call_ref"], "approved": answer})
        elif kind == "cancel_call":
            run.cancelled.append(values["call_ref"])
        elif kind == "append_event":
            run.events.append(values)
        elif kind == "close_run":
            run.close = values
            run.state["open"] = False
            run.state["run_closed"] = _wire.TO_SHIM.encode({"run_closed": {"summary": owner.summary}})
            if owner.rejoin_seconds is None:
                self.server.trailers()
            self.say("run_closed", {"summary": owner.summary})
        if owner.on_message is not None:
            owner.on_message(run, kind, values)

    def open_run(self) -> None:
        assert self.run is not None and self.run.opened is not None
        args_json = self.run.opened["args_json"]
        self.say(
            "run_opened",
            {
                "run_id": self.run.run_id,
                "args_json": json.dumps(self.owner.args) if args_json is None else args_json,
                "run_dir": f"/runs/{self.run.run_id}",
                "same_machine": self.owner.same_machine,
                "budget": self.owner.budget or {},
                "run_token": self.owner.run_token,
                "rejoin_seconds": self.owner.rejoin_seconds,
            },
        )

    def reply(self, call: dict[str, Any], answer: Any) -> None:
        if answer is None:
            return
        if isinstance(answer, tuple):
            _, reason, message = answer
            self.say(
                "call_refused",
                {"call_ref": call["call_ref"], "reason": reason, "message": message, "budget": self.owner.budget or {}},
            )
            return
        assert self.run is not None
        number = self.run.calls.index(call) + 1 if len(self.run.calls) < 100 else len(self.run.calls)
        answer.setdefault("call_id", f"{self.run.run_id}_call_{number:04}")
        self.say("call_done", {"call_ref": call["call_ref"], "result": answer, "budget": self.owner.budget or {}})

    def _on_unary(self, payload: bytes) -> None:
        if self.method == "Command":
            self._on_command(_wire.COMMAND_REQUEST.decode(payload))
            return
        if self.method == "HoldBudget":
            request = _wire.HOLD_BUDGET_REQUEST.decode(payload)
            answer, message = self.owner.hold, _wire.HOLD_BUDGET_REPLY
            reply = answer(request) if answer else {"hold_id": "hold_1", "budget": self.owner.budget}
        else:
            request = _wire.MAKE_CALL_FILES_REQUEST.decode(payload)
            message = _wire.CALL_FILES
            reply = self.owner.files(request["call_id"]) if self.owner.files else {}
        self.owner.unary.append((self.method, request))
        if isinstance(reply, tuple):
            self.refuse(*reply)
        else:
            self.server.headers()
            self.server.message(message.encode(reply))
            self.server.trailers()

    def _on_command(self, request: dict[str, Any]) -> None:
        self.owner.unary.append(("Command", request))
        if self.token != self.owner.token:
            self.refuse(16, "the request carries no valid token")
            return
        assert self.owner.command is not None
        self.server.headers()
        for part in self.owner.command(list(request["arguments"])):
            self.server.message(_wire.COMMAND_OUTPUT.encode(part))
        self.server.trailers()
