"""The functions that a workflow script calls."""

from __future__ import annotations

import asyncio
import json
import math
import os
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Iterable, Literal, Mapping, Optional, Sequence, Union

from ._client import CallFailed
from ._errors import BudgetExceeded, WorkflowError
from ._http2 import RESOURCE_EXHAUSTED
from ._place import Place, current_place
from ._result import AgentResult
from ._run import OpeningRefused, Outcome, Run, active_run, current_phase, enter_run, maybe_active_run
from ._script import Script, ScriptRejected
from ._stored import check_keys, dumps, to_json
from ._wire import HOLD_BUDGET_REPLY, HOLD_BUDGET_REQUEST

__all__ = ["Budget", "Reservation", "agent", "approve", "budget", "log", "meta", "phase", "workflow"]

#: What meta() said last in this context, for who loads a script outside a run.
last_described: ContextVar[Optional[dict[str, Any]]] = ContextVar("owf_described", default=None)

_ISOLATIONS = ("none", "worktree")
_EFFORTS = ("low", "medium", "high", "xhigh", "max")
_CACHE_POLICIES = ("auto", "read_only", "refresh", "disabled")


def meta(
    *,
    name: str,
    description: Optional[str] = None,
    phases: Optional[Sequence[str]] = None,
    mutates_files: bool = False,
    approval_required: bool = False,
) -> None:
    """Describes the workflow, for manifests and reports. Belongs to the script's top level.

    With `approval_required` a person is asked before the first call. Outside a run nothing is
    described, so that a script can be imported: by a test, or by a process that the script spawns.
    """
    run = maybe_active_run()
    if run is not None and run.run_id:
        raise WorkflowError("meta() belongs to the script's top level: inside main the run has begun")
    _expect("name", name, str, "a str")
    if not name.strip():
        raise ValueError("name: expected some text, found none")
    _expect_maybe("description", description, str, "a str")
    _expect("mutates_files", mutates_files, bool, "a bool")
    _expect("approval_required", approval_required, bool, "a bool")
    described = {
        "name": name,
        "description": description,
        "phases": _strings("phases", phases),
        "mutates_files": mutates_files,
        "approval_required": approval_required,
    }
    last_described.set(described)
    if run is not None:
        run.meta = described


