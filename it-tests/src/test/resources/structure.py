"""A workflow of a random structure, which its seed decides; each run of it with pauses of its own.

Writes a line for each answer that it gets: where in the structure, and what the answer was.
"""

import asyncio
import json
import os
import random
import time

from workflows import agent, parallel, pipeline, workflow

# Few prompts, so that most are asked in several branches at once.
PROMPTS = ["vote: yes or no?", "name a colour", "guess"]
KINDS = ["parallel", "some at a time", "gather", "as_completed", "create_task", "pipeline", "child"]

pauses = random.Random(time.time_ns())


def note(where, answer):
    with open(os.environ["SEEN"], "a", encoding="utf-8") as file:
        file.write(json.dumps([where, answer]) + "\n")


def structure(draw, depth, may_have_children):
    """A list of steps: ("ask", prompt, embeds the answer before) or (kind, [a structure each branch])."""
    steps = []
    for _ in range(draw.randint(1, 3)):
        if depth > 0 and draw.random() < 0.4:
            kinds = KINDS if may_have_children else KINDS[:-1]
            alike = structure(draw, depth - 1, False)
            branches = [
                alike if draw.random() < 0.6 else structure(draw, depth - 1, False)
                for _ in range(draw.randint(1, 4))
            ]
            steps.append((draw.choice(kinds), branches))
        else:
            steps.append(("ask", draw.choice(PROMPTS), draw.random() < 0.4))
    return steps


async def ask(where, prompt, last):
    await asyncio.sleep(pauses.random() / 50)
    while True:
        result = await agent(prompt if last is None else f"{prompt} after {last}", label=where)
        if result.ok:
            note(where, result.text)
            return result.text


async def walk(where, steps):
    last = None
    for number, step in enumerate(steps):
        here = f"{where}.{number}"
        if step[0] == "ask":
            last = await ask(here, step[1], last if step[2] else None)
        else:
            await branch_out(here, *step)


async def branch_out(where, kind, branches):
    named = [(f"{where}{kind[0]}{number}", steps) for number, steps in enumerate(branches)]
    if kind == "parallel":
        ended = await parallel([lambda one=one: walk(*one) for one in named])
    elif kind == "some at a time":
        ended = await parallel([walk(*one) for one in named], concurrency=2)
    elif kind == "gather":
        ended = await asyncio.gather(*[walk(*one) for one in named])
    elif kind == "as_completed":
        ended = [await one for one in asyncio.as_completed([walk(*one) for one in named])]
    elif kind == "create_task":
        tasks = []
        for one in named:
            tasks.append(asyncio.create_task(walk(*one)))
            await asyncio.sleep(pauses.random() / 100)
        ended = [await task for task in tasks]
    elif kind == "pipeline":

        async def first(one):
            await asyncio.sleep(pauses.random() / 50)
            await walk(f"{one[0]} first", one[1])
            return one

        async def second(one):
            await walk(f"{one[0]} second", one[1])

        ended = await pipeline(named, first, second, concurrency=2)
    else:
        args = [{"where": name, "steps": steps} for name, steps in named]
        children = await parallel([lambda arg=arg: workflow(__file__, arg) for arg in args])
        ended = [None if child["status"] == "done" else child for child in children]
    assert all(one is None for one in ended), ended


async def main(args):
    if "steps" in args:
        await walk(args["where"], args["steps"])
    else:
        draw = random.Random(args["seed"])
        await walk("", structure(draw, 2, True) + structure(draw, 2, True))
