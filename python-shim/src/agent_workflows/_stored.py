"""Turns what a script hands over (main's result, metadata of an event) into JSON."""

from __future__ import annotations

import inspect
import json
import sys
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping, Set, ValuesView
from enum import Enum
from typing import Any, Callable

__all__ = ["NotStorable", "check_keys", "dumps", "to_json"]

# Readers of JSON stop at some depth, often 500; and each level here takes three of Python's 1000 frames.
_MAX_DEPTH = 200
_MAX_WARNINGS = 100

#: What JSON has as an array. (An ItemsView is a Set.)
_LISTS = (list, tuple, deque, range, ValuesView)

#: Python writes no number of more digits than this, unless it is told to; nor would it be read.
_MAX_DIGITS = 4300
_LARGE = 10**500

_encoder = json.JSONEncoder(ensure_ascii=True, allow_nan=False, check_circular=True, separators=(",", ":"))


class NotStorable(ValueError):
    """A value that has no JSON form; the message names where it is."""


def dumps(value: Any) -> str:
    """Returns plain JSON data as compact ASCII; raises TypeError or ValueError for anything else."""
    return _encoder.encode(value)


def to_json(value: Any, where: str, warn: Callable[[str], None]) -> str:
    """Returns the value as JSON, made plain where it is not.

    Dataclasses become objects, pydantic models what their model_dump() gives, sets sorted lists,
    enums their value, NaN and infinities null, and what JSON does not know its str(). A coroutine
    that nobody awaited, a generator that nobody read, and two keys that would become one, are
    errors. `where` names the value in messages; `warn` is told where each null stands for a number.
    Raises NotStorable.
    """
    normalizer = _JsonNormalizer(warn)
    try:
        text = dumps(normalizer.plain(value, where, 0))
    except RecursionError:
        raise NotStorable(f"{where} is nested too deeply to be stored") from None
    normalizer.tell_suppressed()
    return text


