"""Runs one workflow script in this process, as the coordinator's child.

    python3 -c BOOTSTRAP SHIM_DIR SCRIPT

BOOTSTRAP puts SHIM_DIR first on sys.path and calls `main`; ShimProcess has its text.

The environment says where the coordinator is: OWF_COORDINATOR (HOST:PORT), OWF_RUN_TOKEN,
OWF_COORDINATOR_PID, and OWF_STDOUT: stderr when the script's prints must not reach stdout, lines when stdout is
a pipe to a terminal.
"""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
import threading
import time
from types import FrameType
from typing import Any, Callable, NamedTuple, Optional

# Both names are taken before the script's directory is importable: no file there can shadow them.
import workflows as workflows

from ._client import CallFailed, Coordinator
from ._errors import CoordinatorLost, WorkflowError
from ._http2 import status_name
from ._place import keep_order, track_tasks
from ._result import make_files_with
from ._run import OpeningRefused, Outcome, Run, enter_run
from ._script import Script, ScriptRejected, outcome_of
from ._unawaited import Unawaited
from ._wire import CALL_FILES, MAKE_CALL_FILES_REQUEST

__all__ = ["EXIT_CANCELLED", "EXIT_DONE", "EXIT_FAILED", "EXIT_USAGE", "ScriptProcess", "main"]

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_BUDGET, EXIT_CANCELLED = 0, 1, 2, 3, 130
_EXITS = {
    "done": EXIT_DONE,
    "failed": EXIT_FAILED,
    "budget_exceeded": EXIT_BUDGET,
    "cancelled": EXIT_CANCELLED,
}

# How long a script may unwind when the coordinator is gone, or its run was cancelled, in seconds. With the
# watchdog's interval and a busy machine, the process is still gone within 5.
_GRACE = 2.0
_LOOK_EVERY = 0.5
# After the loss of the coordinator a main that waits for something else is cancelled.
_NOTICE = 0.3
# How long tasks that main left running may take to unwind.
_UNWIND = 5.0


def main(arguments: list[str]) -> int:
    """Runs the script named by the only argument; returns the process's exit code."""
    settings = _take_settings()
    if isinstance(settings, str) or len(arguments) != 1:
        _say(settings if isinstance(settings, str) else "expected one argument: the script")
        return EXIT_USAGE
    if settings.stdout == "stderr":
        # What the interpreter's own start has printed is still in the buffer, and goes there as well.
        os.dup2(2, 1)
        sys.stdout.flush()
        _write_by_line()
    elif settings.stdout == "lines":
        _write_by_line()
    return ScriptProcess(arguments[0], settings.coordinator, settings.coordinator_pid).run()


def _write_by_line() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)


class _Settings(NamedTuple):
    coordinator: Coordinator
    coordinator_pid: Optional[int]
    stdout: str


def _take_settings() -> _Settings | str:
    """Takes what the coordinator told from the environment, so that no child process inherits it."""
    address, token, pid, stdout = (
        os.environ.pop(name, "")
        for name in ("OWF_COORDINATOR", "OWF_RUN_TOKEN", "OWF_COORDINATOR_PID", "OWF_STDOUT")
    )
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        found = f"expected HOST:PORT, found {address!r}"
        return f"OWF_COORDINATOR: {found}. Scripts are started with `owf run SCRIPT`."
    coordinator = Coordinator(host.strip("[]"), int(port), token)
    return _Settings(coordinator, int(pid) if pid.isdigit() else None, stdout)


def _say(line: str) -> None:
    """One plain line on stderr; past Python's buffers, whose locks a stuck script may hold."""
    os.write(2, f"owf: {' '.join(line.split())}\n".encode("utf-8", "replace"))


