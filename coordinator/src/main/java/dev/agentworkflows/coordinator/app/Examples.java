package dev.agentworkflows.coordinator.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The example scripts that the jar carries. */
public final class Examples {

  /**
   * @param template the name for {@code new --template}
   * @param needs another example that this one runs; empty when it stands alone
   */
  public record Example(String template, String file, String shows, Optional<String> needs) {

    Example(String template, String file, String shows) {
      this(template, file, shows, Optional.empty());
    }
  }

  public static final List<Example> ALL =
      List.of(
          new Example("hello", "hello_workflow.py", "one call, one answer"),
          new Example("research", "parallel_research.py", "fan out, then synthesize"),
          new Example(
              "review", "review_changes.py", "reviewers side by side, and sceptics who check them"),
          new Example(
              "migrate", "migrate_files.py", "each file edited in a git worktree of its own"),
          new Example(
              "implement-review-fix",
              "implement_review_fix.py",
              "a change reviewed in its worktree, and fixed there"),
          new Example("schema", "schema_validation.py", "answers held against a JSON Schema"),
          new Example("pipeline", "pipeline_stages.py", "items through stages, without barriers"),
          new Example(
              "child",
              "child_workflow.py",
              "a workflow that runs another",
              Optional.of("summarize")),
          new Example("summarize", "child_summarize.py", "the child of `child`"),
          new Example("voting", "voting.py", "five samples of one prompt"));

  /** The templates' names, for whoever completes a command line. */
  public static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    public Names() {
      super(ALL.stream().map(Example::template).toList());
    }
  }

  private Examples() {}

  public static Optional<Example> named(String template) {
    return ALL.stream().filter(example -> example.template().equals(template)).findFirst();
  }

  public static String text(Example example) {
    try (InputStream stream = Examples.class.getResourceAsStream("/examples/" + example.file())) {
      if (stream == null) {
        throw new IllegalStateException("the jar lacks " + example.file() + ": build it again");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
