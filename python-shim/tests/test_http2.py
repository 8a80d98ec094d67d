"""The HTTP/2 core, bytes against bytes: no socket anywhere."""

from __future__ import annotations

import struct
import unittest
from typing import Any, Callable

import sources  # noqa: F401
from agent_workflows import _hpack, _http2
from agent_workflows._http2 import MAX_MESSAGE, GrpcCall, MessageTooLarge, ProtocolError, StreamEnd, frame
from http2_server import ServerSide

RESPONSE = [(":status", "200"), ("content-type", "application/grpc")]


def new_call() -> GrpcCall:
    return GrpcCall("host:1", "/x.Service/Method", "secret", user_agent="test")


def exchange(call: GrpcCall, server: ServerSide, rounds: int = 10_000) -> tuple[list[Any], list[Any]]:
    """Lets both sides talk until neither has more to say; returns what each one learnt."""
    learnt: tuple[list[Any], list[Any]] = ([], [])
    for _ in range(rounds):
        to_server, to_client = call.take_output(), server.output()
        if not to_server and not to_client:
            return learnt
        learnt[1].extend(server.feed(to_server))
        if to_client:
            learnt[0].extend(call.receive(to_client))
    raise AssertionError("the conversation does not end")


def messages(events: list[tuple[str, Any]]) -> list[bytes]:
    return [content for kind, content in events if kind == "message"]


def headers_frame(headers: list[tuple[str, str]], flags: int = 4) -> bytes:
    return frame(1, flags, 1, _hpack.encode_headers(headers))


def data_frame(payload: bytes, flags: int = 0) -> bytes:
    return frame(0, flags, 1, struct.pack(">BI", 0, len(payload)) + payload)


SETTINGS = frame(4, 0, 0)
STARTED = SETTINGS + headers_frame(RESPONSE)


class ConversationTest(unittest.TestCase):
    def test_the_request_is_what_grpc_asks_for(self) -> None:
        call, server = new_call(), ServerSide()
        _, heard = exchange(call, server)
        self.assertEqual(
            heard[0],
            ("headers", {
                ":method": "POST", ":scheme": "http", ":path": "/x.Service/Method", ":authority": "host:1",
                "te": "trailers", "content-type": "application/grpc", "user-agent": "test",
                "authorization": "Bearer secret",
            }),
        )  # fmt: skip
        self.assertEqual(server.acks, 1)

    def test_messages_go_both_ways_and_the_trailers_end_the_call(self) -> None:
        call, server = new_call(), ServerSide()
        call.send_message(b"question")
        call.end()
        server.headers()
        server.message(b"answer")
        server.trailers(0)
        told, heard = exchange(call, server)
        self.assertEqual(told, [b"answer", StreamEnd(0, "")])
        self.assertEqual(heard[1:], [("message", b"question"), ("half_close", None)])

    def test_bytes_cut_anywhere_mean_the_same(self) -> None:
        server = ServerSide(padding=3)
        server.headers()
        for size in (0, 1, 5, 300, 20_000):
            server.message(b"m" * size)
        server.ping()
        server.trailers(5, "not%20here")
        stream = server.output()
        expected = new_call().receive(stream)
        self.assertEqual([type(event) for event in expected], [bytes] * 5 + [StreamEnd])
        for cut in [*range(200), *range(200, len(stream), 97)]:
            call = new_call()
            self.assertEqual(call.receive(stream[:cut]) + call.receive(stream[cut:]), expected)
        call, byte_by_byte = new_call(), []
        for position in range(len(stream)):
            byte_by_byte += call.receive(stream[position : position + 1])
        self.assertEqual(byte_by_byte, expected)

    def test_thousands_of_messages_share_frames(self) -> None:
        call, server = new_call(), ServerSide(window=1 << 20)
        server.grow(1 << 20)
        exchange(call, server)
        sent = [b"%d" % number for number in range(5000)]
        for payload in sent:
            call.send_message(payload)
        output = call.take_output()
        self.assertLess(output.count(b"\x00\x00\x00\x00\x01\x00\x00"), 10)
        self.assertEqual(messages(server.feed(output)), sent)

    def test_a_ping_is_answered_with_its_payload(self) -> None:
        call, server = new_call(), ServerSide()
        server.ping(b"abcdefgh")
        _, heard = exchange(call, server)
        self.assertIn(("pong", b"abcdefgh"), heard)
        call.receive(frame(6, 1, 0, b"abcdefgh"))
        self.assertEqual(call.take_output(), b"")

    def test_unknown_frames_priority_frames_and_settings_are_ignored(self) -> None:
        call = new_call()
        odd = frame(0xFA, 0xFF, 7, b"?") + frame(2, 0, 1, b"12345") + frame(4, 0, 0, struct.pack(">HI", 0xF00, 9))
        self.assertEqual(call.receive(STARTED + odd + data_frame(b"m")), [b"m"])

    def test_headers_may_be_padded_prioritized_and_continued(self) -> None:
        block = _hpack.encode_headers(RESPONSE)
        padded = bytes([4]) + b"12345" + block[:7] + bytes(4)
        stream = SETTINGS + frame(1, 0x28, 1, padded) + frame(9, 0, 1, block[7:20]) + frame(9, 4, 1, block[20:])
        self.assertEqual(new_call().receive(stream + data_frame(b"m")), [b"m"])

    def test_interim_headers_are_skipped(self) -> None:
        stream = SETTINGS + headers_frame([(":status", "100")]) + headers_frame(RESPONSE) + data_frame(b"m")
        self.assertEqual(new_call().receive(stream), [b"m"])

    def test_several_messages_in_a_frame_and_one_message_in_several(self) -> None:
        prefixed = struct.pack(">BI", 0, 3) + b"abc"
        stream = STARTED + frame(0, 0, 1, prefixed * 3 + prefixed[:2]) + frame(0, 0, 1, b"") + frame(0, 0, 1, prefixed[2:])
        self.assertEqual(new_call().receive(stream), [b"abc"] * 4)


