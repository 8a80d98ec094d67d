"""The real runner, as a process, against a coordinator that the tests play."""

from __future__ import annotations

import unittest

from workspace import ScriptTest


class RunnerTest(ScriptTest):
    def test_a_script_runs_and_its_return_value_is_stored(self) -> None:
        finished = self.run_script(
            """
            from workflows import agent, log, meta
            meta(name="hello", phases=["a", "b"])
            log("at the top", count=1)

            async def main(args):
                answer = await agent("hi " + args["who"], label="greet")
                return {"text": answer.text}
            """,
            args={"who": "you"},
        )
        self.assertEqual(finished.output, {"text": "hi you"})
        self.assertEqual(finished.code, 0)
        self.assertEqual((finished.out, finished.err), ("", ""))
        self.assertEqual(finished.run.opened["meta"]["name"], "hello")
        self.assertEqual(finished.run.texts("log"), ["at the top"])


if __name__ == "__main__":
    unittest.main()
