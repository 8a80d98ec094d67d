package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.FileRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A script that can be read.
 *
 * @param path absolute
 */
public record ScriptFile(Path path) {

  /** Refuses what is no readable file. */
  public static ScriptFile of(Path given) {
    Path script = given.toAbsolutePath().normalize();
    if (Files.isDirectory(script)) {
      throw new RefusedException(new ScriptRefusal.NoScriptButDirectory(script));
    }
    if (!Files.exists(script)) {
      throw new RefusedException(new ScriptRefusal.NoScript(script));
    }
    if (!Files.isReadable(script)) {
      throw new RefusedException(new FileRefusal.Unreadable(script, "permission denied"));
    }
    return new ScriptFile(script);
  }

  /** The script that a run is to be resumed with: what is stored may be anything. */
  static ScriptFile of(RunRecord earlier) {
    ScriptFile script;
    try {
      script = of(Path.of(earlier.script().path()));
    } catch (InvalidPathException e) {
      throw new RefusedException(new ScriptRefusal.NoPath(earlier.id()), e);
    }
    if (!Files.isRegularFile(script.path())) {
      throw new RefusedException(new ScriptRefusal.NotRegular(script.path()));
    }
    return script;
  }
}
