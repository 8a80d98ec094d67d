package dev.agentworkflows.coordinator.cli.doctor;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.CheckHome;
import dev.agentworkflows.coordinator.cli.refusal.RefusalText;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The home: whether runs can be recorded in it, and whether it is its owner's alone. */
record HomeCheck(CheckContext around) implements Check {

  private static final String CURE = " Pass --home DIR, or set OWF_HOME.";
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  @Override
  public List<Finding> take() throws IOException {
    Path directory = around.home();
    Optional<String> problem = DirectoryChecks.problem(directory);
    if (problem.isPresent()) {
      return List.of(Finding.fault("home", problem.get() + CURE));
    }
    if (!Files.exists(directory)) {
      return List.of(Finding.ok("home", directory + " (not made yet)"));
    }
    List<Finding> findings = new ArrayList<>();
    DirectoryChecks.fullness(directory)
        .ifPresent(full -> findings.add(Finding.fault("home", directory + ": " + full)));
    openToOthers(directory).ifPresent(findings::add);
    try {
      WorkflowHome home = around.homes().opened(directory);
      if (Files.exists(home.database())) {
        database(home).ifPresent(findings::add);
      }
    } catch (RefusedException e) {
      findings.add(Finding.fault("home", RefusalText.of(e)));
    }
    if (findings.isEmpty()) {
      findings.add(Finding.ok("home", directory.toString()));
    }
    return findings;
  }

  private static Optional<Finding> openToOthers(Path directory) throws IOException {
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(directory);
    return rights.stream().noneMatch(OTHERS::contains)
        ? Optional.empty()
        : Optional.of(
            Finding.fault(
                "home",
                directory
                    + " is open to others ("
                    + PosixFilePermissions.toString(rights)
                    + "): prompts and answers are in it. Run: chmod 700 "
                    + directory));
  }

  /** Opening it says whether it is damaged, newer than this program, locked or not writable. */
  private Optional<Finding> database(WorkflowHome home) {
    if (!Files.isWritable(home.database())) {
      return Optional.of(
          Finding.fault(
              "home",
              "cannot write to " + home.database() + ": permission denied. Make it yours." + CURE));
    }
    CheckHome.check(home, around.cache(), around.clock());
    return Optional.empty();
  }
}
