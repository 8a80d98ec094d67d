"""The short name of `agent_workflows`: the same objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import agent_workflows
from agent_workflows import (
    AgentResult,
    Budget,
    BudgetExceeded,
    CoordinatorLost,
    Reservation,
    WorkflowError,
    agent,
    approve,
    budget,
    log,
    meta,
    parallel,
    phase,
    pipeline,
    workflow,
)

if TYPE_CHECKING:
    from agent_workflows import (
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
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(agent_workflows, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
