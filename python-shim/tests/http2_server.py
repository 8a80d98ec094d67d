"""The server's side of one gRPC call, for tests: plain, strict, and able to be odd on purpose."""

from __future__ import annotations

import struct
from typing import Any

import sources  # noqa: F401
from agent_workflows import _hpack, _http2
from agent_workflows._http2 import frame


class ServerSide:
    """Bytes in, (kind, content) events out; keeps to the client's windows and checks its own."""

    def __init__(self, window: int = 65_535, max_frame: int = 16_384, padding: int = 0, auto_window: bool = True) -> None:
        self.max_frame = max_frame
        self.window = window
        self.connection_window = 65_535
        self.padding = padding
        self.auto_window = auto_window
        self.pings = 0
        self.acks = 0
        self.largest_frame = 0
        self._client_initial = 65_535
        self._send_window = self._connection_send_window = 65_535
        self._input = b""
        self._preface_seen = False
        self._message = bytearray()
        self._out: list[bytes] = [
            frame(4, 0, 0, struct.pack(">HIHI", 4, window, 5, max_frame)),
        ]
        self._unsent = bytearray()
        self._trailers: bytes | None = None
        self._decoder = _hpack.Decoder()

    def feed(self, data: bytes) -> list[tuple[str, Any]]:
        events: list[tuple[str, Any]] = []
        self._input += data
        if not self._preface_seen:
            if len(self._input) < len(_http2.PREFACE):
                return events
            assert self._input.startswith(_http2.PREFACE), self._input[:40]
            self._input = self._input[len(_http2.PREFACE) :]
            self._preface_seen = True
        position = 0
        while len(self._input) - position >= 9:
            size = int.from_bytes(self._input[position : position + 3], "big")
            if len(self._input) - position < 9 + size:
                break
            kind, flags = self._input[position + 3], self._input[position + 4]
            stream = int.from_bytes(self._input[position + 5 : position + 9], "big")
            self._on_frame(kind, flags, stream, self._input[position + 9 : position + 9 + size], events)
            position += 9 + size
        self._input = self._input[position:]
        return events

    def _on_frame(self, kind: int, flags: int, stream: int, payload: bytes, events: list[tuple[str, Any]]) -> None:
        assert len(payload) <= self.max_frame, f"a frame of {len(payload)} bytes, {self.max_frame} are allowed"
        if kind == 0:
            self._on_data(flags, payload, events)
        elif kind == 1:
            assert flags & 4
            events.append(("headers", dict(self._decoder.decode(payload))))
        elif kind == 3:
            events.append(("reset", int.from_bytes(payload, "big")))
        elif kind == 4:
            if flags & 1:
                self.acks += 1
            else:
                for name, value in struct.iter_unpack(">HI", payload):
                    if name == 4:
                        self._send_window += value - self._client_initial
                        self._client_initial = value
                self._out.append(frame(4, 1, 0))
        elif kind == 6:
            if flags & 1:
                self.pings += 1
                events.append(("pong", payload))
            else:
                self._out.append(frame(6, 1, 0, payload))
        elif kind == 7:
            events.append(("goaway", int.from_bytes(payload[4:8], "big")))
        elif kind == 8:
            increment = int.from_bytes(payload, "big")
            if stream:
                self._send_window += increment
            else:
                self._connection_send_window += increment

    def _on_data(self, flags: int, payload: bytes, events: list[tuple[str, Any]]) -> None:
        self.largest_frame = max(self.largest_frame, len(payload))
        self.window -= len(payload)
        self.connection_window -= len(payload)
        assert self.window >= 0 and self.connection_window >= 0, "the client broke flow control"
        self._message += payload
        while len(self._message) >= 5:
            size = int.from_bytes(self._message[1:5], "big")
            if len(self._message) < 5 + size:
                break
            events.append(("message", bytes(self._message[5 : 5 + size])))
            del self._message[: 5 + size]
        if self.auto_window and payload:
            self.grow(len(payload))
        if flags & 1:
            events.append(("half_close", None))

    def grow(self, size: int) -> None:
        """Lets the client send so much more."""
        self.window += size
        self.connection_window += size
        self._out += [frame(8, 0, 0, struct.pack(">I", size)), frame(8, 0, 1, struct.pack(">I", size))]

    def set_initial_window(self, old: int, new: int) -> None:
        self.window += new - old
        self._out.append(frame(4, 0, 0, struct.pack(">HI", 4, new)))

    def ping(self, payload: bytes = b"12345678") -> None:
        self._out.append(frame(6, 0, 0, payload))

    def raw(self, data: bytes) -> None:
        self._out.append(data)

    def headers(self, headers: list[tuple[str, str]] | None = None, end: bool = False) -> None:
        block = _hpack.encode_headers(headers or [(":status", "200"), ("content-type", "application/grpc")])
        self._out.append(frame(1, 4 | end, 1, block))

    def message(self, payload: bytes) -> None:
        self._unsent += struct.pack(">BI", 0, len(payload)) + payload

    def trailers(self, status: int = 0, message: str = "") -> None:
        headers = [("grpc-status", str(status))] + ([("grpc-message", message)] if message else [])
        self._trailers = frame(1, 5, 1, _hpack.encode_headers(headers))

    def output(self) -> bytes:
        out, self._out = self._out, []
        overhead = self.padding + 1 if self.padding else 0
        position = 0
        while position < len(self._unsent):
            room = min(self._send_window, self._connection_send_window, 16_384) - overhead
            if room <= 0:
                break
            part = bytes(self._unsent[position : position + room])
            position += len(part)
            if self.padding:
                part = bytes([self.padding]) + part + bytes(self.padding)
            self._send_window -= len(part)
            self._connection_send_window -= len(part)
            out.append(frame(0, 8 if self.padding else 0, 1, part))
        del self._unsent[:position]
        if self._trailers and not self._unsent:
            out.append(self._trailers)
            self._trailers = None
        return b"".join(out)
