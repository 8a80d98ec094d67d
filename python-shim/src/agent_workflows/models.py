"""What calls give back, under the name by which programs for the Python runtime import it."""

from __future__ import annotations

from ._result import AgentResult

__all__ = ["AgentResult"]