class FlowControlTest(unittest.TestCase):
    def test_nothing_is_sent_beyond_the_windows(self) -> None:
        call, server = new_call(), ServerSide(window=100_000, auto_window=False)
        call.send_message(b"p" * 200_000)
        exchange(call, server)
        self.assertEqual(server.connection_window, 0)  # ServerSide itself refuses more
        self.assertEqual(server.window, 100_000 - 65_535)
        server.grow(50_000)
        exchange(call, server)
        self.assertEqual((server.connection_window, server.window), (0, 34_465))

    def test_many_megabytes_go_out_through_small_windows(self) -> None:
        call, server = new_call(), ServerSide(window=30_000)
        prompt = bytes(range(256)) * 40_000
        call.send_message(prompt)
        _, heard = exchange(call, server)
        self.assertEqual(messages(heard), [prompt])
        self.assertLessEqual(server.largest_frame, 16_384)

    def test_many_megabytes_come_in_with_timely_window_updates(self) -> None:
        for padding in (0, 200):
            call, server = new_call(), ServerSide(padding=padding)
            exchange(call, server)
            answer = bytes(range(256)) * 160_000  # more than twice the window
            server.headers()
            server.message(answer)
            server.trailers()
            told, _ = exchange(call, server)
            self.assertEqual(told, [answer, StreamEnd(0, "")])

    def test_settings_change_the_window_of_the_open_stream(self) -> None:
        call, server = new_call(), ServerSide(window=10, auto_window=False)
        exchange(call, server)
        call.send_message(b"p" * 95)
        exchange(call, server)
        self.assertEqual(server.window, 0)
        server.set_initial_window(10, 60)
        exchange(call, server)
        self.assertEqual(server.window, 0)
        server.set_initial_window(60, 20)  # now 40 below zero
        exchange(call, server)
        self.assertEqual(server.window, -40)
        server.grow(80)
        _, heard = exchange(call, server)
        self.assertEqual(messages(heard), [b"p" * 95])

    def test_a_larger_frame_size_is_used(self) -> None:
        call, server = new_call(), ServerSide(window=1 << 20, max_frame=50_000)
        server.grow(1 << 20)
        exchange(call, server)
        call.send_message(b"p" * 200_000)
        exchange(call, server)
        self.assertEqual(server.largest_frame, 50_000)

    def test_output_is_taken_in_bounded_pieces(self) -> None:
        call = new_call()
        call.receive(SETTINGS + frame(4, 0, 0, struct.pack(">HI", 4, 1 << 30)) + frame(8, 0, 0, struct.pack(">I", 1 << 30)))
        call.send_message(bytes(10 << 20))
        call.take_output(limit=1)
        self.assertLess(len(call.take_output(limit=1 << 20)), (1 << 20) + 4096)

    def test_a_server_that_overruns_our_window_is_refused(self) -> None:
        call = new_call()
        call.receive(STARTED)
        call._receive_window = 10
        with self.assertRaisesRegex(ProtocolError, "window"):
            call.receive(frame(0, 0, 1, b"x" * 11))


