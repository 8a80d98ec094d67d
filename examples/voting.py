"""Five samples of one prompt, and the majority among them.

Identical calls in one run are different samples, so five voters are five provider calls; a resume
gives the same five answers back.

    owf run examples/voting.py
    owf run examples/voting.py --arg question="Is water wet?"
"""

from collections import Counter

from workflows import agent, meta, parallel

meta(name="voting", description="Asks five times and counts.")

VOTE = {"type": "object", "properties": {"answer": {"enum": ["yes", "no"]}}, "required": ["answer"]}


async def main(args):
    question = args.get("question", "Is this change safe to merge?")
    votes = await parallel([lambda: agent(question, label="voter", schema=VOTE)] * 5)
    tally = Counter(vote.value["answer"] for vote in votes if vote.ok)
    answer, count = tally.most_common(1)[0]
    return {"question": question, "answer": answer, "votes": f"{count} of {len(votes)}"}
