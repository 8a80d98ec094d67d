"""The smallest workflow: one call, one answer.

    owf run examples/hello_workflow.py                        # offline: `fake` echoes the prompt
    owf run examples/hello_workflow.py --arg name=Ada
    owf run examples/hello_workflow.py --provider claude      # asks the program `claude`, with its own login
"""

from workflows import agent, log, meta, phase

meta(name="hello", description="Greets somebody.", phases=["greet"])


async def main(args):
    phase("greet")
    name = args.get("name", "world")
    result = await agent(f"Say hello to {name} in one sentence.", label="greeting")
    log("greeted", name=name, cache=result.cache_status)
    return {"greeting": result.text_or_raise()}
