"""What the workflow API raises besides Python's own exceptions."""

from __future__ import annotations

__all__ = ["BudgetExceeded", "CoordinatorLost", "NOT_RUNNING", "WorkflowError"]

NOT_RUNNING = "workflow APIs can only be used while a script is running"


class WorkflowError(RuntimeError):
    """A workflow API was misused, or a result that was required is not there."""


class BudgetExceeded(WorkflowError):
    """Nothing fits into the run's budget any more. A run that ends on it is `budget_exceeded`."""


class CoordinatorLost(BaseException):
    """The coordinator is gone. Not an Exception: a script's `except Exception` must not swallow it."""
