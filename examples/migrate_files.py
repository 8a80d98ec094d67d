"""A change to many files: each is edited in a git worktree of its own, and nothing is merged by itself.

    owf run examples/migrate_files.py                         # offline: `fake` edits nothing
    owf run examples/migrate_files.py --provider claude --arg pattern='src/**/*.py' \\
        --arg change='Replace os.path by pathlib.' --budget-cost-usd 5
    owf diff CALL; owf apply CALL; owf gc                     # look at an edit, take it, tidy up

It needs a git repository with a commit. Without one each edit ends `worktree_failed`, and no provider is asked for it.
"""

from pathlib import Path
from typing import Any

from workflows import AgentResult, agent, log, meta, phase, pipeline

meta(
    name="migrate",
    description="Decides for each file whether it needs the change, and makes it in a worktree.",
    phases=["decide", "edit"],
    mutates_files=True,
)

DECISION = {
    "type": "object",
    "properties": {"needed": {"enum": ["yes", "no"]}, "where": {"type": "string"}},
    "required": ["needed", "where"],
}


async def main(args):
    here = Path(__file__).resolve().parent
    pattern = args.get("pattern", Path(__file__).name)
    change = args.get("change", "Add a docstring to each public function that has none.")
    files = sorted(path.relative_to(here).as_posix() for path in here.glob(pattern) if path.is_file())
    log("found", files=len(files), pattern=pattern)

    async def decide(file):
        # Read-only, so remembered: on a resume only new and changed files are decided upon again.
        text = (here / file).read_text(encoding="utf-8")
        decision = await agent(
            f"Does {file} need this change? {change}\n\n{text}",
            label=f"decide {file}",
            phase="decide",
            schema=DECISION,
        )
        return file, decision

    async def edit(decided):
        file, decision = decided
        if not decision.ok or decision.value["needed"] == "no":
            return file, decision, None
        # Mutating, so never remembered; it works on its own checkout, not on yours.
        edited = await agent(
            f"Make this change in {file}, and nowhere else: {change}\nWhere: {decision.value['where']}\nRun its tests.",
            label=f"edit {file}",
            phase="edit",
            isolation="worktree",
            write_scope=[file],
        )
        return file, decision, edited

    phase("decide")
    outcome: dict[str, Any] = {"edited": {}, "unchanged": [], "not_needed": [], "failed": {}}
    for file, migrated in zip(files, await pipeline(files, decide, edit, concurrency=4)):
        if isinstance(migrated, AgentResult):
            # A stage ended on an exception.
            outcome["failed"][file] = migrated.error
            continue
        _, decision, edited = migrated
        if not decision.ok or (edited is not None and not edited.ok):
            outcome["failed"][file] = (edited or decision).error
        elif edited is None:
            outcome["not_needed"].append(file)
        elif edited.changed_files:
            outcome["edited"][file] = f"owf diff {edited.call_id}; owf apply {edited.call_id}"
        else:
            outcome["unchanged"].append(file)
    return outcome
