"""The script API, section by section, in scripts that the real runner runs."""

from __future__ import annotations

import json
import unittest
from typing import Any

from fake_coordinator import FakeCoordinator, FakeRun, done
from tiers import slow
from workspace import ScriptTest


def by_prompt(**answers: Any) -> Any:
    """Answers each prompt with the result fields given for it; others are echoed."""

    def answer(run: FakeRun, call: dict[str, Any]) -> Any:
        given = answers.get(call["prompt"], {})
        return given if given is None or isinstance(given, tuple) else done(call, **given)

    return answer


FAILED = {"status": "provider_failed", "text": None, "error": "the provider said no"}


class ManyChildrenTest(ScriptTest):
    PARENT = """
        from workflows import parallel, workflow
        async def main(args):
            children = await parallel([lambda n=n: workflow("child.py", {"n": n}) for n in range(5)])
            return [child["output"] for child in children]
        """

    def test_a_child_that_breaks_before_it_is_open_is_opened_again(self) -> None:
        self.write("async def main(args): return args['n']", "child.py")
        finished = self.run_script(self.PARENT, breaks=lambda number: number in (2, 4, 7))
        self.assertEqual(finished.output, [0, 1, 2, 3, 4])
        self.assertEqual(len(self.coordinator.connections), 9)

    def test_children_beyond_the_limit_wait_for_others(self) -> None:
        self.write("from workflows import agent\nasync def main(args): return (await agent(str(args['n']))).text", "child.py")
        finished = self.run_script(self.PARENT.replace("range(5)", "range(12)"), max_open=3)
        self.assertEqual(finished.output, [str(n) for n in range(12)])
        self.assertIn(3, self.coordinator.found_open)
        waiting = [text for text in finished.run.texts("log") if "carries no more child runs" in text]
        self.assertEqual(len(waiting), 1, "said once, however many wait")
        self.assertLess(len(self.coordinator.found_open), 60, "each end lets one go on, not all")

    def test_a_child_refused_without_others_open_fails(self) -> None:
        self.write("async def main(args): return args['n']", "child.py")
        finished = self.run_script(
            """
            from workflows import workflow
            import agent_workflows._run as run
            async def main(args):
                run._CONNECTING_SECONDS = 0.2
                await workflow("child.py", {"n": 1})
            """,
            max_open=1,
        )
        self.assertEqual(finished.close["status"], "failed")
        self.assertIn("child script can't be run: no more runs at once", finished.close["error_message"])

    def test_a_child_that_waits_for_others_can_be_cancelled(self) -> None:
        self.write(
            """
            import asyncio
            async def main(args):
                await asyncio.sleep(0.5)
                return args["n"]
            """,
            "child.py",
        )
        finished = self.run_script(
            """
            import asyncio
            from workflows import workflow
            async def main(args):
                tasks = [asyncio.ensure_future(workflow("child.py", {"n": n})) for n in range(6)]
                await asyncio.sleep(0.2)
                for task in tasks[3:]:
                    task.cancel()
                ended = await asyncio.gather(*tasks, return_exceptions=True)
                return [one["output"] if isinstance(one, dict) else type(one).__name__ for one in ended]
            """,
            max_open=3,
        )
        self.assertEqual(finished.output, [0, 1, 2, *["CancelledError"] * 3])

    def test_a_run_whose_own_connection_breaks_is_lost(self) -> None:
        script = self.write(self.PARENT)
        with FakeCoordinator(breaks=lambda number: True) as coordinator:
            finished = coordinator.run(script)
        self.assertEqual((finished.code, coordinator.runs), (1, []))


