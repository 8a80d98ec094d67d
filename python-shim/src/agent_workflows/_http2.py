"""One gRPC call over HTTP/2 (RFC 9113), as pure computation: bytes in, bytes and events out.

A connection carries one call, the client's stream 1, which may live for hours and move gigabytes.
Nothing here reads a socket or knows what the messages mean; the drivers are in `_client`.
"""

from __future__ import annotations

from collections import deque
from struct import Struct
from typing import NamedTuple, Union

from ._hpack import Decoder, HpackError, encode_headers

__all__ = [
    "MAX_MESSAGE",
    "Event",
    "GrpcCall",
    "MessageTooLarge",
    "ProtocolError",
    "StreamEnd",
    "status_name",
]

#: The largest gRPC message in either direction, in bytes.
MAX_MESSAGE = 64 * 1024 * 1024

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS = 0, 1, 2, 3, 4
PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 5, 6, 7, 8, 9

END_STREAM = ACK = 0x1
END_HEADERS = 0x4
PADDED = 0x8
PRIORITIZED = 0x20

ENABLE_PUSH, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE = 2, 4, 5

NO_ERROR, PROTOCOL_ERROR, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR = 0, 1, 3, 6
REFUSED_STREAM, CANCEL, COMPRESSION_ERROR, ENHANCE_YOUR_CALM = 7, 8, 9, 11

#: gRPC status codes that are told apart here.
OK, CANCELLED, UNKNOWN, RESOURCE_EXHAUSTED, INTERNAL, UNAVAILABLE = 0, 1, 2, 8, 13, 14
UNIMPLEMENTED, UNAUTHENTICATED = 12, 16

_STATUS_NAMES = (
    "OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS"
    " PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE"
    " UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED"
).split()

# The gRPC specification: what a reset with an HTTP/2 error code means.
_RESET_STATUSES = {REFUSED_STREAM: UNAVAILABLE, CANCEL: CANCELLED, ENHANCE_YOUR_CALM: RESOURCE_EXHAUSTED}

_STREAM = 1
_DEFAULT_WINDOW = 65_535
_LARGEST_WINDOW = (1 << 31) - 1
_SMALLEST_MAX_FRAME, _LARGEST_MAX_FRAME = 1 << 14, (1 << 24) - 1
# What we let the server send ahead of us: enough that a long message never waits for a round trip.
_RECEIVE_WINDOW = 16 * 1024 * 1024
# A header block is a few hundred bytes; more is a fault or an attack.
_MAX_HEADER_BLOCK = 256 * 1024
# Payloads above this are queued beside their prefix instead of being copied behind it.
_COPY_LIMIT = 64 * 1024

_FRAME = Struct(">HBBBI")
_PREFIX = Struct(">BI")
_SETTING = Struct(">HI")
_U32 = Struct(">I")


class ProtocolError(Exception):
    """The server broke HTTP/2 or gRPC; the connection is of no more use."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class MessageTooLarge(ValueError):
    """A message above MAX_MESSAGE."""


class StreamEnd(NamedTuple):
    """How the call ended."""

    status: int
    message: str
    #: False when the server never said so: the connection broke, or we gave up.
    from_server: bool = True

    def __str__(self) -> str:
        name = status_name(self.status)
        return f"{name}: {self.message}" if self.message else name


#: What `GrpcCall.receive` returns: messages, then at most one end.
Event = Union[bytes, StreamEnd]


def status_name(status: int) -> str:
    """Returns a gRPC status code's name."""
    return _STATUS_NAMES[status] if 0 <= status < len(_STATUS_NAMES) else f"status {status}"


def size_text(size: int) -> str:
    """Says that a message of this size is over the limit."""
    return f"{size} bytes; the limit is {MAX_MESSAGE // (1024 * 1024)} MiB ({MAX_MESSAGE} bytes)"


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """Returns one whole frame."""
    size = len(payload)
    return _FRAME.pack(size >> 8, size & 0xFF, kind, flags, stream) + payload


