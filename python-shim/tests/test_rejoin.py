"""Runs whose connections break, at every boundary between two messages: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import ssl
import struct
import tempfile
import threading
import unittest
from pathlib import Path
from typing import Any, Awaitable, Callable, Iterator
from unittest import mock

from certificates import OPENSSL, Authority
from fake_coordinator import TOKEN, FakeCoordinator, FakeRun, done
from tiers import slow
from agent_workflows import CoordinatorLost, WorkflowError, _api, _rejoin, _wire
from agent_workflows._client import Coordinator
from agent_workflows._remote import RemoteRun
from agent_workflows._run import OpeningRefused, Outcome, enter_run
from agent_workflows._screen import Screen

RUN_TOKEN = "token-of-this-run-alone"


class Watched(RemoteRun):
    """A run that remembers what came to it, and what a person was told."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.came: list[bytes] = []
        self.breaks: list[str] = []

    def _on_message(self, payload: bytes) -> None:
        self.came.append(payload)
        super()._on_message(payload)

    def _on_break(self, why: str, seconds: int) -> None:
        self.breaks.append(why)
        super()._on_break(why, seconds)

    async def ask_agent(self, prompt: str) -> str | None:
        result = await self.call({"prompt": prompt, "isolation": "none"})
        return result.text


class RejoinTest(unittest.TestCase):
    server_context: ssl.SSLContext | None = None
    client_context: ssl.SSLContext | None = None

    def drive(
        self, coordinator: FakeCoordinator, main: Callable[[Watched], Awaitable[Any]], timeout: float = 20
    ) -> tuple[Watched, Any]:
        """Opens a run in this process, lets `main` use it, closes it."""
        loop = asyncio.new_event_loop()
        there = Coordinator("127.0.0.1", coordinator.port, TOKEN, self.client_context)
        run = Watched("/x/script.py", there, loop, on_lost=lambda why, ended_by_it: None, screen=Screen(json=True))

        async def whole() -> Any:
            # A person's first connection fails at once; what breaks later is joined again.
            await run.open("0" * 64, "{}")
            try:
                value = await main(run)
                await run.close(Outcome("done", "1"))
                return value
            finally:
                run.abandon()

        try:
            return run, loop.run_until_complete(asyncio.wait_for(whole(), timeout))
        finally:
            # TLS says goodbye in several turns of the loop.
            loop.run_until_complete(asyncio.sleep(0.02 if self.client_context else 0))
            loop.close()

    def coordinator(self, answer: Any = lambda run, call: done(call), **options: Any) -> FakeCoordinator:
        options = {"rejoin_seconds": 10, "run_token": RUN_TOKEN, "same_machine": False, "ssl_context": self.server_context, **options}
        return FakeCoordinator(answer, **options)

    def assert_whole(self, run: Watched, there: FakeRun, calls: int) -> None:
        """Each call was started once and answered once; the shim got what was sent, once and in order."""
        self.assertEqual([call["call_ref"] for call in there.calls], list(range(1, calls + 1)))
        self.assertEqual(run.came, there.sent)
        self.assertIsNone(run.lost)
        self.assertEqual(there.close and there.close["status"], "done")
        # So that it can acknowledge to the end.
        self.assertFalse(there.half_closed)


