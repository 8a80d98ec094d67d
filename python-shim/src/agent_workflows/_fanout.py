"""parallel() and pipeline(): many branches at once, each in a task of its own."""

from __future__ import annotations

import asyncio
import functools
import inspect
from typing import (
    Any,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Optional,
    TypeVar,
    Union,
    overload,
)

from ._errors import BudgetExceeded
from ._place import Place, current_place
from ._result import AgentResult, cancelled_result, result_of_failure
from ._run import active_run
from ._script import OWN_FILES, place_of

__all__ = ["parallel", "pipeline"]

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")

_NOT_STARTED = "not started: an earlier branch failed"


@overload
async def parallel(
    thunks: Iterable[Callable[[], Awaitable[T]]],
    *,
    concurrency: Optional[int] = None,
    fail_fast: bool = False,
) -> list[Union[T, AgentResult]]: ...


@overload
async def parallel(
    thunks: Iterable[Awaitable[T]],
    *,
    concurrency: Optional[int] = None,
    fail_fast: bool = False,
) -> list[Union[T, AgentResult]]: ...


@overload
async def parallel(
    thunks: Iterable[Callable[[], T]],
    *,
    concurrency: Optional[int] = None,
    fail_fast: bool = False,
) -> list[Union[T, AgentResult]]: ...


@overload
async def parallel(
    thunks: Iterable[Any],
    *,
    concurrency: Optional[int] = None,
    fail_fast: bool = False,
) -> list[Any]: ...


async def parallel(
    thunks: Iterable[Any],
    *,
    concurrency: Optional[int] = None,
    fail_fast: bool = False,
) -> list[Any]:
    """Runs zero-argument callables (or awaitables) at once and returns their results in order.

    An exception becomes a failed AgentResult, and a warning of the run that says where. With
    `fail_fast` the first failure (an exception, or an AgentResult that is not ok) cancels what runs
    and does not start the rest. BudgetExceeded leaves parallel() after the other branches have
    ended. `concurrency` is how many run at once.
    """
    active_run()
    if concurrency is not None:
        _check_concurrency(concurrency)
    branches = list(thunks)
    try:
        for number, branch in enumerate(branches):
            if not callable(branch) and not inspect.isawaitable(branch):
                expected = "a zero-argument callable or an awaitable"
                raise TypeError(f"thunks[{number}]: expected {expected}, found {type(branch).__name__}")
        fanout = _Fanout(concurrency, _next_place(), cancels=fail_fast)
        ended = await fanout.run(_each(_settled("a branch of parallel()", branch) for branch in branches))
    finally:
        _discard(branches)
    return ended + [cancelled_result(_NOT_STARTED) for _ in branches[len(ended) :]]


@overload
async def pipeline(
    items: Union[Iterable[A], AsyncIterable[A]],
    stage: Callable[[A], Awaitable[B]],
    /,
    *,
    stop_on_error: bool = False,
    concurrency: int = 1,
) -> list[Union[B, AgentResult]]: ...


@overload
async def pipeline(
    items: Union[Iterable[A], AsyncIterable[A]],
    first: Callable[[A], Awaitable[B]],
    second: Callable[[B], Awaitable[C]],
    /,
    *,
    stop_on_error: bool = False,
    concurrency: int = 1,
) -> list[Union[C, AgentResult]]: ...


@overload
async def pipeline(
    items: Union[Iterable[A], AsyncIterable[A]],
    first: Callable[[A], Awaitable[B]],
    second: Callable[[B], Awaitable[C]],
    third: Callable[[C], Awaitable[D]],
    /,
    *,
    stop_on_error: bool = False,
    concurrency: int = 1,
) -> list[Union[D, AgentResult]]: ...


@overload
async def pipeline(
    items: Union[Iterable[Any], AsyncIterable[Any]],
    *stages: Callable[[Any], Any],
    stop_on_error: bool = False,
    concurrency: int = 1,
) -> list[Any]: ...


async def pipeline(
    items: Union[Iterable[Any], AsyncIterable[Any]],
    *stages: Callable[[Any], Any],
    stop_on_error: bool = False,
    concurrency: int = 1,
) -> list[Any]:
    """Sends each item through all stages, up to `concurrency` items at once; results in item order.

    There is no barrier between stages. A stage gets what the one before returned. An exception in
    a stage becomes a failed AgentResult; that, or any AgentResult that is not ok, ends its item's
    way. With `stop_on_error` no further item is started after a failure: the result then has
    entries for the started items only.
    """
    active_run()
    if not stages:
        raise ValueError("stages: expected at least one, found none")
    for number, stage in enumerate(stages, 1):
        if not callable(stage):
            raise TypeError(f"stages: expected callables, found {type(stage).__name__} as stage {number}")
    _check_concurrency(concurrency)

    async def through_stages(item: Any) -> Any:
        here = current_place.get()
        for number, stage in enumerate(stages):
            if here is not None:
                # A stage's calls stay its own when one before it makes more calls or fewer.
                current_place.set(here.branch(number))
            item = await _settled("a stage of pipeline()", stage, item)
            if isinstance(item, _Escape) or _is_failure(item):
                break
        return item

    fanout = _Fanout(concurrency, _next_place(), stops=stop_on_error)
    if isinstance(items, AsyncIterable):
        return await fanout.run(through_stages(item) async for item in items)
    return await fanout.run(_each(through_stages(item) for item in items))


