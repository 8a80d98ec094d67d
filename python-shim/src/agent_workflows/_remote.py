"""Runs one workflow script in this process, for a person who has a remote coordinator."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from types import FrameType
from typing import Any, NamedTuple, Optional

from ._access import Refused, explain, explain_loss, explain_refusal
from ._client import CallFailed, Coordinator, call_unary
from ._errors import CoordinatorLost
from ._rejoin import RejoiningStream
from ._place import Place
from ._result import AgentResult
from ._run import PROTOCOL_VERSION, OpeningRefused, Outcome, Run
from ._runner import EXIT_CANCELLED, EXIT_FAILED, EXIT_USAGE, ScriptProcess
from ._screen import Screen
from ._script import Script, ScriptRejected

__all__ = ["RemoteProcess", "RemoteRun", "Start"]


# How long a unary call waits for each step on the network, and before it is tried again.
_ASKING_SECONDS, _ASKING_PAUSE = 10.0, 0.2


class Start(NamedTuple):
    """What a person asked for."""

    script: str
    #: RunChoices: only what was asked.
    choices: dict[str, Any]
    #: Arguments of main; None for those of the run that is resumed.
    args_json: Optional[str]


class RemoteRun(Run):
    """A run whose connection may break and whose events this process shows."""

    def __init__(self, *arguments: Any, screen: Screen, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._screen = screen
        #: How long its coordinator waits for it; a child waits as long for being opened.
        self.patience = 0
        #: How many calls its coordinator takes at once.
        self._room: Optional[asyncio.Semaphore] = None

    def child(self, script_path: str, place: Place) -> Run:
        child = RemoteRun(
            script_path,
            self.coordinator,
            self.loop,
            parent=self,
            place=place,
            on_lost=self.on_lost,
            screen=self._screen,
        )
        child.patience = self.patience
        return child

    def ask(self, method: str, request: bytes) -> bytes:
        """As the run's own stream does, this outlasts a connection that does not come about."""
        deadline = time.monotonic() + self.patience
        while True:
            try:
                return call_unary(self.coordinator, method, request, _ASKING_SECONDS)
            except CallFailed as failed:
                if not failed.never_sent or time.monotonic() >= deadline:
                    raise
            time.sleep(_ASKING_PAUSE)

    async def _connect(self) -> None:
        stream = RejoiningStream(
            self.coordinator,
            PROTOCOL_VERSION,
            self._on_message,
            self._on_end,
            patience=self.patience,
            on_break=self._on_break,
            on_rejoined=self._on_rejoined,
        )
        self._stream = stream
        try:
            await stream.open()
        except (OSError, asyncio.TimeoutError) as error:
            if self.parent is None:
                raise Refused(explain(error, self.coordinator)) from None
            self._lose(explain(error, self.coordinator))
            raise CoordinatorLost(self.lost) from None

    def _on_opened(self, values: dict[str, Any]) -> None:
        self.patience = values["rejoin_seconds"] or 0
        if values["most_calls"]:
            self._room = asyncio.Semaphore(values["most_calls"])
        super()._on_opened(values)

    async def call(self, values: dict[str, Any]) -> AgentResult:
        if self._room is None:
            return await super().call(values)
        async with self._room:
            return await super().call(values)

    def _on_break(self, why: str, seconds: int) -> None:
        self._screen.event("warning", f"{why}; trying to join {self.run_id or 'the run'} again for {seconds} s")

    def _on_rejoined(self) -> None:
        self._screen.notice(f"joined {self.run_id or 'the coordinator'} again")

    def _on_notice(self, message: str) -> None:
        self._screen.notice(message)

    def _record(self, event: dict[str, Any]) -> None:
        if not self.is_over:
            self._screen.event(event["type"], event["message"])
        super()._record(event)


