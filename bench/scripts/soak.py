"""Makes calls for so many minutes, and returns both sides' memory as it went.

Arguments: minutes, width, delay_ms (of each call), samples (how often the memory is looked at).
"""

import asyncio
import os
import time

from workflows import agent, meta

from process_figures import resident_mb

meta(name="soak")


async def main(args):
    begun = time.monotonic()
    seconds = args["minutes"] * 60
    calls = failed = 0

    async def make_calls(number):
        nonlocal calls, failed
        own = 0
        while time.monotonic() - begun < seconds:
            own += 1
            result = await agent(f"soak {number} {own}", metadata={"fake": {"delay_ms": args["delay_ms"]}})
            calls += 1
            failed += not result.ok

    callers = [asyncio.create_task(make_calls(number)) for number in range(args["width"])]
    seen = []
    for sample in range(1, args["samples"] + 1):
        await asyncio.sleep(max(0, begun + seconds * sample / args["samples"] - time.monotonic()))
        seen.append({
            "minute": (time.monotonic() - begun) / 60,
            "calls": calls,
            "java_mb": resident_mb(os.getppid()),
            "python_mb": resident_mb(os.getpid()),
        })  # fmt: skip
    await asyncio.gather(*callers)
    return {"failed": failed, "seen": seen}
