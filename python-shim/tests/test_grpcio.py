"""The client against stock grpcio's server, where grpcio is installed."""

from __future__ import annotations

import asyncio
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Iterator

import sources  # noqa: F401
from agent_workflows import _wire
from agent_workflows._client import CallFailed, Coordinator, call_unary, open_stream
from agent_workflows._http2 import StreamEnd
from fake_coordinator import FakeCoordinator, done
from tiers import slow
from workspace import ScriptTest

try:
    import grpc
except ImportError:
    grpc = None

SERVICE = "agentworkflows.v1.Coordinator"
MANY = 20 << 20


def raw(data: bytes) -> bytes:
    return data


@slow
@unittest.skipIf(grpc is None, "grpcio is not installed for this Python")
class GrpcioTest(ScriptTest):
    def serve(self, run: Any, unary: Any = None, **options: Any) -> Coordinator:
        handlers = {"Run": grpc.stream_stream_rpc_method_handler(run, raw, raw)}
        if unary:
            handlers["HoldBudget"] = grpc.unary_unary_rpc_method_handler(unary, raw, raw)
        sizes = [("grpc.max_receive_message_length", 64 << 20), ("grpc.max_send_message_length", -1)]
        server = grpc.server(ThreadPoolExecutor(8), options=sizes)
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self.addCleanup(lambda: server.stop(None).wait(5))
        return Coordinator("127.0.0.1", port, "token")

    def converse(self, coordinator: Coordinator, messages: list[bytes]) -> tuple[list[bytes], StreamEnd]:
        async def talk() -> tuple[list[bytes], StreamEnd]:
            got: list[bytes] = []
            end: asyncio.Future[StreamEnd] = asyncio.get_running_loop().create_future()
            stream = await open_stream(coordinator, "Run", got.append, end.set_result)
            for message in messages:
                stream.send(message)
            stream.end()
            return got, await asyncio.wait_for(end, 30)

        return asyncio.run(talk())

    def test_thousands_of_messages_and_megabytes_go_both_ways(self) -> None:
        coordinator = self.serve(lambda requests, context: requests)
        sent = [b"%d" % number for number in range(3000)] + [bytes(MANY), b"", b"x" * 70_000]
        got, end = self.converse(coordinator, sent)
        self.assertEqual((len(got), end), (len(sent), StreamEnd(0, "")))
        self.assertEqual(got, sent)

    def test_the_token_arrives_and_an_errors_text_comes_back(self) -> None:
        def refuse(requests: Iterator[bytes], context: Any) -> Iterator[bytes]:
            token = dict(context.invocation_metadata())["authorization"]
            context.abort(grpc.StatusCode.UNAUTHENTICATED, f"not this token: {token} \u20ac")
            yield b""

        _, end = self.converse(self.serve(refuse), [b"m"])
        self.assertEqual(end, StreamEnd(16, "not this token: Bearer token \u20ac"))

    def test_unary_calls_give_the_answer_or_the_status(self) -> None:
        def hold(request: bytes, context: Any) -> bytes:
            if len(request) > 10:
                context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "does not fit")
            return request + b"!"

        coordinator = self.serve(lambda requests, context: requests, hold)
        self.assertEqual(call_unary(coordinator, "HoldBudget", b"abc"), b"abc!")
        with self.assertRaisesRegex(CallFailed, "RESOURCE_EXHAUSTED: does not fit"):
            call_unary(coordinator, "HoldBudget", b"a" * 11)
        with self.assertRaisesRegex(CallFailed, "UNIMPLEMENTED"):
            call_unary(coordinator, "NoSuchMethod", b"")

    def test_a_whole_script_runs_against_grpcio(self) -> None:
        closed: list[dict[str, Any]] = []

        def run(requests: Iterator[bytes], context: Any) -> Iterator[bytes]:
            for request in requests:
                message = _wire.FROM_SHIM.decode(request)
                if message["open_run"]:
                    yield _wire.TO_SHIM.encode({"run_opened": {"run_id": "r", "args_json": "{}"}})
                elif message["start_call"]:
                    call = message["start_call"]
                    yield _wire.TO_SHIM.encode({"call_done": {"call_ref": call["call_ref"], "result": done(call)}})
                elif message["close_run"]:
                    closed.append(message["close_run"])
                    yield _wire.TO_SHIM.encode({"run_closed": {}})
                    return

        coordinator = self.serve(run)
        script = self.write(
            """
            from workflows import agent, parallel
            async def main(args):
                results = await parallel([lambda n=n: agent(str(n)) for n in range(500)])
                return [r.text for r in results] == [str(n) for n in range(500)]
            """
        )
        starter = FakeCoordinator()
        starter.port = coordinator.port
        finished = starter.run(script)
        starter.loop.close()
        self.assertEqual((finished.code, finished.err), (0, ""))
        self.assertEqual(closed[0]["output_json"], "true")


class SilentServerTest(unittest.TestCase):
    def test_a_unary_call_gives_up_on_a_server_that_says_nothing(self) -> None:
        import socket

        with socket.create_server(("127.0.0.1", 0)) as listener:
            coordinator = Coordinator("127.0.0.1", listener.getsockname()[1], "token")
            with self.assertRaisesRegex(CallFailed, "UNAVAILABLE"):
                call_unary(coordinator, "HoldBudget", b"", timeout=0.2)


if __name__ == "__main__":
    unittest.main()