class AgentTest(ScriptTest):
    def test_every_argument_reaches_the_coordinator(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent
            async def main(args):
                await agent("p\\ud800\\0", label="l", phase="ph", schema={"type": "object"}, provider=("pr", "pr2"), model="m",
                    agent_type="t", isolation="worktree", cache_policy="refresh", cache_namespace="n",
                    read_scope="src", write_scope=["a", "b"], permissions=["x", 1], timeout_seconds=2, metadata={"k": "ä"})
                await agent("plain")
                await agent("one name", provider=["pr"])
            """
        )
        self.assertGreater(finished.run.calls[0].pop("place"), 0)
        options = {"system": None, "effort": None, "tools": None, "mcp_servers_json": None, "files": ()}
        self.assertEqual(
            finished.run.calls[0],
            {
                **options, "call_ref": 1, "prompt": "p\ud800\0", "label": "l", "phase": "ph", "schema_json": '{"type":"object"}',
                "provider": "pr", "model": "m", "agent_type": "t", "isolation": "worktree", "cache_policy": "refresh",
                "cache_namespace": "n", "read_scope": ["src"], "write_scope": ["a", "b"], "permissions_json": '["x",1]',
                "timeout_seconds": 2.0, "metadata_json": '{"k":"\\u00e4"}', "fallback": ["pr2"], "continues": None, "worktree": None,
            },
        )  # fmt: skip
        plain = finished.run.calls[1]
        self.assertEqual((plain["call_ref"], plain["isolation"]), (2, "none"))
        self.assertEqual({plain[name] for name in ("label", "schema_json", "timeout_seconds", "metadata_json")}, {None})
        alone = finished.run.calls[2]
        self.assertEqual((alone["provider"], tuple(alone["fallback"])), ("pr", ()))

    def test_options_reach_the_coordinator_and_nothing_does_unasked(self) -> None:
        finished = self.run_script(
            """
            from pathlib import Path
            from workflows import agent
            async def main(args):
                await agent("p", system="be brief", effort="xhigh", tools=("Read", "Grep"), files=["a", Path("b")],
                    mcp_servers={"gh": {"command": "x", "env": {"T": "${T}"}}})
                await agent("p", tools=[], files="one", mcp_servers={})
                await agent("p")
            """
        )
        names = ("system", "effort", "tools", "files", "mcp_servers_json")
        self.assertEqual(
            [[call[name] if name in call else None for name in names] for call in finished.run.calls],
            [
                ["be brief", "xhigh", {"names": ["Read", "Grep"]}, ["a", "b"], '{"gh":{"command":"x","env":{"T":"${T}"}}}'],
                [None, None, {"names": ()}, ["one"], None],
                [None, None, None, (), None],
            ],
        )  # fmt: skip

    def test_options_that_make_no_sense_are_refused(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent
            CASES = [
                {"system": 5}, {"effort": "huge"}, {"effort": 3}, {"tools": "Read"}, {"tools": [1]}, {"tools": {"a": 1}},
                {"files": 5}, {"files": [b"x"]}, {"files": [""]}, {"mcp_servers": []}, {"mcp_servers": {"a": "b"}},
                {"mcp_servers": {1: {}}}, {"mcp_servers": {"a": {"env": {"x": object()}}}}, {"system": "\\ud800"},
            ]
            async def main(args):
                out = []
                for named in CASES:
                    try:
                        await agent("p", **named)
                        out.append("nothing")
                    except (TypeError, ValueError) as error:
                        out.append(f"{type(error).__name__} {error}")
                return out
            """
        )
        expected = [
            "TypeError system: expected a str, found int",
            "ValueError effort: expected one of 'low', 'medium', 'high', 'xhigh', 'max', found 'huge'",
            "TypeError effort: expected one of 'low', 'medium', 'high', 'xhigh', 'max', found int",
            "TypeError tools: expected a list of str, found a str; write ['Read']",
            "TypeError tools[0]: expected a str, found int", "TypeError tools: expected a list of str, found dict",
            "TypeError files: expected a list of paths, found int", "TypeError files[0]: expected a str or a path, found bytes",
            "ValueError files[0]: expected a path, found an empty one",
            "TypeError mcp_servers: expected a dict, found list", "TypeError mcp_servers['a']: expected a dict, found str",
            "TypeError mcp_servers: expected names that are str, found int", "TypeError mcp_servers: expected plain JSON data",
            "ValueError system: expected text that UTF-8 can say, found half of a surrogate pair",
        ]  # fmt: skip
        self.assertEqual(len(finished.output), len(expected))
        for found, start in zip(finished.output, expected):
            self.assertTrue(found.startswith(start), f"{found!r} does not start with {start!r}")
        self.assertEqual(finished.run.calls, [])

    def test_a_call_continues_the_call_of_a_result(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent
            async def main(args):
                first = await agent("one")
                await agent("two", continues=first)
                return first.call_id
            """
        )
        self.assertEqual([call["continues"] for call in finished.run.calls], [None, finished.output])
        self.assertTrue(finished.output)

    def test_what_is_no_result_or_not_done_cannot_be_continued(self) -> None:
        finished = self.run_script(
            """
            from workflows import AgentResult, agent
            async def main(args):
                failed = await agent("fails")
                coroutine = agent("never asked")
                out = []
                for continued in ("id", {"call_id": "x"}, coroutine, failed, AgentResult(ok=True, status="done")):
                    try:
                        await agent("p", continues=continued)
                    except (TypeError, ValueError) as error:
                        out.append(f"{type(error).__name__} {error}")
                coroutine.close()
                return out
            """,
            answer=by_prompt(fails=FAILED),
        )
        expected = "continues: expected the AgentResult of a call, found"
        self.assertEqual(finished.output[:2], [f"TypeError {expected} str", f"TypeError {expected} dict"])
        self.assertEqual(finished.output[2], f"TypeError {expected} coroutine; await the call first")
        self.assertIn("ValueError continues: expected a result that is done, found <AgentResult provider_failed", finished.output[3])
        self.assertIn("one that no call gave", finished.output[4])
        self.assertEqual(len(finished.run.calls), 1, "nothing was sent")

    def test_a_result_has_all_the_fields_in_their_order(self) -> None:
        finished = self.run_script(
            """
            import dataclasses
            from workflows import AgentResult, agent
            async def main(args):
                r = await agent("p", label="l", phase="ph")
                return [[f.name for f in dataclasses.fields(AgentResult)], r, repr(r), r.changed_files]
            """,
            answer=by_prompt(
                p={
                    "value_json": '{"a": [1, null]}', "cache_key": "k", "schema_hash": "h", "validation_status": "valid",
                    "validation_errors": [{"path": "/a", "message": "bad"}], "validation_attempts": 2, "input_tokens": 1,
                    "output_tokens": 0, "estimated_cost_usd": 0.5, "duration_ms": 7, "changed_files": ["ä b"], "model": "m",
                }
            ),
        )  # fmt: skip
        names, result, shown, changed = finished.output
        self.assertEqual(
            names,
            "ok status value text error call_id label phase provider model agent_type cache_status cache_key prompt_path"
            " output_text_path output_json_path raw_output_path transcript_path artifacts schema_hash validation_status"
            " validation_errors validation_attempts input_tokens output_tokens cache_read_tokens cache_write_tokens"
            " estimated_cost_usd duration_ms isolation worktree_path worktree_branch changed_files".split(),
        )
        self.assertEqual(list(result), names)
        self.assertIs(result["ok"], True)
        self.assertEqual(result["value"], {"a": [1, None]})
        self.assertEqual(result["validation_errors"], [{"path": "/a", "message": "bad"}])
        self.assertEqual((result["input_tokens"], result["output_tokens"], result["cache_read_tokens"]), (1, 0, None))
        self.assertEqual((result["label"], result["phase"], result["artifacts"]), ("l", "ph", []))
        self.assertEqual(changed, ["ä b"])
        self.assertEqual(shown, "<AgentResult 'l' done run_1_call_0001: 'p'>")

    def test_misuse_names_the_argument_what_was_expected_and_found(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent
            CASES = [
                ((5,), {}), ((None,), {}), (("p",), {"label": 3}), (("p",), {"phase": b"x"}), (("p",), {"provider": {}}),
                (("p",), {"provider": []}), (("p",), {"provider": ["a", 5]}), (("p",), {"provider": ["a", " "]}),
                (("p",), {"provider": ["a", "b", "A"]}), (("p",), {"provider": {"a"}}),
                (("p",), {"isolation": "docker"}), (("p",), {"isolation": None}), (("p",), {"cache_policy": "never"}),
                (("p",), {"timeout_seconds": 0}), (("p",), {"timeout_seconds": float("nan")}),
                (("p",), {"timeout_seconds": float("inf")}), (("p",), {"timeout_seconds": "5"}), (("p",), {"timeout_seconds": True}),
                (("p",), {"schema": "x"}), (("p",), {"schema": {"a": object()}}), (("p",), {"metadata": [1]}),
                (("p",), {"metadata": {"a": {1, 2}}}), (("p",), {"metadata": {"a": float("nan")}}),
                (("p",), {"permissions": object()}), (("p",), {"write_scope": [1]}), (("p",), {"read_scope": 5}), (("p", "q"), {}),
            ]
            async def main(args):
                out = []
                for positional, named in CASES:
                    try:
                        await agent(*positional, **named)
                        out.append("nothing")
                    except (TypeError, ValueError) as error:
                        out.append(f"{type(error).__name__} {error}")
                return out
            """
        )
        expected = [
            "TypeError prompt: expected a str, found int", "TypeError prompt: expected a str, found NoneType",
            "TypeError label: expected a str, found int", "TypeError phase: expected a str, found bytes",
            "TypeError provider: expected a str or a list of str, found dict",
            "ValueError provider: expected at least one name, found none",
            "TypeError provider[1]: expected a str, found int", "ValueError provider[1]: expected a name, found ' '",
            "ValueError provider[2]: 'A' is in the list twice",
            "TypeError provider: expected a str or a list of str, found set",
            "ValueError isolation: expected one of 'none', 'worktree', found 'docker'",
            "TypeError isolation: expected one of 'none', 'worktree', found NoneType",
            "ValueError cache_policy: expected one of 'auto', 'read_only', 'refresh', 'disabled', found 'never'",
            "ValueError timeout_seconds: expected a finite number above 0, found 0",
            "ValueError timeout_seconds: expected a finite number above 0, found nan",
            "ValueError timeout_seconds: expected a finite number above 0, found inf",
            "TypeError timeout_seconds: expected a number, found str", "TypeError timeout_seconds: expected a number, found bool",
            "TypeError schema: expected a JSON Schema, a dataclass, a TypedDict, a pydantic model or a list of one, found str", "TypeError schema: expected plain JSON data",
            "TypeError metadata: expected a dict, found list", "TypeError metadata: expected plain JSON data",
            "TypeError metadata: expected plain JSON data", "TypeError permissions: expected plain JSON data",
            "TypeError write_scope[0]: expected a str, found int", "TypeError read_scope: expected a list of str, found int",
            "TypeError agent() takes 1 positional argument",
        ]  # fmt: skip
        self.assertEqual(len(finished.output), len(expected))
        for found, start in zip(finished.output, expected):
            self.assertTrue(found.startswith(start), f"{found!r} does not start with {start!r}")
        self.assertEqual(finished.run.calls, [])

    def test_a_worktree_is_the_call_of_its_result(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent
            async def main(args):
                done = await agent("edit", isolation="worktree")
                await agent("review", worktree=done)
                fixed = await agent("fix", isolation="worktree", write_scope="src", worktree=done)
                await agent("again", worktree=fixed)
            """
        )
        self.assertEqual(
            [(call["isolation"], call["worktree"]) for call in finished.run.calls],
            [
                ("worktree", None), ("none", "run_1_call_0001"), ("worktree", "run_1_call_0001"),
                ("none", "run_1_call_0003"),
            ],
        )  # fmt: skip

    def test_what_is_no_worktree_of_this_run_is_misuse(self) -> None:
        finished = self.run_script(
            """
            import dataclasses
            from workflows import AgentResult, agent
            async def main(args):
                done = await agent("edit", isolation="worktree")
                plain = await agent("plain", label="look")
                cases = [
                    {"worktree": done.call_id}, {"worktree": True}, {"worktree": plain},
                    {"worktree": AgentResult(ok=False, status="cancelled", isolation="worktree")},
                    {"worktree": dataclasses.replace(done, call_id="run_10_call_0001")},
                    {"worktree": done, "write_scope": ["src"]},
                ]
                out = []
                for case in cases:
                    try:
                        await agent("p", **case)
                        out.append("nothing")
                    except (TypeError, ValueError) as error:
                        out.append(f"{type(error).__name__} {error}")
                return out
            """
        )
        self.assertEqual(
            finished.output,
            [
                "TypeError worktree: expected an AgentResult, found str",
                "TypeError worktree: expected an AgentResult, found bool",
                'ValueError worktree: expected the result of a call with isolation="worktree", found'
                " agent call 'look' (run_1_call_0002), whose isolation is 'none'",
                "ValueError worktree: expected the result of a call, found one of no call (cancelled)",
                "ValueError worktree: expected the result of a call of this run, run_1,"
                " found agent call (run_10_call_0001)",
                'ValueError write_scope: a call that changes another\'s worktree needs isolation="worktree" as well',
            ],
        )
        self.assertEqual(len(finished.run.calls), 2)

    def test_a_refused_call_is_a_value_error_or_budget_exceeded(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent, BudgetExceeded, WorkflowError
            async def main(args):
                out = []
                for prompt in ("wrong", "costly"):
                    try:
                        await agent(prompt)
                    except (ValueError, BudgetExceeded) as error:
                        out.append([type(error).__name__, str(error)])
                assert issubclass(BudgetExceeded, WorkflowError) and issubclass(WorkflowError, RuntimeError)
                return out
            """,
            answer=by_prompt(wrong=("refuse", 1, "schema: not a schema"), costly=("refuse", 2, "10 tokens left")),
        )
        self.assertEqual(finished.output, [["ValueError", "schema: not a schema"], ["BudgetExceeded", "10 tokens left"]])

    def test_cancelling_the_task_cancels_the_call(self) -> None:
        finished = self.run_script(
            """
            import asyncio
            from workflows import agent
            async def main(args):
                try:
                    await asyncio.wait_for(agent("slow"), 0.05)
                except asyncio.TimeoutError:
                    pass
                return (await agent("after")).text
            """,
            answer=by_prompt(slow=None),
        )
        self.assertEqual(finished.output, "after")
        self.assertEqual(finished.run.cancelled, [1])
        self.assertEqual([kind for kind, _ in finished.run.messages], ["open_run", "start_call", "cancel_call", "start_call", "close_run"])

    def test_an_answer_to_a_cancelled_call_is_no_surprise(self) -> None:
        def on_message(run: FakeRun, kind: str, values: dict[str, Any]) -> None:
            if kind == "cancel_call":
                run.connection.reply(run.calls[0], done(run.calls[0], status="cancelled"))

        finished = self.run_script(
            """
            import asyncio
            from workflows import agent
            async def main(args):
                task = asyncio.create_task(agent("slow"))
                await agent("sent after it")
                task.cancel()
                return (await agent("next")).text
            """,
            answer=by_prompt(slow=None),
            on_message=on_message,
        )
        self.assertEqual((finished.output, finished.err), ("next", ""))

    def test_methods_that_require_raise_with_the_calls_error(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent, WorkflowError
            async def main(args):
                good = await agent("good")
                bad = await agent("bad", label="reviewer")
                out = [good.require_ok() is good, good.text_or_raise(), bad.ok, bad.status]
                for method in (bad.require_ok, bad.text_or_raise, bad.value_or_raise, good.value_or_raise):
                    try:
                        method()
                    except WorkflowError as error:
                        out.append(str(error))
                return out + [(await agent("null", schema=True)).value_or_raise()]
            """,
            answer=by_prompt(bad=FAILED, null={"value_json": "null", "validation_status": "valid"}),
        )
        error = "agent call 'reviewer' (run_1_call_0002) ended provider_failed: the provider said no"
        no_value = "agent call (run_1_call_0001) has no structured value: pass schema= to agent()"
        self.assertEqual(finished.output, [True, "good", False, "provider_failed", error, error, error, no_value, None])

    def test_a_prompt_over_the_limit_is_a_value_error_that_names_it(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent
            async def main(args):
                try:
                    await agent("x" * (64 * 1024 * 1024))
                except ValueError as error:
                    return [str(error), (await agent("small")).text]
            """
        )
        message, text = finished.output
        self.assertRegex(message, r"prompt: the call would be a message of \d+ bytes; the limit is 64 MiB \(67108864 bytes\)")
        self.assertEqual(text, "small")

    def test_twenty_megabytes_go_there_and_back(self) -> None:
        finished = self.run_script(
            """
            import asyncio
            from workflows import agent
            async def main(args):
                prompts = [chr(97 + n) * (10 << 20) for n in range(2)]
                results = await asyncio.gather(*map(agent, prompts))
                return [r.text == p for r, p in zip(results, prompts)]
            """
        )
        self.assertEqual(finished.output, [True, True])

    def test_five_thousand_calls_may_be_in_flight_at_once(self) -> None:
        held: list[dict[str, Any]] = []

        def answer(run: FakeRun, call: dict[str, Any]) -> Any:
            held.append(call)
            if len(held) == 5000:
                for number, each in enumerate(reversed(held)):
                    run.connection.reply(each, done(each, call_id=str(number)))
            return None

        finished = self.run_script(
            """
            from workflows import agent, parallel
            async def main(args):
                results = await parallel([lambda n=n: agent(str(n)) for n in range(5000)])
                return all(r.text == str(n) for n, r in enumerate(results))
            """,
            answer=answer,
        )
        self.assertIs(finished.output, True)

    def test_agent_on_another_event_loop_is_refused(self) -> None:
        finished = self.run_script(
            """
            import asyncio
            from workflows import agent
            async def main(args):
                try:
                    await asyncio.to_thread(lambda: asyncio.run(agent("p")))
                except RuntimeError as error:
                    return str(error)
            """
        )
        self.assertIn("the event loop that main runs on", finished.output)


