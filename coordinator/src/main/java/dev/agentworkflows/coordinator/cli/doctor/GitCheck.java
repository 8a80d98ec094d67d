package dev.agentworkflows.coordinator.cli.doctor;

import dev.agentworkflows.coordinator.Programs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code git} program: isolation needs it, and nothing else does. */
record GitCheck(Programs programs) implements Check {

  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)");

  /** Since then `git add` takes names of any characters from a file. */
  private static final int OLDEST_MAJOR = 2;

  private static final int OLDEST_MINOR = 25;

  @Override
  public List<Finding> take() throws InterruptedException {
    Optional<Path> git = programs.find("git");
    if (git.isEmpty()) {
      return List.of(
          Finding.fault(
              "git",
              "no git on PATH: calls with isolation=\"worktree\" can't run. Install git 2.25 or"
                  + " newer."));
    }
    Programs.Answer answer = programs.ask(git.get(), "--version");
    Matcher version = VERSION.matcher(answer.line());
    if (!answer.fine() || !version.find()) {
      return List.of(
          Finding.fault("git", git.get() + " does not work: " + answer.line() + ". Install it."));
    }
    int major = Integer.parseInt(version.group(1));
    int minor = Integer.parseInt(version.group(2));
    boolean old = major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR);
    return List.of(
        old
            ? Finding.fault(
                "git",
                answer.line()
                    + " at "
                    + git.get()
                    + " is too old for isolation=\"worktree\". Install git 2.25 or newer.")
            : Finding.ok("git", answer.line() + " at " + git.get()));
  }
}
