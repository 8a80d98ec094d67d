"""Items go through stages on their own: a fast one does not wait for a slow one.

    owf run examples/pipeline_stages.py
"""

from workflows import agent, meta, pipeline

meta(
    name="pipeline-stages",
    description="Drafts, reviews and titles several texts; each goes on as soon as it can.",
    phases=["draft", "review", "title"],
)


async def draft(subject):
    return await agent(f"Draft three sentences about {subject}.", label=f"draft {subject}", phase="draft")


async def review(drafted):
    return await agent(f"Improve this text:\n{drafted.text}", label="review", phase="review")


async def title(reviewed):
    return await agent(f"Give this text a title:\n{reviewed.text}", label="title", phase="title")


async def main(args):
    subjects = args.get("subjects", ["rain", "snow", "hail"])
    results = await pipeline(subjects, draft, review, title, concurrency=3)
    return {subject: result.text_or_raise() for subject, result in zip(subjects, results)}