class ApproveTest(ScriptTest):
    def test_a_question_is_asked_and_its_answer_comes_back(self) -> None:
        asked: list[dict[str, Any]] = []

        def answer(question: dict[str, Any]) -> bool:
            asked.append(question)
            return question["question"] == "deploy?"

        finished = self.run_script(
            """
            from workflows import agent, approve, phase
            async def main(args):
                await agent("p")
                phase("late")
                return [
                    await approve("deploy?", label="d", timeout_seconds=90, default=False),
                    await approve("delete?"),
                ]
            """,
            approve=answer,
        )
        self.assertEqual(finished.output, [True, False])
        self.assertTrue(all(question.pop("place") > 0 for question in asked))
        self.assertEqual(
            asked,
            [
                {"call_ref": 2, "question": "deploy?", "label": "d", "phase": "late", "timeout_seconds": 90.0, "default_answer": False},
                {"call_ref": 3, "question": "delete?", "label": None, "phase": "late", "timeout_seconds": None, "default_answer": None},
            ],
        )  # fmt: skip

    def test_without_a_default_an_unanswered_question_times_out(self) -> None:
        finished = self.run_script(
            """
            from workflows import approve
            async def main(args):
                try:
                    await approve("deploy?", timeout_seconds=2)
                except TimeoutError as error:
                    return str(error)
            """,
            approve=lambda question: None,
        )
        self.assertEqual(finished.output, "nobody answered 'deploy?' within 2 s")

    def test_misuse_is_told_where_it_happens(self) -> None:
        finished = self.run_script(
            """
            from workflows import approve
            async def main(args):
                said = []
                for arguments in (dict(question=1), dict(question=" "), dict(question="q", label=1),
                        dict(question="q", timeout_seconds=0), dict(question="q", timeout_seconds=1, default="yes"),
                        dict(question="q", default=True)):
                    try:
                        await approve(**arguments)
                    except (TypeError, ValueError) as error:
                        said.append(f"{type(error).__name__}: {error}")
                return said
            """
        )
        self.assertEqual(
            finished.output,
            [
                "TypeError: question: expected a str, found int",
                "ValueError: question: expected some text, found none",
                "TypeError: label: expected a str or None, found int",
                "ValueError: timeout_seconds: expected a finite number above 0, found 0",
                "TypeError: default: expected a bool or None, found str",
                "ValueError: default: it is the answer when the time is over; give timeout_seconds as well",
            ],
        )
        self.assertEqual([kind for kind, _ in finished.run.messages if kind == "ask_approval"], [])

    def test_what_the_coordinator_refuses_is_a_value_error(self) -> None:
        finished = self.run_script(
            """
            from workflows import approve
            async def main(args):
                try:
                    await approve("q")
                except ValueError as error:
                    return str(error)
            """,
            approve=lambda question: ("refuse", 1, "too many questions"),
        )
        self.assertEqual(finished.output, "too many questions")

    def test_a_question_whose_task_is_cancelled_is_taken_back(self) -> None:
        finished = self.run_script(
            """
            import asyncio
            from workflows import agent, approve
            async def main(args):
                asking = asyncio.create_task(approve("deploy?"))
                await asyncio.sleep(0)
                asking.cancel()
                try:
                    await asking
                except asyncio.CancelledError:
                    return (await agent("p")).text
            """,
            approve=lambda question: "nothing",
        )
        self.assertEqual(finished.output, "p")
        self.assertEqual(finished.run.cancelled, [1])