class CutTest(RejoinTest):
    EVENTS = ["first", "between", "last"]

    async def main(self, run: Watched) -> Any:
        run.append_event("phase", "first")
        texts = [await run.ask_agent("one")]
        run.append_event("log", "between")
        texts += await asyncio.gather(run.ask_agent("two"), run.ask_agent("three"))
        waiting = asyncio.ensure_future(run.ask_agent("never"))
        await asyncio.sleep(0)
        waiting.cancel()
        run.append_event("warning", "last")
        texts.append(await run.ask_agent("four"))
        return texts

    def check(self, cut_when: Callable[[FakeRun, str, int], bool], **options: Any) -> FakeRun:
        def answer(run: FakeRun, call: dict[str, Any]) -> Any:
            return None if call["prompt"] == "never" else done(call)

        with self.coordinator(answer, cut_when=cut_when, **options) as coordinator:
            run, texts = self.drive(coordinator, self.main)
            there = coordinator.runs[0]
        self.assertEqual(texts, ["one", "two", "three", "four"])
        self.assert_whole(run, there, 5)
        self.assertEqual(there.cancelled, [4])
        self.assertEqual([event["message"] for event in there.events], self.EVENTS)
        self.assertEqual(len(coordinator.runs), 1)
        return there

    def test_a_cut_at_any_boundary_loses_and_repeats_nothing(self) -> None:
        whole = self.check(lambda run, what, number: False)
        self.assertEqual((whole.rejoins, whole.received, len(whole.sent)), ([], 11, 6))
        boundaries = [
            (f"{when} {what}", number)
            for what, last in (("receiving", whole.received), ("sending", len(whole.sent)))
            for when in ("before", "after")
            for number in range(2, last + 1)
        ]
        boundaries.append(("after sending", 1))
        for boundary in boundaries:
            with self.subTest(boundary):
                left = [boundary]

                def cut_when(run: FakeRun, what: str, number: int) -> bool:
                    if left and left[0] == (what, number):
                        left.pop()
                        return True
                    return False

                there = self.check(cut_when)
                self.assertEqual(left, [])
                # Behind the last message there is nothing to come back for.
                if boundary not in (("after sending", len(there.sent)), ("after receiving", there.received)):
                    self.assertEqual(len(there.rejoins), 1)

    def test_cuts_upon_cuts_lose_and_repeat_nothing(self) -> None:
        for seed in range(8):
            with self.subTest(seed=seed):
                dice = random.Random(seed)
                self.check(lambda run, what, number: number > 1 and dice.random() < 0.2, rejoin_seconds=30)

    def test_a_wide_run_is_whole_after_many_cuts_and_keeps_little(self) -> None:
        dice = random.Random(7)
        seen: list[int] = []

        async def main(run: Watched) -> Any:
            async def one(number: int) -> str | None:
                await asyncio.sleep(number % 7 / 1000)
                run.append_event("log", str(number))
                text = await run.ask_agent(f"prompt {number}")
                seen.append(len(run._stream._kept))
                return text

            return await asyncio.gather(*[one(number) for number in range(300)])

        with self.coordinator(
            cut_when=lambda run, what, number: number > 1 and dice.random() < 0.01, acknowledge_every=16, rejoin_seconds=30
        ) as coordinator:
            run, texts = self.drive(coordinator, main)
            there = coordinator.runs[0]
        self.assertEqual(texts, [f"prompt {number}" for number in range(300)])
        self.assert_whole(run, there, 300)
        self.assertEqual(sorted(int(event["message"]) for event in there.events), list(range(300)))
        self.assertGreater(len(there.rejoins), 3)
        self.assertLessEqual(seen[-1], 16)


@unittest.skipIf(OPENSSL is None, "the openssl program, which makes the certificates, is not here")
@slow
class TlsCutTest(CutTest):
    """The same over TLS, whose transports have ends of their own."""

    @classmethod
    def setUpClass(cls) -> None:
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        authority = Authority(Path(directory.name) / "ca")
        cls.server_context = authority.server_context("good", "IP:127.0.0.1")
        cls.client_context = ssl.create_default_context()
        cls.client_context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
        cls.client_context.load_verify_locations(authority.certificate)


