"""What one agent call gave back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any, Callable, Optional

from ._errors import WorkflowError, message_of

__all__ = ["AgentResult"]

#: Makes a call's files and returns their paths by name; set while a run on this machine is open.
_make_files: Optional[Callable[[str], "dict[str, str | None]"]] = None


def make_files_with(maker: Callable[[str], dict[str, str | None]] | None) -> None:
    """Sets how the path fields of results come about; None where paths mean nothing."""
    global _make_files
    _make_files = maker


class _CallFile:
    """A path field: the coordinator makes the call's files when one of them is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, result: AgentResult | None, owner: type) -> Any:
        if result is None:
            return self
        state = result.__dict__
        path = state.get(self._name)
        if path is not None or state.get("_files_made"):
            return path
        if _make_files is None or not result.call_id:
            return None
        for name, made in _make_files(result.call_id).items():
            state[name] = state.get(name) or made
        state["_files_made"] = True
        return state.get(self._name)

    def __set__(self, result: AgentResult, path: str | None) -> None:
        result.__dict__[self._name] = path


def _path() -> Any:
    return field(default=None, compare=False)


@dataclass(repr=False)
class AgentResult:
    """What one agent call gave back; `ok` says whether it may be used.

    Reading one of the path fields for the first time blocks for a moment, while the coordinator
    writes the call's files; dataclasses.asdict() and replace() read them all. They are None in a
    script on another machine than the coordinator.
    """

    ok: bool
    status: str
    value: Any = None
    text: Optional[str] = None
    error: Optional[str] = None
    call_id: Optional[str] = None
    label: Optional[str] = None
    phase: Optional[str] = None
    provider: Optional[str] = None
    model: Optional[str] = None
    agent_type: Optional[str] = None
    cache_status: Optional[str] = None
    cache_key: Optional[str] = None
    prompt_path: Optional[str] = _path()
    output_text_path: Optional[str] = _path()
    output_json_path: Optional[str] = _path()
    raw_output_path: Optional[str] = _path()
    transcript_path: Optional[str] = _path()
    artifacts: "list[Any]" = field(default_factory=list)
    schema_hash: Optional[str] = None
    validation_status: Optional[str] = None
    validation_errors: "list[dict[str, str]]" = field(default_factory=list)
    validation_attempts: int = 0
    input_tokens: Optional[int] = None
    output_tokens: Optional[int] = None
    cache_read_tokens: Optional[int] = None
    cache_write_tokens: Optional[int] = None
    estimated_cost_usd: Optional[float] = None
    duration_ms: int = 0
    isolation: str = "none"
    worktree_path: Optional[str] = None
    worktree_branch: Optional[str] = None
    changed_files: "list[str]" = field(default_factory=list)

    def require_ok(self) -> AgentResult:
        """Returns this result, or raises WorkflowError with the call's error."""
        if not self.ok:
            raise WorkflowError(f"{self._who()} ended {self.status}: {self.error or 'no reason given'}")
        return self

    def text_or_raise(self) -> str:
        """Returns the answer's text, or raises WorkflowError when the call failed or gave none."""
        self.require_ok()
        if self.text is None:
            raise WorkflowError(f"{self._who()} gave no text")
        return self.text

    def value_or_raise(self) -> Any:
        """Returns the structured answer, or raises WorkflowError when the call failed or had no schema."""
        self.require_ok()
        if self.value is None and self.validation_status != "valid":
            raise WorkflowError(f"{self._who()} has no structured value: pass schema= to agent()")
        return self.value

    def _who(self) -> str:
        label = f" {self.label!r}" if self.label else ""
        call_id = f" ({self.call_id})" if self.call_id else ""
        return f"agent call{label}{call_id}"

    def _stored_fields(self) -> dict[str, Any]:
        """The fields for storing: paths that nobody asked for stay None."""
        state = self.__dict__
        return {f.name: state.get(f.name) for f in fields(self)}

    def __repr__(self) -> str:
        said = self.text if self.ok else self.error
        if said is not None and len(said) > 60:
            said = said[:57] + "..."
        label = f" {self.label!r}" if self.label else ""
        return f"<AgentResult{label} {self.status} {self.call_id or 'no call'}: {said!r}>"


for _name in ("prompt_path", "output_text_path", "output_json_path", "raw_output_path", "transcript_path"):
    setattr(AgentResult, _name, _CallFile(_name))


def result_of_call(values: dict[str, Any]) -> AgentResult:
    """Returns the result that a CallResult message tells of."""
    values["ok"] = values["status"] == "done"
    value_json = values.pop("value_json")
    values["value"] = None if value_json is None else json.loads(value_json)
    values["validation_errors"] = list(values["validation_errors"])
    values["changed_files"] = list(values["changed_files"])
    values["artifacts"] = []
    # Past __init__, which would take longer over its 33 fields than all the rest of a call. What
    # the message does not have are the path fields, and those are looked up when they are read.
    result = object.__new__(AgentResult)
    result.__dict__.update(values)
    return result


def result_of_failure(error: BaseException) -> AgentResult:
    """Returns the failed result that stands for an exception of a branch or a stage."""
    return AgentResult(ok=False, status="failed", error=f"{type(error).__name__}: {message_of(error)}")


def cancelled_result(why: str) -> AgentResult:
    """Returns the result of something that was stopped, or not started."""
    return AgentResult(ok=False, status="cancelled", error=why)