class FilesTest(ScriptTest):
    SCRIPT = """
        import copy, dataclasses
        from workflows import agent
        async def main(args):
            r = await agent("p")
            before = copy.copy(r)
            copies = [dataclasses.asdict(before)["prompt_path"], r == before]
            before = copy.copy(r)
            return [copies, r.prompt_path, r.output_text_path, r.transcript_path, before == r, dataclasses.asdict(r)["prompt_path"]]
        """

    def test_files_are_made_once_when_a_path_is_first_read(self) -> None:
        finished = self.run_script(self.SCRIPT, files=lambda call_id: {"prompt_path": f"/f/{call_id}", "output_text_path": "/o"})
        path = "/f/run_1_call_0001"
        self.assertEqual(finished.output, [[path, True], path, "/o", None, True, path])
        made = ("MakeCallFiles", {"call_id": "run_1_call_0001"})
        self.assertEqual(self.coordinator.unary, [made, made], "for each of two copies once")

    def test_replace_keeps_the_paths(self) -> None:
        finished = self.run_script(
            """
            import dataclasses
            from workflows import agent
            async def main(args):
                r = dataclasses.replace(await agent("p"), label="x")
                return [r.label, r.prompt_path]
            """,
            files=lambda call_id: {"prompt_path": f"/f/{call_id}"},
        )
        self.assertEqual(finished.output, ["x", "/f/run_1_call_0001"])

    def test_copying_comparing_and_storing_make_no_files(self) -> None:
        finished = self.run_script(
            """
            import copy
            from workflows import agent
            async def main(args):
                r = await agent("p")
                assert copy.copy(r) == copy.deepcopy(r) == r and repr(r)
                return r
            """
        )
        self.assertIsNone(finished.output["prompt_path"])
        self.assertEqual(self.coordinator.unary, [])

    def test_paths_are_none_on_another_machine(self) -> None:
        finished = self.run_script(self.SCRIPT, same_machine=False)
        self.assertEqual(finished.output[1:4], [None, None, None])
        self.assertEqual(self.coordinator.unary, [])

    def test_paths_are_none_where_the_coordinator_has_a_precondition(self) -> None:
        finished = self.run_script(self.SCRIPT, files=lambda call_id: (9, "another machine"))
        self.assertEqual(finished.output[1:4], [None, None, None])


