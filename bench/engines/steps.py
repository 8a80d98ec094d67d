"""Durable steps: calls of the fake provider, one after the other or all at once. Returns the milliseconds they took."""

import time

from workflows import agent, meta, parallel

meta(name="steps")


async def main(args):
    prompts = [f"{args['salt']} {i} " + "x" * 1000 for i in range(args["count"])]
    start = time.perf_counter()
    if args["how"] == "sequential":
        for prompt in prompts:
            await agent(prompt)
    else:
        await parallel([lambda prompt=prompt: agent(prompt) for prompt in prompts])
    return 1000 * (time.perf_counter() - start)