class CountTest(RejoinTest):
    def test_every_64_messages_and_silence_are_acknowledged(self) -> None:
        quiet = threading.Event()

        def answer(run: FakeRun, call: dict[str, Any]) -> Any:
            return done(call)

        async def main(run: Watched) -> Any:
            for number in range(150):
                await run.ask_agent(str(number))
            before = list(coordinator.runs[0].acknowledged)
            while len(coordinator.runs[0].acknowledged) == len(before):
                await asyncio.sleep(0.01)
            quiet.set()
            return before

        with mock.patch.object(_rejoin, "_ACKNOWLEDGE_AFTER", 0.3), self.coordinator(answer) as coordinator:
            run, before = self.drive(coordinator, main)
            there = coordinator.runs[0]
        self.assertTrue(quiet.is_set())
        self.assertGreaterEqual(len(before), 2)
        gaps = [b - a for a, b in zip([0, *there.acknowledged], there.acknowledged)]
        self.assertTrue(all(0 < gap <= 64 for gap in gaps), gaps)
        self.assertEqual(there.acknowledged[len(before)], 151)

    def test_without_reattaching_a_break_is_the_end(self) -> None:
        async def main(run: Watched) -> Any:
            for number in range(70):
                await run.ask_agent(str(number))
            self.assertEqual(len(run._stream._kept), 0)
            coordinator.loop.call_soon_threadsafe(coordinator.cut)
            with self.assertRaisesRegex(CoordinatorLost, "connection"):
                await run.ask_agent("never")
            return coordinator.runs[0].acknowledged

        def answer(run: FakeRun, call: dict[str, Any]) -> Any:
            return None if call["prompt"] == "never" else done(call)

        with self.coordinator(answer, rejoin_seconds=None) as coordinator:
            with self.assertRaises(CoordinatorLost):
                self.drive(coordinator, main)
            self.assertEqual(coordinator.runs[0].acknowledged, [])
            self.assertEqual(coordinator.runs[0].rejoins, [])

    def test_a_coordinator_that_counts_otherwise_is_not_believed(self) -> None:
        for kind, received in (("acknowledge", 99), ("run_rejoined", 99), ("run_rejoined", 1)):
            with self.subTest(kind=kind, received=received):

                def on_message(run: FakeRun, what: str, values: dict[str, Any]) -> None:
                    if what == "start_call":
                        # Not counted, so not said but slipped in.
                        run.connection.server.message(_wire.TO_SHIM.encode({kind: {"received": received}}))

                async def main(run: Watched) -> Any:
                    await run.ask_agent("never")

                with self.coordinator(lambda run, call: None, on_message=on_message) as coordinator:
                    with self.assertRaisesRegex(CoordinatorLost, "the coordinator sent nonsense: "):
                        self.drive(coordinator, main)

    def test_a_rejoin_that_is_answered_with_nonsense_is_final(self) -> None:
        cases: list[tuple[str, Any]] = [
            ("it has 2 messages, having acknowledged 3", lambda run: [{"run_rejoined": {"received": 2}}]),
            ("it has 9 messages of the 4 that were sent", lambda run: [{"run_rejoined": {"received": 9}}]),
            ("a message of the run came before RunRejoined", lambda run: [{"notice": {"message": "early"}}]),
        ]
        for words, rejoin_with in cases:

            async def main(run: Watched) -> Any:
                await run.ask_agent("one")
                await run.ask_agent("two")
                await run.ask_agent("three")

            def cut_when(run: FakeRun, what: str, number: int) -> bool:
                return (what, number) == ("before sending", 4)

            with self.coordinator(cut_when=cut_when, rejoin_with=rejoin_with) as coordinator:
                with self.assertRaisesRegex(CoordinatorLost, f"^the coordinator sent nonsense: {words}$"):
                    self.drive(coordinator, main)

    def test_what_an_older_connection_still_delivers_is_not_counted(self) -> None:
        async def main(run: Watched) -> Any:
            older = run._stream._link
            older._tell_end(older._call.connection_lost("cut"))
            self.assertEqual(run.breaks, ["cut"])
            text = await run.ask_agent("after")
            older._on_message(_wire.TO_SHIM.encode({"notice": {"message": "late"}}))
            return text

        with self.coordinator() as coordinator:
            run, text = self.drive(coordinator, main)
            self.assertEqual(text, "after")
            self.assert_whole(run, coordinator.runs[0], 1)

    def test_too_large_a_message_is_refused_offline_too(self) -> None:
        async def main(run: Watched) -> Any:
            run._stream._live = False
            with self.assertRaisesRegex(ValueError, "prompt: the call would be .* the limit is 64 MiB"):
                await run.ask_agent("x" * ((64 << 20) + 1))
            run._stream._live = True
            return await run.ask_agent("small")

        with self.coordinator() as coordinator:
            run, text = self.drive(coordinator, main)
            self.assertEqual(text, "small")
            self.assertEqual(coordinator.runs[0].prompts(), ["small"])