class ParallelTest(ScriptTest):
    def test_results_come_in_order_and_exceptions_as_failed_results(self) -> None:
        finished = self.run_script(
            """
            import asyncio
            from workflows import agent, parallel
            async def slow():
                await asyncio.sleep(0.05)
                return "slow"
            def wrong():
                raise ValueError("no such thing")
            async def main(args):
                out = await parallel([slow, lambda: agent("a"), wrong, lambda: 5, agent("b"), asyncio.ensure_future(slow())])
                assert await parallel([]) == []
                return [out[0], out[1].text, [out[2].ok, out[2].status, out[2].error], out[3], out[4].text, out[5]]
            """
        )
        self.assertEqual(finished.output, ["slow", "a", [False, "failed", "ValueError: no such thing"], 5, "b", "slow"])

    def test_concurrency_bounds_what_runs_at_once(self) -> None:
        finished = self.run_script(
            """
            import asyncio
            from workflows import parallel
            async def main(args):
                running = most = 0
                async def work():
                    nonlocal running, most
                    running += 1
                    most = max(most, running)
                    await asyncio.sleep(0)
                    running -= 1
                out = []
                for concurrency in (1, 3, None):
                    most = 0
                    await parallel([work] * 20, concurrency=concurrency)
                    out.append(most)
                return out
            """
        )
        self.assertEqual(finished.output, [1, 3, 20])

    def test_fail_fast_cancels_what_runs_and_does_not_start_the_rest(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent, parallel
            started = []
            def branch(prompt):
                async def run():
                    started.append(prompt)
                    return await agent(prompt)
                return run
            async def main(args):
                out = []
                for first in ("bad", "raise"):
                    async def failing():
                        if first == "raise":
                            raise KeyError("x")
                        return await agent("bad")
                    results = await parallel([branch("slow"), failing, branch("c"), agent("d")], concurrency=2, fail_fast=True)
                    out.append([[r.status, r.ok] for r in results])
                return [out, started]
            """,
            answer=by_prompt(slow=None, bad=FAILED),
        )
        cancelled = ["cancelled", False]
        self.assertEqual(
            finished.output,
            [[[cancelled, ["provider_failed", False], cancelled, cancelled],
              [cancelled, ["failed", False], cancelled, cancelled]], ["slow", "slow"]],
        )  # fmt: skip
        self.assertEqual(len(finished.run.cancelled), 2)
        self.assertEqual(finished.err, "")

    def test_budget_exceeded_leaves_after_the_other_branches(self) -> None:
        finished = self.run_script(
            """
            import asyncio
            from workflows import agent, log, parallel
            async def other():
                await asyncio.sleep(0.05)
                log("the other has ended")
            async def main(args):
                await parallel([lambda: agent("costly"), other])
            """,
            answer=by_prompt(costly=("refuse", 2, "nothing left")),
        )
        self.assertEqual(finished.close["status"], "budget_exceeded")
        self.assertEqual((finished.close["error_kind"], finished.close["error_message"]), ("BudgetExceeded", "nothing left"))
        self.assertEqual(finished.run.texts("log"), ["the other has ended"])
        self.assertEqual(finished.code, 3)

    def test_sys_exit_in_a_branch_ends_the_run(self) -> None:
        finished = self.run_script(
            """
            import sys
            from workflows import agent, parallel
            async def main(args):
                await parallel([lambda: agent("slow"), lambda: sys.exit(4)])
            """,
            answer=by_prompt(slow=None),
        )
        self.assertEqual(finished.close["error_message"], "script called sys.exit(4)")
        self.assertEqual(finished.run.cancelled, [1])

    def test_cancelling_parallel_cancels_its_branches(self) -> None:
        finished = self.run_script(
            """
            import asyncio
            from workflows import agent, parallel
            async def main(args):
                try:
                    await asyncio.wait_for(parallel([lambda: agent("slow")] * 3, concurrency=2), 0.1)
                except asyncio.TimeoutError:
                    return "timed out"
            """,
            answer=by_prompt(slow=None),
        )
        self.assertEqual(finished.output, "timed out")
        self.assertEqual(sorted(finished.run.cancelled), [1, 2])

    def test_a_branchs_own_cancellation_is_its_result(self) -> None:
        finished = self.run_script(
            """
            import asyncio
            from workflows import parallel
            async def gives_up():
                raise asyncio.CancelledError
            async def main(args):
                first, second = await parallel([gives_up, lambda: 2])
                return [first.status, second]
            """
        )
        self.assertEqual(finished.output, ["cancelled", 2])

    @slow
    def test_fifty_thousand_thunks(self) -> None:
        finished = self.run_script(
            """
            from workflows import parallel
            async def one():
                return 1
            async def main(args):
                return [sum(await parallel([one] * 50_000)), sum(await parallel([one] * 50_000, concurrency=100))]
            """
        )
        self.assertEqual(finished.output, [50_000, 50_000])

    def test_misuse_is_refused(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent, parallel, pipeline
            async def main(args):
                out = []
                for call in (lambda: parallel([5]), lambda: parallel([], concurrency=0), lambda: parallel([], concurrency="2"),
                             lambda: parallel([agent("never sent"), 5]),
                             lambda: pipeline([1]), lambda: pipeline([1], 5), lambda: pipeline([1], print, concurrency=0)):
                    try:
                        await call()
                    except (TypeError, ValueError) as error:
                        out.append(f"{type(error).__name__} {error}")
                return out
            """
        )
        self.assertEqual(
            finished.output,
            [
                "TypeError thunks[0]: expected a zero-argument callable or an awaitable, found int",
                "ValueError concurrency: expected at least 1, found 0",
                "TypeError concurrency: expected an int, found str",
                "TypeError thunks[1]: expected a zero-argument callable or an awaitable, found int",
                "ValueError stages: expected at least one, found none",
                "TypeError stages: expected callables, found int as stage 1",
                "ValueError concurrency: expected at least 1, found 0",
            ],
        )
        self.assertEqual(finished.err, "")