class RemoteProcess(ScriptProcess):
    """The one script of this process, from loading to what is printed of its end."""

    def __init__(self, start: Start, coordinator: Coordinator, screen: Screen) -> None:
        self._start = start
        self._screen = screen
        self._signal = signal.SIGINT
        super().__init__(start.script, coordinator)

    def run(self) -> int:
        """Runs the script and returns the exit code."""
        if self._screen.json:
            self._screen.keep_stdout_for_document()
        try:
            exit_code = super().run()
        except Refused as refused:
            self._screen.error(str(refused))
            exit_code = refused.exit_code
        return self._screen.finish(exit_code)

    def _make_run(self, path: str) -> Run:
        return RemoteRun(path, self._coordinator, self._loop, on_lost=self._on_lost, screen=self._screen)

    def _meet(self) -> None:
        """Opening tells whether a coordinator is there: it was not started for this process."""

    def _open(self, script: Script) -> bool:
        choices = self._start.choices
        if self._run.meta.get("approval_required") and not choices.get("approved"):
            _ask(self._run.meta, self._screen)
            choices = {**choices, "approved": True}
        self._run.choices = choices
        opened = self._loop.run_until_complete(self._run.open(script.sha256, self._start.args_json))
        # The token that opened the run is forgotten.
        self._coordinator = self._run.coordinator
        return opened

    # ------------------------------------------------------------ how it ends

    def _on_rejected(self, error: ScriptRejected) -> int:
        self._screen.error(str(error))
        return EXIT_USAGE

    def _on_refused(self, error: OpeningRefused) -> int:
        self._screen.error(explain_refusal(error.status, str(error), self._coordinator))
        return EXIT_USAGE

    def _on_gone(self, error: CoordinatorLost) -> int:
        if self._run.run_id:
            return EXIT_FAILED
        self._watchdog.leave_soon(EXIT_USAGE)
        self._screen.error(explain_loss(str(error), self._coordinator))
        return EXIT_USAGE

    def _on_interrupted(self) -> int:
        if self._screen.json and not self._run.summary:
            self._screen.value({**self._named(), "error": f"ended by {self._signal.name}"})
        return 128 + self._signal

    def _on_signal(self, number: int, frame: Optional[FrameType]) -> None:
        self._signal = signal.Signals(number)
        super()._on_signal(number, frame)

    def _tell_loss(self, why: str) -> None:
        if self._run.run_id:
            advice = f"Go on with: owf-shim resume {self._run.run_id}"
            named = {**self._named(), "status": "interrupted", "output": None, "run_dir": self._run.run_dir}
            self._screen.error(f"the coordinator is gone ({why}): the run is interrupted\n{advice}", **named)

    def _named(self) -> dict[str, Any]:
        return {"run_id": self._run.run_id} if self._run.run_id else {}

    def _tell_end(self, outcome: Outcome) -> int:
        exit_code = super()._tell_end(outcome)
        summary = self._run.summary
        if summary is None:
            summary = _own_summary(self._run, outcome, exit_code)
        if self._screen.json:
            self._screen.document(summary["document_json"])
        else:
            self._screen.text(summary["lines"])
        self._screen.note(summary["trouble"])
        exit_code = summary["exit_code"]
        return 128 + self._signal if exit_code == EXIT_CANCELLED else exit_code


def _own_summary(run: Run, outcome: Outcome, exit_code: int) -> dict[str, Any]:
    """What there is to say when the coordinator says nothing."""
    output = None if outcome.output_json is None else json.loads(outcome.output_json)
    document = {"run_id": run.run_id, "status": outcome.status, "output": output, "run_dir": run.run_dir}
    error = f"{outcome.error_kind}: {outcome.error_message}" if outcome.error_kind else outcome.status
    if exit_code:
        document.update({"error": error, "error_kind": outcome.error_kind})
    return {
        "lines": f"run_id: {run.run_id}\nstatus: {outcome.status}\nrun_dir: {run.run_dir}",
        "document_json": json.dumps(document, indent=2),
        "trouble": f"owf: {outcome.status}: {error}" if exit_code else "",
        "exit_code": exit_code,
    }


def _ask(meta: dict[str, Any], screen: Screen) -> None:
    """Asks on the terminal whether the script may start; Refused when it may not."""
    name = f"'{meta['name']}'" if meta["name"] else "this workflow"
    terminal = not screen.json and all(
        stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)
    )
    if not terminal:
        raise Refused(
            f"{name} requires approval, and there is no terminal to ask on.\n"
            "Pass --yes to approve it beforehand."
        )
    does = " It says that it changes files." if meta["mutates_files"] else ""
    screen.prompt(f"{name} requires approval.{does} Start it? [y/N] ")
    if not sys.stdin.readline().strip().lower().startswith("y"):
        raise Refused(f"not approved: {name} was not started.")
