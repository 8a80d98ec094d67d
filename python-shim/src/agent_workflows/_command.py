"""The coordinator's command line, as a process of its own: what the functions of `runtime` work by."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from typing import Any, Callable, Generic, NamedTuple, NoReturn, Optional, Sequence, TypeVar

from ._errors import BudgetExceeded, ScriptTraceback, WorkflowError

__all__ = ["Finished", "Operation", "carry_out", "carry_out_async", "end", "pass_through", "raise_for"]

T = TypeVar("T")

#: As the launcher has them: a short command starts a third faster.
_JVM_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")

#: Where this package is found, for a process that joins a remote coordinator without its jar.
_PACKAGES = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_WITHOUT_JAR = "import sys; sys.path.insert(0, sys.argv[1]); "
_WITHOUT_JAR += "from agent_workflows._command import without_jar; sys.exit(without_jar(sys.argv[2:]))"

#: A run that is asked to end records that; more than the coordinator takes for it.
_LEAVING = 30.0
#: After the terminal's Ctrl-C; a process that it did not reach is asked then.
_LEAVING_BY_ITSELF = 5.0

#: How far a script named `owf` is read to see whose it is.
_HEAD = 4096

_NONE_FOUND = """no coordinator is found. One of these leads to one:
OWF_COORDINATOR_JAR=FILE, the coordinator's jar; `owf`, its launcher, on PATH; \
OWF_COORDINATOR=HOST:PORT, a remote one."""


class Finished(NamedTuple):
    """A command line that has ended."""

    exit_code: int
    out: str
    err: str

    def document(self) -> Any:
        """The JSON document that it printed. Raises WorkflowError when it printed none."""
        try:
            return json.loads(self.out)
        except ValueError:
            raise WorkflowError(self.trouble()) from None

    def trouble(self) -> str:
        """What went wrong, in the coordinator's words."""
        try:
            told = json.loads(self.out)["error"]
        except (ValueError, KeyError, TypeError):
            told = None
        words = told if isinstance(told, str) else self.err.strip().removeprefix("owf: ")
        return words or f"the coordinator's command ended with exit code {self.exit_code}"


class Operation(Generic[T]):
    """One command line, and what its end means.

    With `input` that text is its standard input. With `shows_errors` what it writes to standard error
    goes to ours: what a script prints, and warnings of its run.
    """

    def __init__(
        self,
        arguments: list[str],
        read: Callable[[Finished], T],
        *,
        input: Optional[str] = None,
        shows_errors: bool = False,
    ) -> None:
        self.read = read
        self._arguments = arguments
        self._input = None if input is None else input.encode("utf-8")
        self._shows_errors = shows_errors

    def start(self) -> subprocess.Popen[bytes]:
        """Starts the process. Raises WorkflowError when that can't be."""
        stdin = subprocess.DEVNULL if self._input is None else subprocess.PIPE
        stderr = None if self._shows_errors else subprocess.PIPE
        return _start(self._arguments, (), stdin, subprocess.PIPE, stderr)

    def finish(self, process: subprocess.Popen[bytes]) -> Finished:
        """Waits for the process's end."""
        out, err = process.communicate(self._input)
        return Finished(process.returncode, out.decode("utf-8", "replace"), (err or b"").decode("utf-8", "replace"))


def carry_out(operation: Operation[T]) -> T:
    """Carries it out, blocking. An interruption ends the process as Ctrl-C does."""
    process = operation.start()
    try:
        finished = operation.finish(process)
    except BaseException:
        end(process, lambda seconds: process.communicate(timeout=seconds))
        raise
    return operation.read(finished)


async def carry_out_async(operation: Operation[T]) -> T:
    """Carries it out in a thread. Cancelling the task ends the process as Ctrl-C does."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    process = operation.start()
    # A thread of its own: the loop's usual ones are few, and runs are long.
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="owf-command")
    waiting = asyncio.get_running_loop().run_in_executor(thread, operation.finish, process)
    thread.shutdown(wait=False)
    try:
        finished = await asyncio.shield(waiting)
    except asyncio.CancelledError:
        _interrupt(process)
        await asyncio.wait([waiting], timeout=_LEAVING)
        if not waiting.done():
            process.kill()
        raise
    return operation.read(finished)


def end(process: subprocess.Popen[bytes], wait: Callable[[float], Any]) -> None:
    """Ends it as Ctrl-C does, once, and waits for that."""
    waits = [_LEAVING_BY_ITSELF, _LEAVING] if _in_foreground() else [_LEAVING]
    for number, seconds in enumerate(waits):
        if number or len(waits) == 1:
            _interrupt(process)
        try:
            wait(seconds)
            return
        except subprocess.TimeoutExpired:
            pass
    process.kill()
    process.wait()


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    """Asks it to end, as Ctrl-C does.

    Where Ctrl-C is ignored, as in the background of a shell's script, our processes ignore it as well:
    then by SIGTERM, which ends a run in the same way.
    """
    ignored = signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    process.send_signal(signal.SIGTERM if ignored else signal.SIGINT)


def _in_foreground() -> bool:
    """Whether the terminal's Ctrl-C, which interrupted us, has reached our processes as well."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