class LimitTest(unittest.TestCase):
    def test_a_message_over_the_limit_is_not_sent_and_names_it(self) -> None:
        call = new_call()
        call.take_output()
        with self.assertRaisesRegex(MessageTooLarge, r"67108865 bytes; the limit is 64 MiB \(67108864 bytes\)"):
            call.send_message(bytes(MAX_MESSAGE + 1))
        self.assertEqual(call.take_output(), b"")

    def test_a_message_over_the_limit_resets_the_stream(self) -> None:
        call = new_call()
        (end,) = call.receive(STARTED + frame(0, 0, 1, struct.pack(">BI", 0, MAX_MESSAGE + 1)))
        self.assertEqual(end.status, 8)
        self.assertIn("the limit is 64 MiB", end.message)
        self.assertTrue(call.take_output().endswith(frame(3, 0, 1, struct.pack(">I", 8))))

    def test_a_compressed_message_ends_the_call(self) -> None:
        (end,) = new_call().receive(STARTED + frame(0, 0, 1, b"\x01\0\0\0\x01x"))
        self.assertIn("compressed", end.message)

    def test_endless_headers_are_refused(self) -> None:
        call = new_call()
        call.receive(SETTINGS + frame(1, 0, 1, b""))
        with self.assertRaisesRegex(ProtocolError, "headers of more than"):
            for _ in range(1000):
                call.receive(frame(9, 0, 1, bytes(16_384)))


class EndTest(unittest.TestCase):
    def end_of(self, stream: bytes) -> StreamEnd:
        (end,) = new_call().receive(stream)
        return end

    def test_a_trailers_only_response_is_an_error_with_its_words(self) -> None:
        headers = [*RESPONSE, ("grpc-status", "9"), ("grpc-message", "version 1, not %F0%9F%98%80 %zz 100%")]
        end = self.end_of(SETTINGS + headers_frame(headers, 5))
        self.assertEqual(end, StreamEnd(9, "version 1, not \U0001f600 %zz 100%"))
        self.assertEqual(str(end), "FAILED_PRECONDITION: version 1, not \U0001f600 %zz 100%")

    def test_an_end_without_a_status_is_unknown(self) -> None:
        self.assertEqual(self.end_of(STARTED + frame(0, 1, 1)).status, 2)
        self.assertEqual(self.end_of(STARTED + headers_frame([("x", "y")], 5)).status, 2)

    def test_an_end_in_the_middle_of_a_message_is_no_success(self) -> None:
        stream = STARTED + frame(0, 0, 1, b"\0\0\0\0\x05ab") + headers_frame([("grpc-status", "0")], 5)
        self.assertEqual(self.end_of(stream).status, 13)

    def test_a_response_that_is_not_grpc_says_so(self) -> None:
        self.assertIn("HTTP status 404", self.end_of(SETTINGS + headers_frame([(":status", "404")])).message)
        html = [(":status", "200"), ("content-type", "text/html")]
        self.assertIn("content type text/html", self.end_of(SETTINGS + headers_frame(html)).message)

    def test_resets_are_told_as_grpc_statuses(self) -> None:
        for code, status in ((7, 14), (8, 1), (11, 8), (2, 13)):
            self.assertEqual(self.end_of(STARTED + frame(3, 0, 1, struct.pack(">I", code))).status, status)

    def test_a_reset_after_the_end_changes_nothing(self) -> None:
        call = new_call()
        call.receive(STARTED + headers_frame([("grpc-status", "0")], 5) + frame(3, 0, 1, bytes(4)))
        self.assertEqual(call.ended, StreamEnd(0, ""))

    def test_goaway_for_our_stream_lets_it_finish(self) -> None:
        call = new_call()
        goaway = frame(7, 0, 0, struct.pack(">II", 1, 0) + b"maintenance")
        self.assertEqual(call.receive(STARTED + goaway + data_frame(b"m")), [b"m"])
        end = call.connection_lost("the connection closed")
        self.assertEqual(end.message, "the connection closed (the server is going away, HTTP/2 error 0, maintenance)")

    def test_goaway_before_our_stream_ends_it(self) -> None:
        end = self.end_of(SETTINGS + frame(7, 0, 0, struct.pack(">II", 0, 11) + b"too_many_pings"))
        self.assertEqual(end.status, 14)
        self.assertIn("too_many_pings", end.message)

    def test_a_server_gone_in_the_middle_of_a_frame_is_a_loss(self) -> None:
        call = new_call()
        self.assertEqual(call.receive(STARTED + data_frame(b"m" * 100)[:50]), [])
        end = call.connection_lost("the connection closed")
        self.assertEqual((end.status, end.from_server), (14, False))
        self.assertIsNone(call.connection_lost("again"))

    def test_a_cancelled_call_is_reset_and_sends_no_more(self) -> None:
        call = new_call()
        call.send_message(b"m")
        call.cancel()
        self.assertTrue(call.take_output().endswith(frame(3, 0, 1, struct.pack(">I", 8))))
        call.send_message(b"m")
        self.assertEqual(call.take_output(), b"")


