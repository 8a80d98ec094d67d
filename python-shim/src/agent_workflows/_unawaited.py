"""Coroutines that a script made and never awaited: what they were to do has not been done."""

from __future__ import annotations

import re
import warnings
from typing import Any, Optional, Union

from ._script import is_library

__all__ = ["Unawaited"]

_WARNING = re.compile(r"coroutine '(.+)' was never awaited")


class Unawaited:
    """Listens to Python's warnings from when it is made; they are shown as ever."""

    def __init__(self) -> None:
        self.first: Optional[str] = None
        self._show = warnings.showwarning
        warnings.showwarning = self._on_warning

    def _on_warning(
        self,
        message: Union[Warning, str],
        category: type[Warning],
        filename: str,
        lineno: int,
        *more: Any,
        **named: Any,
    ) -> None:
        found = _WARNING.match(str(message)) if category is RuntimeWarning else None
        # What a library drops is its own matter.
        if found and self.first is None and not is_library(filename):
            self.first = f"{found.group(1)}() was never awaited ({filename}, line {lineno}): write `await` before it"
        self._show(message, category, filename, lineno, *more, **named)