class GivingUpTest(RejoinTest):
    async def ask_after_a_cut(self, run: Watched) -> Any:
        return await run.ask_agent("never")

    def lost(self, **options: Any) -> tuple[str, FakeCoordinator]:
        def cut_when(run: FakeRun, what: str, number: int) -> bool:
            if (what, number) == ("after receiving", 2):
                if options.get("rejoin_seconds"):
                    coordinator._server.close()
                return True
            return False

        with self.coordinator(lambda run, call: None, cut_when=cut_when, **options) as coordinator:
            with self.assertRaises(CoordinatorLost) as caught:
                self.drive(coordinator, self.ask_after_a_cut)
        return str(caught.exception), coordinator

    def test_after_the_stated_time_the_coordinator_is_lost(self) -> None:
        began = asyncio.new_event_loop()
        start = began.time()
        message, _ = self.lost(rejoin_seconds=1)
        took = began.time() - start
        began.close()
        self.assertRegex(message, r"Connect call failed .*; tried to join the run again for 1 s$")
        self.assertTrue(1 <= took < 3, took)

    def test_a_refused_rejoin_is_final(self) -> None:
        for status, name in ((9, "FAILED_PRECONDITION"), (16, "UNAUTHENTICATED")):
            message, coordinator = self.lost(refuse_rejoin=(status, "that run has ended"))
            self.assertEqual(message, f"{name}: that run has ended")
            self.assertEqual(len(coordinator.connections), 2)

    def test_a_fault_while_joining_again_is_told_and_not_waited_for(self) -> None:
        async def broken(coordinator: Any, make_stream: Any) -> Any:
            raise AttributeError("of the event loop")

        async def main(run: Watched) -> Any:
            with mock.patch.object(_rejoin, "connect", broken):
                await run.ask_agent("never")

        def cut_when(run: FakeRun, what: str, number: int) -> bool:
            return (what, number) == ("after receiving", 2)

        with self.coordinator(lambda run, call: None, cut_when=cut_when) as coordinator:
            with self.assertRaisesRegex(CoordinatorLost, "joining again failed: AttributeError"):
                self.drive(coordinator, main)

    def test_an_unavailable_coordinator_is_asked_again(self) -> None:
        refusals = [(14, "restarting"), (14, "restarting")]

        class Recovering(FakeCoordinator):
            @property
            def refuse_rejoin(self) -> Any:
                return refusals.pop() if refusals else None

            @refuse_rejoin.setter
            def refuse_rejoin(self, value: Any) -> None:
                pass

        cuts = [("after receiving", 2)]

        def cut_when(run: FakeRun, what: str, number: int) -> bool:
            return bool(cuts) and (what, number) == cuts[0] and bool(cuts.pop())

        with Recovering(cut_when=cut_when, rejoin_seconds=10, run_token=RUN_TOKEN) as coordinator:
            run, text = self.drive(coordinator, lambda run: run.ask_agent("again"))
            self.assertEqual(text, "again")
            self.assert_whole(run, coordinator.runs[0], 1)
        self.assertEqual(refusals, [])

    def test_a_run_that_the_coordinator_ends_is_not_reattached(self) -> None:
        def on_message(run: FakeRun, kind: str, values: dict[str, Any]) -> None:
            if kind == "start_call":
                run.connection.server.trailers(13, "broken")

        with self.coordinator(lambda run, call: None, on_message=on_message) as coordinator:
            with self.assertRaisesRegex(CoordinatorLost, "^INTERNAL: broken$"):
                self.drive(coordinator, self.ask_after_a_cut)
            self.assertEqual(len(coordinator.connections), 1)

    def test_a_shim_that_leaves_with_an_open_run_says_so(self) -> None:
        left = threading.Event()

        async def main(run: Watched) -> Any:
            coordinator.runs[0].connection.server.trailers = lambda *told: left.set()
            raise KeyError("leaving")

        with self.coordinator() as coordinator:
            with self.assertRaises(KeyError):
                self.drive(coordinator, main)
            self.assertTrue(left.wait(10))
            self.assertTrue(coordinator.runs[0].half_closed)
            self.assertIsNone(coordinator.runs[0].close)

    def test_a_break_before_the_run_is_opened_is_the_end(self) -> None:
        with self.coordinator(cut_when=lambda run, what, number: (what, number) == ("before sending", 1)) as coordinator:
            with self.assertRaises(CoordinatorLost):
                self.drive(coordinator, self.ask_after_a_cut)
            self.assertEqual(len(coordinator.runs), 1)


@contextlib.contextmanager
def impatient() -> Iterator[None]:
    """Streams that ask for a sign of life after a quarter of a second."""
    init = _rejoin.RejoiningStream.__init__
    # Nothing but PINGs may be heard: an acknowledgement has an answer, too.
    with mock.patch.object(_rejoin, "_ACKNOWLEDGE_AFTER", 60.0):
        with mock.patch.object(init, "__kwdefaults__", {**init.__kwdefaults__, "keepalive": 0.25}):
            yield