async def agent(
    prompt: str,
    *,
    label: Optional[str] = None,
    phase: Optional[str] = None,
    schema: Union[dict[str, Any], bool, type, None] = None,
    provider: Union[str, Sequence[str], None] = None,
    model: Optional[str] = None,
    agent_type: Optional[str] = None,
    isolation: Literal["none", "worktree"] = "none",
    cache_policy: Optional[Literal["auto", "read_only", "refresh", "disabled"]] = None,
    cache_namespace: Optional[str] = None,
    read_scope: Union[str, Sequence[str], None] = None,
    write_scope: Union[str, Sequence[str], None] = None,
    permissions: Any = None,
    timeout_seconds: Optional[float] = None,
    metadata: Optional[dict[str, Any]] = None,
    system: Optional[str] = None,
    effort: Optional[Literal["low", "medium", "high", "xhigh", "max"]] = None,
    tools: Optional[Sequence[str]] = None,
    mcp_servers: Optional[Mapping[str, Mapping[str, Any]]] = None,
    files: Union[str, "os.PathLike[str]", Sequence[Union[str, "os.PathLike[str]"]], None] = None,
    continues: Optional[AgentResult] = None,
    worktree: Optional[AgentResult] = None,
) -> AgentResult:
    """Makes one agent call and returns its result, also when the call failed.

    `schema` is a JSON Schema, or a dataclass, a TypedDict, a pydantic model or an enum, also in a
    list (`list[X]`), a dict, a tuple or a union: the result's `value` is an instance of it then.
    `provider` may be a list of names: the next one is asked when one can't answer now (its limit is
    reached, it is not installed, it is overloaded), and the result's `provider` says who answered.
    `model` is then that of the first; the others have their own.
    `system` is put before the prompt for the whole call. `tools` are the agent's own tools that it may
    use, by its names for them; `[]` is none of them. `mcp_servers` gives it more, by the servers' names:
    `{"command", "args", "env"}` or `{"url", "headers"}`, where `${NAME}` is a variable of the
    coordinator's. `files` are paths of texts, images and PDFs, relative to the workspace. A provider
    that has no such thing ends the call before it is asked; `effort` alone is left out with a warning.
    `worktree` is the result of an earlier call of this run with isolation="worktree": the call reads
    in that call's worktree, or goes on in it, with isolation="worktree" of its own.
    `continues` is a result that is done: the call goes on in that one's conversation, and what it
    says there stays its own, so that several calls may continue one result.
    Raises ValueError or TypeError for misuse, BudgetExceeded when nothing fits into the budget any
    more, CoordinatorLost when the coordinator is gone. Cancelling the task cancels the call.
    """
    run = active_run()
    _expect("prompt", prompt, str, "a str")
    for argument, text in (
        ("label", label),
        ("phase", phase),
        ("model", model),
        ("agent_type", agent_type),
        ("cache_namespace", cache_namespace),
        ("system", system),
    ):
        if text is not None and not isinstance(text, str):
            _expect(argument, text, str, "a str")
    fallback: Sequence[str] = ()
    if provider is not None and not isinstance(provider, str):
        provider, *fallback = _names("provider", provider)
    if isolation not in _ISOLATIONS:
        raise _not_one_of("isolation", isolation, _ISOLATIONS)
    if cache_policy is not None and cache_policy not in _CACHE_POLICIES:
        raise _not_one_of("cache_policy", cache_policy, _CACHE_POLICIES)
    if effort is not None and effort not in _EFFORTS:
        raise _not_one_of("effort", effort, _EFFORTS)
    if system is not None and not _is_utf8(system):
        raise ValueError("system: expected text that UTF-8 can say, found half of a surrogate pair")
    write_scope = _strings("write_scope", write_scope)
    shared = None if worktree is None else _worktree_of(worktree, run, isolation, write_scope)
    result_type = None
    if schema is not None and not isinstance(schema, (dict, bool)):
        result_type, schema = schema, _schema_of(schema)
    result = await run.call(
        {
            "prompt": prompt,
            "label": label,
            "phase": current_phase.get() if phase is None else phase,
            "schema_json": _json("schema", schema, (dict, bool), "a dict or a bool"),
            "provider": provider,
            "fallback": fallback,
            "model": model,
            "agent_type": agent_type,
            "isolation": isolation,
            "cache_policy": cache_policy,
            "cache_namespace": cache_namespace,
            "read_scope": _strings("read_scope", read_scope),
            "write_scope": write_scope,
            "permissions_json": _json("permissions", permissions, object, "JSON"),
            "timeout_seconds": None if timeout_seconds is None else _seconds(timeout_seconds),
            "metadata_json": _json("metadata", metadata, dict, "a dict"),
            "system": system,
            "effort": effort,
            "tools": None if tools is None else {"names": _tools(tools)},
            "mcp_servers_json": _servers(mcp_servers),
            "files": () if files is None else _paths(files),
            "continues": None if continues is None else _call_of("continues", continues),
            "worktree": shared,
        }
    )
    return result if result_type is None else _with_instance(result, result_type)


def _worktree_of(result: Any, run: Run, isolation: str, write_scope: Sequence[str]) -> str:
    """The id of the call whose worktree a call is to work in."""
    _expect("worktree", result, AgentResult, "an AgentResult")
    who = result._who()
    if not result.call_id:
        raise ValueError(f"worktree: expected the result of a call, found one of no call ({result.status})")
    if not result.call_id.startswith(f"{run.run_id}_call_"):
        raise ValueError(f"worktree: expected the result of a call of this run, {run.run_id}, found {who}")
    if result.isolation != "worktree":
        raise ValueError(
            f'worktree: expected the result of a call with isolation="worktree", found {who},'
            f" whose isolation is {result.isolation!r}"
        )
    if write_scope and isolation != "worktree":
        raise ValueError('write_scope: a call that changes another\'s worktree needs isolation="worktree" as well')
    return str(result.call_id)


def _call_of(argument: str, result: Any) -> str:
    """The id of the call that gave a result, which must be done."""
    if not isinstance(result, AgentResult):
        hint = "; await the call first" if asyncio.iscoroutine(result) or asyncio.isfuture(result) else ""
        raise TypeError(f"{argument}: expected the AgentResult of a call, found {type(result).__name__}{hint}")
    if result.status != "done":
        raise ValueError(f"{argument}: expected a result that is done, found {result!r}")
    if not result.call_id:
        raise ValueError(f"{argument}: expected the result of a call, found one that no call gave: {result!r}")
    return result.call_id