class GrpcCall:
    """The client's side of one gRPC call on a connection of its own. Not thread-safe.

    Give what the socket delivers to `receive`, and write what `take_output` returns after every
    other method. `ended` is set as soon as the call is over.
    """

    def __init__(
        self, authority: str, path: str, token: str, *, user_agent: str, scheme: str = "http"
    ) -> None:
        self.ended: StreamEnd | None = None
        self._goaway: str | None = None
        # Sending.
        self._control: list[bytes] = []
        self._unsent: deque[bytes | memoryview] = deque()
        self._ending = False
        self._end_sent = False
        self._send_window = _DEFAULT_WINDOW
        self._connection_send_window = _DEFAULT_WINDOW
        self._peer_initial_window = _DEFAULT_WINDOW
        self._peer_max_frame = _SMALLEST_MAX_FRAME
        # Receiving.
        self._input = b""
        self._settings_seen = False
        self._decoder = Decoder()
        self._header_block: bytearray | None = None
        self._header_flags = 0
        self._headers_seen = False
        self._partial = bytearray()
        self._receive_window = _RECEIVE_WINDOW

        self._open(
            [
                (":method", "POST"),
                (":scheme", scheme),
                (":path", path),
                (":authority", authority),
                ("te", "trailers"),
                ("content-type", "application/grpc"),
                ("user-agent", user_agent),
                ("authorization", f"Bearer {token}"),
            ]
        )

    def _open(self, headers: list[tuple[str, str]]) -> None:
        settings = _SETTING.pack(ENABLE_PUSH, 0) + _SETTING.pack(INITIAL_WINDOW_SIZE, _RECEIVE_WINDOW)
        self._control += [
            PREFACE,
            frame(SETTINGS, 0, 0, settings),
            frame(WINDOW_UPDATE, 0, 0, _U32.pack(_RECEIVE_WINDOW - _DEFAULT_WINDOW)),
            frame(HEADERS, END_HEADERS, _STREAM, encode_headers(headers)),
        ]

    # ------------------------------------------------------------ sending

    def send_message(self, payload: bytes) -> None:
        """Queues one message; MessageTooLarge when it is over the limit, and nothing is queued."""
        size = len(payload)
        if size > MAX_MESSAGE:
            raise MessageTooLarge(f"a message of {size_text(size)}")
        if self.ended or self._ending:
            return
        if size > _COPY_LIMIT:
            self._unsent.append(_PREFIX.pack(0, size))
            self._unsent.append(payload)
        else:
            self._unsent.append(_PREFIX.pack(0, size) + payload)

    def end(self) -> None:
        """Says that no message follows those that are queued."""
        self._ending = True

    def cancel(self) -> None:
        """Drops the call: the server is told to forget it."""
        self._finish(StreamEnd(CANCELLED, "cancelled by the client", from_server=False), reset=True)

    def ping(self) -> None:
        """Asks the server for a sign of life: whatever `receive` gets next is one."""
        if self.ended is None:
            self._control.append(frame(PING, 0, 0, bytes(8)))

    def take_output(self, limit: int = 1 << 20) -> bytes:
        """Returns what may be written now, some `limit` bytes of messages at most; b"" when nothing may.

        What flow control holds back stays queued, uncopied.
        """
        output: list[bytes | memoryview] = list(self._control)
        self._control.clear()
        room = min(self._send_window, self._connection_send_window, limit)
        while room > 0 and self._unsent:
            size = self._append_data_frame(output, min(room, self._peer_max_frame))
            room -= size
            self._send_window -= size
            self._connection_send_window -= size
        if self._ending and not (self._unsent or self._end_sent or self.ended):
            output.append(frame(DATA, END_STREAM, _STREAM))
            self._end_sent = True
        return b"".join(output)

    def _append_data_frame(self, output: list[bytes | memoryview], most: int) -> int:
        header_at = len(output)
        output.append(b"")
        size = 0
        unsent = self._unsent
        while unsent and size < most:
            chunk = unsent[0]
            room = most - size
            if len(chunk) <= room:
                output.append(chunk)
                unsent.popleft()
                size += len(chunk)
            else:
                view = memoryview(chunk)
                output.append(view[:room])
                unsent[0] = view[room:]
                size += room
        output[header_at] = _FRAME.pack(size >> 8, size & 0xFF, DATA, 0, _STREAM)
        return size

    # ------------------------------------------------------------ receiving

    def receive(self, data: bytes) -> list[Event]:
        """Takes what the socket delivered, cut anywhere, and returns what it completes.

        Raises ProtocolError when the server breaks the rules; write the output once more (it tells
        the server why) and close the connection.
        """
        events: list[Event] = []
        try:
            self._receive_frames(self._input + data if self._input else data, events)
        except HpackError as error:
            raise self._broken(ProtocolError(COMPRESSION_ERROR, str(error))) from None
        except ProtocolError as error:
            raise self._broken(error) from None
        return events

    def connection_lost(self, why: str) -> StreamEnd | None:
        """Tells that the connection is gone; returns the call's end unless it had ended before."""
        if self.ended:
            return None
        if self._goaway:
            why = f"{why} ({self._goaway})"
        return self._finish(StreamEnd(UNAVAILABLE, why, from_server=False))

    def _broken(self, error: ProtocolError) -> ProtocolError:
        self._finish(StreamEnd(INTERNAL, str(error), from_server=False))
        self._control.append(frame(GOAWAY, 0, 0, _U32.pack(0) + _U32.pack(error.code)))
        return error

    def _finish(self, end: StreamEnd, *, reset: bool = False) -> StreamEnd:
        if reset and self.ended is None:
            self._control.append(frame(RST_STREAM, 0, _STREAM, _U32.pack(CANCEL)))
        self.ended = self.ended or end
        self._unsent.clear()
        self._partial.clear()
        return self.ended

    def _receive_frames(self, buffer: bytes, events: list[Event]) -> None:
        position, end = 0, len(buffer)
        while end - position >= _FRAME.size:
            high, low, kind, flags, stream = _FRAME.unpack_from(buffer, position)
            size = high << 8 | low
            if not self._settings_seen and kind != SETTINGS:
                text = "the server does not speak HTTP/2: its first frame is not SETTINGS"
                raise ProtocolError(PROTOCOL_ERROR, text)
            if size > _SMALLEST_MAX_FRAME:
                text = f"a frame of {size} bytes; {_SMALLEST_MAX_FRAME} are allowed"
                raise ProtocolError(FRAME_SIZE_ERROR, text)
            start = position + _FRAME.size
            position = start + size
            if position > end:
                position = start - _FRAME.size
                break
            if kind == DATA and self._header_block is None:
                self._on_data(buffer, start, position, flags, stream & _LARGEST_WINDOW, events)
            else:
                self._on_frame(kind, flags, stream & _LARGEST_WINDOW, buffer[start:position], events)
        self._input = buffer[position:]

    def _on_frame(self, kind: int, flags: int, stream: int, payload: bytes, events: list[Event]) -> None:
        if self._header_block is not None and kind != CONTINUATION:
            raise ProtocolError(PROTOCOL_ERROR, f"frame type {kind} inside a header block")
        if kind == HEADERS:
            self._on_headers(flags, stream, payload, events)
        elif kind == CONTINUATION:
            self._on_continuation(flags, stream, payload, events)
        elif kind == SETTINGS:
            self._on_settings(flags, stream, payload)
        elif kind == WINDOW_UPDATE:
            self._on_window_update(stream, payload)
        elif kind == PING:
            _require(stream == 0, PROTOCOL_ERROR, "PING on a stream")
            _require(len(payload) == 8, FRAME_SIZE_ERROR, "PING whose payload is not 8 bytes")
            if not flags & ACK:
                self._control.append(frame(PING, ACK, 0, payload))
        elif kind == RST_STREAM:
            self._on_reset(stream, payload, events)
        elif kind == GOAWAY:
            self._on_goaway(stream, payload, events)
        elif kind == PUSH_PROMISE:
            raise ProtocolError(PROTOCOL_ERROR, "PUSH_PROMISE, which our settings forbid")
        elif kind == PRIORITY:
            _require(len(payload) == 5, FRAME_SIZE_ERROR, "PRIORITY whose payload is not 5 bytes")

    # ------------------------------------------------------------ messages

    def _on_data(
        self, buffer: bytes, start: int, end: int, flags: int, stream: int, events: list[Event]
    ) -> None:
        _require(stream == _STREAM, PROTOCOL_ERROR, f"DATA on stream {stream}, which is not open")
        self._account(end - start)
        if flags & PADDED:
            start, end = _without_padding(buffer, start, end)
        if self.ended is None:
            _require(self._headers_seen, PROTOCOL_ERROR, "DATA before the response headers")
            self._read_messages(buffer, start, end, events)
        if flags & END_STREAM and self.ended is None:
            events.append(self._finish(StreamEnd(UNKNOWN, "the server ended the call without a gRPC status")))

    def _account(self, size: int) -> None:
        # Stream and connection grow in step, so one count serves both.
        self._receive_window -= size
        if self._receive_window < 0:
            raise ProtocolError(FLOW_CONTROL_ERROR, "more DATA than the flow-control window allows")
        if self._receive_window < _RECEIVE_WINDOW // 2:
            grown = _U32.pack(_RECEIVE_WINDOW - self._receive_window)
            self._control.append(frame(WINDOW_UPDATE, 0, 0, grown))
            if self.ended is None:
                self._control.append(frame(WINDOW_UPDATE, 0, _STREAM, grown))
            self._receive_window = _RECEIVE_WINDOW

    def _read_messages(self, buffer: bytes, start: int, end: int, events: list[Event]) -> None:
        partial = self._partial
        if not partial and end - start >= _PREFIX.size:
            compressed, size = _PREFIX.unpack_from(buffer, start)
            # The common case: a frame that is one message.
            if not compressed and size == end - start - _PREFIX.size:
                events.append(buffer[start + _PREFIX.size : end])
                return
        partial += memoryview(buffer)[start:end]
        while len(partial) >= _PREFIX.size:
            compressed, size = _PREFIX.unpack_from(partial)
            if compressed:
                text = "the server sent a compressed message, which was not asked for"
                events.append(self._finish(StreamEnd(INTERNAL, text, False), reset=True))
                return
            if size > MAX_MESSAGE:
                text = f"the server sent a message of {size_text(size)}"
                events.append(self._finish(StreamEnd(RESOURCE_EXHAUSTED, text, False), reset=True))
                return
            whole = _PREFIX.size + size
            if len(partial) < whole:
                return
            with memoryview(partial) as view:
                events.append(bytes(view[_PREFIX.size : whole]))
            del partial[:whole]

    # ------------------------------------------------------------ headers

    def _on_headers(self, flags: int, stream: int, payload: bytes, events: list[Event]) -> None:
        _require(stream == _STREAM, PROTOCOL_ERROR, f"HEADERS on stream {stream}, which is not open")
        start, end = 0, len(payload)
        if flags & PADDED:
            start, end = _without_padding(payload, start, end)
        if flags & PRIORITIZED:
            start += 5
            _require(start <= end, FRAME_SIZE_ERROR, "HEADERS too short for their priority")
        self._header_flags = flags
        self._header_block = bytearray(payload[start:end])
        if flags & END_HEADERS:
            self._end_headers(events)

    def _on_continuation(self, flags: int, stream: int, payload: bytes, events: list[Event]) -> None:
        block = self._header_block
        if block is None or stream != _STREAM:
            raise ProtocolError(PROTOCOL_ERROR, "CONTINUATION without the HEADERS before it")
        block += payload
        if len(block) > _MAX_HEADER_BLOCK:
            raise ProtocolError(ENHANCE_YOUR_CALM, f"headers of more than {_MAX_HEADER_BLOCK} bytes")
        if flags & END_HEADERS:
            self._end_headers(events)

    def _end_headers(self, events: list[Event]) -> None:
        block, self._header_block = self._header_block or b"", None
        # Decoded even when nobody asks any more: the table must follow every block.
        headers = dict(self._decoder.decode(bytes(block)))
        if self.ended:
            return
        last = bool(self._header_flags & END_STREAM)
        if self._headers_seen:
            _require(last, PROTOCOL_ERROR, "trailers that do not end the stream")
        else:
            status = headers.get(":status", "")
            if status.startswith("1") and not last:
                return
            self._headers_seen = True
            wrong = _not_grpc(status, headers)
            if wrong and not (last and "grpc-status" in headers):
                events.append(self._finish(StreamEnd(UNKNOWN, wrong), reset=not last))
                return
        if last:
            self._on_trailers(headers, events)

    def _on_trailers(self, trailers: dict[str, str], events: list[Event]) -> None:
        status = trailers.get("grpc-status", "")
        if not status.isdigit():
            end = StreamEnd(UNKNOWN, "the server ended the call without a gRPC status")
        elif self._partial and int(status) == OK:
            end = StreamEnd(INTERNAL, "the call ended in the middle of a message")
        else:
            end = StreamEnd(int(status), _percent_decode(trailers.get("grpc-message", "")))
        events.append(self._finish(end))

    # ------------------------------------------------------------ the connection

    def _on_settings(self, flags: int, stream: int, payload: bytes) -> None:
        _require(stream == 0, PROTOCOL_ERROR, "SETTINGS on a stream")
        if flags & ACK:
            _require(not payload, FRAME_SIZE_ERROR, "an acknowledgement of SETTINGS with a payload")
            _require(self._settings_seen, PROTOCOL_ERROR, "a first frame that acknowledges SETTINGS")
            return
        _require(len(payload) % _SETTING.size == 0, FRAME_SIZE_ERROR, "SETTINGS cut in the middle of one")
        self._settings_seen = True
        for name, value in _SETTING.iter_unpack(payload):
            if name == INITIAL_WINDOW_SIZE:
                _require(value <= _LARGEST_WINDOW, FLOW_CONTROL_ERROR, f"an initial window of {value}")
                # May leave the window negative; then nothing is sent until it has grown again.
                self._send_window += value - self._peer_initial_window
                self._peer_initial_window = value
                _require(self._send_window <= _LARGEST_WINDOW, FLOW_CONTROL_ERROR, "a window above 2^31-1")
            elif name == MAX_FRAME_SIZE:
                sane = _SMALLEST_MAX_FRAME <= value <= _LARGEST_MAX_FRAME
                _require(sane, PROTOCOL_ERROR, f"a largest frame of {value}")
                self._peer_max_frame = value
            elif name == ENABLE_PUSH:
                _require(value == 0, PROTOCOL_ERROR, "a server that enables push")
            # HEADER_TABLE_SIZE bounds an encoder's table; ours never has an entry.
        self._control.append(frame(SETTINGS, ACK, 0))

    def _on_window_update(self, stream: int, payload: bytes) -> None:
        _require(len(payload) == 4, FRAME_SIZE_ERROR, "WINDOW_UPDATE whose payload is not 4 bytes")
        increment = _U32.unpack(payload)[0] & _LARGEST_WINDOW
        _require(increment > 0, PROTOCOL_ERROR, "WINDOW_UPDATE by 0")
        if stream == 0:
            self._connection_send_window += increment
        elif stream == _STREAM:
            self._send_window += increment
        else:
            raise ProtocolError(PROTOCOL_ERROR, f"WINDOW_UPDATE on stream {stream}, which is not open")
        largest = max(self._connection_send_window, self._send_window)
        _require(largest <= _LARGEST_WINDOW, FLOW_CONTROL_ERROR, "a window above 2^31-1")

    def _on_reset(self, stream: int, payload: bytes, events: list[Event]) -> None:
        _require(len(payload) == 4, FRAME_SIZE_ERROR, "RST_STREAM whose payload is not 4 bytes")
        _require(stream == _STREAM, PROTOCOL_ERROR, f"RST_STREAM on stream {stream}, which is not open")
        if self.ended:
            return
        code = _U32.unpack(payload)[0]
        status = _RESET_STATUSES.get(code, INTERNAL)
        text = f"the server reset the stream (HTTP/2 error {code})"
        events.append(self._finish(StreamEnd(status, text)))

    def _on_goaway(self, stream: int, payload: bytes, events: list[Event]) -> None:
        _require(stream == 0, PROTOCOL_ERROR, "GOAWAY on a stream")
        _require(len(payload) >= 8, FRAME_SIZE_ERROR, "GOAWAY of less than 8 bytes")
        last = _U32.unpack_from(payload)[0] & _LARGEST_WINDOW
        code = _U32.unpack_from(payload, 4)[0]
        debug = payload[8:200].decode("utf-8", "replace")
        self._goaway = f"the server is going away, HTTP/2 error {code}" + (f", {debug}" if debug else "")
        if last < _STREAM and self.ended is None:
            events.append(self._finish(StreamEnd(UNAVAILABLE, self._goaway)))


