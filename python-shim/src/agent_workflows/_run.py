"""One run as the shim sees it: its stream to the coordinator, calls in flight, events, budget."""

from __future__ import annotations

import asyncio
import collections
import json
import os
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional

from ._client import CLIENT, Coordinator, CoordinatorStream, call_unary, open_stream
from ._errors import NOT_RUNNING, BudgetExceeded, CoordinatorLost, WorkflowError, message_of
from ._http2 import RESOURCE_EXHAUSTED, UNAVAILABLE, MessageTooLarge, StreamEnd
from ._place import Place, current_place
from ._result import AgentResult, result_of_call
from ._wire import REASON_BUDGET_EXCEEDED, WireError, decode_to_shim, encode_from_shim

if TYPE_CHECKING:
    from ._rejoin import RejoiningStream

__all__ = [
    "PROTOCOL_VERSION",
    "BudgetState",
    "OpeningRefused",
    "Outcome",
    "Run",
    "active_run",
    "current_phase",
    "enter_run",
    "maybe_active_run",
]

PROTOCOL_VERSION = 1

# How much of an exception's text goes along when a whole one would not fit into a message.
_CUT_TEXT = 64 * 1024
# How long tasks that were left running may take to unwind, in seconds.
_UNWIND_SECONDS = 5.0
# A connection that does not come about, or breaks before the run is open, is tried again for so long: a
# system under load drops some of those that many children make at once.
_CONNECTING_SECONDS = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0

CHILDREN_WAIT = (
    "the coordinator carries no more child runs of this script at once: further ones begin when others have ended"
)

_current_run: ContextVar[Optional["Run"]] = ContextVar("owf_run", default=None)
current_phase: ContextVar[Optional[str]] = ContextVar("owf_phase", default=None)

# Plain threads have contexts of their own, where no run is set: they belong to the script's run.
_root_run: Run | None = None


# Whether this is a process that the script has forked. What it would send over the connection that it
# shares with its parent would break that.
_forked = False


def _note_fork() -> None:
    global _forked
    _forked = True


os.register_at_fork(after_in_child=_note_fork)


