"""Starts workflows from a program, and looks at their runs: each function is a command of the coordinator.

    from agent_workflows.runtime import run_script
    print(run_script("review.py", args={"topic": "tea"})["output"])

The coordinator is found by OWF_COORDINATOR_JAR (its jar), else `owf` on PATH, else OWF_COORDINATOR
(HOST:PORT, a remote one); in a script that a coordinator started it is that one's jar. A failure is a
WorkflowError; of a run that failed it has `run_id` and `status`. Each function blocks; the one with
`_async` behind its name does not, and ends the run as cancelled when its task is cancelled.
"""

from __future__ import annotations

import json
import os
import sys
from decimal import Decimal
from types import ModuleType
from typing import Any, Literal, NamedTuple, Optional, Union

from ._api import agent, approve, budget, log, meta, phase, workflow
from ._api import last_described as _last_described
from ._command import Finished, Operation, carry_out, carry_out_async, raise_for
from ._errors import BudgetExceeded, CoordinatorLost, WorkflowError
from ._fanout import parallel, pipeline
from ._result import AgentResult
from ._stored import check_keys

__all__ = [
    "AgentResult",
    "BudgetExceeded",
    "CoordinatorLost",
    "LoadedScript",
    "WorkflowError",
    "agent",
    "approve",
    "budget",
    "build_report",
    "build_report_async",
    "draft_manifest",
    "draft_manifest_async",
    "explain_cache",
    "explain_cache_async",
    "latest_run",
    "latest_run_async",
    "load_script",
    "load_script_async",
    "log",
    "meta",
    "parallel",
    "phase",
    "pipeline",
    "render_report_html",
    "render_report_html_async",
    "render_report_markdown",
    "render_report_markdown_async",
    "resume_run",
    "resume_run_async",
    "run_script",
    "run_script_async",
    "run_status",
    "run_status_async",
    "validate_script",
    "validate_script_async",
    "workflow",
]

#: What callers of the Python runtime write for "the provider's own model".
_NO_MODEL = ("fake", "default")
_OFFLINE = (None, "fake", "fixture")


class LoadedScript(NamedTuple):
    """A script that was loaded, and nothing of `main` run."""

    module: ModuleType
    script_hash: str
    source: str
    meta: Optional[dict[str, Any]]


# ---------------------------------------------------------------- runs


def run_script(
    path: Union[str, os.PathLike[str]],
    *,
    args: Optional[dict[str, Any]] = None,
    home: Union[str, os.PathLike[str], None] = None,
    provider: Optional[str] = None,
    model: Optional[str] = None,
    budget_tokens: Optional[int] = None,
    budget_cost_usd: Union[float, Decimal, None] = None,
    cache_policy: Optional[Literal["auto", "read_only", "refresh", "disabled"]] = None,
) -> dict[str, Any]:
    """Runs a script, as `owf run`, and returns {"run_id", "status", "output", "run_dir"}.

    Raises WorkflowError when the run fails (BudgetExceeded when it ended on its budget), with the
    script's error in its message. The script runs in a process of its own, in this interpreter
    unless OWF_PYTHON names another; what it prints comes out on standard error.
    """
    return carry_out(_run(path, args, home, provider, model, budget_tokens, budget_cost_usd, cache_policy))


async def run_script_async(
    path: Union[str, os.PathLike[str]],
    *,
    args: Optional[dict[str, Any]] = None,
    home: Union[str, os.PathLike[str], None] = None,
    provider: Optional[str] = None,
    model: Optional[str] = None,
    budget_tokens: Optional[int] = None,
    budget_cost_usd: Union[float, Decimal, None] = None,
    cache_policy: Optional[Literal["auto", "read_only", "refresh", "disabled"]] = None,
) -> dict[str, Any]:
    """As run_script(), without blocking."""
    operation = _run(path, args, home, provider, model, budget_tokens, budget_cost_usd, cache_policy)
    return await carry_out_async(operation)