class PipelineTest(ScriptTest):
    def test_one_stage_takes_items_in_order_one_after_another(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent, pipeline
            async def main(args):
                running = []
                async def stage(item):
                    assert not running
                    running.append(item)
                    result = await agent(item)
                    running.clear()
                    return result.text.upper()
                async def items():
                    for item in "xyz":
                        yield item
                return [await pipeline(["a", "b"], stage), await pipeline(items(), stage), await pipeline([], stage)]
            """
        )
        self.assertEqual(finished.output, [["A", "B"], ["X", "Y", "Z"], []])
        self.assertEqual(finished.run.prompts(), ["a", "b", "x", "y", "z"])

    def test_items_pass_the_stages_without_a_barrier_between_them(self) -> None:
        finished = self.run_script(
            """
            import asyncio
            from workflows import pipeline
            order = []
            async def main(args):
                gate = asyncio.Event()
                async def first(item):
                    if item == "slow":
                        await gate.wait()
                    order.append(f"first {item}")
                    return item
                def second(item):
                    order.append(f"second {item}")
                    gate.set()
                    return item.upper()
                return [await pipeline(["slow", "quick"], first, second, concurrency=2), order]
            """
        )
        self.assertEqual(finished.output, [["SLOW", "QUICK"], ["first quick", "second quick", "first slow", "second slow"]])

    def test_a_failure_ends_its_items_way_and_the_others_go_on(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent, pipeline
            seen = []
            def second(result):
                seen.append(result.text)
                if result.text == "raise":
                    raise ValueError("second")
                return result.text
            async def main(args):
                out = await pipeline(["ok", "bad", "raise", "ok2"], agent, second)
                return [[getattr(r, "error", r) for r in out], seen]
            """,
            answer=by_prompt(bad=FAILED),
        )
        self.assertEqual(
            finished.output,
            [["ok", "the provider said no", "ValueError: second", "ok2"], ["ok", "raise", "ok2"]],
        )

    def test_stop_on_error_starts_no_further_items(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent, pipeline
            async def main(args):
                out = await pipeline(["a", "bad", "c", "d"], agent, stop_on_error=True)
                return [r.status for r in out]
            """,
            answer=by_prompt(bad=FAILED),
        )
        self.assertEqual(finished.output, ["done", "provider_failed"])
        self.assertEqual(finished.run.prompts(), ["a", "bad"])

    def test_concurrency_bounds_the_items_under_way(self) -> None:
        finished = self.run_script(
            """
            import asyncio
            from workflows import pipeline
            async def main(args):
                running = most = 0
                async def stage(item):
                    nonlocal running, most
                    running += 1
                    most = max(most, running)
                    await asyncio.sleep(0)
                    running -= 1
                    return item
                assert await pipeline(iter(range(20)), stage, stage, concurrency=4) == list(range(20))
                return most
            """
        )
        self.assertEqual(finished.output, 4)

    def test_budget_exceeded_and_the_items_own_error_leave(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent, pipeline, BudgetExceeded
            def items():
                yield "a"
                raise LookupError("no more items")
            async def main(args):
                out = []
                for source in (["costly", "b"], items()):
                    try:
                        await pipeline(source, agent)
                    except (BudgetExceeded, LookupError) as error:
                        out.append(str(error))
                return out
            """,
            answer=by_prompt(costly=("refuse", 2, "nothing left")),
        )
        self.assertEqual(finished.output, ["nothing left", "no more items"])
        self.assertEqual(finished.run.prompts(), ["costly", "a"])


