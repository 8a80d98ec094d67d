"""One run as the shim sees it: its stream to the coordinator, calls in flight, events, budget."""

from __future__ import annotations

import asyncio
import json
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional

from ._client import CLIENT, Coordinator, CoordinatorStream, call_unary, open_stream
from ._errors import NOT_RUNNING, BudgetExceeded, CoordinatorLost, WorkflowError
from ._http2 import UNAVAILABLE, MessageTooLarge, StreamEnd
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
]

PROTOCOL_VERSION = 1

# How much of an exception's text goes along when a whole one would not fit into a message.
_CUT_TEXT = 64 * 1024
# How long tasks that were left running may take to unwind, in seconds.
_UNWIND_SECONDS = 5.0

_current_run: ContextVar[Optional["Run"]] = ContextVar("owf_run", default=None)
current_phase: ContextVar[Optional[str]] = ContextVar("owf_phase", default=None)

# Plain threads have contexts of their own, where no run is set: they belong to the script's run.
_root_run: Run | None = None


class OpeningRefused(Exception):
    """The coordinator does not want this run; its words are the message, `status` its gRPC status."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Outcome(NamedTuple):
    """How main ended, as CloseRun tells it."""

    status: str
    output_json: Optional[str] = None
    error_kind: Optional[str] = None
    error_message: Optional[str] = None
    traceback: Optional[str] = None


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
        on_lost: Callable[[str, bool], None],
    ) -> None:
        self.script_path = script_path
        self.coordinator = coordinator
        self.parent = parent
        self.budget = parent.budget if parent else BudgetState()
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
        # Calls by their numbers, and questions to people: both are asked and answered alike.
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    def child(self, script_path: str) -> Run:
        """A run of another script, which this one's script asked for."""
        return Run(script_path, self.coordinator, self.loop, parent=self, on_lost=self.on_lost)

    # ------------------------------------------------------------ opening and closing

    async def meet(self) -> None:
        """Waits until the coordinator is there, which started this process before it was ready itself.

        Raises CoordinatorLost.
        """
        await self._connect()
        assert isinstance(self._stream, CoordinatorStream)
        await self._stream.heard()
        if self.lost is not None:
            raise CoordinatorLost(self.lost)

    async def open(self, script_sha256: str, args_json: str | None = None) -> bool:
        """Opens the run and sends the events so far; False when the coordinator only planned it.

        Raises OpeningRefused, CoordinatorLost.
        """
        if self._stream is None:
            await self._connect()
        self._send(
            "open_run",
            {
                "protocol_version": PROTOCOL_VERSION,
                "client": CLIENT,
                "script_path": self.script_path,
                "script_sha256": script_sha256,
                "meta": self.meta,
                "parent_run_id": self.parent.run_id if self.parent else None,
                "args_json": args_json,
                "choices": self.choices,
            },
        )
        if await self._opening == "run_planned":
            await self._leave()
            return False
        self.is_open = True
        for event in self._early_events:
            self._send("append_event", event)
        self._early_events.clear()
        return True

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
        # Events of other threads that are on their way go first.
        await asyncio.sleep(0)
        if self.lost is None and self._stream is not None:
            self.is_open = False
            try:
                self._send("close_run", outcome._asdict())
            except MessageTooLarge as error:
                outcome = _that_fits(outcome, error)
                self._send("close_run", outcome._asdict())
            self._stream.end()
        try:
            await self._closing
        finally:
            self.abandon()
        return outcome

    def abandon(self) -> None:
        """Drops the connection and whatever waits on it."""
        self.is_open = False
        self.is_over = True
        if self._stream is not None:
            self._stream.close()
        for future in (self._opening, self._closing):
            future.cancel()

    async def _connect(self) -> None:
        try:
            self._stream = await open_stream(self.coordinator, "Run", self._on_message, self._on_end)
        except OSError as error:
            self._lose(f"nobody answers at {self.coordinator.authority}: {error}")
            raise CoordinatorLost(self.lost) from None

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
        result: AgentResult = await self._answer("start_call", values, "prompt: the call")
        return result

    async def ask_person(self, values: dict[str, Any]) -> bool | None:
        """Asks a person; None when nobody answered in time. Cancelling the task takes the question back."""
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
            _settle(self._opening, kind)
        elif kind == "run_closed":
            self.is_over = True
            self.summary = values["summary"]
            _settle(self._closing, None)
        elif kind == "notice":
            self._on_notice(values["message"])

    def _settle_waiting(self, call_ref: int, answer: Any) -> None:
        waiting = self._waiting.pop(call_ref, None)
        if waiting is not None:
            _settle(waiting, answer)

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
        _settle(self._opening, "run_opened")

    def _on_refusal(self, values: dict[str, Any]) -> None:
        self.budget.update(values["budget"])
        waiting = self._waiting.pop(values["call_ref"], None)
        if waiting is not None and not waiting.done():
            kind = BudgetExceeded if values["reason"] == REASON_BUDGET_EXCEEDED else ValueError
            waiting.set_exception(kind(values["message"]))

    def _on_end(self, end: StreamEnd) -> None:
        if self.is_over:
            _settle(self._closing, None)
        elif end.from_server and end.status != 0 and not self._opening.done():
            self._opening.set_exception(OpeningRefused(end.message or str(end), end.status))
        else:
            self._lose(str(end) if end.from_server else end.message, ended_by_it=end.from_server and end.status != 0)

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


def _settle(future: asyncio.Future[Any], result: Any) -> None:
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
    current_phase.set(None)
    if run.parent is None:
        _root_run = run


def active_run() -> Run:
    """Returns the run that the caller belongs to, or raises WorkflowError."""
    run = _current_run.get() or _root_run
    if run is None or run.is_over:
        raise WorkflowError(NOT_RUNNING)
    return run