def _run(
    path: Union[str, os.PathLike[str]],
    args: Optional[dict[str, Any]],
    home: Union[str, os.PathLike[str], None],
    provider: Optional[str],
    model: Optional[str],
    budget_tokens: Optional[int],
    budget_cost_usd: Union[float, Decimal, None],
    cache_policy: Optional[str],
) -> Operation[dict[str, Any]]:
    arguments = ["run", _absolute(path), "--json", *_home(home)]
    arguments += _choices(provider, model, budget_tokens, budget_cost_usd)
    if cache_policy is not None:
        arguments += ["--cache-policy", _word("cache_policy", cache_policy)]
    return _with_args(arguments, args, _ended_run, shows_errors=True)


def resume_run(
    run_id: str,
    *,
    home: Union[str, os.PathLike[str], None] = None,
    provider: Optional[str] = None,
    model: Optional[str] = None,
) -> dict[str, Any]:
    """Runs a run's script again, as `owf resume`, and pays for nothing that it has finished.

    Returns and raises as run_script(). `run_id` may be "latest".
    """
    return carry_out(_resume(run_id, home, provider, model))


async def resume_run_async(
    run_id: str,
    *,
    home: Union[str, os.PathLike[str], None] = None,
    provider: Optional[str] = None,
    model: Optional[str] = None,
) -> dict[str, Any]:
    """As resume_run(), without blocking."""
    return await carry_out_async(_resume(run_id, home, provider, model))


def _resume(
    run_id: str, home: Union[str, os.PathLike[str], None], provider: Optional[str], model: Optional[str]
) -> Operation[dict[str, Any]]:
    arguments = ["resume", _word("run_id", run_id), "--json", *_home(home)]
    return Operation([*arguments, *_choices(provider, model, None, None)], _ended_run, shows_errors=True)


def _ended_run(finished: Finished) -> dict[str, Any]:
    run = finished.document()
    if not isinstance(run, dict) or "run_id" not in run:
        raise WorkflowError(finished.trouble())
    if run.get("status") != "done":
        raise_for(run)
    return run


# ---------------------------------------------------------------- what is known of a run


def run_status(home: Union[str, os.PathLike[str], None], run_id: str) -> dict[str, Any]:
    """Returns a run and its calls, as `owf status --json`: {"run": {…}, "calls": [{…}], …}."""
    return carry_out(_status(home, run_id))


async def run_status_async(home: Union[str, os.PathLike[str], None], run_id: str) -> dict[str, Any]:
    """As run_status(), without blocking."""
    return await carry_out_async(_status(home, run_id))


def _status(home: Union[str, os.PathLike[str], None], run_id: str) -> Operation[dict[str, Any]]:
    return _told_as_json(["status", _word("run_id", run_id), "--json", *_home(home)])


def latest_run(home: Union[str, os.PathLike[str], None] = None) -> Optional[dict[str, Any]]:
    """Returns the latest run that is not another's child, as run_status(); None without any run."""
    try:
        return run_status(home, "latest")
    except WorkflowError:
        # There is a run: it has begun in between, or what is wrong is told once more.
        return run_status(home, "latest") if carry_out(_any_run(home)) else None


async def latest_run_async(home: Union[str, os.PathLike[str], None] = None) -> Optional[dict[str, Any]]:
    """As latest_run(), without blocking."""
    try:
        return await run_status_async(home, "latest")
    except WorkflowError:
        return await run_status_async(home, "latest") if await carry_out_async(_any_run(home)) else None


def _any_run(home: Union[str, os.PathLike[str], None]) -> Operation[list[dict[str, Any]]]:
    return _told_as_json(["runs", "--limit", "1", "--json", *_home(home)])


def explain_cache(home: Union[str, os.PathLike[str], None], run_id: str) -> list[dict[str, Any]]:
    """Says for every call of a run why it was answered from the cache or not, as `owf explain-cache`."""
    return carry_out(_explain(home, run_id))


async def explain_cache_async(home: Union[str, os.PathLike[str], None], run_id: str) -> list[dict[str, Any]]:
    """As explain_cache(), without blocking."""
    return await carry_out_async(_explain(home, run_id))


def _explain(home: Union[str, os.PathLike[str], None], run_id: str) -> Operation[list[dict[str, Any]]]:
    return _told_as_json(["explain-cache", _word("run_id", run_id), "--json", *_home(home)])


# ---------------------------------------------------------------- reports