class SilenceTest(RejoinTest):
    def test_a_silent_connection_is_replaced_by_another(self) -> None:
        def on_message(run: FakeRun, kind: str, values: dict[str, Any]) -> None:
            if kind == "start_call" and not run.rejoins:
                # As if a cable was cut: nothing is read, nothing is answered.
                run.connection.transport.pause_reading()
                run.connection.is_cut = True

        with impatient():
            with self.coordinator(on_message=on_message) as coordinator:
                run, text = self.drive(coordinator, lambda run: run.ask_agent("heard"))
                self.assertEqual(text, "heard")
                self.assert_whole(run, coordinator.runs[0], 1)
        self.assertEqual(len(run.breaks), 1)
        self.assertRegex(run.breaks[0], r"^nothing came for \d s, nor an answer to a PING$")

    def test_a_quiet_coordinator_that_answers_pings_is_left_alone(self) -> None:
        def answer(run: FakeRun, call: dict[str, Any]) -> Any:
            coordinator.loop.call_later(1.0, run.connection.reply, call, done(call))

        with impatient():
            with self.coordinator(answer) as coordinator:
                run, text = self.drive(coordinator, lambda run: run.ask_agent("late"))
        self.assertEqual((text, run.breaks, len(coordinator.connections)), ("late", [], 1))


class MeanwhileTest(RejoinTest):
    def test_calls_and_events_without_a_connection_are_queued(self) -> None:
        async def main(run: Watched) -> Any:
            await run.ask_agent("before")
            coordinator.on_loop(pause())
            while not run.breaks:
                await asyncio.sleep(0.01)
            waiting = [asyncio.ensure_future(run.ask_agent(str(number))) for number in range(20)]
            run.append_event("log", "meanwhile")
            await asyncio.sleep(0.3)
            self.assertEqual(len(there().calls), 1)
            coordinator.on_loop(coordinator.listen())
            return await asyncio.gather(*waiting)

        def there() -> FakeRun:
            return coordinator.runs[0]

        async def pause() -> None:
            coordinator.stop_listening()

        with self.coordinator() as coordinator:
            run, texts = self.drive(coordinator, main)
            self.assertEqual(texts, [str(number) for number in range(20)])
            self.assert_whole(run, there(), 21)
            self.assertEqual(there().texts("log"), ["meanwhile"])

    def test_budget_is_set_aside_when_the_coordinator_is_there_again(self) -> None:
        async def away() -> None:
            coordinator.stop_listening()
            coordinator.loop.call_later(0.5, lambda: coordinator.loop.create_task(coordinator.listen()))

        async def main(run: Watched) -> Any:
            coordinator.on_loop(away())
            # Blocks the event loop, as a script that reserves does.
            hold = _api._hold(run, 5, None)
            return hold, await run.ask_agent("after")

        with self.coordinator() as coordinator:
            run, got = self.drive(coordinator, main)
            self.assertEqual(got, ("hold_1", "after"))
            self.assertEqual([method for method, _ in coordinator.unary], ["HoldBudget"])
            self.assert_whole(run, coordinator.runs[0], 1)

    def test_budget_that_may_be_reserved_is_not_asked_for_again(self) -> None:
        def hold(request: dict[str, Any]) -> Any:
            # A reset, and the other way in which a connection may go.
            asked = coordinator.connections[-1].transport.get_extra_info("socket")
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", reset, 0))
            coordinator.cut()
            return {"hold_id": "unheard"}

        async def main(run: Watched) -> Any:
            with self.assertRaisesRegex(WorkflowError, "the budget can't be reserved"):
                _api._hold(run, 5, None)

        for reset in (0, 1):
            with self.coordinator(hold=hold) as coordinator:
                self.drive(coordinator, main)
                self.assertEqual(len(coordinator.unary), 1)

    def test_a_reattach_cancelled_as_it_succeeds_has_succeeded(self) -> None:
        cuts = [("after receiving", 2)]

        def cut_when(run: FakeRun, what: str, number: int) -> bool:
            return bool(cuts) and (what, number) == cuts[0] and bool(cuts.pop())

        async def main(run: Watched) -> Any:
            stream = run._stream
            stream._on_rejoined = lambda: stream._rejoining.cancel()
            return [await run.ask_agent("one"), await run.ask_agent("two")]

        with self.coordinator(cut_when=cut_when) as coordinator:
            run, texts = self.drive(coordinator, main)
            self.assertEqual((texts, len(coordinator.connections)), (["one", "two"], 2))
            self.assert_whole(run, coordinator.runs[0], 2)

    def test_a_script_that_cancels_all_tasks_is_reattached(self) -> None:
        refusals = [1]

        def cut_when(run: FakeRun, what: str, number: int) -> bool:
            return (what, number) == ("after receiving", 2) and bool(refusals) and bool(refusals.pop())

        async def main(run: Watched) -> Any:
            waiting = asyncio.ensure_future(run.ask_agent("kept"))
            while not run.breaks:
                await asyncio.sleep(0)
            for _ in range(3):
                for task in asyncio.all_tasks() - {asyncio.current_task(), waiting}:
                    # All but the test's own.
                    if "_rejoin" in repr(task) or "_attempt" in repr(task):
                        task.cancel()
                await asyncio.sleep(0)
            return await waiting

        with self.coordinator(cut_when=cut_when) as coordinator:
            run, text = self.drive(coordinator, main)
            self.assertEqual(text, "kept")
            self.assert_whole(run, coordinator.runs[0], 1)