class EventsTest(ScriptTest):
    def test_a_phase_holds_for_its_task_and_those_that_it_starts(self) -> None:
        finished = self.run_script(
            """
            import asyncio
            from workflows import agent, parallel, phase
            phase("top")
            async def branch(name):
                phase(name)
                await asyncio.sleep(0)
                await agent(f"in {name}")
            async def main(args):
                await agent("before")
                await parallel([lambda: branch("left"), lambda: branch("right")], concurrency=1)
                await agent("after")
                phase("late")
                await asyncio.create_task(agent("task"))
                await agent("named", phase="own")
            """
        )
        phases = {call["prompt"]: call["phase"] for call in finished.run.calls}
        self.assertEqual(
            phases,
            {"before": "top", "in left": "left", "in right": "right", "after": "top", "task": "late", "named": "own"},
        )
        self.assertEqual(finished.run.texts("phase"), ["top", "left", "right", "late"])

    def test_events_keep_their_order_with_calls_and_none_is_lost(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent, log, phase
            log("0")
            async def main(args):
                phase("p")
                log("1", path=__import__("pathlib").Path("/x"), n=float("nan"))
                await agent("call")
                for number in range(2, 500):
                    log(str(number))
            """
        )
        self.assertEqual(finished.run.texts("log"), [str(number) for number in range(500)])
        kinds = [kind for kind, _ in finished.run.messages]
        self.assertEqual(kinds[:6], ["open_run", "append_event", "append_event", "append_event", "append_event", "start_call"])
        first = next(event for event in finished.run.events if event["message"] == "1")
        self.assertEqual((json.loads(first["data_json"]), first["phase"]), ({"path": "/x", "n": None}, "p"))
        self.assertEqual(finished.run.texts("warning"), ["metadata.n is nan, which JSON does not know: stored as null"])

    def test_threads_may_log(self) -> None:
        finished = self.run_script(
            """
            import asyncio, threading
            from workflows import log
            async def main(args):
                threads = [threading.Thread(target=lambda: [log("x") for _ in range(100)]) for _ in range(5)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                await asyncio.to_thread(log, "last")
            """
        )
        self.assertEqual(finished.run.texts("log"), ["x"] * 500 + ["last"])

    def test_a_log_over_the_limit_is_a_value_error(self) -> None:
        finished = self.run_script(
            """
            from workflows import log
            async def main(args):
                try:
                    log("x" * (65 << 20))
                except ValueError as error:
                    return str(error)
            """
        )
        self.assertIn("log: the event would be a message of", finished.output)

    def test_metadata_that_cannot_be_stored_is_a_value_error(self) -> None:
        finished = self.run_script(
            """
            from workflows import log
            async def main(args):
                a = []
                a.append(a)
                try:
                    log("x", loop=a)
                except ValueError as error:
                    return str(error)
            """
        )
        self.assertIn("metadata.loop[0] refers back to metadata.loop", finished.output)


class MetaTest(ScriptTest):
    def test_all_of_meta_reaches_the_coordinator(self) -> None:
        finished = self.run_script(
            """
            from workflows import meta
            meta(name="n", description="d", phases=["a"], mutates_files=True, approval_required=True)
            def main(args): pass
            """
        )
        self.assertEqual(
            finished.run.opened["meta"],
            {"name": "n", "description": "d", "phases": ["a"], "mutates_files": True, "approval_required": True},
        )

    def test_without_meta_the_name_is_empty(self) -> None:
        finished = self.run_script("def main(args): pass")
        self.assertEqual(finished.run.opened["meta"]["name"], "")

    def test_wrong_metadata_fails_the_run(self) -> None:
        finished = self.run_script(
            """
            from workflows import meta
            meta(name=5)
            def main(args): pass
            """
        )
        self.assertEqual((finished.close["error_kind"], finished.close["error_message"]), ("TypeError", "name: expected a str, found int"))


class BudgetTest(ScriptTest):
    LIMITED = {"total_tokens": 100, "total_cost_usd": 2.0, "spent_tokens": 30, "spent_cost_usd": 0.5}

    def test_the_budget_tells_what_is_spent_and_left(self) -> None:
        finished = self.run_script(
            """
            from workflows import budget
            async def main(args):
                return [budget.total_tokens, budget.total_cost_usd, budget.spent_tokens, budget.spent_cost_usd,
                        budget.remaining_tokens, budget.remaining_cost_usd,
                        budget.can_spend(), budget.can_spend(70), budget.can_spend(71)]
            """,
            budget=self.LIMITED,
        )
        self.assertEqual(finished.output, [100, 2.0, 30, 0.5, 70, 1.5, True, True, False])

    def test_without_limits_anything_can_be_spent(self) -> None:
        finished = self.run_script(
            """
            from workflows import budget
            async def main(args):
                return [budget.total_tokens, budget.remaining_tokens, budget.remaining_cost_usd, budget.can_spend(10**12)]
            """
        )
        self.assertEqual(finished.output, [None, None, None, True])

    def test_an_overspent_budget_has_nothing_left(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent, budget
            async def main(args):
                before = budget.spent_tokens
                await agent("p")
                return [before, budget.spent_tokens, budget.remaining_tokens, budget.remaining_cost_usd, budget.can_spend(), budget.can_spend(0)]
            """,
            answer=self.spend,
        )
        self.assertEqual(finished.output, [0, 130, 0, 0.0, False, False])

    def spend(self, run: FakeRun, call: dict[str, Any]) -> Any:
        self.coordinator.budget = {"total_tokens": 100, "total_cost_usd": 1.0, "spent_tokens": 130, "spent_cost_usd": 3.0}
        return done(call)

    def test_a_reservation_is_held_and_given_back_once(self) -> None:
        finished = self.run_script(
            """
            from workflows import budget
            async def main(args):
                with budget.reserve(40) as held:
                    inside = [held.tokens, budget.spent_tokens]
                held.release()
                return inside
            """,
            budget=self.LIMITED,
        )
        self.assertEqual(finished.output, [40, 30])
        requests = [request for _, request in self.coordinator.unary]
        self.assertEqual(
            requests,
            [{"run_id": "run_1", "tokens": 40, "hold_id": None}, {"run_id": "run_1", "tokens": 0, "hold_id": "hold_1"}],
        )

    def test_a_reservation_that_does_not_fit_is_budget_exceeded(self) -> None:
        finished = self.run_script(
            """
            from workflows import budget, BudgetExceeded
            async def main(args):
                out = []
                for tokens in (500, 0, "5"):
                    try:
                        budget.reserve(tokens)
                    except (BudgetExceeded, ValueError, TypeError) as error:
                        out.append(f"{type(error).__name__} {error}")
                return out
            """,
            hold=lambda request: (8, "70 tokens are left"),
        )
        self.assertEqual(
            finished.output,
            ["BudgetExceeded 70 tokens are left", "ValueError tokens: expected at least 1, found 0",
             "TypeError tokens: expected an int, found str"],
        )  # fmt: skip


class ChildTest(ScriptTest):
    def test_a_child_runs_beside_its_parent_with_a_run_of_its_own(self) -> None:
        self.write(
            """
            from workflows import agent, log, meta, phase
            meta(name="the child")
            async def main(args):
                log("from the child")
                phase("child phase")
                await agent("child call")
                return {"got": args}
            """,
            "parts/child.py",
        )
        finished = self.run_script(
            """
            from workflows import agent, phase, workflow
            async def main(args):
                phase("parent phase")
                out = await workflow("parts/child.py", {"n": 1})
                await agent("parent call")
                return [out, await workflow("parts/child.py")]
            """
        )
        first, second = finished.output
        self.assertEqual(first, {"run_id": "run_2", "status": "done", "output": {"got": {"n": 1}}, "run_dir": "/runs/run_2"})
        self.assertEqual((second["run_id"], second["output"]), ("run_3", {"got": {}}))
        child = self.coordinator.runs[1]
        self.assertEqual((child.opened["parent_run_id"], child.opened["args_json"]), ("run_1", '{"n":1}'))
        self.assertEqual(child.opened["meta"]["name"], "the child")
        self.assertEqual((child.texts("log"), child.prompts()), (["from the child"], ["child call"]))
        self.assertEqual([event["phase"] for event in child.events], [None, "child phase"])
        self.assertEqual(finished.run.prompts(), ["parent call"])
        self.assertEqual(finished.run.calls[0]["phase"], "parent phase")
        self.assertIsNone(finished.run.opened["parent_run_id"])
        self.assertIsNone(finished.run.opened["args_json"])

    def test_a_failed_child_raises_its_error(self) -> None:
        self.write("async def main(args): raise ValueError('child')", "raises.py")
        self.write("raise ValueError('top')", "top.py")
        self.write("from workflows import agent\nasync def main(args): await agent('costly')", "costly.py")
        self.write("import sys\nasync def main(args): sys.exit(3)", "exits.py")
        finished = self.run_script(
            """
            from workflows import workflow, WorkflowError
            async def main(args):
                out = []
                for name in ["raises.py", "top.py", "costly.py", "exits.py"]:
                    try:
                        await workflow(name)
                    except WorkflowError as error:
                        out.append([type(error).__name__, str(error), repr(error.__cause__)])
                return out
            """,
            answer=by_prompt(costly=("refuse", 2, "nothing left")),
        )
        self.assertEqual(
            finished.output,
            [
                ["WorkflowError", "the child run run_2 of raises.py failed: ValueError: child", "ValueError('child')"],
                ["WorkflowError", "the child run run_3 of top.py failed: ValueError: top", "ValueError('top')"],
                [
                    "BudgetExceeded",
                    "the child run run_4 of costly.py ended on the budget: BudgetExceeded: nothing left",
                    "BudgetExceeded('nothing left')",
                ],
                [
                    "WorkflowError",
                    "the child run run_5 of exits.py failed: SystemExit: script called sys.exit(3)",
                    "SystemExit(3)",
                ],
            ],
        )
        self.assertEqual(self.coordinator.runs[1].close["error_message"], "child")
        self.assertNotIn("agent_workflows", self.coordinator.runs[1].close["traceback"])

    def test_an_unnoticed_childs_failure_fails_its_parent(self) -> None:
        self.write("async def main(args):\n    raise ValueError('child exploded')", "child.py")
        finished = self.run_script("from workflows import workflow\nasync def main(args): return await workflow('child.py')")
        close = finished.run.close
        self.assertEqual((close["status"], close["error_kind"]), ("failed", "WorkflowError"))
        self.assertIn("child exploded", close["error_message"])
        self.assertIn('child.py", line 2', close["traceback"])
        self.assertIn('script.py", line 2', close["traceback"])
        self.assertNotIn('agent_workflows/_', close["traceback"])

    def test_a_missing_or_broken_child_raises(self) -> None:
        self.write("def main(:", "broken.py")
        self.write("x = 1", "mainless.py")
        finished = self.run_script(
            """
            from workflows import workflow, WorkflowError
            async def main(args):
                out = []
                for name in ("nowhere.py", "broken.py", "mainless.py"):
                    try:
                        await workflow(name)
                    except WorkflowError as error:
                        out.append(str(error))
                return out
            """
        )
        missing, broken, mainless = finished.output
        self.assertIn("nowhere.py: there is no such file", missing)
        self.assertIn("broken.py:1: ", broken)
        self.assertIn("define `async def main(args)`", mainless)
        self.assertEqual(len(self.coordinator.runs), 1)

    def test_a_grandchild_is_refused(self) -> None:
        self.write("from workflows import workflow\nasync def main(args): await workflow('child.py')", "child.py")
        finished = self.run_script("from workflows import workflow\nasync def main(args): return await workflow('child.py')")
        self.assertEqual(finished.run.close["status"], "failed")
        self.assertIn("one child level", finished.run.close["error_message"])
        self.assertIn("one child level", self.coordinator.runs[1].close["error_message"])

    def test_the_same_child_may_run_many_times_at_once(self) -> None:
        self.write(
            """
            from workflows import agent
            seen = []
            async def main(args):
                seen.append((await agent(str(args["n"]))).text)
                return seen
            """,
            "child.py",
        )
        finished = self.run_script(
            """
            import sys
            from workflows import parallel, workflow
            async def main(args):
                outs = await parallel([lambda n=n: workflow("child.py", {"n": n}) for n in range(20)])
                assert len([name for name in sys.modules if name.startswith("owf_script")]) == 0
                return [o["output"] for o in outs]
            """
        )
        self.assertEqual(finished.output, [[str(n)] for n in range(20)])

    def test_cancelling_the_parents_task_cancels_the_child(self) -> None:
        self.write(
            """
            from workflows import agent, log
            async def main(args):
                try:
                    await agent("slow")
                finally:
                    log("child unwinds")
            """,
            "child.py",
        )
        finished = self.run_script(
            """
            import asyncio
            from workflows import workflow
            async def main(args):
                try:
                    await asyncio.wait_for(workflow("child.py"), 0.3)
                except asyncio.TimeoutError:
                    return "timed out"
            """,
            answer=by_prompt(slow=None),
        )
        self.assertEqual(finished.output, "timed out")
        child = self.coordinator.runs[1]
        self.assertEqual((child.close["status"], child.cancelled, child.texts("log")), ("cancelled", [1], ["child unwinds"]))

    def test_a_child_that_the_coordinator_cancels_is_cancelled_alone(self) -> None:
        self.write("from workflows import agent\nasync def main(args): await agent('slow')", "child.py")

        def answer(run: FakeRun, call: dict[str, Any]) -> Any:
            run.connection.say("cancel_run", {"reason": "enough"})
            return None

        finished = self.run_script("from workflows import workflow\nasync def main(args): return await workflow('child.py')", answer=answer)
        self.assertEqual(finished.run.close["status"], "failed")
        self.assertEqual(finished.run.close["error_message"], "the child run run_2 of child.py was cancelled")

    def test_the_working_directory_is_tried_after_the_parents(self) -> None:
        finished = self.run_script(
            f"""
            import os
            from workflows import workflow
            os.makedirs({str(self.directory)!r} + "/other")
            os.chdir({str(self.directory)!r} + "/other")
            open("child.py", "w").write("def main(): return 'from cwd'")
            async def main(args):
                return (await workflow("child.py"))["output"]
            """
        )
        self.assertEqual(finished.output, "from cwd")


class OutsideTest(ScriptTest):
    def test_outside_a_run_every_api_says_so(self) -> None:
        import asyncio

        import workflows
        from agent_workflows._errors import NOT_RUNNING

        async def awaited(awaitable: Any) -> None:
            await awaitable

        uses = [
            lambda: asyncio.run(awaited(workflows.agent("p"))),
            lambda: asyncio.run(awaited(workflows.approve("q"))),
            lambda: asyncio.run(awaited(workflows.parallel([]))),
            lambda: asyncio.run(awaited(workflows.pipeline([], print))),
            lambda: asyncio.run(awaited(workflows.workflow("x"))),
            lambda: workflows.phase("x"),
            lambda: workflows.log("x"),
            lambda: workflows.budget.spent_tokens,
            lambda: workflows.budget.can_spend(),
            lambda: workflows.budget.reserve(1),
        ]
        self.assertEqual(NOT_RUNNING, "workflow APIs can only be used while a script is running")
        for use in uses:
            with self.assertRaisesRegex(workflows.WorkflowError, NOT_RUNNING):
                use()

    def test_meta_does_nothing_outside_a_run_but_check_its_arguments(self) -> None:
        import workflows

        workflows.meta(name="x")
        with self.assertRaises(ValueError):
            workflows.meta(name=" ")

    def test_both_names_have_the_same_objects(self) -> None:
        import agent_workflows
        import workflows

        self.assertEqual(workflows.__all__, agent_workflows.__all__)
        for name in agent_workflows.__all__:
            self.assertIs(getattr(workflows, name), getattr(agent_workflows, name))
        self.assertTrue(issubclass(workflows.CoordinatorLost, BaseException))
        self.assertFalse(issubclass(workflows.CoordinatorLost, Exception))


if __name__ == "__main__":
    unittest.main()
