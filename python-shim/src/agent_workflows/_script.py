"""A workflow script: read, compiled, run."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import itertools
import os
import sys
import traceback
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

from ._errors import BudgetExceeded, message_of
from ._run import Outcome, Run
from ._stored import to_json

__all__ = ["OWN_FILES", "Script", "ScriptRejected", "is_library", "outcome_of", "place_of"]

#: How the paths of this package's files begin.
OWN_FILES = os.path.dirname(os.path.abspath(__file__)) + os.sep
_LIBRARY = os.path.dirname(os.__file__) + os.sep
_numbers = itertools.count(1)


class ScriptRejected(Exception):
    """The script cannot be run at all; the message is one or two plain lines for people."""


class Script:
    """One loading of a script, in a module of its own. Raises ScriptRejected when it is none.

    The script of the process itself (`is_main`) is also the module `__main__`, and bears the name
    by which another process imports its file: so processes that it spawns find its functions, and
    its pickles can be read elsewhere. `__name__` is not `"__main__"`: a script that starts itself
    when it is run by plain Python must not start itself here.
    """

    def __init__(self, path: str, *, is_main: bool = False) -> None:
        self.path = os.path.abspath(path)
        source = _read(self.path)
        self.sha256 = hashlib.sha256(source).hexdigest()
        self._code = _compile(source, self.path)
        self._is_main = is_main
        self._module = _main_module(self.path) if is_main else ModuleType(f"owf_script_{next(_numbers)}")
        self._module.__file__ = self.path

    @property
    def directory(self) -> str:
        """Where plain Python looks for the script's imports first: beside the real file."""
        return os.path.dirname(os.path.realpath(self.path))

    @property
    def module(self) -> ModuleType:
        """What the top-level code fills."""
        return self._module

    def load(self) -> Outcome | None:
        """Runs the top-level code. Returns how the run ends when it did not get through, else None."""
        # Dataclasses, pickles and type hints look their module up by name.
        sys.modules[self._module.__name__] = self._module
        if self._is_main:
            sys.modules["__main__"] = self._module
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
            arguments: tuple[Any, ...] = ({},) if _takes_args(main) else ()
            inspect.signature(main).bind(*arguments)
        except TypeError as error:
            wrong = f"main can't be called with one argument ({error})"
            raise ScriptRejected(f"{self.path}: {wrong}: define `async def main(args)`.") from None
        except ValueError:
            pass  # No signature to look at: main will tell.


def _main_module(path: str) -> ModuleType:
    """The module of the script of this process, by the name that other processes find it by."""
    real = os.path.realpath(path)
    stem, extension = os.path.splitext(os.path.basename(real))
    importable = (
        extension == ".py"
        and stem != ""
        and "." not in stem
        and stem not in sys.modules
        and stem not in sys.stdlib_module_names
        # The directory of the script is not searched then.
        and not getattr(sys.flags, "safe_path", False)
        # A package is found before a module of its name.
        and not os.path.isfile(os.path.join(os.path.dirname(real), stem, "__init__.py"))
    )
    if not importable:
        # As multiprocessing names the file when it runs it in a process that it spawned.
        return ModuleType("__mp_main__")
    module = ModuleType(stem)
    loader = SourceFileLoader(stem, path)
    module.__spec__ = ModuleSpec(stem, loader, origin=path)
    module.__spec__.has_location = True
    module.__loader__ = loader
    return module


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
    message = message_of(error)
    if isinstance(error, SystemExit):
        if error.code is None or error.code == 0:
            return Outcome("done", "null")
        message = error.code if isinstance(error.code, str) else f"script called sys.exit({error.code!r})"
    elif isinstance(error, KeyboardInterrupt):
        return Outcome("cancelled")
    elif isinstance(error, asyncio.CancelledError):
        message = message or "main was cancelled by the script itself"
    elif isinstance(error, ModuleNotFoundError):
        message += _unused_environment()
    status = "budget_exceeded" if isinstance(error, BudgetExceeded) else "failed"
    return Outcome(status, None, kind, message, _traceback(error), error)


def _unused_environment() -> str:
    """Names the virtual environment beside the script that this interpreter does not belong to."""
    directory = os.path.dirname(os.path.abspath(sys.argv[0] or "."))
    while True:
        for name in (".venv", "venv"):
            environment = os.path.join(directory, name)
            if os.path.isfile(os.path.join(environment, "pyvenv.cfg")):
                if os.path.realpath(environment) == os.path.realpath(sys.prefix):
                    return ""
                python = os.path.join(environment, "bin", "python3")
                return f" (there is a virtual environment that is not in use: --python {python})"
        parent = os.path.dirname(directory)
        if parent == directory or os.path.exists(os.path.join(directory, ".git")):
            return ""
        directory = parent


def _traceback(error: BaseException) -> str:
    """The traceback as the script's author expects it: without this package's frames."""
    whole = traceback.TracebackException.from_exception(error)
    _drop_own_frames(whole, set())
    if type(error).__module__.startswith("agent_workflows") and place_of(error) is None:
        # What this package refuses is the script's doing, also when none of its frames is on the way.
        whole.stack = traceback.StackSummary.from_list([])
    return "".join(whole.format())


def _drop_own_frames(part: traceback.TracebackException, seen: set[int]) -> None:
    if id(part) in seen:
        return
    seen.add(id(part))
    frames = [frame for frame in part.stack if not frame.filename.startswith(OWN_FILES)]
    if frames:
        part.stack = traceback.StackSummary.from_list(frames)
    others = [part.__cause__, part.__context__, *(getattr(part, "exceptions", None) or ())]
    for other in others:
        if other is not None:
            _drop_own_frames(other, seen)


def place_of(error: BaseException) -> tuple[str, int] | None:
    """The line where an exception left the script: file and number; None without a frame of a script.

    That is the innermost frame that is neither this package's nor of a library.
    """
    found = innermost = None
    frames = error.__traceback__
    while frames is not None:
        file = frames.tb_frame.f_code.co_filename
        if not file.startswith(OWN_FILES):
            innermost = (file, frames.tb_lineno)
            if not is_library(file):
                found = innermost
        frames = frames.tb_next
    return found or innermost


def is_library(file: str) -> bool:
    """Whether code of this file is neither the script's nor beside it."""
    return file.startswith("<") or file.startswith(_LIBRARY) or "/site-packages/" in file or "/dist-packages/" in file