class OpeningRefused(Exception):
    """The coordinator does not want this run; its words are the message, `status` its gRPC status."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class _BrokenBeforeOpening(Exception):
    """The connection ended before the coordinator had opened the run."""


class Outcome(NamedTuple):
    """How main ended, as CloseRun tells it; and the exception itself, for a parent of this run."""

    status: str
    output_json: Optional[str] = None
    error_kind: Optional[str] = None
    error_message: Optional[str] = None
    traceback: Optional[str] = None
    error: Optional[BaseException] = None

    def fields(self) -> dict[str, Any]:
        """What CloseRun has of it."""
        values = self._asdict()
        del values["error"]
        return values


class BudgetState:
    """The budget that a run shares with its parent and children, as last told."""

    __slots__ = ("spent_cost_usd", "spent_tokens", "total_cost_usd", "total_tokens")

    def __init__(self) -> None:
        self.total_tokens: int | None = None
        self.total_cost_usd: float | None = None
        self.spent_tokens = 0
        self.spent_cost_usd = 0.0

    def update(self, told: dict[str, Any] | None) -> None:
        """Takes over a Budget message."""
        if told is not None:
            self.total_tokens = told["total_tokens"]
            self.total_cost_usd = told["total_cost_usd"]
            self.spent_tokens = told["spent_tokens"]
            self.spent_cost_usd = told["spent_cost_usd"]


class Run:
    """A run from the loading of its script to RunClosed.

    Lives on one event loop; only `append_event` may be called from other threads. Until the
    coordinator has opened the run, events wait here.
    """

    def __init__(
        self,
        script_path: str,
        coordinator: Coordinator,
        loop: asyncio.AbstractEventLoop,
        *,
        parent: Run | None = None,
        place: Place | None = None,
        on_lost: Callable[[str, bool], None],
    ) -> None:
        self.script_path = script_path
        self.place = place or Place()
        self.coordinator = coordinator
        self.parent = parent
        self.budget: BudgetState = parent.budget if parent else BudgetState()
        self.meta: dict[str, Any] = {}
        self.choices: dict[str, Any] | None = None
        self.summary: dict[str, Any] | None = None
        self.run_id = ""
        self.run_dir = ""
        self.same_machine = False
        self.args: dict[str, Any] = {}
        self.main_task: asyncio.Task[Any] | None = None
        self.cancelled = False
        self.lost: str | None = None
        self.is_open = False
        self.is_over = False
        self.on_lost = on_lost
        self.loop = loop
        self._thread = threading.get_ident()
        self._stream: CoordinatorStream | RejoiningStream | None = None
        self._early_events: list[dict[str, Any]] = []
        self._opening: asyncio.Future[str] = loop.create_future()
        self._closing: asyncio.Future[None] = loop.create_future()
        self._last_ref = 0
        # Whether this run is one of its parent's open children.
        self._counted = False
        # A coordinator bounds how many runs it carries for one script. Children that it refused for that
        # wait here until one of those that are open ends.
        self._open_children = 0
        self._told_of_refused_children = False
        self._refused_children: collections.deque[asyncio.Future[None]] = collections.deque()
        # How often branches of parallel() and pipeline() ended on an exception: by its type and place.
        self._branch_errors: dict[tuple[str, tuple[str, int] | None], int] = {}
        # Calls by their numbers, and questions to people: both are asked and answered alike.
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    def child(self, script_path: str, place: Place) -> Run:
        """A run of another script, which this one's script asked for at a place."""
        return Run(
            script_path, self.coordinator, self.loop, parent=self, place=place, on_lost=self.on_lost
        )

    # ------------------------------------------------------------ opening and closing

    async def wait_ready(self) -> None:
        """Waits until the coordinator is there, which started this process before it was ready itself.

        Raises CoordinatorLost.
        """
        await self._connect()
        assert isinstance(self._stream, CoordinatorStream)
        await self._stream.first_byte()
        if self.lost is not None:
            raise CoordinatorLost(self.lost)

    async def open(self, script_sha256: str, args_json: str | None = None) -> bool:
        """Opens the run and sends the events so far; False when the coordinator only planned it.

        Raises OpeningRefused, CoordinatorLost.
        """
        values = {
            "protocol_version": PROTOCOL_VERSION,
            "client": CLIENT,
            "script_path": self.script_path,
            "script_sha256": script_sha256,
            "meta": self.meta,
            "parent_run_id": self.parent.run_id if self.parent else None,
            "args_json": args_json,
            "choices": self.choices,
        }
        if await self._opened(values) == "run_planned":
            await self._leave()
            return False
        self.is_open = True
        for event in self._early_events:
            self._send("append_event", event)
        self._early_events.clear()
        return True

    async def _opened(self, values: dict[str, Any]) -> str:
        """Sends OpenRun; again for a child whose connection broke before it was open, or that had no place."""
        tries_until = self.loop.time() + _CONNECTING_SECONDS
        pause = _FIRST_PAUSE
        while True:
            if self._stream is None:
                await self._connect()
            self._send("open_run", values)
            try:
                opened = await self._opening
            except _BrokenBeforeOpening as broken:
                if self.loop.time() + pause > tries_until:
                    self._lose(str(broken))
                    raise CoordinatorLost(str(broken)) from None
            except OpeningRefused as refused:
                if self.parent is None or refused.status != RESOURCE_EXHAUSTED:
                    raise
                if self.parent._open_children:
                    self._drop_stream()
                    await self.parent._child_ends()
                    # A moment later: the coordinator sees the end of a stream a little after this side.
                    tries_until, pause = self.loop.time() + _CONNECTING_SECONDS, _FIRST_PAUSE
                elif self.loop.time() + pause > tries_until:
                    raise
            else:
                if self.parent is not None and opened == "run_opened":
                    self.parent._open_children += 1
                    self._counted = True
                return opened
            self._drop_stream()
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _drop_stream(self) -> None:
        """Makes place for another attempt to open the run."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        if self._opening.done():
            self._opening = self.loop.create_future()

    async def _child_ends(self) -> None:
        """Waits until one of the children that are open ends; each end lets one that waits go on."""
        if not self._told_of_refused_children:
            # Who waits for a child that waits in turn reads here why.
            self._told_of_refused_children = True
            self.append_event("log", CHILDREN_WAIT)
        turn: asyncio.Future[None] = self.loop.create_future()
        self._refused_children.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._admit_children(1)
            raise

    def _child_ended(self) -> None:
        self._open_children -= 1
        # Without another whose end could be waited for, all may try.
        self._admit_children(1 if self._open_children else len(self._refused_children))

    def _admit_children(self, count: int) -> None:
        while count > 0 and self._refused_children:
            turn = self._refused_children.popleft()
            if not turn.done():
                turn.set_result(None)
                count -= 1

    async def reject(self, message: str) -> None:
        """Tells the coordinator that the script cannot be run at all, instead of opening a run."""
        if self._stream is None:
            await self._connect()
        self._send("reject_script", {"protocol_version": PROTOCOL_VERSION, "message": message})
        await self._leave()

    async def close(self, outcome: Outcome) -> Outcome:
        """Ends the run, waits until all of it is durable and returns how it ended.

        Raises CoordinatorLost.
        """
        self.cancel_waiting_calls()
        self._record_repeated_branch_errors()
        # Events of other threads that are on their way go first.
        await asyncio.sleep(0)
        if self.lost is None and self._stream is not None:
            self.is_open = False
            try:
                self._send("close_run", outcome.fields())
            except MessageTooLarge as error:
                outcome = _that_fits(outcome, error)
                self._send("close_run", outcome.fields())
            self._stream.end()
        try:
            await self._closing
        finally:
            self.abandon()
        return outcome

    def abandon(self) -> None:
        """Drops the connection and whatever waits on it."""
        if self.parent is not None and self._counted:
            self._counted = False
            self.parent._child_ended()
        self.is_open = False
        self.is_over = True
        if self._stream is not None:
            self._stream.close()
        self._opening.cancel()
        self._closing.cancel()

    async def _connect(self) -> None:
        tries_until = self.loop.time() + _CONNECTING_SECONDS
        pause = _FIRST_PAUSE
        while True:
            try:
                self._stream = await open_stream(self.coordinator, "Run", self._on_message, self._on_end)
                return
            except OSError as error:
                refused = isinstance(error, ConnectionRefusedError)
                if refused or self.loop.time() + pause > tries_until:
                    self._lose(f"nobody answers at {self.coordinator.authority}: {error}")
                    raise CoordinatorLost(self.lost) from None
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _leave(self) -> None:
        """Ends a stream that carries no run, and waits a moment until the coordinator has seen it."""
        assert self._stream is not None
        self.is_over = True
        self._stream.end()
        await asyncio.wait([self._closing], timeout=_UNWIND_SECONDS)
        self.abandon()

    # ------------------------------------------------------------ what the script does

    async def call(self, values: dict[str, Any]) -> AgentResult:
        """Makes one agent call; cancelling the task cancels the call."""
        values["place"] = (current_place.get() or self.place).path
        result: AgentResult = await self._answer("start_call", values, "prompt: the call")
        return result

    async def ask_person(self, values: dict[str, Any]) -> bool | None:
        """Asks a person; None when nobody answered in time. Cancelling the task takes the question back."""
        values["place"] = (current_place.get() or self.place).path
        answer: bool | None = await self._answer("ask_approval", values, "question: the question")
        return answer

    async def _answer(self, kind: str, values: dict[str, Any], what: str) -> Any:
        self._require_open()
        self._last_ref += 1
        call_ref = self._last_ref
        values["call_ref"] = call_ref
        try:
            self._send(kind, values)
        except MessageTooLarge as error:
            raise ValueError(f"{what} would be {error}") from None
        waiting: asyncio.Future[Any] = self.loop.create_future()
        self._waiting[call_ref] = waiting
        try:
            return await waiting
        except asyncio.CancelledError:
            if self._waiting.pop(call_ref, None) is not None and self.is_open:
                self._send("cancel_call", {"call_ref": call_ref})
            raise

    def ask(self, method: str, request: bytes) -> bytes:
        """Makes a unary call for this run, blocking the calling thread. Raises CallFailed."""
        return call_unary(self.coordinator, method, request)

    def append_event(self, kind: str, message: str, data_json: str | None = None) -> None:
        """Records an event after those before it. Any thread may call it."""
        if self.is_over:
            raise WorkflowError(NOT_RUNNING)
        event = {"type": kind, "message": message, "phase": current_phase.get(), "data_json": data_json}
        if threading.get_ident() == self._thread:
            self._record(event)
        else:
            self.loop.call_soon_threadsafe(self._record, event)

    def warn(self, message: str) -> None:
        """Records a warning."""
        self.append_event("warning", message)

    def warn_of_branch(self, error: Exception, what: str, place: tuple[str, int] | None) -> None:
        """Records that a branch ended on an exception: one event a kind and place, with how often at the end."""
        kind = (type(error).__name__, place)
        times = self._branch_errors.get(kind, 0)
        self._branch_errors[kind] = times + 1
        if times == 0:
            self._record_branch_error(f"{what} ended on {_told(error)}{_at(place)}", kind, 1)

    def _record_repeated_branch_errors(self) -> None:
        for kind, times in self._branch_errors.items():
            if times > 1:
                more = "1 more branch" if times == 2 else f"{times - 1} more branches"
                message = f"{more} ended on {kind[0]}{_at(kind[1])}"
                self._record_branch_error(message, kind, times - 1)
        self._branch_errors.clear()

    def _record_branch_error(self, message: str, kind: tuple[str, Any], times: int) -> None:
        file, line = kind[1] or (None, None)
        data = {"branch_error": kind[0], "file": file, "line": line, "count": times}
        self.append_event("warning", message, json.dumps(data))

    def cancel(self) -> None:
        """Makes the run end as cancelled: main's task is cancelled, now or as soon as it starts."""
        self.cancelled = True
        if self.main_task is not None:
            self.main_task.cancel()

    def cancel_waiting_calls(self) -> None:
        """Cancels the calls in flight for those who still wait for them."""
        for waiting in list(self._waiting.values()):
            waiting.cancel()

    def _require_open(self) -> None:
        if self.lost is not None:
            raise CoordinatorLost(self.lost)
        if not self.is_open:
            raise WorkflowError(NOT_RUNNING)
        if asyncio.get_running_loop() is not self.loop:
            raise WorkflowError("agent() and approve() work on the event loop that main runs on, not on another one")

    def _record(self, event: dict[str, Any]) -> None:
        if self.is_open:
            try:
                self._send("append_event", event)
            except MessageTooLarge as error:
                raise ValueError(f"{event['type']}: the event would be {error}") from None
        elif not self.is_over:
            self._early_events.append(event)

    def _send(self, kind: str, values: dict[str, Any]) -> None:
        if self.lost is None:
            assert self._stream is not None
            self._stream.send(encode_from_shim(kind, values))

    # ------------------------------------------------------------ what the coordinator says

    def _on_message(self, payload: bytes) -> None:
        try:
            kind, values = decode_to_shim(payload)
        except WireError as error:
            self._on_end(StreamEnd(UNAVAILABLE, f"the coordinator sent nonsense: {error}", from_server=False))
            return
        if kind == "call_done":
            self.budget.update(values["budget"])
            # Not for a call that was cancelled: its result would be made for nobody.
            if values["call_ref"] in self._waiting:
                self._settle_waiting(values["call_ref"], result_of_call(values["result"]))
        elif kind == "approval_answered":
            self._settle_waiting(values["call_ref"], values["approved"])
        elif kind == "call_refused":
            self._on_refusal(values)
        elif kind == "cancel_run":
            self.cancel()
        elif kind == "run_opened":
            self._on_opened(values)
        elif kind == "run_planned":
            # The stream may end in the same breath, and that is no loss.
            self.is_over = True
            _resolve(self._opening, kind)
        elif kind == "run_closed":
            self.is_over = True
            self.summary = values["summary"]
            _resolve(self._closing, None)
        elif kind == "notice":
            self._on_notice(values["message"])

    def _settle_waiting(self, call_ref: int, answer: Any) -> None:
        waiting = self._waiting.pop(call_ref, None)
        if waiting is not None:
            _resolve(waiting, answer)

    def _on_notice(self, message: str) -> None:
        """A coordinator that started this process tells its user itself."""

    def _on_opened(self, values: dict[str, Any]) -> None:
        self.run_id = values["run_id"]
        self.run_dir = values["run_dir"]
        self.same_machine = values["same_machine"]
        if values["run_token"]:
            # Good for this run alone: what a script could find in memory opens no other.
            self.coordinator = self.coordinator._replace(token=values["run_token"])
        self.args = json.loads(values["args_json"] or "{}")
        self.budget.update(values["budget"])
        _resolve(self._opening, "run_opened")

    def _on_refusal(self, values: dict[str, Any]) -> None:
        self.budget.update(values["budget"])
        waiting = self._waiting.pop(values["call_ref"], None)
        if waiting is not None and not waiting.done():
            kind = BudgetExceeded if values["reason"] == REASON_BUDGET_EXCEEDED else ValueError
            waiting.set_exception(kind(values["message"]))

    def _on_end(self, end: StreamEnd) -> None:
        if self.is_over:
            _resolve(self._closing, None)
        elif end.from_server and end.status != 0 and not self._opening.done():
            self._opening.set_exception(OpeningRefused(end.message or str(end), end.status))
        elif self._may_open_again(end):
            self._opening.set_exception(_BrokenBeforeOpening(end.message))
        else:
            self._lose(str(end) if end.from_server else end.message, ended_by_it=end.from_server and end.status != 0)

    def _may_open_again(self, end: StreamEnd) -> bool:
        """A child that was not opened has made no call, and its parent is still there."""
        return (
            self.parent is not None
            and self.parent.lost is None
            and not end.from_server
            and not self._opening.done()
        )

    def _lose(self, why: str, *, ended_by_it: bool = False) -> None:
        self.lost = why
        self.is_open = False
        self.on_lost(why, ended_by_it)
        for waiting in [*self._waiting.values(), self._opening, self._closing]:
            if not waiting.done():
                waiting.set_exception(CoordinatorLost(why))
                # Whether anybody still waits or not: no complaint that it was never looked at.
                waiting.exception()
        self._waiting.clear()


