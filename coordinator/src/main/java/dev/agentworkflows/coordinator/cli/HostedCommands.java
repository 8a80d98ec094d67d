package dev.agentworkflows.coordinator.cli;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The commands that remote users may have carried out here, and for each the options that it may
 * have: those that name no file and no host, and that come to an end. What is not listed is
 * refused, so that an option which a command gets later is not let in by itself.
 */
final class HostedCommands {

  private static final int MAX_ARGUMENTS = 20;
  private static final int MAX_LENGTH = 10_000;

  /**
   * What may follow a command.
   *
   * @param flags options without a value
   * @param valued options with one
   * @param operands how many words that are no options
   */
  private record Shape(Set<String> flags, Set<String> valued, int operands) {
    Shape(int operands, String... flags) {
      this(with(Set.of("--json", "--help", "-h"), flags), Set.of(), operands);
    }

    Shape taking(String... options) {
      return new Shape(flags, Set.of(options), operands);
    }

    private static Set<String> with(Set<String> common, String... more) {
      Set<String> all = new HashSet<>(common);
      all.addAll(List.of(more));
      return Set.copyOf(all);
    }
  }

  private static final Map<String, Shape> SHAPES = new TreeMap<>();

  static {
    SHAPES.put("status", new Shape(1));
    SHAPES.put("runs", new Shape(0).taking("--limit"));
    SHAPES.put("calls", new Shape(1));
    SHAPES.put("output", new Shape(1));
    SHAPES.put("events", new Shape(1));
    SHAPES.put("cat", new Shape(1, "--prompt"));
    SHAPES.put("artifacts", new Shape(1));
    SHAPES.put("explain-cache", new Shape(1));
    SHAPES.put("report", new Shape(1, "--html", "--stdout"));
    SHAPES.put("usage", new Shape(0).taking("--by"));
    SHAPES.put("prices", new Shape(0));
    SHAPES.put("providers", new Shape(0));
    SHAPES.put("diff", new Shape(1));
    SHAPES.put("cancel", new Shape(1));
    SHAPES.put("approve", new Shape(1, "--yes", "--no").taking("--question"));
  }

  private HostedCommands() {}

  static Set<String> names() {
    return Set.copyOf(SHAPES.keySet());
  }

  /** Why a command line is not carried out here; null when it is. */
  static @Nullable String refusal(List<String> line) {
    Shape shape = line.isEmpty() ? null : SHAPES.get(line.get(0));
    if (shape == null) {
      return "'%s' can't be asked of a remote coordinator; these can: %s."
          .formatted(line.isEmpty() ? "" : shown(line.get(0)), String.join(", ", SHAPES.keySet()));
    }
    if (line.size() > MAX_ARGUMENTS || line.stream().anyMatch(w -> w.length() > MAX_LENGTH)) {
      return "the command is longer than any that a remote coordinator takes.";
    }
    int operands = 0;
    for (int i = 1; i < line.size(); i++) {
      String word = line.get(i);
      int equals = word.indexOf('=');
      if (shape.valued().contains(word) && i + 1 < line.size() && isPlain(line.get(i + 1))) {
        i++;
      } else if (equals > 0 && shape.valued().contains(word.substring(0, equals))) {
        continue;
      } else if (isPlain(word)) {
        operands++;
      } else if (!shape.flags().contains(word)) {
        return shown(word) + " can't be asked of a remote coordinator.";
      }
    }
    return operands > shape.operands()
        ? "`%s` takes %d words behind its name, and %d came."
            .formatted(line.get(0), shape.operands(), operands)
        : null;
  }

  /** No option, and no @FILE, which would read a file of this machine's. */
  private static boolean isPlain(String word) {
    return !word.startsWith("-") && !word.startsWith("@");
  }

  private static String shown(String word) {
    return word.length() > 100 ? word.substring(0, 100) + "…" : word;
  }
}