def _schema_of(kind: Any) -> dict[str, Any]:
    from ._schema import is_schema_type, is_type, name_of, schema_of

    if not is_schema_type(kind):
        expected = "a JSON Schema, a dataclass, a TypedDict, a pydantic model or a list of one"
        found = f"the class {name_of(kind)}" if is_type(kind) else type(kind).__name__
        raise TypeError(f"schema: expected {expected}, found {found}")
    return schema_of(kind)


def _with_instance(result: AgentResult, kind: Any) -> AgentResult:
    """The value as an instance; what the class itself refuses has not the form that was asked for."""
    from ._schema import name_of, value_of

    if result.ok:
        try:
            result.value = value_of(kind, result.value)
        except Exception as error:
            result.ok = False
            result.status = "schema_failed"
            result.error = f"{name_of(kind)} refuses the answer: {type(error).__name__}: {error}"
            result.validation_errors = [{"path": "", "message": str(error)}]
    return result


async def approve(
    question: str,
    *,
    label: Optional[str] = None,
    timeout_seconds: Optional[float] = None,
    default: Optional[bool] = None,
) -> bool:
    """Asks a person yes or no, and waits for the answer.

    It is asked on the terminal of the run, and can be answered from anywhere else with
    `owf approve RUN --yes|--no`. A person's answer is remembered: a resumed run does not ask again
    what an earlier one was told. With `timeout_seconds` the wait ends with `default`, or with
    TimeoutError where there is none. Cancelling the task takes the question back.
    """
    run = active_run()
    _expect("question", question, str, "a str")
    if not question.strip():
        raise ValueError("question: expected some text, found none")
    _expect_maybe("label", label, str, "a str")
    _expect_maybe("default", default, bool, "a bool")
    if default is not None and timeout_seconds is None:
        raise ValueError("default: it is the answer when the time is over; give timeout_seconds as well")
    seconds = None if timeout_seconds is None else _seconds(timeout_seconds)
    answer = await run.ask_person(
        {
            "question": question,
            "label": label,
            "phase": current_phase.get(),
            "timeout_seconds": seconds,
            "default_answer": default,
        }
    )
    if answer is None:
        raise TimeoutError(f"nobody answered {label or question!r} within {seconds:g} s")
    return answer


def phase(name: str) -> None:
    """Begins a phase: it holds for this task and the tasks that it starts from now on."""
    run = active_run()
    _expect("name", name, str, "a str")
    current_phase.set(name)
    run.append_event("phase", name)


def log(message: str, **metadata: Any) -> None:
    """Records a message, with any data beside it. Any thread may call it."""
    run = active_run()
    text = message if isinstance(message, str) else str(message)
    data_json = to_json(metadata, "metadata", run.warn) if metadata else None
    run.append_event("log", text, data_json)


async def workflow(
    path: Union[str, "os.PathLike[str]"], args: Optional[dict[str, Any]] = None
) -> dict[str, Any]:
    """Runs another script as a child run and returns {"run_id", "status", "output", "run_dir"}.

    The path is relative to this script, else to the working directory. When the child fails,
    WorkflowError (BudgetExceeded when it ended on the budget) is raised with the child's error as
    its cause; and when it can't be run at all. One level deep.
    """
    parent = active_run()
    if parent.parent is not None:
        raise WorkflowError("workflow() goes one child level deep: a child run can't start a child of its own")
    if args is not None:
        _expect("args", args, dict, "a dict")
    args_json = to_json(args or {}, "args", parent.warn)
    # A task of its own, so that the child has its own run and phase.
    script_path = _beside(parent.script_path, os.fspath(path))
    place = (current_place.get() or parent.place).child()
    return await asyncio.create_task(_child(parent, script_path, args_json, place))


def _beside(script_path: str, path: str) -> str:
    for place in (script_path, os.path.realpath(script_path)):
        beside = os.path.join(os.path.dirname(place), path)
        if os.path.exists(beside):
            return beside
    return path