class _Watchdog(threading.Thread):
    """Sees to it that this process does not outlive its coordinator, whatever the script does."""

    def __init__(self, coordinator_pid: int | None, tell_loss: Callable[[str], None]) -> None:
        super().__init__(name="owf-watchdog", daemon=True)
        self.coordinator_pid = coordinator_pid
        self._tell_loss = tell_loss
        self._leaving = threading.Event()
        self._exit_code = EXIT_FAILED
        self._told = False

    def coordinator_lost(self, why: str, *, quietly: bool = False) -> None:
        """Says so, once, and gives the process a few seconds."""
        if not self._told and not quietly:
            self._told = True
            self._tell_loss(why)
        self._leaving.set()

    def run_is_over(self) -> None:
        """Says nothing more: a coordinator may go once its run is closed."""
        self._told = True

    def leave_soon(self, exit_code: int) -> None:
        """Gives the process a few seconds to end by itself."""
        self._exit_code = exit_code
        self._leaving.set()

    def run(self) -> None:
        while not self._leaving.wait(_LOOK_EVERY):
            if self.coordinator_pid is not None and os.getppid() != self.coordinator_pid:
                self.coordinator_lost("its process has ended")
        time.sleep(_GRACE)
        os._exit(self._exit_code)


class ScriptProcess:
    """The one script of this process, from loading to exit, for a coordinator that started it.

    What begins with `_on` or `_tell`, and how a run is made and opened, is otherwise for a person who
    started it: see `_remote`.
    """

    def __init__(self, script: str, coordinator: Coordinator, coordinator_pid: int | None = None) -> None:
        self._coordinator = coordinator
        self._script_argument = script
        self._watchdog = _Watchdog(coordinator_pid, self._tell_loss)
        self._loop = asyncio.new_event_loop()
        self._signals = 0
        self._met = False
        self._run = self._make_run(os.path.abspath(script))

    def _make_run(self, path: str) -> Run:
        return Run(path, self._coordinator, self._loop, on_lost=self._on_lost)

    def run(self) -> int:
        """Runs the script and returns the exit code."""
        self._watchdog.start()
        asyncio.set_event_loop(self._loop)
        track_tasks(self._loop)
        keep_order()
        self._loop.set_exception_handler(_complain)
        self._unawaited = Unawaited()
        signal.signal(signal.SIGINT, self._on_signal)
        signal.signal(signal.SIGTERM, self._on_signal)
        os.register_at_fork(after_in_child=self._give_back_signals)
        try:
            return self._load_open_and_run()
        except OpeningRefused as error:
            return self._on_refused(error)
        except CoordinatorLost as error:
            return self._on_gone(error)
        except KeyboardInterrupt:
            return self._on_interrupted()
        finally:
            self._shut_down()

    def _load_open_and_run(self) -> int:
        self._meet()
        try:
            script = Script(self._script_argument, is_main=True)
            self._prepare_interpreter(script)
            enter_run(self._run)
            ended_early = script.load()
        except ScriptRejected as error:
            return self._on_rejected(error)
        if not self._open(script):
            if ended_early is not None and ended_early.status != "done":
                why = f"{ended_early.error_kind}: {ended_early.error_message}"
                _say(f"{script.path}: its top-level code failed: {why}")
                return EXIT_FAILED
            return EXIT_DONE
        if self._run.same_machine:
            make_files_with(self._call_files)
        outcome = ended_early or self._drive(script)
        outcome = self._loop.run_until_complete(self._run.close(outcome))
        self._watchdog.run_is_over()
        exit_code = self._tell_end(outcome)
        if outcome.status == "cancelled":
            self._watchdog.leave_soon(exit_code)
        return exit_code

    def _prepare_interpreter(self, script: Script) -> None:
        """What plain Python would give the script; and this package, for processes that it spawns."""
        sys.dont_write_bytecode = True
        safe_path = bool(getattr(sys.flags, "safe_path", False))
        if not safe_path:
            # It was the place of the program that started us.
            sys.path[0] = script.directory
        own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        if own not in sys.path:
            sys.path.insert(0 if safe_path else 1, own)
        sys.argv = [self._script_argument]

    def _drive(self, script: Script) -> Outcome:
        """Runs main, and then ends the tasks that it left running."""
        main_task = self._loop.create_task(script.run_main(self._run))
        self._run.main_task = main_task
        if self._run.cancelled:
            main_task.cancel()
        try:
            outcome = self._loop.run_until_complete(main_task)
        except (KeyboardInterrupt, SystemExit) as stop:
            # Raised in a task beside main, or between two tasks.
            outcome = outcome_of(stop)
        except asyncio.CancelledError:
            # Before its first step.
            outcome = Outcome("cancelled")
        self._cancel_leftovers()
        if outcome.status == "done" and self._unawaited.first is not None:
            return Outcome("failed", error_kind="RuntimeError", error_message=self._unawaited.first)
        return outcome

    def _cancel_leftovers(self) -> None:
        leftovers = asyncio.all_tasks(self._loop)
        if not leftovers:
            return
        for task in leftovers:
            task.cancel()
        try:
            self._loop.run_until_complete(asyncio.wait(leftovers, timeout=_UNWIND))
        except (KeyboardInterrupt, SystemExit):
            pass

    def _shut_down(self) -> None:
        self._run.abandon()
        try:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        except BaseException:
            pass
        self._loop.close()

    def _on_signal(self, number: int, frame: Optional[FrameType]) -> None:
        self._signals += 1
        if self._signals > 1 or self._run.main_task is None:
            raise KeyboardInterrupt
        self._loop.call_soon_threadsafe(self._run.cancel)

    def _give_back_signals(self) -> None:
        """A forked child ends on signals as under plain Python; it has no run to cancel."""
        if signal.getsignal(signal.SIGINT) == self._on_signal:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if signal.getsignal(signal.SIGTERM) == self._on_signal:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def _on_lost(self, why: str, ended_by_it: bool) -> None:
        if self._run.is_over:
            return
        # A coordinator that started this process, and ended the run itself, tells its user why.
        quietly = ended_by_it and self._watchdog.coordinator_pid is not None
        self._watchdog.coordinator_lost(why, quietly=quietly)
        if self._run.main_task is not None:
            self._loop.call_later(_NOTICE, self._run.main_task.cancel)

    # ------------------------------------------------------------ what differs elsewhere

    def _meet(self) -> None:
        """Nothing of the script runs before the coordinator can record it."""
        self._loop.run_until_complete(self._run.wait_ready())
        self._met = True

    def _open(self, script: Script) -> bool:
        return self._loop.run_until_complete(self._run.open(script.sha256))

    def _on_rejected(self, error: ScriptRejected) -> int:
        self._loop.run_until_complete(self._run.reject(str(error)))
        return EXIT_USAGE

    def _on_refused(self, error: OpeningRefused) -> int:
        if self._watchdog.coordinator_pid is None:
            # A coordinator that started this process tells its user itself.
            _say(str(error))
        return EXIT_USAGE

    def _on_gone(self, error: CoordinatorLost) -> int:
        return EXIT_FAILED

    def _on_interrupted(self) -> int:
        return EXIT_CANCELLED

    def _tell_loss(self, why: str) -> None:
        _say(f"the coordinator is gone ({why})" + (": the run is interrupted" if self._met else ""))

    def _tell_end(self, outcome: Outcome) -> int:
        return _EXITS[outcome.status]

    def _call_files(self, call_id: str) -> dict[str, str | None]:
        request = MAKE_CALL_FILES_REQUEST.encode({"call_id": call_id})
        try:
            return CALL_FILES.decode(self._run.ask("MakeCallFiles", request))
        except CallFailed as error:
            if status_name(error.end.status) == "FAILED_PRECONDITION":
                return {}
            raise WorkflowError(f"the files of call {call_id} can't be made: {error}") from None


def _complain(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Keeps quiet about tasks that ended because the whole run did: that is told elsewhere."""
    if not isinstance(context.get("exception"), (CoordinatorLost, SystemExit, KeyboardInterrupt)):
        loop.default_exception_handler(context)
