"""Where in a script's structure a call is made: what tells identical calls of two branches apart.

A place is the way from a run's beginning to a task: the third task that main started, in it the second
`parallel()`, of that the first branch. It does not depend on which branch is faster, so that a resumed
run gives each branch the answers that it had. On the wire it is a hash of that way.
"""

from __future__ import annotations

import asyncio
import functools
import sys
from contextvars import ContextVar
from types import FrameType
from typing import Any, Callable, Coroutine, Iterable, Optional

__all__ = ["CHILD", "FANOUT", "TASK", "Place", "current_place", "keep_order", "track_tasks"]

_MASK = (1 << 64) - 1
# 63 bits: a number that every database and language has.
_POSITIVE = (1 << 63) - 1

# What can be started at a place; each kind is counted by itself.
TASK, FANOUT, CHILD = 0, 1, 2


class Place:
    """One place; it counts what is started there."""

    __slots__ = ("path", "_children", "_fanouts", "_tasks")

    def __init__(self, path: int = 1) -> None:
        self.path = path
        self._tasks = 0
        self._fanouts = 0
        self._children = 0

    def task(self) -> Place:
        """The place of the next task that is started here."""
        self._tasks += 1
        return Place(_mix(self.path, TASK, self._tasks))

    def fanout(self) -> Place:
        """The place of the next parallel() or pipeline() here."""
        self._fanouts += 1
        return Place(_mix(self.path, FANOUT, self._fanouts))

    def child(self) -> Place:
        """The place of the next child run that is started here."""
        self._children += 1
        return Place(_mix(self.path, CHILD, self._children))

    def branch(self, number: int) -> Place:
        """The place of a branch: of a fan-out, an item, a stage."""
        return Place(_mix(self.path, 3, number))


def _mix(path: int, kind: int, number: int) -> int:
    """The path of a step from a path: SplitMix64, whose outputs differ in all bits."""
    z = (path + 0x9E3779B97F4A7C15 * (4 * number + kind + 1)) & _MASK
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & _MASK
    return (z ^ (z >> 31)) & _POSITIVE or 1


#: None outside of tasks, as in plain threads: there the run's own place stands in.
current_place: ContextVar[Optional[Place]] = ContextVar("owf_place", default=None)


def track_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Gives each task that is started on this loop a place, in the order of their starts.

    A script may set a task factory of its own: it makes the tasks then, in their places.
    """
    inner: Callable[..., Any] | None = None

    def factory(loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], **options: Any) -> Any:
        here = current_place.get()
        if here is None or _for_wait_for():
            return inner(loop, coro, **options) if inner else asyncio.Task(coro, loop=loop, **options)
        context = options.get("context")
        if context is not None:
            # Such a task does not copy the context, it works in it.
            try:
                context.run(current_place.set, here.task())
            except RuntimeError:
                pass  # The context of who starts it: it shares the place.
            return inner(loop, coro, **options) if inner else asyncio.Task(coro, loop=loop, **options)
        token = current_place.set(here.task())
        try:
            return inner(loop, coro, **options) if inner else asyncio.Task(coro, loop=loop, **options)
        finally:
            current_place.reset(token)

    def set_task_factory(wanted: Any) -> None:
        nonlocal inner
        if wanted is not None and not callable(wanted):
            raise TypeError("task factory must be a callable or None")
        inner = wanted

    ours: Any = loop
    ours.set_task_factory(factory)
    ours.set_task_factory = set_task_factory
    ours.get_task_factory = lambda: inner


def _for_wait_for() -> bool:
    """Whether wait_for() starts this task, as it did before Python 3.12, in place of its caller.

    The caller waits for it, and nothing else: a call that is tried again is at the same place.
    """
    if sys.version_info >= (3, 12):
        return False
    frame: FrameType | None = sys._getframe(2)
    for _ in range(4):
        if frame is None:
            return False
        if frame.f_code is asyncio.wait_for.__code__:
            return True
        frame = frame.f_back
    return False


def keep_order() -> None:
    """Has asyncio.as_completed start tasks in the order of its arguments.

    It goes through a set of them otherwise, so that each run would start them in another order.
    """
    original: Any = asyncio.as_completed
    if hasattr(original, "__wrapped__"):
        return

    @functools.wraps(original)
    def as_completed(fs: Iterable[Any], **options: Any) -> Any:
        if asyncio.isfuture(fs) or asyncio.iscoroutine(fs):
            return original(fs, **options)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return original(fs, **options)
        started: dict[int, Any] = {}
        for awaitable in fs:
            if id(awaitable) not in started:
                started[id(awaitable)] = (asyncio.ensure_future(awaitable, loop=loop), awaitable)
        return original([future for future, _ in started.values()], **options)

    modules: tuple[Any, ...] = (asyncio, asyncio.tasks)
    for module in modules:
        module.as_completed = as_completed
