"""A run's stream to a remote coordinator, which outlives the connections that carry it.

Both sides count the messages of a run and keep what they sent until the other has acknowledged it.
When a connection breaks, the run is joined again on another one, and what had not arrived is sent
again, so that none is lost and none comes twice. `docs/protocol.md` has the rules.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Callable

from ._client import Coordinator, CoordinatorStream, connect
from ._http2 import INTERNAL, MAX_MESSAGE, UNAVAILABLE, GrpcCall, MessageTooLarge, StreamEnd, size_text
from ._place import current_place
from ._wire import TO_SHIM, WireError, decode_to_shim, encode_from_shim

__all__ = ["KEEPALIVE_SECONDS", "KeptAliveStream", "RejoiningStream"]

#: After so long without a sign of life the other side is asked for one; after as long again it is
#: given up.
KEEPALIVE_SECONDS = 10.0

# What has arrived is acknowledged in one go, and when nothing more came for a while. The
# coordinator keeps it until then, and has memory for so much only.
_ACKNOWLEDGE_EVERY = 64
_ACKNOWLEDGE_BYTES = 1 << 20
_ACKNOWLEDGE_AFTER = 0.5

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
# How long a connection may take. One whose first packet was lost waits for ever longer times before
# it sends another; a fresh one comes back sooner.
_OPENING_SECONDS, _ATTEMPT_SECONDS = 10.0, 4.0

# A message of the oneof begins with its field's tag; counting need not decode the rest.
_TAGS = {field.name: field.tag for field in TO_SHIM.fields}
_RUN_OPENED, _RUN_REJOINED, _ACKNOWLEDGE = _TAGS["run_opened"], _TAGS["run_rejoined"], _TAGS["acknowledge"]


class KeptAliveStream(CoordinatorStream):
    """A streaming call that ends when its peer shows no sign of life any more.

    TCP alone tells of a cable that was cut after minutes, or never when nothing is to be sent.
    """

    def __init__(
        self,
        call: GrpcCall,
        on_message: Callable[[bytes], None],
        on_end: Callable[[StreamEnd], None],
        *,
        keepalive: float = KEEPALIVE_SECONDS,
    ) -> None:
        super().__init__(call, on_message, on_end)
        self._keepalive = keepalive
        self._heard_at = self._loop.time()
        self._asked_at = 0.0
        self._look: asyncio.TimerHandle | None = None

    def abort(self) -> None:
        """Drops the connection without waiting for what is still to be written."""
        self._end_told = True
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._heard_at = self._loop.time()
        self._look = self._loop.call_later(self._keepalive, self._look_after_it)
        super().connection_made(transport)

    def buffer_updated(self, nbytes: int) -> None:
        self._heard_at = self._loop.time()
        super().buffer_updated(nbytes)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def _look_after_it(self) -> None:
        if self._end_told:
            return
        now = self._loop.time()
        due = self._heard_at + self._keepalive
        if now >= due:
            if self._asked_at > self._heard_at:
                silence = f"nothing came for {now - self._heard_at:.0f} s, nor an answer to a PING"
                self._tell_end(self._call.connection_lost(silence))
                self.abort()
                return
            self._asked_at = now
            due = now + self._keepalive
            self._call.ping()
            self._flush()
        self._look = self._loop.call_at(due, self._look_after_it)


class RejoiningStream:
    """What `CoordinatorStream` is to a run, over as many connections as it takes.

    `on_message` gets each message once and in order, `on_end` the end, once. `on_break` and
    `on_rejoined` are told of each interruption, for people. `patience`, in seconds, is for opening
    the run; once it is open, RunOpened says how long its coordinator waits. Everything happens on
    the event loop's thread.
    """

    def __init__(
        self,
        coordinator: Coordinator,
        protocol_version: int,
        on_message: Callable[[bytes], None],
        on_end: Callable[[StreamEnd], None],
        *,
        patience: int = 0,
        on_break: Callable[[str, int], None] = lambda why, seconds: None,
        on_rejoined: Callable[[], None] = lambda: None,
        keepalive: float = KEEPALIVE_SECONDS,
    ) -> None:
        self._coordinator = coordinator
        self._protocol_version = protocol_version
        self._on_message = on_message
        self._on_end = on_end
        self._on_break = on_break
        self._on_rejoined = on_rejoined
        self._keepalive = keepalive
        self._loop = asyncio.get_running_loop()
        self._run_id = ""
        self._patience = patience
        self._over = False
        # The connection in use or in the making; live once messages may be sent on it.
        self._link: KeptAliveStream | None = None
        self._live = False
        self._joined: asyncio.Future[None] | None = None
        self._rejoining: asyncio.Task[None] | None = None
        self._broke_at = 0.0
        # Sent, the last ones kept; arrived, and of it acknowledged.
        self._keeps = True
        self._kept: deque[bytes] = deque()
        self._dropped = 0
        self._received = 0
        self._acknowledged = 0
        self._unacknowledged_bytes = 0
        self._acknowledging: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Connects; OSError when nobody answers, also not within the patience."""
        try:
            await asyncio.wait_for(self._connect(), _OPENING_SECONDS)
        except (OSError, asyncio.TimeoutError) as error:
            if not self._patience:
                raise
            self._break(_told(error))
        # It may have broken again by now.
        self._live = self._rejoining is None and not self._over

    def send(self, payload: bytes) -> None:
        """Queues a message, for another connection if need be; raises MessageTooLarge."""
        size = len(payload)
        if size > MAX_MESSAGE:
            raise MessageTooLarge(f"a message of {size_text(size)}")
        if self._keeps:
            self._kept.append(payload)
        if self._live and self._link is not None:
            self._link.send(payload)

    def end(self) -> None:
        """Says that nothing more will be sent; a run that may be joined again has CloseRun for that."""
        if self._link is not None and not self._run_id:
            self._link.end()

    def close(self) -> None:
        """Drops everything; nothing is told any more."""
        self._over = True
        if self._acknowledging is not None:
            self._acknowledging.cancel()
        if self._rejoining is not None:
            self._rejoining.cancel()
        link, self._link = self._link, None
        if link is not None and self._live:
            # Leaving on purpose: nobody need wait for this run to be joined again.
            link.end()
            link.close()
        elif link is not None:
            link.abort()

    def _finish(self, end: StreamEnd) -> None:
        if not self._over:
            self.close()
            self._on_end(end)

    # ------------------------------------------------------------ what comes

    def _on_payload(self, link: KeptAliveStream, payload: bytes) -> None:
        if link is not self._link:
            return
        kind = payload[:1]
        try:
            if kind == _ACKNOWLEDGE:
                self._drop(decode_to_shim(payload)[1]["received"])
            elif kind == _RUN_REJOINED:
                self._on_run_rejoined(decode_to_shim(payload)[1]["received"])
            else:
                self._count(kind, payload)
        except WireError as error:
            self._finish(_nonsense(str(error)))

    def _count(self, kind: bytes, payload: bytes) -> None:
        if not self._live:
            raise WireError("a message of the run came before RunRejoined")
        self._received += 1
        self._unacknowledged_bytes += len(payload)
        if kind == _RUN_OPENED:
            self._on_run_opened(decode_to_shim(payload)[1])
        self._on_message(payload)
        if self._keeps and not self._over:
            self._acknowledge_soon()

    def _on_run_opened(self, opened: dict[str, Any]) -> None:
        if opened["run_token"]:
            self._coordinator = self._coordinator._replace(token=opened["run_token"])
        self._patience = opened["rejoin_seconds"] or 0
        self._keeps = self._patience > 0
        if self._keeps:
            self._run_id = opened["run_id"]
            # RunOpened is the answer to OpenRun: that one has arrived.
            self._drop(1)
        else:
            self._kept.clear()

    def _drop(self, arrived: int) -> None:
        sent = self._dropped + len(self._kept)
        if self._keeps and arrived > sent:
            raise WireError(f"it has {arrived} messages of the {sent} that were sent")
        while self._kept and self._dropped < arrived:
            self._kept.popleft()
            self._dropped += 1

    def _acknowledge_soon(self) -> None:
        if (
            self._received - self._acknowledged >= _ACKNOWLEDGE_EVERY
            or self._unacknowledged_bytes >= _ACKNOWLEDGE_BYTES
        ):
            self._acknowledge()
        elif self._acknowledging is None:
            self._acknowledging = self._loop.call_later(_ACKNOWLEDGE_AFTER, self._acknowledge)

    def _acknowledge(self) -> None:
        if self._acknowledging is not None:
            self._acknowledging.cancel()
            self._acknowledging = None
        # A rejoin tells the same number by itself.
        if self._live and self._link is not None and self._received > self._acknowledged:
            self._acknowledged = self._received
            self._unacknowledged_bytes = 0
            self._link.send(encode_from_shim("acknowledge", {"received": self._received}))

    # ------------------------------------------------------------ connections

    async def _connect(self) -> None:
        await connect(self._coordinator, self._new_link)

    def _new_link(self) -> KeptAliveStream:
        link = KeptAliveStream(
            self._coordinator.call("Run"),
            lambda payload: self._on_payload(link, payload),
            lambda end: self._on_link_end(link, end),
            keepalive=self._keepalive,
        )
        self._link = link
        return link

    def _on_link_end(self, link: KeptAliveStream, end: StreamEnd) -> None:
        if link is not self._link:
            return
        # A run whose opening was answered with a refusal is not opened by asking again.
        refused = end.from_server and not self._run_id
        if refused or not _is_break(end) or not self._patience:
            self._finish(end)
        elif self._joined is not None:
            if not self._joined.done():
                self._joined.set_exception(ConnectionError(end.message))
                # Whether anybody still waits or not: no complaint that it was never looked at.
                self._joined.exception()
        else:
            self._break(end.message)

    def _break(self, why: str) -> None:
        self._live = False
        self._broke_at = self._loop.time()
        self._on_break(why, self._patience)
        self._start_rejoining(why)

    def _start_rejoining(self, why: str) -> None:
        # No task of the script's: when it comes depends on the network, and places must not.
        token = current_place.set(None)
        try:
            self._rejoining = self._loop.create_task(self._rejoin(why))
        finally:
            current_place.reset(token)
        self._rejoining.add_done_callback(lambda task: self._after_rejoining(task, why))

    def _after_rejoining(self, task: asyncio.Task[None], why: str) -> None:
        # A script may cancel every task that it finds, and the runner does when main has ended.
        if task.cancelled():
            if not self._over:
                self._start_rejoining(why)
        elif fault := task.exception():
            # Ours, or the event loop's: better told than waited for.
            self._finish(StreamEnd(INTERNAL, f"{why}; joining again failed: {fault!r}", from_server=False))

    async def _rejoin(self, why: str) -> None:
        """Tries again and again, until it is joined or the time is over."""
        pause = _FIRST_PAUSE
        while not self._over and self._rejoining is asyncio.current_task():
            left = self._broke_at + self._patience - self._loop.time()
            if left <= 0:
                tried = f"{why}; tried to join the run again for {self._patience} s"
                self._finish(StreamEnd(UNAVAILABLE, tried, from_server=False))
                return
            try:
                await asyncio.wait_for(self._attempt(), min(left, _ATTEMPT_SECONDS))
                return
            except (OSError, asyncio.TimeoutError) as error:
                why = _told(error)
            await asyncio.sleep(min(pause, max(0.0, self._broke_at + self._patience - self._loop.time())))
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _attempt(self) -> None:
        """Connects and joins the run, or opens it if that has not been answered."""
        self._drop_link()
        joined = self._joined = self._loop.create_future()
        try:
            await self._connect()
            if self._run_id:
                self._say_rejoin()
                await joined
            elif joined.done():
                await joined
            else:
                self._go_on()
        except BaseException:
            # Joined, and cancelled in the same breath: then it is joined.
            if not self._live:
                self._drop_link()
                raise
        finally:
            if self._joined is joined:
                self._joined = None

    def _drop_link(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.abort()

    def _say_rejoin(self) -> None:
        assert self._link is not None
        rejoin = {
            "protocol_version": self._protocol_version,
            "run_id": self._run_id,
            "received": self._received,
        }
        self._link.send(encode_from_shim("rejoin_run", rejoin))

    def _on_run_rejoined(self, arrived: int) -> None:
        if self._joined is None or self._joined.done():
            raise WireError("RunRejoined came without RejoinRun")
        if arrived < self._dropped:
            raise WireError(f"it has {arrived} messages, having acknowledged {self._dropped}")
        self._drop(arrived)
        self._joined.set_result(None)
        self._go_on()

    def _go_on(self) -> None:
        """Sends what has not arrived, in its order, and from now on whatever is sent."""
        assert self._link is not None
        self._live = True
        self._joined = None
        self._acknowledged = self._received
        for payload in self._kept:
            self._link.send(payload)
        self._on_rejoined()


def _is_break(end: StreamEnd) -> bool:
    """Whether another connection may do better: not when the coordinator said why it ended it."""
    return end.status == UNAVAILABLE or (end.status == INTERNAL and not end.from_server)


def _nonsense(what: str) -> StreamEnd:
    return StreamEnd(INTERNAL, f"the coordinator sent nonsense: {what}", from_server=False)


def _told(error: BaseException) -> str:
    return str(error) or "no answer in time"
