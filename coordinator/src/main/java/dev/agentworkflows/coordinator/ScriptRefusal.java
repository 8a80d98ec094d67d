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

  record NotWritten(Path file, String reason) implements ScriptRefusal {
    @Override
    public String text() {
      return "cannot write " + file + ": " + reason + ".\nName a place that can be written to";
    }
  }

  /**
   * An interpreter that can't be asked for its version.
   *
   * @param python its path, and who named it
   */
  record PythonNotStarted(String python, String reason) implements ScriptRefusal {
    @Override
    public String text() {
      return python + " can't be started: " + reason;
    }
  }

  record PythonInterrupted(String python) implements ScriptRefusal {
    @Override
    public String text() {
      return "interrupted while asking " + python + " for its version";
    }
  }

  record PythonSilent(String python) implements ScriptRefusal {
    @Override
    public String text() {
      return python + " does not answer";
    }
  }

  /**
   * @param output the first line that it printed instead of an answer
   */
  record PythonBroken(String python, String output) implements ScriptRefusal {
    @Override
    public String text() {
      return python + " does not work: " + output;
    }
  }

  record PythonTooOld(String python, String version) implements ScriptRefusal {
    @Override
    public String text() {
      return python + " is Python " + version + ", and workflows need 3.10 or newer";
    }
  }

  /** The interpreter was found, and the script's process can't be started with it. */
  record ProcessNotStarted(Path python, @Nullable String reason) implements ScriptRefusal {
    @Override
    public String text() {
      return Reasons.after("cannot start " + python, reason);
    }
  }

  record ShimNotUnpacked(Path directory, String reason) implements ScriptRefusal {
    @Override
    public String text() {
      return "cannot unpack the Python shim to "
          + directory
          + ": "
          + reason
          + ".\nSet XDG_CACHE_HOME to a directory that can be written to";
    }
  }
}
