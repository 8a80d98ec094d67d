"""A run as small as people look at: a few calls in two phases, and some words about them."""

from workflows import agent, log, meta, parallel, phase

meta(name="small")


async def main(args):
    phase("read")
    notes = await parallel([lambda i=i: agent(f"Read chapter {i}.", label=f"chapter {i}") for i in range(8)])
    log("all read")
    phase("sum up")
    return (await agent("Sum up: " + " ".join(note.text for note in notes), label="summary")).text