def build_report(home: Union[str, os.PathLike[str], None], run_id: str) -> dict[str, Any]:
    """Returns what a report is about: {"run", "calls", "cache_counts", "failures"}."""
    return _facts(run_status(home, run_id))


async def build_report_async(home: Union[str, os.PathLike[str], None], run_id: str) -> dict[str, Any]:
    """As build_report(), without blocking."""
    return _facts(await run_status_async(home, run_id))


def _facts(status: dict[str, Any]) -> dict[str, Any]:
    cache_counts: dict[str, int] = {}
    for call in status["calls"]:
        cache_counts[call["cache_status"]] = cache_counts.get(call["cache_status"], 0) + 1
    failures = [call for call in status["calls"] if call["status"] not in ("done", "running")]
    return {"run": status["run"], "calls": status["calls"], "cache_counts": cache_counts, "failures": failures}


def render_report_markdown(data: dict[str, Any]) -> str:
    """Renders the report of the run that build_report() told of, as `owf report --stdout`.

    The coordinator writes it from what it has recorded: changes to `data` are not in it.
    """
    return carry_out(_report(data))


async def render_report_markdown_async(data: dict[str, Any]) -> str:
    """As render_report_markdown(), without blocking."""
    return await carry_out_async(_report(data))


def render_report_html(data: dict[str, Any]) -> str:
    """As render_report_markdown(), as one HTML file: `owf report --html --stdout`."""
    return carry_out(_report(data, "--html"))


async def render_report_html_async(data: dict[str, Any]) -> str:
    """As render_report_html(), without blocking."""
    return await carry_out_async(_report(data, "--html"))


def _report(data: dict[str, Any], *options: str) -> Operation[str]:
    try:
        run_id, run_dir = data["run"]["id"], data["run"]["output_dir"]
    except (KeyError, TypeError):
        raise ValueError("data: expected what build_report() returned, found no run in it") from None
    # Of a run of this machine its directory is <home>/runs/<id>.
    here = isinstance(run_dir, str) and os.path.isdir(run_dir)
    home = os.path.dirname(os.path.dirname(run_dir)) if here else None

    def read(finished: Finished) -> str:
        if finished.exit_code != 0:
            raise WorkflowError(finished.trouble())
        return finished.out

    return Operation(["report", _word("run_id", run_id), "--stdout", *options, *_home(home)], read)


# ---------------------------------------------------------------- scripts


def validate_script(path: Union[str, os.PathLike[str]]) -> dict[str, Any]:
    """Checks a script, as `owf validate`, and returns {"script_path", "script_hash", "workflow", …}.

    `workflow` has what its meta() says. Raises WorkflowError when it can't be run.
    """
    return carry_out(_validate(path))


async def validate_script_async(path: Union[str, os.PathLike[str]]) -> dict[str, Any]:
    """As validate_script(), without blocking."""
    return await carry_out_async(_validate(path))


def _validate(path: Union[str, os.PathLike[str]]) -> Operation[dict[str, Any]]:
    def read(finished: Finished) -> dict[str, Any]:
        document = _document(finished)
        return {**document, "workflow": document["meta"]}

    return Operation(["validate", _absolute(path), "--json"], read)


def draft_manifest(
    path: Union[str, os.PathLike[str]],
    *,
    args: Optional[dict[str, Any]] = None,
    provider: Optional[str] = None,
    model: Optional[str] = None,
    budget_tokens: Optional[int] = None,
    budget_cost_usd: Union[float, Decimal, None] = None,
) -> dict[str, Any]:
    """Returns the manifest that a run would have, as `owf dry-run`; runs and records nothing.

    `workflow` has what the script's meta() says, `budget` both totals.
    """
    return carry_out(_draft(path, args, provider, model, budget_tokens, budget_cost_usd))


async def draft_manifest_async(
    path: Union[str, os.PathLike[str]],
    *,
    args: Optional[dict[str, Any]] = None,
    provider: Optional[str] = None,
    model: Optional[str] = None,
    budget_tokens: Optional[int] = None,
    budget_cost_usd: Union[float, Decimal, None] = None,
) -> dict[str, Any]:
    """As draft_manifest(), without blocking."""
    return await carry_out_async(_draft(path, args, provider, model, budget_tokens, budget_cost_usd))


