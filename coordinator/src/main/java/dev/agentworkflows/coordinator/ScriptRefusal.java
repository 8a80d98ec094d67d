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

  // ------------------------------------------------------------ scripts that are to run

  record NoScriptButDirectory(Path path) implements ScriptRefusal {
    @Override
    public String text() {
      return path + " is a directory, not a script";
    }
  }

  record NoScript(Path path) implements ScriptRefusal {
    @Override
    public String text() {
      return "no script " + path;
    }
  }

  /** A run is to be resumed that is recorded with something else than a path. */
  record NoPath(String run) implements ScriptRefusal {
    @Override
    public String text() {
      return "the script of " + run + " has no path";
    }
  }

  /** A run is to be resumed whose script was a pipe, or is one now. */
  record NotRegular(Path path) implements ScriptRefusal {
    @Override
    public String text() {
      return path + " is no regular file, and is not run again";
    }
  }

  /** Its own process has said why. */
  record NotLoadable(Path path) implements ScriptRefusal {
    @Override
    public String text() {
      return path + " can't be loaded";
    }
  }

  /**
   * The script was loaded, and can't be run.
   *
   * @param message its process's own
   */
  record Rejected(String message) implements ScriptRefusal {
    @Override
    public String text() {
      return message;
    }
  }

  /**
   * The interpreter ended before a run was opened.
   *
   * @param how as in "ended with exit code 3"
   * @param output the end of what it said; empty when that was said elsewhere
   */
  record EndedBeforeRun(String how, String output) implements ScriptRefusal {
    @Override
    public String text() {
      return "the script's interpreter "
          + how
          + " before its run was opened."
          + (output.isEmpty() ? "" : "\nThe end of what it said: " + output);
    }
  }

  /**
   * The run was open, and its coordinator did not record its end in time.
   *
   * @param how as in "ended with exit code 3"
   */
  record EndNotRecorded(String how) implements ScriptRefusal {
    @Override
    public String text() {
      return "the script's process "
          + how
          + ", and the end of its run could not be recorded in time";
    }
  }

  record Interrupted() implements ScriptRefusal {
    @Override
    public String text() {
      return "interrupted while waiting for the script";
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
