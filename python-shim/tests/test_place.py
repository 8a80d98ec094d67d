"""Places: what a script's structure makes of a call's place, whatever comes first."""

from __future__ import annotations

import sys
import unittest

from fake_coordinator import FakeRun, done
from tiers import slow
from workspace import ScriptTest

# What each script below begins with: pauses of random length, and calls that are named by their labels.
HEAD = """
import asyncio, random
from workflows import agent, parallel, pipeline, workflow
async def pause():
    await asyncio.sleep(random.random() / 100)
async def ask(label):
    await pause()
    return await agent("vote", label=label)
"""

STRUCTURES = {
    "parallel": """
        async def main(args):
            async def branch(n):
                await ask(f"{n} first")
                await parallel([lambda m=m: ask(f"{n}.{m}") for m in range(3)])
                await parallel([ask(f"{n} again {m}") for m in range(3)], concurrency=2)
                await ask(f"{n} last")
            await parallel([lambda n=n: branch(n) for n in range(4)])
        """,
    "pipeline": """
        async def main(args):
            async def one(item):
                await ask(f"one {item}")
                return item
            async def two(item):
                await ask(f"two {item}")
            await pipeline(range(6), one, two, concurrency=3)
            await pipeline(["x", "y", "z"], one, concurrency=3)
        """,
    "asyncio": """
        async def main(args):
            async def branch(n):
                await ask(f"{n} a")
                await ask(f"{n} b")
            tasks = [asyncio.create_task(branch(f"task {n}")) for n in range(3)]
            await asyncio.gather(*[branch(f"gathered {n}") for n in range(3)], ask("gathered too"))
            for next_one in asyncio.as_completed([branch(f"completed {n}") for n in range(5)]):
                await next_one
            done, pending = await asyncio.wait([asyncio.create_task(ask(f"waited {n}")) for n in range(3)])
            await asyncio.gather(*tasks)
            await ask("end")
        """,
    "task groups": """
        async def main(args):
            async with asyncio.TaskGroup() as group:
                for n in range(4):
                    group.create_task(ask(f"{n}"))
            await ask("end")
        """,
    "children": """
        async def main(args):
            await parallel([lambda n=n: workflow(CHILD, {"n": n}) for n in range(4)])
            await workflow(CHILD, {"n": "last"})
        """,
    "a task factory of the script's own": """
        made = []
        def factory(loop, coro, **options):
            made.append(coro)
            return asyncio.Task(coro, loop=loop, **options)
        async def main(args):
            loop = asyncio.get_running_loop()
            assert loop.get_task_factory() is None
            loop.set_task_factory(factory)
            assert loop.get_task_factory() is factory
            await asyncio.gather(*[ask(f"{n}") for n in range(4)])
            assert len(made) == 4
            loop.set_task_factory(None)
            await asyncio.gather(*[ask(f"{n} later") for n in range(4)])
        """,
    "eager tasks": """
        async def main(args):
            asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
            await asyncio.gather(*[agent("vote", label=f"{n}") for n in range(4)])
            await asyncio.gather(*[ask(f"{n} later") for n in range(4)])
        """,
}

NEEDS = {"task groups": (3, 11), "eager tasks": (3, 12)}

CHILD = HEAD + """
async def main(args):
    await parallel([lambda m=m: ask(f"child {args['n']}.{m}") for m in range(2)])
"""


class PlaceTest(ScriptTest):
    def places(self, script: str) -> dict[str, int]:
        """Each call's place, by its label."""
        child = self.write(CHILD, "child.py")
        head = HEAD + f"CHILD = {str(child)!r}\n"
        finished = self.run_script(head + _dedented(script))
        self.assertEqual(finished.close["status"], "done", finished.close)
        calls = [call for run in self.coordinator.runs for call in run.calls]
        places = {call["label"]: call["place"] for call in calls}
        self.assertEqual(len(places), len(calls))
        return places

    @slow
    def test_a_place_does_not_depend_on_which_branch_is_faster(self) -> None:
        for name, script in STRUCTURES.items():
            if sys.version_info >= NEEDS.get(name, (3, 10)):
                with self.subTest(name):
                    first = self.places(script)
                    for _ in range(2):
                        self.assertEqual(self.places(script), first)

    def test_branches_have_places_of_their_own(self) -> None:
        for name, script in STRUCTURES.items():
            if sys.version_info >= NEEDS.get(name, (3, 10)):
                with self.subTest(name):
                    places = self.places(script)
                    branches = {label.split(" ")[0] if name == "parallel" and " " in label else label for label in places}
                    self.assertGreaterEqual(len(set(places.values())), min(4, len(branches)))
                    self.assertTrue(all(0 < place < 1 << 63 for place in places.values()))

    def test_a_call_that_is_tried_again_has_its_place_again(self) -> None:
        places = self.places(
            """
            async def main(args):
                for n in range(3):
                    await asyncio.wait_for(agent("vote", label=f"{n}"), 5)
                await agent("vote", label="end")
            """
        )
        self.assertEqual(len(set(places.values())), 1)

    def test_a_thread_that_asks_on_the_loop_is_heard(self) -> None:
        places = self.places(
            """
            async def main(args):
                loop = asyncio.get_running_loop()
                def asks(label):
                    return asyncio.run_coroutine_threadsafe(agent("vote", label=label), loop).result()
                await asyncio.to_thread(asks, "copied context")
                await loop.run_in_executor(None, asks, "no context")
            """
        )
        self.assertEqual(set(places), {"copied context", "no context"})

    def test_as_completed_does_what_it_does_elsewhere(self) -> None:
        finished = self.run_script(
            """
            import asyncio
            from workflows import agent
            async def main(args):
                async def late(n):
                    await asyncio.sleep(n / 100)
                    return n
                order = [await one for one in asyncio.as_completed([late(3), late(1), late(2)])]
                same = late(0)
                once = [await one for one in asyncio.as_completed([same, same])]
                wrong = []
                for argument in (late(0), 7):
                    try:
                        list(asyncio.as_completed(argument))
                    except TypeError:
                        wrong.append(type(argument).__name__)
                    finally:
                        getattr(argument, "close", lambda: None)()
                return [order, once, wrong]
            """
        )
        self.assertEqual(finished.output, [[1, 2, 3], [0], ["coroutine", "int"]])


def _dedented(script: str) -> str:
    import textwrap

    return textwrap.dedent(script)


if __name__ == "__main__":
    unittest.main()
