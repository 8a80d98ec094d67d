package dev.agentworkflows.coordinator.worktree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** A file of 40 lines, whose 38th the user changed, and any other the agent. */
record TreeMerge(Path agents, Path users) {

  private static final String BEFORE = "\nline 38\n";
  private static final String USERS = "\nline of the user\n";

  /** Where the agent left that line as it was, both changes are there, and nothing else. */
  void check() {
    String agent = text(agents);
    if (agent.contains("\nline 37" + BEFORE + "line 39\n")
        && !text(users).equals(agent.replace(BEFORE, USERS))) {
      throw new BrokenPromise("not byte for byte", "long.txt is not what both changes give");
    }
  }

  private static String text(Path file) {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          ? Files.readString(file, ISO_8859_1)
          : "";
    } catch (IOException e) {
      throw new AssertionError("the test can't read " + file, e);
    }
  }
}