def _draft(
    path: Union[str, os.PathLike[str]],
    args: Optional[dict[str, Any]],
    provider: Optional[str],
    model: Optional[str],
    budget_tokens: Optional[int],
    budget_cost_usd: Union[float, Decimal, None],
) -> Operation[dict[str, Any]]:
    def read(finished: Finished) -> dict[str, Any]:
        document = _document(finished)
        totals = {
            "total_tokens": document["budget_total_tokens"],
            "total_cost_usd": document["budget_total_cost_usd"],
        }
        return {**document, "workflow": document["meta"], "budget": totals}

    arguments = ["dry-run", _absolute(path), "--json"]
    return _with_args(arguments + _choices(provider, model, budget_tokens, budget_cost_usd), args, read)


def load_script(path: Union[str, os.PathLike[str]]) -> LoadedScript:
    """Loads a script into this process: runs its top-level code, and nothing of `main`.

    Raises WorkflowError when it has no `main`, and what its top-level code raises.
    """
    import contextvars

    return contextvars.copy_context().run(_load, _absolute(path))


async def load_script_async(path: Union[str, os.PathLike[str]]) -> LoadedScript:
    """As load_script(); the script's top-level code runs in a thread."""
    import asyncio

    return await asyncio.to_thread(load_script, path)


def _load(path: str) -> LoadedScript:
    from ._script import Script, ScriptRejected

    _last_described.set(None)
    try:
        script = Script(path)
        sys.path.insert(0, script.directory)
        try:
            outcome = script.load()
        finally:
            if script.directory in sys.path:
                sys.path.remove(script.directory)
    except ScriptRejected as error:
        raise WorkflowError(str(error)) from None
    if outcome is not None:
        raise outcome.error or WorkflowError(f"{path}: its top-level code ended it")
    with open(script.path, "rb") as file:
        source = file.read().decode("utf-8", "replace")
    return LoadedScript(script.module, script.sha256, source, _last_described.get())


# ---------------------------------------------------------------- command lines


def _choices(
    provider: Optional[str],
    model: Optional[str],
    budget_tokens: Optional[int],
    budget_cost_usd: Union[float, Decimal, None],
) -> list[str]:
    if model is not None and model.lower() in _NO_MODEL and provider not in _OFFLINE:
        model = None
    options: list[str] = []
    for option, value in (("provider", provider), ("model", model)):
        if value is not None:
            options += [f"--{option}", _word(option, value)]
    if budget_tokens is not None:
        options += ["--budget-tokens", str(budget_tokens)]
    if budget_cost_usd is not None:
        options += ["--budget-cost-usd", format(Decimal(str(budget_cost_usd)), "f")]
    return options


def _with_args(
    arguments: list[str],
    args: Optional[dict[str, Any]],
    read: Any,
    *,
    shows_errors: bool = False,
) -> Operation[dict[str, Any]]:
    """The arguments of main go through standard input: a command line has room for little."""
    if args is None:
        return Operation(arguments, read, shows_errors=shows_errors)
    if not isinstance(args, dict):
        raise TypeError(f"args: expected a dict, found {type(args).__name__}")
    text = json.dumps(args, allow_nan=False)
    check_keys(args, "args")
    return Operation([*arguments, "--args-json", "-"], read, input=text, shows_errors=shows_errors)


def _told_as_json(arguments: list[str]) -> Operation[Any]:
    return Operation(arguments, _document)


def _document(finished: Finished) -> Any:
    if finished.exit_code != 0:
        raise WorkflowError(finished.trouble())
    return finished.document()


def _home(home: Union[str, os.PathLike[str], None]) -> list[str]:
    return [] if home is None else ["--home", _absolute(home)]


def _absolute(path: Union[str, os.PathLike[str]]) -> str:
    return os.path.abspath(os.path.expanduser(os.fspath(path)))


def _word(argument: str, value: Any) -> str:
    """A value that can't be taken for an option."""
    if not isinstance(value, str):
        raise TypeError(f"{argument}: expected a str, found {type(value).__name__}")
    if not value.strip() or value.startswith("-"):
        raise ValueError(f"{argument}: expected a name, found {value!r}")
    return value