class _Escape:
    """An exception that is not a branch's own matter: it leaves parallel() or pipeline()."""

    __slots__ = ("error",)

    def __init__(self, error: BaseException) -> None:
        self.error = error

    @property
    def at_once(self) -> bool:
        """Whether it does not wait for the other branches."""
        return not isinstance(self.error, BudgetExceeded)


class _Fanout:
    """Runs branches, each in a task (so with a phase) of its own, and gathers what they end with.

    `stops`: a failure lets no further branch start. `cancels`: it also cancels those that run.
    """

    def __init__(
        self, concurrency: int | None, place: Place, *, stops: bool = False, cancels: bool = False
    ) -> None:
        self._place = place
        self._permits = asyncio.Semaphore(concurrency) if concurrency else None
        self._stops = stops or cancels
        self._cancels = cancels
        self._stopped = False
        self._tasks: list[asyncio.Task[Any]] = []

    async def run(self, branches: AsyncIterator[Coroutine[Any, Any, Any]]) -> list[Any]:
        """Returns the results of the branches that were started, in order."""
        try:
            await self._start_all(branches)
            if self._tasks:
                await asyncio.wait(self._tasks)
        except BaseException:
            # Cancelled from outside, or the items themselves failed.
            self._cancel_all()
            if self._tasks:
                await asyncio.wait(self._tasks)
            raise
        ended = [
            cancelled_result(_NOT_STARTED) if task.cancelled() else task.result()
            for task in self._tasks
        ]
        escapes = [result for result in ended if isinstance(result, _Escape)]
        if escapes:
            raise max(escapes, key=lambda escape: escape.at_once).error
        return ended

    async def _start_all(self, branches: AsyncIterator[Coroutine[Any, Any, Any]]) -> None:
        while True:
            if self._permits is not None:
                await self._permits.acquire()
            if self._stopped:
                return
            try:
                branch = await branches.__anext__()
            except StopAsyncIteration:
                return
            token = current_place.set(self._place.branch(len(self._tasks)))
            try:
                task = asyncio.create_task(branch)
            finally:
                current_place.reset(token)
            task.add_done_callback(self._on_end)
            self._tasks.append(task)

    def _on_end(self, task: asyncio.Task[Any]) -> None:
        if self._permits is not None:
            self._permits.release()
        ended = None if task.cancelled() else task.result()
        escape = ended if isinstance(ended, _Escape) else None
        if escape or (self._stops and _is_failure(ended)):
            self._stopped = True
        if (escape and escape.at_once) or (self._cancels and self._stopped):
            self._cancel_all()

    def _cancel_all(self) -> None:
        self._stopped = True
        for task in self._tasks:
            task.cancel()


async def _settled(what: str, branch: Any, *args: Any) -> Any:
    """Calls or awaits a branch; never raises, so that no exception reaches the event loop.

    `what` names it in the warning that an exception leaves behind.
    """
    try:
        value = branch(*args) if callable(branch) else branch
        return await value if inspect.isawaitable(value) else value
    except asyncio.CancelledError:
        return cancelled_result("cancelled")
    except BudgetExceeded as error:
        return _Escape(error)
    except Exception as error:
        active_run().warn_of_branch(error, what, place_of(error) or _near(error, branch))
        return result_of_failure(error)
    except BaseException as error:
        return _Escape(error)


def _near(error: BaseException, branch: Any) -> Optional[tuple[str, int]]:
    """For an exception of ours, on whose way no line of the script was, as of `lambda: agent(…)`.

    That is where its cause arose, as in the script of a child run, else where the branch begins.
    """
    if error.__cause__ is not None:
        return place_of(error.__cause__)
    while isinstance(branch, functools.partial):
        branch = branch.func
    code = getattr(branch, "__code__", None)
    if code is None or code.co_filename.startswith(OWN_FILES):
        return None
    return code.co_filename, code.co_firstlineno


async def _each(branches: Iterable[Any]) -> AsyncIterator[Any]:
    for branch in branches:
        yield branch


def _is_failure(value: Any) -> bool:
    return isinstance(value, AgentResult) and not value.ok


def _next_place() -> Place:
    return (current_place.get() or active_run().place).fanout()


def _check_concurrency(concurrency: Any) -> None:
    if not isinstance(concurrency, int) or isinstance(concurrency, bool):
        raise TypeError(f"concurrency: expected an int, found {type(concurrency).__name__}")
    if concurrency < 1:
        raise ValueError(f"concurrency: expected at least 1, found {concurrency}")


def _discard(branches: list[Any]) -> None:
    """Closes coroutines that were never started, so that Python does not complain about them."""
    for branch in branches:
        if inspect.iscoroutine(branch):
            branch.close()
