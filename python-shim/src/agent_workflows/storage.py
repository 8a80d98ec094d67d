"""What a home has recorded, under the names by which programs for the Python runtime import it."""

from __future__ import annotations

import os
from typing import Any, Union

from ._command import Operation, carry_out, carry_out_async
from .runtime import _home, _told_as_json, _word

__all__ = ["get_artifacts", "get_artifacts_async", "list_runs", "list_runs_async"]

#: As many as the command takes.
_ALL = str(2**31 - 1)


def list_runs(home: Union[str, os.PathLike[str], None] = None) -> list[dict[str, Any]]:
    """Returns the runs of a home, newest first, as `owf runs --json`."""
    return carry_out(_runs(home))


async def list_runs_async(home: Union[str, os.PathLike[str], None] = None) -> list[dict[str, Any]]:
    """As list_runs(), without blocking."""
    return await carry_out_async(_runs(home))


def _runs(home: Union[str, os.PathLike[str], None]) -> Operation[list[dict[str, Any]]]:
    return _told_as_json(["runs", "--limit", _ALL, "--json", *_home(home)])


def get_artifacts(home: Union[str, os.PathLike[str], None], run_id: str) -> list[dict[str, Any]]:
    """Makes the files of a run and returns them, as `owf artifacts --json`."""
    return carry_out(_artifacts(home, run_id))


async def get_artifacts_async(home: Union[str, os.PathLike[str], None], run_id: str) -> list[dict[str, Any]]:
    """As get_artifacts(), without blocking."""
    return await carry_out_async(_artifacts(home, run_id))


def _artifacts(home: Union[str, os.PathLike[str], None], run_id: str) -> Operation[list[dict[str, Any]]]:
    return _told_as_json(["artifacts", _word("run_id", run_id), "--json", *_home(home)])