class _JsonNormalizer:
    """One conversion: remembers the containers that it is inside of."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._inside: dict[int, str] = {}
        self._warnings = 0

    def plain(self, value: Any, where: str, depth: int) -> Any:
        kind = type(value)
        if value is None or kind is str or kind is bool:
            return value
        if kind is int:
            return value if -_LARGE < value < _LARGE else _whole(value, where)
        if isinstance(value, Enum):
            return self.plain(value.value, where, depth)
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            return _whole(int(value), where)
        if isinstance(value, float):
            return self._number(float(value), where)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return _decoded(value)
        if not _is_container(value):
            return self._other(value, where, depth)
        if id(value) in self._inside:
            whole = _short(self._inside[id(value)])
            raise NotStorable(f"{_short(where)} refers back to {whole}: a cycle can't be stored")
        if depth >= _MAX_DEPTH:
            too_deep = f"is nested too deeply to be stored: more than {_MAX_DEPTH} levels"
            raise NotStorable(f"{_short(where)} {too_deep}")
        self._inside[id(value)] = where
        try:
            return self._container(value, where, depth + 1)
        finally:
            del self._inside[id(value)]

    def _other(self, value: Any, where: str, depth: int) -> Any:
        """What JSON does not know: a pydantic model as it dumps itself, everything else as text."""
        if inspect.isawaitable(value):
            problem = f"is a {_awaitable_kind(value)} that was never awaited: write `await` before the call"
            raise NotStorable(f"{_short(where)} {problem}")
        if isinstance(value, (Iterator, AsyncIterator)) and not hasattr(value, "readline"):
            problem = f"is of type {type(value).__name__}, and nothing was read from it: make a list of it"
            raise NotStorable(f"{_short(where)} {problem}")
        dump = getattr(value, "model_dump", None)
        if callable(dump) and not isinstance(value, type) and hasattr(type(value), "model_fields"):
            return self.plain(dump(), where, depth)
        return _text(value, where)

    def _mapping(self, value: Mapping[Any, Any], where: str, depth: int) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        keys: dict[str, Any] = {}
        for key, item in value.items():
            name = _key(key)
            if name in plain:
                raise NotStorable(same_key(_short(where), keys[name], key))
            keys[name] = key
            plain[name] = self.plain(item, f"{where}{_step(key)}", depth)
        return plain

    def _container(self, value: Any, where: str, depth: int) -> Any:
        if isinstance(value, Mapping):
            return self._mapping(value, where, depth)
        if isinstance(value, _LISTS):
            return [self.plain(item, f"{where}[{i}]", depth) for i, item in enumerate(value)]
        if isinstance(value, Set):
            return _in_order([self.plain(item, f"{where}{{…}}", depth) for item in value])
        without_files = getattr(value, "_stored_fields", None)
        fields = without_files() if without_files else {n: getattr(value, n) for n in _field_names(value)}
        return {name: self.plain(item, f"{where}.{name}", depth) for name, item in fields.items()}

    def _number(self, value: float, where: str) -> float | None:
        if value - value == 0:
            return value
        self._warnings += 1
        if self._warnings <= _MAX_WARNINGS:
            self._warn(f"{_short(where)} is {value}, which JSON does not know: stored as null")
        return None

    def tell_suppressed(self) -> None:
        more = self._warnings - _MAX_WARNINGS
        if more > 0:
            self._warn(f"{more} more numbers that JSON does not know are stored as null")


def _whole(value: int, where: str) -> int:
    digits = min(_MAX_DIGITS, getattr(sys, "get_int_max_str_digits", int)() or _MAX_DIGITS)
    if abs(value) >= 10**digits:
        raise NotStorable(f"{_short(where)} is a number of more than {digits} digits, which can't be stored")
    return value


def same_key(where: str, one: Any, other: Any) -> str:
    """Says that two keys of a dictionary become one in JSON."""
    return f"{where} has the keys {one!r} and {other!r}, which are the same text in JSON: one value would be lost"


def check_keys(value: Any, where: str) -> None:
    """Raises NotStorable where keys of JSON data that are no strings become the same text as others."""
    if isinstance(value, dict):
        names: dict[str, Any] = {}
        for key, item in value.items():
            name = key if type(key) is str else _key(key)
            if name in names:
                raise NotStorable(same_key(_short(where), names[name], key))
            names[name] = key
            if isinstance(item, (dict, list, tuple)):
                check_keys(item, f"{where}{_step(key)}")
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            if isinstance(item, (dict, list, tuple)):
                check_keys(item, f"{where}[{number}]")


def _awaitable_kind(value: Any) -> str:
    if inspect.iscoroutine(value):
        return f"coroutine ({value.__qualname__})"
    return type(value).__name__


def _is_container(value: Any) -> bool:
    if isinstance(value, (Mapping, Set, *_LISTS)):
        return True
    return hasattr(type(value), "__dataclass_fields__")


def _field_names(value: Any) -> list[str]:
    import dataclasses

    return [field.name for field in dataclasses.fields(value)]


def _decoded(value: bytes | bytearray | memoryview) -> str:
    raw = bytes(value)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return str(raw)


def _text(value: Any, where: str) -> str:
    try:
        return str(value)
    except Exception as error:
        why = f"its str() raised {type(error).__name__}: {error}"
        raise NotStorable(f"{_short(where)} can't be stored: {why}") from None


def _key(key: Any) -> str:
    if isinstance(key, Enum):
        key = key.value
    if isinstance(key, str):
        return str.__str__(key)
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    if isinstance(key, float):
        return float.__repr__(key)
    if isinstance(key, bytes):
        return _decoded(key)
    return _text(key, "a key")


def _step(key: Any) -> str:
    text = _key(key)
    return f".{text}" if text.isidentifier() else f"[{text!r}]"


def _in_order(items: list[Any]) -> list[Any]:
    """Sorts a set's items, which may be of several types, the same way every time."""
    if all(type(item) is str for item in items) or all(type(item) in (int, float) for item in items):
        return sorted(items)
    return sorted(items, key=lambda item: (type(item).__name__, json.dumps(item, sort_keys=True)))


def _short(where: str) -> str:
    return where if len(where) <= 200 else f"{where[:120]}…{where[-60:]}"
