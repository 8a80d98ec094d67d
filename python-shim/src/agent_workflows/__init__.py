"""Workflows of LLM agents: the functions that a workflow script calls.

A workflow is a Python file with `async def main(args)`. It is started by the coordinator
(`owf run SCRIPT`), which makes the calls, remembers them and counts what they cost. `workflows` is
the same package under a short name.
"""

from __future__ import annotations

from ._api import Budget, Reservation, agent, approve, budget, log, meta, phase, workflow
from ._errors import BudgetExceeded, CoordinatorLost, WorkflowError
from ._fanout import parallel, pipeline
from ._result import AgentResult

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