class ChildTest(RejoinTest):
    async def child(self, run: Watched) -> Any:
        child = run.child("/x/child.py", run.place.child())
        enter_run(child)
        await child.open("0" * 64, "{}")
        result = await child.call({"prompt": "of the child", "isolation": "none"})
        await child.close(Outcome("done", "2"))
        return result.text

    def check(self, boundary: tuple[str, int]) -> FakeCoordinator:
        left = [boundary]

        def cut_when(run: FakeRun, what: str, number: int) -> bool:
            if run.opened and run.opened["parent_run_id"] and left and left[0] == (what, number):
                left.pop()
                return True
            return False

        async def main(run: Watched) -> Any:
            await run.ask_agent("of the parent")
            return await self.child(run)

        with self.coordinator(cut_when=cut_when) as coordinator:
            run, text = self.drive(coordinator, main)
        self.assertEqual((text, left), ("of the child", []))
        self.assert_whole(run, coordinator.runs[0], 1)
        self.assertEqual(sum(len(there.calls) for there in coordinator.runs[1:]), 1)
        return coordinator

    def test_a_childs_stream_is_joined_again_with_the_runs_token(self) -> None:
        for boundary in (("before receiving", 2), ("after sending", 2), ("before sending", 3)):
            with self.subTest(boundary):
                coordinator = self.check(boundary)
                self.assertEqual(len(coordinator.runs), 2)
                self.assertEqual(len(coordinator.runs[1].rejoins), 1)
        tokens = [headers["authorization"] for headers in coordinator.headers]
        self.assertEqual(tokens, [f"Bearer {TOKEN}"] + [f"Bearer {RUN_TOKEN}"] * 2)

    def test_a_child_whose_opening_was_not_answered_is_opened_again(self) -> None:
        coordinator = self.check(("before sending", 1))
        self.assertEqual(len(coordinator.runs), 3)
        self.assertEqual(coordinator.runs[1].calls, [])

    def test_a_child_is_opened_when_the_coordinator_is_there_again(self) -> None:
        async def away() -> None:
            coordinator.stop_listening()
            coordinator.loop.call_later(0.3, lambda: coordinator.loop.create_task(coordinator.listen()))

        async def main(run: Watched) -> Any:
            coordinator.on_loop(away())
            return await self.child(run)

        with self.coordinator() as coordinator:
            run, text = self.drive(coordinator, main)
            self.assertEqual((text, len(coordinator.runs)), ("of the child", 2))
            self.assert_whole(run, coordinator.runs[0], 0)

    def test_a_child_that_is_refused_is_refused_once(self) -> None:
        def on_message(run: FakeRun, kind: str, values: dict[str, Any]) -> None:
            if kind == "open_run" and values["parent_run_id"]:
                run.connection.server.trailers(14, "the store is full")

        async def main(run: Watched) -> Any:
            coordinator.auto_open = False
            with self.assertRaisesRegex(OpeningRefused, "the store is full"):
                await self.child(run)

        with self.coordinator(on_message=on_message) as coordinator:
            self.drive(coordinator, main)
        self.assertEqual(len(coordinator.runs), 2)


if __name__ == "__main__":
    unittest.main()
