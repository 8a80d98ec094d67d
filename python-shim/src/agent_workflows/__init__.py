"""Workflows of LLM agents: the functions that a workflow script calls.

A workflow is a Python file with `async def main(args)`. It is started by the coordinator
(`owf run SCRIPT`), which makes the calls, remembers them and counts what they cost. `workflows` is
the same package under a short name. A program starts runs by
`run_script` and its like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._api import Budget, Reservation, agent, approve, budget, log, meta, phase, workflow
from ._errors import BudgetExceeded, CoordinatorLost, WorkflowError
from ._fanout import parallel, pipeline
from ._result import AgentResult

if TYPE_CHECKING:
    from .runtime import (
        build_report,
        build_report_async,
        draft_manifest,
        draft_manifest_async,
        explain_cache,
        explain_cache_async,
        latest_run,
        latest_run_async,
        load_script,
        load_script_async,
        render_report_html,
        render_report_html_async,
        render_report_markdown,
        render_report_markdown_async,
        resume_run,
        resume_run_async,
        run_script,
        run_script_async,
        run_status,
        run_status_async,
        validate_script,
        validate_script_async,
    )

__all__ = [
    "AgentResult",
    "Budget",
    "BudgetExceeded",
    "CoordinatorLost",
    "Reservation",
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


def __getattr__(name: str) -> Any:
    """What starts runs from a program is loaded when it is asked for: a script hardly needs it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import runtime

    return getattr(runtime, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
