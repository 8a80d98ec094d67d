"""What people see of a run that they started here: documents and closing lines, errors, progress."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import Any, Optional

__all__ = ["Screen", "visible"]

_LONGEST_LINE = 300

# Control characters, and what turns the direction of writing: they could drive a terminal, or hide text.
_ACTING = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def visible(text: str) -> str:
    """The text, with lines and tabs, and pictures of what would act on a terminal."""
    return _ACTING.sub(_picture, text.replace("\r\n", "\n"))


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"\\u{code:04x}"


def _on_one_line(text: str) -> str:
    cut = text if len(text) <= _LONGEST_LINE else text[:_LONGEST_LINE] + "…"
    return visible(cut.replace("\r\n", "\n").replace("\n", "↵").replace("\t", " "))


class Screen:
    """Standard output for what was asked for, standard error for problems and progress.

    Writes past Python's buffers, whose locks a stuck script may hold. Any thread may use it.
    """

    def __init__(self, *, json: bool) -> None:
        self.json = json
        self._out = 1
        self._failure: Optional[OSError] = None

    def keep_stdout_for_document(self) -> None:
        """From now on, what the script and its children print goes to standard error."""
        _flush()
        self._out = os.dup(1)
        os.dup2(2, 1)

    def text(self, text: str) -> None:
        """What was asked for, for people."""
        if text:
            self._put(visible(text.rstrip("\n")) + "\n")

    def document(self, text: str) -> None:
        """What was asked for, as it is."""
        self._put(text.rstrip("\n") + "\n")

    def _put(self, text: str) -> None:
        _flush()
        self._failure = _write(self._out, text) or self._failure

    def finish(self, exit_code: int) -> int:
        """Says it when something for standard output could not be written; that is no success."""
        if self._failure is None:
            return exit_code
        self.note(f"owf: standard output can't be written: {self._failure.strerror}.")
        return exit_code or 1

    def value(self, value: Any) -> None:
        """A document."""
        self.document(json.dumps(value, indent=2))

    def note(self, text: str) -> None:
        """A problem."""
        if text:
            _write(2, visible(text.rstrip("\n")) + "\n")

    def prompt(self, question: str) -> None:
        """A question, for the answer to follow on its line."""
        _write(2, visible(question))

    def event(self, kind: str, message: str) -> None:
        """Something that happens in the run: a line for people, nothing beside a document."""
        if not self.json:
            _write(2, f"{kind}: {_on_one_line(message)}\n")

    def notice(self, message: str) -> None:
        """Something that people who wait want to know."""
        if not self.json:
            _write(2, _on_one_line(message) + "\n")

    def error(self, message: str, **document: Any) -> None:
        """Why nothing came of it."""
        if self.json:
            self.value({**document, "error": message})
        self.note(f"owf: {message}")


def _flush() -> None:
    try:
        sys.stdout.flush()
    except (AttributeError, OSError, ValueError):
        pass  # A script may have closed or replaced it.


def _write(target: int, text: str) -> Optional[OSError]:
    """Returns why the text was not written."""
    raw = text.encode("utf-8", "replace")
    try:
        while raw:
            raw = raw[os.write(target, raw) :]
    except OSError as error:
        return error
    return None