async def _child(parent: Run, path: str, args_json: str, place: Place) -> dict[str, Any]:
    try:
        script = Script(path)
    except ScriptRejected as error:
        raise WorkflowError(f"child script can't be run: {error}") from None
    child = parent.child(script.path, place)
    enter_run(child)
    try:
        outcome = await _opened_and_run(child, script, args_json)
    except (ScriptRejected, OpeningRefused) as error:
        raise WorkflowError(f"child script can't be run: {error}") from None
    finally:
        child.abandon()
        script.unload()
    if outcome.status != "done":
        raise _child_failure(path, child, outcome) from outcome.error
    output = None if outcome.output_json is None else json.loads(outcome.output_json)
    return {"run_id": child.run_id, "status": outcome.status, "output": output, "run_dir": child.run_dir}


def _child_failure(path: str, child: Run, outcome: Outcome) -> WorkflowError:
    kind = BudgetExceeded if outcome.status == "budget_exceeded" else WorkflowError
    why = f": {outcome.error_kind}: {outcome.error_message}" if outcome.error_kind else ""
    ended = {"failed": "failed", "cancelled": "was cancelled", "budget_exceeded": "ended on the budget"}
    name = os.path.basename(path)
    return kind(f"the child run {child.run_id} of {name} {ended.get(outcome.status, outcome.status)}{why}")


async def _opened_and_run(child: Run, script: Script, args_json: str) -> Outcome:
    ended_early = script.load()
    if not await child.open(script.sha256, args_json):
        raise OpeningRefused("the coordinator only checks scripts, it starts none")
    if ended_early is not None:
        return await child.close(ended_early)
    main = child.main_task = asyncio.create_task(script.run_main(child))
    try:
        await asyncio.wait([main])
    except asyncio.CancelledError:
        child.cancel()
        await asyncio.wait([main])
        await child.close(main.result())
        raise
    return await child.close(main.result())


class Reservation:
    """Tokens of the budget that are set aside, until released; also a context manager."""

    def __init__(self, run: Run, tokens: int, hold_id: str) -> None:
        self.tokens = tokens
        self._run = run
        self._hold_id: str | None = hold_id

    def release(self) -> None:
        """Gives the tokens back; blocks for a moment. Once released, does nothing."""
        hold_id, self._hold_id = self._hold_id, None
        if hold_id is not None:
            _hold(self._run, 0, hold_id)

    def __enter__(self) -> Reservation:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.release()

    def __repr__(self) -> str:
        return f"<Reservation of {self.tokens} tokens{'' if self._hold_id else ', released'}>"


class Budget:
    """The budget of the run that asks, shared with its parent and children, as last told."""

    @property
    def total_tokens(self) -> Optional[int]:
        """The limit in tokens; None without one."""
        return active_run().budget.total_tokens

    @property
    def total_cost_usd(self) -> Optional[float]:
        """The limit in US dollars; None without one."""
        return active_run().budget.total_cost_usd

    @property
    def spent_tokens(self) -> int:
        """Tokens spent so far."""
        return active_run().budget.spent_tokens

    @property
    def spent_cost_usd(self) -> float:
        """US dollars spent so far."""
        return active_run().budget.spent_cost_usd

    @property
    def remaining_tokens(self) -> Optional[int]:
        """What is left of the tokens, never below 0; None without a limit."""
        state = active_run().budget
        return None if state.total_tokens is None else max(0, state.total_tokens - state.spent_tokens)

    @property
    def remaining_cost_usd(self) -> Optional[float]:
        """What is left of the money, never below 0; None without a limit."""
        state = active_run().budget
        return None if state.total_cost_usd is None else max(0.0, state.total_cost_usd - state.spent_cost_usd)

    def can_spend(self, tokens: Optional[int] = None) -> bool:
        """Whether so many tokens are left; without a number, whether anything is."""
        left, money = self.remaining_tokens, self.remaining_cost_usd
        if money is not None and money <= 0:
            return False
        if tokens is None:
            return left is None or left > 0
        return left is None or left >= _count("tokens", tokens, least=0)

    def reserve(self, tokens: int) -> Reservation:
        """Sets tokens aside; blocks for a moment. BudgetExceeded when they do not fit."""
        run = active_run()
        return Reservation(run, tokens, _hold(run, _count("tokens", tokens, least=1), None))

    def __repr__(self) -> str:
        try:
            return f"<Budget: {self.spent_tokens} of {self.total_tokens or 'unlimited'} tokens spent>"
        except WorkflowError:
            return "<Budget of no run>"


budget = Budget()