class BrokenServerTest(unittest.TestCase):
    def test_every_broken_rule_is_named_and_answered_with_goaway(self) -> None:
        u32: Callable[..., bytes] = struct.Struct(">I").pack
        trailers_without_end = headers_frame([("grpc-status", "0")])
        cases = {
            "does not speak HTTP/2": (b"HTTP/1.1 400 Bad Request\r\n", 1),
            "first frame is not SETTINGS": (frame(6, 0, 0, bytes(8)), 1),
            "acknowledges SETTINGS": (frame(4, 1, 0), 1),
            "a frame of 16385 bytes": (SETTINGS + frame(0, 0, 1, bytes(16_385)), 6),
            "DATA before the response headers": (SETTINGS + data_frame(b""), 1),
            "DATA on stream 3": (STARTED + frame(0, 0, 3, b""), 1),
            "HEADERS on stream 2": (SETTINGS + frame(1, 4, 2, b""), 1),
            "inside a header block": (SETTINGS + frame(1, 0, 1, b"") + frame(6, 0, 0, bytes(8)), 1),
            "DATA|frame type 0 inside": (SETTINGS + frame(1, 0, 1, b"") + data_frame(b""), 1),
            "CONTINUATION without": (STARTED + frame(9, 4, 1, b""), 1),
            "PUSH_PROMISE": (STARTED + frame(5, 4, 1, bytes(4)), 1),
            "trailers that do not end": (STARTED + trailers_without_end, 1),
            "padding longer": (STARTED + frame(0, 8, 1, b"\x03\0\0"), 1),
            "without a padding length": (STARTED + frame(0, 8, 1, b""), 6),
            "too short for their priority": (SETTINGS + frame(1, 0x24, 1, b"123"), 6),
            "PING whose payload": (SETTINGS + frame(6, 0, 0, b"1"), 6),
            "PING on a stream": (SETTINGS + frame(6, 0, 1, bytes(8)), 1),
            "PRIORITY whose": (SETTINGS + frame(2, 0, 1, b"1"), 6),
            "WINDOW_UPDATE by 0": (SETTINGS + frame(8, 0, 0, bytes(4)), 1),
            "WINDOW_UPDATE whose": (SETTINGS + frame(8, 0, 0, b"1"), 6),
            "WINDOW_UPDATE on stream 5": (SETTINGS + frame(8, 0, 5, u32(1)), 1),
            "a window above": (SETTINGS + frame(8, 0, 1, u32((1 << 31) - 1)), 3),
            "SETTINGS cut": (frame(4, 0, 0, b"123"), 6),
            "SETTINGS on a stream": (frame(4, 0, 1), 1),
            "acknowledgement of SETTINGS with": (SETTINGS + frame(4, 1, 0, bytes(6)), 6),
            "an initial window of": (frame(4, 0, 0, struct.pack(">HI", 4, 1 << 31)), 3),
            "a largest frame of 5": (frame(4, 0, 0, struct.pack(">HI", 5, 5)), 1),
            "enables push": (frame(4, 0, 0, struct.pack(">HI", 2, 1)), 1),
            "RST_STREAM whose": (STARTED + frame(3, 0, 1, b"1"), 6),
            "RST_STREAM on stream 3": (STARTED + frame(3, 0, 3, bytes(4)), 1),
            "GOAWAY of less": (STARTED + frame(7, 0, 0, bytes(4)), 6),
            "GOAWAY on a stream": (STARTED + frame(7, 0, 1, bytes(8)), 1),
            "header index 0": (SETTINGS + frame(1, 4, 1, b"\x80"), 9),
        }
        for words, (stream, code) in cases.items():
            with self.subTest(words):
                call = new_call()
                with self.assertRaisesRegex(ProtocolError, words):
                    call.receive(stream)
                self.assertTrue(call.take_output().endswith(frame(7, 0, 0, u32(0) + u32(code))))
                self.assertFalse(call.ended.from_server)


if __name__ == "__main__":
    unittest.main()
