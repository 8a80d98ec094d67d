"""Carries gRPC calls to the coordinator: one long call on asyncio, or a short one that blocks."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from typing import TYPE_CHECKING, Callable, NamedTuple, Optional, TypeVar

from ._http2 import UNAVAILABLE, GrpcCall, ProtocolError, StreamEnd

if TYPE_CHECKING:
    import ssl

__all__ = [
    "CLIENT",
    "CallFailed",
    "Coordinator",
    "CoordinatorStream",
    "call_for_all",
    "call_unary",
    "connect",
    "open_stream",
]

SERVICE = "/agentworkflows.v1.Coordinator/"
# That of the pom, which VersionsTest compares; the package's own is taken from here.
VERSION = "0.1.0"
CLIENT = "owf-shim/{} python/{}.{}.{}".format(VERSION, *sys.version_info[:3])

# What may wait in the transport; the rest waits uncut in the call, where it costs no second copy.
_WRITE_BUFFER = 1 << 20
_READ_SIZE = 256 * 1024
_STREAM_READ_SIZE = 256 * 1024
# Each child run has a connection; many systems allow 1,024 open files unless they are asked.
_MAX_FILES = 65_536

_Stream = TypeVar("_Stream", bound=asyncio.BaseProtocol)


class Coordinator(NamedTuple):
    """Where a coordinator is, and what lets us in."""

    host: str
    port: int
    token: str
    ssl_context: Optional[ssl.SSLContext] = None

    @property
    def authority(self) -> str:
        """HOST:PORT, as HTTP writes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def call(self, method: str) -> GrpcCall:
        """Returns a fresh call of this method, not yet connected."""
        scheme = "https" if self.ssl_context else "http"
        return GrpcCall(self.authority, SERVICE + method, self.token, user_agent=CLIENT, scheme=scheme)


class CallFailed(Exception):
    """A call that ended with something other than OK; `never_sent` when it surely did nothing."""

    def __init__(self, end: StreamEnd, *, never_sent: bool = False) -> None:
        super().__init__(str(end))
        self.end = end
        self.never_sent = never_sent


class CoordinatorStream(asyncio.BufferedProtocol):
    """A streaming call on the event loop. Everything here happens on the loop's thread.

    `on_message` gets each message, `on_end` the end, once, also when the connection breaks.
    """

    def __init__(
        self,
        call: GrpcCall,
        on_message: Callable[[bytes], None],
        on_end: Callable[[StreamEnd], None],
    ) -> None:
        self._call = call
        self._on_message = on_message
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._flush_scheduled = False
        self._paused = False
        self._end_told = False
        self._heard: asyncio.Future[None] = self._loop.create_future()
        # One for all reads: asyncio would ask the system for 256 KB of memory for each. A view, since
        # asyncio's TLS fills slices of it, and slices of a bytearray are copies.
        self._input = memoryview(bytearray(_STREAM_READ_SIZE))

    async def first_byte(self) -> None:
        """Waits for the first sign of the other side: connected alone, nobody may be there yet."""
        await self._heard

    def send(self, payload: bytes) -> None:
        """Queues a message; raises MessageTooLarge. All messages of one loop tick leave together."""
        self._call.send_message(payload)
        if not self._flush_scheduled:
            self._flush_scheduled = True
            self._loop.call_soon(self._flush)

    def end(self) -> None:
        """Says that nothing more will be sent."""
        self._call.end()
        self._flush()

    def close(self) -> None:
        """Closes the connection; `on_end` is not called any more."""
        self._end_told = True
        # Once: asyncio's TLS transports do not bear more in every version.
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def _flush(self) -> None:
        self._flush_scheduled = False
        transport = self._transport
        if transport is None:
            return
        while not self._paused:
            output = self._call.take_output(_WRITE_BUFFER)
            if not output:
                return
            transport.write(output)

    def _hear(self) -> None:
        if not self._heard.done():
            self._heard.set_result(None)

    def _tell_end(self, end: StreamEnd | None) -> None:
        self._hear()
        if end is not None and not self._end_told:
            self._end_told = True
            self._on_end(end)

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.set_write_buffer_limits(high=_WRITE_BUFFER)
        self._transport = transport
        self._flush()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._input

    def buffer_updated(self, nbytes: int) -> None:
        self._hear()
        try:
            events = self._call.receive(bytes(self._input[:nbytes]))
        except ProtocolError:
            events = []
        for event in events:
            if type(event) is bytes:
                self._on_message(event)
        self._flush()
        if self._call.ended:
            self._tell_end(self._call.ended)
            self.close()

    def eof_received(self) -> None:
        self._tell_end(self._call.connection_lost("the server closed the connection"))

    def connection_lost(self, exc: Exception | None) -> None:
        why = f"the connection broke: {exc}" if exc else "the connection closed"
        self._tell_end(self._call.connection_lost(why))

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._flush()


async def open_stream(
    coordinator: Coordinator,
    method: str,
    on_message: Callable[[bytes], None],
    on_end: Callable[[StreamEnd], None],
) -> CoordinatorStream:
    """Connects and starts a streaming call; OSError when nobody answers there."""
    return await connect(
        coordinator, lambda: CoordinatorStream(coordinator.call(method), on_message, on_end)
    )


async def connect(coordinator: Coordinator, make_stream: Callable[[], _Stream]) -> _Stream:
    """Connects a stream that is made once somebody answers; OSError when nobody does."""
    while True:
        try:
            _, stream = await asyncio.get_running_loop().create_connection(
                make_stream, coordinator.host, coordinator.port, ssl=coordinator.ssl_context
            )
            return stream
        except OSError as error:
            if error.errno != errno.EMFILE or not _allow_more_files():
                raise


def _allow_more_files() -> bool:
    """Raises the limit of open files to what this process may have; False when it has that."""
    try:
        import resource
    except ImportError:
        return False
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MAX_FILES if hard == resource.RLIM_INFINITY else min(hard, _MAX_FILES)
    if soft >= most:
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return True


def call_unary(coordinator: Coordinator, method: str, request: bytes, timeout: float = 60.0) -> bytes:
    """Makes one unary call on a connection of its own, blocking the calling thread.

    `timeout` is in seconds, for each wait on the network. Raises CallFailed.
    """
    replies = call_for_all(coordinator, method, request, timeout)
    if not replies:
        raise CallFailed(StreamEnd(UNAVAILABLE, "the call ended without an answer", from_server=False))
    return replies[-1]


def call_for_all(coordinator: Coordinator, method: str, request: bytes, timeout: float = 60.0) -> list[bytes]:
    """Makes one call with a stream of answers, as `call_unary` does, and returns them all."""
    call = coordinator.call(method)
    call.send_message(request)
    call.end()
    connected = False
    try:
        with socket.create_connection((coordinator.host, coordinator.port), timeout) as connection:
            if coordinator.ssl_context is not None:
                connection = coordinator.ssl_context.wrap_socket(connection, server_hostname=coordinator.host)
            connected = True
            return _converse(call, connection)
    except (OSError, ProtocolError) as error:
        end = StreamEnd(UNAVAILABLE, str(error), from_server=False)
        raise CallFailed(end, never_sent=not connected) from error


def _converse(call: GrpcCall, connection: socket.socket) -> list[bytes]:
    replies: list[bytes] = []
    while call.ended is None:
        while output := call.take_output():
            connection.sendall(output)
        data = connection.recv(_READ_SIZE)
        if not data:
            call.connection_lost("the server closed the connection")
        replies += [event for event in call.receive(data) if isinstance(event, bytes)]
    if call.ended.status != 0:
        raise CallFailed(call.ended)
    return replies