def pass_through(arguments: list[str], *, stdin: Any, stdout: Any, stderr: Any) -> subprocess.Popen[bytes]:
    """Starts a command line with these streams, as a person's shell does."""
    properties = []
    if _is_terminal(stderr) and os.environ.get("TERM", "dumb") != "dumb":
        properties.append("-Dowf.terminal=true")
    if _is_terminal(stdout) and os.environ.get("TERM", "dumb") != "dumb":
        properties.append("-Dowf.stdout.terminal=true")
    return _start(arguments, properties, stdin, stdout, stderr)


def _is_terminal(stream: Any) -> bool:
    return hasattr(stream, "isatty") and bool(stream.isatty())


def _start(
    arguments: list[str], properties: Sequence[str], stdin: Any, stdout: Any, stderr: Any
) -> subprocess.Popen[bytes]:
    command = [*_command_line(properties), *arguments]
    try:
        return subprocess.Popen(command, env=_environment(), stdin=stdin, stdout=stdout, stderr=stderr)
    except OSError as error:
        raise WorkflowError(f"cannot start {command[0]}: {error.strerror or error}") from None


def _environment() -> dict[str, str]:
    """Scripts run in the interpreter of who starts them, unless OWF_PYTHON names another."""
    told = dict(os.environ)
    if not told.get("OWF_PYTHON") and sys.executable:
        told["OWF_PYTHON"] = sys.executable
    return told


# ---------------------------------------------------------------- where the coordinator is


def _command_line(properties: Sequence[str]) -> list[str]:
    """The beginning of a command line of the coordinator. Raises WorkflowError when there is none."""
    jar = os.environ.get("OWF_COORDINATOR_JAR", "").strip()
    if jar:
        path = os.path.expanduser(jar)
        if not os.path.isfile(path):
            raise WorkflowError(f"OWF_COORDINATOR_JAR names {path}, and there is no such file")
        return [_java(), *_JVM_OPTIONS, *properties, "-jar", path]
    places = (shutil.which("owf", path=place) for place in os.get_exec_path())
    named_so = [place for place in places if place is not None]
    for launcher in filter(_is_launcher, named_so):
        return [launcher]
    if os.environ.get("OWF_COORDINATOR"):
        return [sys.executable, "-c", _WITHOUT_JAR, _PACKAGES]
    other = f"\n{named_so[0]} is not its launcher, but another package's program." if named_so else ""
    raise WorkflowError(_NONE_FOUND + other)


def _java() -> str:
    for named in ("OWF_JAVA", "JAVA_HOME"):
        place = os.environ.get(named, "").strip()
        java = os.path.join(place, "bin", "java") if place and named == "JAVA_HOME" else place
        if java and os.access(java, os.X_OK):
            return java
    found = shutil.which("java")
    if found is None:
        raise WorkflowError("no java is found: install Java 17 or newer, or set JAVA_HOME to one")
    return found


def _is_launcher(path: str) -> bool:
    """Whether it is no program of the Python runtime, which has the same name.

    Such a one is a Python script, or what pip and version managers put in the place of one.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    first_line = head.split(b"\n", 1)[0]
    return not (
        (head.startswith(b"#!") and b"python" in first_line)
        or b"'''exec'" in head
        or b"pyenv exec" in head
        or b"asdf exec" in head
    )


def without_jar(arguments: list[str]) -> int:
    """A command line for a remote coordinator, carried out by this package alone; its exit code."""
    import argparse

    from . import _cli
    from ._access import Refused, coordinator_of, take_environment
    from ._screen import Screen

    if arguments[:1] in (["run"], ["resume"]) and "--home" not in arguments:
        return _cli.main(arguments)
    screen = Screen(json="--json" in arguments)
    try:
        if "--home" in arguments or arguments[:1] in (["validate"], ["dry-run"]):
            what = "a home of this machine" if "--home" in arguments else f"`{arguments[0]}`"
            raise Refused(f"{what} needs the coordinator's jar on this machine.\nSet OWF_COORDINATOR_JAR=FILE.")
        options = argparse.Namespace(
            coordinator=None, token_file=None, ca=None, client_cert=None, client_key=None, tls=False
        )
        out, err, code = _cli._command(coordinator_of(options, take_environment()), *arguments)
    except Refused as refused:
        screen.error(str(refused))
        return screen.finish(refused.exit_code)
    sys.stderr.write(err)
    sys.stdout.buffer.write(out)
    sys.stdout.flush()
    return code


# ---------------------------------------------------------------- how runs end


def raise_for(run: dict[str, Any]) -> NoReturn:
    """Raises the error of a run that is not done; it tells what its script raised."""
    status, run_id = run.get("status"), run.get("run_id")
    kind = BudgetExceeded if status == "budget_exceeded" else WorkflowError
    why = run.get("error")
    error = kind(f"run {run_id} ended as {status}" + (f": {why}" if why else ""))
    error.run_id, error.status, error.error_kind = run_id, status, run.get("error_kind")
    error.traceback = _traceback(run.get("run_dir"))
    raise error from (None if error.traceback is None else ScriptTraceback(error.traceback))


def _traceback(run_dir: Any) -> Optional[str]:
    """What a run of this machine keeps of its script's exception."""
    if not isinstance(run_dir, str):
        return None
    try:
        with open(os.path.join(run_dir, "traceback.txt"), encoding="utf-8", errors="replace") as file:
            return file.read().strip() or None
    except OSError:
        return None