def _hold(run: Run, tokens: int, hold_id: str | None) -> str:
    request = HOLD_BUDGET_REQUEST.encode({"run_id": run.run_id, "tokens": tokens, "hold_id": hold_id})
    try:
        reply = HOLD_BUDGET_REPLY.decode(run.ask("HoldBudget", request))
    except CallFailed as error:
        if error.end.status == RESOURCE_EXHAUSTED:
            raise BudgetExceeded(error.end.message) from None
        raise WorkflowError(f"the budget can't be reserved: {error}") from None
    run.budget.update(reply["budget"])
    return str(reply["hold_id"])


# ---------------------------------------------------------------- checking arguments


def _expect(argument: str, value: Any, kind: Any, expected: str) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"{argument}: expected {expected}, found {type(value).__name__}")


def _expect_maybe(argument: str, value: Any, kind: Any, expected: str) -> None:
    if value is not None:
        _expect(argument, value, kind, f"{expected} or None")


def _not_one_of(argument: str, value: Any, allowed: tuple[str, ...]) -> Exception:
    expected = ", ".join(repr(word) for word in allowed)
    if not isinstance(value, str):
        return TypeError(f"{argument}: expected one of {expected}, found {type(value).__name__}")
    return ValueError(f"{argument}: expected one of {expected}, found {value!r}")


def _strings(argument: str, value: Any) -> Sequence[str]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, (bytes, dict)) or not isinstance(value, Iterable):
        raise TypeError(f"{argument}: expected a list of str, found {type(value).__name__}")
    texts = list(value)
    for number, text in enumerate(texts):
        _expect(f"{argument}[{number}]", text, str, "a str")
    return texts


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _tools(value: Any) -> Sequence[str]:
    if isinstance(value, str):
        raise TypeError(f"tools: expected a list of str, found a str; write [{value!r}]")
    return _strings("tools", value)


def _servers(value: Any) -> str | None:
    """The servers as JSON; what one may hold is the coordinator's to check."""
    if value is None:
        return None
    _expect("mcp_servers", value, Mapping, "a dict")
    for name, server in value.items():
        _expect("mcp_servers", name, str, "names that are str")
        _expect(f"mcp_servers[{name!r}]", server, Mapping, "a dict")
    servers = {name: dict(server) for name, server in value.items()}
    return _json("mcp_servers", servers, dict, "a dict") if servers else None


def _paths(value: Any) -> Sequence[str]:
    if isinstance(value, (str, os.PathLike)):
        value = (value,)
    if isinstance(value, (bytes, dict)) or not isinstance(value, Iterable):
        raise TypeError(f"files: expected a list of paths, found {type(value).__name__}")
    paths = []
    for number, path in enumerate(value):
        if isinstance(path, os.PathLike):
            path = os.fspath(path)
        _expect(f"files[{number}]", path, str, "a str or a path")
        if not path:
            raise ValueError(f"files[{number}]: expected a path, found an empty one")
        paths.append(path)
    return paths


def _names(argument: str, value: Any) -> list[str]:
    """Names of which the first comes before the others: each once, and at least one."""
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"{argument}: expected a str or a list of str, found {type(value).__name__}")
    if not value:
        raise ValueError(f"{argument}: expected at least one name, found none")
    seen = set()
    for number, name in enumerate(value):
        _expect(f"{argument}[{number}]", name, str, "a str")
        if len(value) > 1 and not name.strip():
            raise ValueError(f"{argument}[{number}]: expected a name, found {name!r}")
        if name.lower() in seen:
            raise ValueError(f"{argument}[{number}]: {name!r} is in the list twice")
        seen.add(name.lower())
    return list(value)


def _seconds(value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise TypeError(f"timeout_seconds: expected a number, found {type(value).__name__}")
    if not (value > 0 and math.isfinite(value)):
        raise ValueError(f"timeout_seconds: expected a finite number above 0, found {value!r}")
    return float(value)


def _count(argument: str, value: Any, *, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{argument}: expected an int, found {type(value).__name__}")
    if value < least:
        raise ValueError(f"{argument}: expected at least {least}, found {value}")
    return value


def _json(argument: str, value: Any, kind: Any, expected: str) -> str | None:
    if value is None:
        return None
    _expect(argument, value, kind, expected)
    try:
        text = dumps(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"{argument}: expected plain JSON data; {error}") from None
    check_keys(value, argument)
    return text
