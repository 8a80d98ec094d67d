"""One agent makes a change, others review it where it stands, and it is fixed there, in a few rounds.

    owf run examples/implement_review_fix.py                  # offline: `fake` edits nothing, and finds nothing
    owf run examples/implement_review_fix.py --provider claude --arg task='Add a --json option to the command line.' \\
        --arg rounds=3 --budget-cost-usd 5
    owf diff CALL; owf apply CALL; owf gc                     # look at all of it, take it, tidy up

All of them work in one git worktree, and your checkout stays as it is. It needs a git repository with a commit.
Without one the first call ends `worktree_failed`, and no provider is asked.
"""

from workflows import agent, log, meta, parallel, phase

meta(
    name="implement-review-fix",
    description="A change in a worktree, reviewed there by others and fixed there, until they find nothing.",
    phases=["implement", "review", "fix"],
    mutates_files=True,
)

ASPECTS = {
    "correctness": "mistakes: wrong results, crashes, unhandled cases, tests that are missing or fail",
    "simplicity": "what could be left out, and what a reader of the code would not understand",
}

REVIEW = {
    "type": "object",
    "properties": {
        "verdict": {"enum": ["fine", "problem"]},
        "problem": {"type": "string", "description": "What is wrong, where, and why it matters; empty when fine"},
    },
    "required": ["verdict", "problem"],
}


async def review(task, aspect, work):
    # Read-only, in the very worktree of the change. What it finds there is part of the call's key: on a resume
    # it comes from memory as long as the files are the same, and runs again when they are not.
    return await agent(
        f"The files here were changed for this task: {task}\n"
        f"Look for {ASPECTS[aspect]}. Change nothing. These files were added, changed or removed:\n- "
        + "\n- ".join(work.changed_files or ["none"]),
        label=f"review {aspect}",
        schema=REVIEW,
        worktree=work,
    )


async def main(args):
    task = args.get("task", "Add a docstring to each public function that has none.")
    rounds = int(args.get("rounds", 3))

    phase("implement")
    work = await agent(f"{task}\nRun the tests.", label="implement", isolation="worktree")
    problems = []
    done = 0
    while work.ok and done < rounds:
        done += 1
        phase("review")
        reviews = await parallel([lambda aspect=aspect: review(task, aspect, work) for aspect in ASPECTS])
        # A review that failed is no review: it must not pass for "nothing found".
        problems = [
            f"{aspect}: {result.value['problem']}" if result.ok else f"{aspect}: not reviewed ({result.error})"
            for aspect, result in zip(ASPECTS, reviews)
            if not result.ok or result.value["verdict"] == "problem"
        ]
        log("reviewed", round=done, problems=len(problems))
        if not problems or done == rounds or not all(result.ok for result in reviews):
            break
        phase("fix")
        # Goes on in the same worktree; `work` is its result from now on.
        work = await agent(
            f"Your change for this task was reviewed: {task}\nFix what was found:\n- " + "\n- ".join(problems),
            label="fix",
            isolation="worktree",
            worktree=work,
        )
    return {
        "status": work.status,
        "error": work.error,
        "rounds": done,
        "open": problems,
        "changed": work.changed_files,
        "take": f"owf diff {work.call_id}; owf apply {work.call_id}" if work.changed_files else None,
    }
