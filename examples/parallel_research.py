"""Fan out over topics, then put the findings together.

    owf run examples/parallel_research.py                     # offline: `fake` echoes the prompts
    owf run examples/parallel_research.py --args-json '{"topics": ["tea", "coffee"]}'
    owf run examples/parallel_research.py --provider claude --budget-cost-usd 1
    owf resume latest                                         # pays only for what is missing
"""

from workflows import agent, log, meta, parallel, phase

meta(
    name="parallel-research",
    description="Looks into several topics at once and synthesizes one answer.",
    phases=["research", "synthesize"],
)

TOPICS = ["glaciers", "coral reefs", "peat bogs"]


async def main(args):
    topics = args.get("topics", TOPICS)

    phase("research")
    findings = await parallel(
        [lambda topic=topic: agent(f"What changed lately about {topic}?", label=topic) for topic in topics],
        concurrency=4,
    )
    failed = [topic for topic, finding in zip(topics, findings) if not finding.ok]
    if failed:
        log("some topics gave nothing", topics=failed)

    phase("synthesize")
    notes = "\n\n".join(finding.text_or_raise() for finding in findings if finding.ok)
    synthesis = await agent(f"Put these notes together in one paragraph:\n\n{notes}", label="synthesis")
    return {"topics": len(topics), "failed": failed, "synthesis": synthesis.text_or_raise()}
