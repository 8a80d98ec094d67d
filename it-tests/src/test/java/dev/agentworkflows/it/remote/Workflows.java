package dev.agentworkflows.it.remote;

import dev.agentworkflows.it.isolation.Project;

/** The scripts that run over a network here. */
final class Workflows {

  /** So many calls one after the other, each of which takes a while. */
  static final String LONG =
      """
      from workflows import agent, log
      async def main(args):
          seen = []
          for i in range(int(args["calls"])):
              r = await agent(f"call {i}", metadata={"fake": {"delay_ms": 250}})
              log(f"{i} {r.status}")
              seen.append(r.text)
          return seen
      """;

  private static final String EDIT =
      """
      from workflows import agent, log, phase
      async def main(args):
          phase("editing")
          log("off it goes")
          r = await agent(%s, isolation="worktree", provider="shell")
          return {"status": r.status, "files": r.changed_files, "error": r.error, "path": r.prompt_path}
      """;

  private Workflows() {}

  /** One isolated call, in whose worktree a shell does this. */
  static String edit(String shell) {
    return EDIT.formatted(Project.python(shell));
  }
}
