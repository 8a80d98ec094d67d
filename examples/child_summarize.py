"""The child of child_workflow.py; runs by itself as well.

    owf run examples/child_summarize.py --arg document="the annual report"
"""

from workflows import agent, meta

meta(name="summarize", description="Summarizes one document.")


async def main(args):
    document = args.get("document", "the minutes of the last meeting")
    result = await agent(f"Summarize {document}.", label="summarize")
    return {"summary": result.text_or_raise()}
