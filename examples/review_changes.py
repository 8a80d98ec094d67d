"""Reviewers side by side, sceptics who check what they found, and one verdict.

    owf run examples/review_changes.py                        # offline: `fake` finds a problem in everything
    owf run examples/review_changes.py --provider claude --args-json '{"files": ["src/app.py"]}' --budget-cost-usd 2
    owf resume latest                                         # after an edit: only what changed is paid for

With a key instead of a program: --provider anthropic, openai or gemini (`owf providers` lists them).
"""

from pathlib import Path

from workflows import agent, log, meta, parallel, phase

meta(
    name="review",
    description="Reviews files under several aspects, and lets others check each finding.",
    phases=["review", "check", "sum up"],
)

ASPECTS = {
    "correctness": "mistakes: wrong results, crashes, races, unhandled cases",
    "security": "ways in which somebody could misuse it",
}

FINDING = {
    "type": "object",
    "properties": {
        "verdict": {"enum": ["problem", "fine"]},
        "problem": {"type": "string", "description": "What goes wrong, and for which input; empty when fine"},
    },
    "required": ["verdict", "problem"],
}

CHECK = {
    "type": "object",
    "properties": {"real": {"enum": ["yes", "no"]}, "why": {"type": "string"}},
    "required": ["real", "why"],
}


async def review(name, text, aspect):
    # The text is part of the prompt, so an edited file is read again and the others come from memory.
    return await agent(
        f"Look for {ASPECTS[aspect]} in {name}. Name the worst one only, or none.\n\n{text}",
        label=f"{aspect} of {name}",
        schema=FINDING,
    )


async def check(name, text, problem):
    # Each sample is a call of its own, also when the prompts are the same.
    prompt = f"Somebody claims of {name}: {problem!r}. Try to refute it.\n\n{text}"
    votes = await parallel([lambda: agent(prompt, label=f"check {name}", schema=CHECK)] * 3)
    return sum(vote.ok and vote.value["real"] == "yes" for vote in votes) >= 2


async def main(args):
    here = Path(__file__).parent
    files = args.get("files") or [Path(__file__).name]
    texts = {name: (here / name).read_text(encoding="utf-8") for name in files}

    phase("review")
    asked = [(name, aspect) for name in texts for aspect in ASPECTS]
    reviews = await parallel(
        [lambda name=name, aspect=aspect: review(name, texts[name], aspect) for name, aspect in asked],
        concurrency=8,
    )
    # A call that failed is a result that says so: it must not pass for "nothing found".
    failed = [f"{aspect} of {name}" for (name, aspect), result in zip(asked, reviews) if not result.ok]
    claims = [
        (name, aspect, result.value["problem"])
        for (name, aspect), result in zip(asked, reviews)
        if result.ok and result.value["verdict"] == "problem"
    ]
    log("reviewed", files=len(texts), claims=len(claims), failed=failed)

    phase("check")
    real = await parallel(
        [lambda name=name, problem=problem: check(name, texts[name], problem) for name, _, problem in claims],
        concurrency=4,
    )
    findings = [
        {"file": name, "aspect": aspect, "problem": problem}
        for (name, aspect, problem), holds in zip(claims, real)
        if holds is True
    ]

    phase("sum up")
    listed = "\n".join(f"- {each['file']} ({each['aspect']}): {each['problem']}" for each in findings)
    summary = await agent(f"Sum these findings up for the author, worst first:\n{listed or 'none'}", label="summary")
    return {"findings": findings, "not_reviewed": failed, "summary": summary.text_or_raise()}