def _require(condition: bool, code: int, message: str) -> None:
    if not condition:
        raise ProtocolError(code, message)


def _without_padding(payload: bytes, start: int, end: int) -> tuple[int, int]:
    _require(end > start, FRAME_SIZE_ERROR, "a padded frame without a padding length")
    padding = payload[start]
    _require(padding < end - start, PROTOCOL_ERROR, "padding longer than its frame")
    return start + 1, end - padding


def _not_grpc(status: str, headers: dict[str, str]) -> str | None:
    """Says what is wrong with a response that no gRPC server would give."""
    if status != "200":
        return f"not a gRPC response: HTTP status {status or 'missing'}"
    content_type = headers.get("content-type", "")
    if not content_type.startswith("application/grpc"):
        return f"not a gRPC response: content type {content_type or 'missing'}"
    return None


def _percent_decode(text: str) -> str:
    head, *rest = text.split("%")
    decoded = bytearray(head.encode("latin-1"))
    for part in rest:
        digits = part[:2]
        if len(digits) == 2 and all(digit in "0123456789abcdefABCDEF" for digit in digits):
            decoded += bytes.fromhex(digits) + part[2:].encode("latin-1")
        else:
            # The gRPC specification: invalid values are kept as they are.
            decoded += f"%{part}".encode("latin-1")
    return decoded.decode("utf-8", "replace")
