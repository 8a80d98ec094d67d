"""A workflow script: read, compiled, run."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import itertools
import os
import sys
import traceback
from types import CodeType, ModuleType
from typing import Any

from ._errors import BudgetExceeded
from ._run import Outcome, Run
from ._stored import to_json

__all__ = ["Script", "ScriptRejected", "outcome_of"]

_SHIM_DIR = os.path.dirname(os.path.abspath(__file__))
_numbers = itertools.count(1)


class ScriptRejected(Exception):
    """The script cannot be run at all; the message is one or two plain lines for people."""


class Script:
    """One loading of a script, in a module of its own. Raises ScriptRejected when it is none."""

    def __init__(self, path: str) -> None:
        self.path = os.path.abspath(path)
        source = _read(self.path)
        self.sha256 = hashlib.sha256(source).hexdigest()
        self._code = _compile(source, self.path)
        self._module = ModuleType(f"owf_script_{next(_numbers)}")
        self._module.__file__ = self.path

    def load(self) -> Outcome | None:
        """Runs the top-level code. Returns how the run ends when it did not get through, else None."""
        # Dataclasses, pickles and type hints look their module up by name.
        sys.modules[self._module.__name__] = self._module
        try:
            exec(self._code, self._module.__dict__)
        except BaseException as error:
            return outcome_of(error)
        self._check_main()
        return None

    def unload(self) -> None:
        """Forgets the module."""
        sys.modules.pop(self._module.__name__, None)

    async def run_main(self, run: Run) -> Outcome:
        """Runs main to its end, whatever that is; never raises."""
        try:
            main = self._module.__dict__["main"]
            value = main(run.args) if _takes_args(main) else main()
            if inspect.isawaitable(value):
                value = await value
            outcome = Outcome("done", to_json(value, "output", run.warn))
        except BaseException as error:
            outcome = outcome_of(error)
        return Outcome("cancelled") if run.cancelled else outcome

    def _check_main(self) -> None:
        main = self._module.__dict__.get("main")
        if not callable(main):
            raise ScriptRejected(f"{self.path} has no main: define `async def main(args)` in it.")
        try:
            inspect.signature(main).bind(*([{}] if _takes_args(main) else []))
        except TypeError as error:
            wrong = f"main can't be called with one argument ({error})"
            raise ScriptRejected(f"{self.path}: {wrong}: define `async def main(args)`.") from None
        except ValueError:
            pass  # No signature to look at: main will tell.


def _takes_args(main: Any) -> bool:
    try:
        signature = inspect.signature(main)
    except ValueError:
        return True
    kinds = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD)
    return any(parameter.kind not in kinds for parameter in signature.parameters.values())


def _read(path: str) -> bytes:
    if not os.path.exists(path):
        raise ScriptRejected(f"{path}: there is no such file.")
    if not os.path.isfile(path):
        raise ScriptRejected(
            f"{path} is not a file; a workflow is a Python file with `async def main(args)`."
        )
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise ScriptRejected(f"{path} can't be read: {error.strerror or error}") from None


def _compile(source: bytes, path: str) -> CodeType:
    try:
        code: CodeType = compile(source, path, "exec", dont_inherit=True)
        return code
    except SyntaxError as error:
        where = f"{path}:{error.lineno}" if error.lineno else path
        line = (error.text or "").strip()
        shown = f"\n    {line[:200]}" if line else ""
        raise ScriptRejected(f"{where}: {error.msg}{shown}") from None
    except (ValueError, OverflowError, MemoryError, RecursionError) as error:
        raise ScriptRejected(f"{path} can't be compiled: {error or type(error).__name__}") from None


def outcome_of(error: BaseException) -> Outcome:
    """Returns how a run ends out of which this came."""
    kind = type(error).__name__
    message = _message(error)
    if isinstance(error, SystemExit):
        if error.code is None or error.code == 0:
            return Outcome("done", "null")
        message = error.code if isinstance(error.code, str) else f"script called sys.exit({error.code!r})"
    elif isinstance(error, KeyboardInterrupt):
        return Outcome("cancelled")
    elif isinstance(error, asyncio.CancelledError):
        message = message or "main was cancelled by the script itself"
    status = "budget_exceeded" if isinstance(error, BudgetExceeded) else "failed"
    return Outcome(status, None, kind, message, _traceback(error))


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as broken:
        return f"(its str() raised {type(broken).__name__})"


def _traceback(error: BaseException) -> str:
    """The traceback as the script's author expects it: without the frames that lead into the script."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_SHIM_DIR):
        frames = frames.tb_next
    return "".join(traceback.format_exception(type(error), error, frames))
