package dev.agentworkflows.it.reliability;

import dev.agentworkflows.it.Owf;
import java.nio.file.Path;

/**
 * A workflow that takes its time and has something of everything: a wide fan-out, rounds with
 * identical calls, calls that may edit and so run on every resume, and child workflows.
 */
final class LongWorkflow {

  private static final int WIDE = 300;
  private static final int ROUNDS = 40;
  private static final int CALLS = 30;
  private static final int VOTERS = 5;
  private static final int EDITS = 2;
  private static final int CHILDREN = 4;
  private static final int CHILD_CALLS = 10;

  /** How many results a run sees that comes to its end, its children's included. */
  static final int RESULTS =
      WIDE + ROUNDS * (CALLS + VOTERS + EDITS) + CHILDREN * (CHILD_CALLS + 1);

  private static final String SCRIPT =
      Seen.ASK
          + """
          async def main(args):
              await parallel([asking(f"wide {i}", 20 + i * 7 %% 400) for i in range(%d)])
              for turn in range(%d):
                  calls = [
                      asking(f"turn {turn} call {i}", 10 + (turn * 31 + i * 17) %% 140)
                      for i in range(%d)
                  ]
                  calls += [asking(f"turn {turn} vote", 60) for _ in range(%d)]
                  calls += [
                      asking(f"turn {turn} edit {i}", 15, write_scope=["notes"]) for i in range(%d)
                  ]
                  if turn %% 10 == 4:
                      calls.append(lambda: workflow("child.py", {"turn": turn}))
                  await parallel(calls)
          """
              .formatted(WIDE, ROUNDS, CALLS, VOTERS, EDITS);

  private static final String CHILD =
      Seen.ASK
          + """
          async def main(args):
              calls = [asking(f"child {args['turn']} call {i}", 10 + i * 9) for i in range(%d)]
              calls.append(asking(f"child {args['turn']} edit", 20, write_scope=["notes"]))
              await parallel(calls)
          """
              .formatted(CHILD_CALLS);

  private LongWorkflow() {}

  /** How many calls of a run have this prompt. */
  static int samplesOf(String prompt) {
    return prompt.endsWith(" vote") ? VOTERS : 1;
  }

  static Path writeTo(Owf owf) {
    owf.script("long/child.py", CHILD);
    return owf.script("long/parent.py", SCRIPT);
  }
}