def _told(error: Exception) -> str:
    text = message_of(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _at(place: tuple[str, int] | None) -> str:
    return "" if place is None else f" ({place[0]}, line {place[1]})"


def _resolve(future: asyncio.Future[Any], result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _that_fits(outcome: Outcome, error: MessageTooLarge) -> Outcome:
    if outcome.status == "done":
        message = f"output: what main returned is {error}"
        return Outcome("failed", error_kind="ValueError", error_message=message)
    return Outcome(
        outcome.status,
        error_kind=outcome.error_kind,
        error_message=(outcome.error_message or "")[:_CUT_TEXT],
        traceback=(outcome.traceback or "")[-_CUT_TEXT:],
    )


def enter_run(run: Run) -> None:
    """Makes this the run of the current context; a script's own run also that of plain threads."""
    global _root_run
    _current_run.set(run)
    current_place.set(run.place)
    current_phase.set(None)
    if run.parent is None:
        _root_run = run


def active_run() -> Run:
    """Returns the run that the caller belongs to, or raises WorkflowError."""
    run = _current_run.get() or _root_run
    if run is None or run.is_over:
        raise WorkflowError(NOT_RUNNING)
    if _forked:
        raise WorkflowError(f"{NOT_RUNNING}: this is a process that the script has forked")
    return run


def maybe_active_run() -> Run | None:
    """Returns the run that the caller belongs to; None outside of one, also in a forked process."""
    run = _current_run.get() or _root_run
    return None if run is None or run.is_over or _forked else run
