"""Makes many calls and returns how long they took, and what they cost on both sides.

Arguments: calls, width, prompt_bytes, delay_ms, salt (other prompts, other keys), warm_up (so many
calls go before, all at once, and do not count).
"""

import os
import time

from workflows import agent, meta, parallel

from process_figures import cpu_ms, latency_figures, peak_mb, prompts

meta(name="fan-out")


async def main(args):
    calls, width = args["calls"], args["width"]
    metadata = {"fake": {"delay_ms": args["delay_ms"]}} if args["delay_ms"] else None
    warm_up = prompts("warm-up", args["warm_up"], args["prompt_bytes"])
    await parallel([lambda prompt=prompt: agent(prompt) for prompt in warm_up])
    latencies = []

    async def call(prompt):
        start = time.perf_counter()
        result = await agent(prompt, metadata=metadata)
        latencies.append(time.perf_counter() - start)
        return result

    all_prompts = prompts(args["salt"], calls, args["prompt_bytes"])
    java_before = cpu_ms(os.getppid())
    python_before, start = time.process_time(), time.perf_counter()
    if width == 1:
        results = [await call(prompt) for prompt in all_prompts]
    else:
        results = await parallel(
            [lambda prompt=prompt: call(prompt) for prompt in all_prompts],
            concurrency=width if width < calls else None,
        )
    seconds = time.perf_counter() - start
    python_ms = (time.process_time() - python_before) * 1000
    java_after = cpu_ms(os.getppid())
    return {
        "ok": sum(result.ok for result in results),
        "hits": sum(result.cache_status == "hit" for result in results),
        "java_cpu_ms": None if java_before is None else java_after - java_before,
        "python_cpu_ms": python_ms,
        "python_peak_mb": peak_mb(os.getpid()),
        "java_peak_mb": peak_mb(os.getppid()),
        **latency_figures(latencies, seconds),
    }
