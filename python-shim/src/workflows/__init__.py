"""The short name of `agent_workflows`: the same objects."""

from __future__ import annotations

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
    "log",
    "meta",
    "parallel",
    "phase",
    "pipeline",
    "workflow",
]
