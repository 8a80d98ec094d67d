package dev.agentworkflows.coordinator;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a script can't be written, started or set to. */
public sealed interface ScriptRefusal extends Refusal {

  record UnknownTemplate(String name, List<String> known) implements ScriptRefusal {
    @Override
    public String text() {
      return "unknown template '%s'; there are: %s".formatted(name, String.join(", ", known));
    }
  }

  /** A directory is where a script is to be written. */
  record IsDirectory(Path path) implements ScriptRefusal {
    @Override
    public String text() {
      return path + " is a directory";
    }
  }

  record FileExists(Path path) implements ScriptRefusal {
    @Override
    public String text() {
      return path + " is there already";
    }
  }

  /** What can be set for a run. */
  enum Setting {
    PROVIDER,
    BUDGET_TOKENS,
    BUDGET_COST_USD,
    CACHE_POLICY,
    TIMEOUT,
    WAIT_FOR_LIMITS,
    LIMIT
  }

  /**
   * A setting with a value that it can't have.
   *
   * @param expected as in "a number above 0"
   */
  record BadSetting(Setting setting, String value, String expected) implements ScriptRefusal {
    @Override
    public String text() {
      return "%s is %s, where %s was expected"
          .formatted(setting.name().toLowerCase(Locale.ROOT), value, expected);
    }
  }

  /** The directory that calls were to work in. */
  record NoWorkspace(Path directory) implements ScriptRefusal {
    @Override
    public String text() {
      return "the workspace " + directory + " is not a directory";
    }
  }

  /**
   * A script that asks a person first, where nobody can be asked.
   *
   * @param name the workflow's; null when it has none
   */
  record NeedsApproval(@Nullable String name) implements ScriptRefusal {
    @Override
    public String text() {
      return (name == null ? "this workflow" : "'" + name + "'") + " requires approval";
    }
  }

  /**
   * There is no interpreter.
   *
   * @param tried where it was looked for
   */
  record NoPython(List<String> tried) implements ScriptRefusal {
    @Override
    public String text() {
      return "no Python found: " + String.join(", ", tried);
    }
  }
}
