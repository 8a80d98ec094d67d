package dev.agentworkflows.coordinator.worktree;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One file that differs, as git's raw format tells.
 *
 * @param oldName where it was; the same as {@code name} unless it was renamed
 */
record Difference(String oldMode, String newMode, String oldName, String name) {

  private static final String SUBMODULE = "160000";

  /** Reads the output of {@code git diff-index -z --raw} and its like. */
  static List<Difference> parse(byte[] output) {
    List<Difference> differences = new ArrayList<>();
    List<String> fields = FileNames.split(output);
    for (int i = 0; i + 1 < fields.size(); ) {
      String[] head = fields.get(i++).substring(1).split(" ");
      boolean twoNames = head[4].startsWith("R") || head[4].startsWith("C");
      String oldName = fields.get(i++);
      String name = twoNames ? fields.get(i++) : oldName;
      differences.add(new Difference(head[0], head[1], oldName, name));
    }
    return differences;
  }

  static Set<String> names(List<Difference> differences) {
    Set<String> names = new TreeSet<>();
    differences.forEach(difference -> names.add(difference.name()));
    return names;
  }

  boolean isSubmodule() {
    return oldMode.equals(SUBMODULE) || newMode.equals(SUBMODULE);
  }
}
