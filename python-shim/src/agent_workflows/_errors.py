"""What the workflow API raises besides Python's own exceptions."""

from __future__ import annotations

from typing import Optional

__all__ = ["BudgetExceeded", "CoordinatorLost", "NOT_RUNNING", "ScriptTraceback", "WorkflowError"]

NOT_RUNNING = "workflow APIs can only be used while a script is running"


class WorkflowError(RuntimeError):
    """A workflow API was misused, or a result that was required is not there.

    Of a run that run_script() or resume_run() started, it has the run's id and its status; of a
    script's exception, which ended the run, the name of its class and its traceback, which is
    shown below this error's own. (Of a run on another machine there is no traceback here.)
    """

    run_id: Optional[str] = None
    status: Optional[str] = None
    error_kind: Optional[str] = None
    traceback: Optional[str] = None


class BudgetExceeded(WorkflowError):
    """Nothing fits into the run's budget any more. A run that ends on it is `budget_exceeded`."""


class ScriptTraceback(Exception):
    """The traceback of an exception in another process: the cause of the error that tells of it here."""

    def __str__(self) -> str:
        return f'\n"""\n{self.args[0].rstrip()}\n"""'


class CoordinatorLost(BaseException):
    """The coordinator is gone. Not an Exception: a script's `except Exception` must not swallow it."""


# Of an exception group with more, the others are counted.
_SHOWN_CAUSES = 5


def message_of(error: BaseException) -> str:
    """Returns what an exception says. Of a group also what its exceptions say, however deep. Never raises."""
    try:
        return str(error) + _causes(error)
    except Exception as broken:
        return f"(its str() raised {type(broken).__name__})"


def _causes(error: BaseException) -> str:
    """What an exception group is made of: its own text gives only their number."""
    causes = getattr(error, "exceptions", None)
    if not isinstance(causes, tuple) or not hasattr(error, "derive"):
        return ""
    shown = [f"{type(cause).__name__}: {message_of(cause)}" for cause in causes[:_SHOWN_CAUSES]]
    more = len(causes) - _SHOWN_CAUSES
    return ": " + "; ".join(shown + ([f"{more} more"] if more > 0 else []))
