"""A workflow that runs another one: the child has a run of its own and shares the budget.

    owf run examples/child_workflow.py
"""

from workflows import log, meta, phase, workflow

meta(name="child-workflow", description="Has a child workflow summarize two documents.")


async def main(args):
    phase("delegate")
    summaries = {}
    for document in args.get("documents", ["the first report", "the second report"]):
        child = await workflow("child_summarize.py", args={"document": document})
        log("child ended", run_id=child["run_id"])
        summaries[document] = child["output"]["summary"]
    return summaries
