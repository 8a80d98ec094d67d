package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a script from a template. */
public final class CreateScript {

  private CreateScript() {}

  /**
   * Writes the template's script, and those that it runs beside it: all or none, since half of a
   * template does not run.
   *
   * @param path made absolute; a directory that is missing is made
   * @param force whether files that are there are written over
   * @return the files that were written, the script first
   */
  public static List<Path> create(String template, Path path, boolean force) {
    Examples.Example example = example(template);
    Path script = path.toAbsolutePath().normalize();
    Map<Path, Examples.Example> files = new LinkedHashMap<>();
    files.put(script, example);
    example
        .needs()
        .map(CreateScript::example)
        .ifPresent(needed -> files.put(script.resolveSibling(needed.file()), needed));
    files.keySet().forEach(file -> refuseWhatIsInTheWay(file, force));
    files.forEach(CreateScript::write);
    return List.copyOf(files.keySet());
  }

  private static Examples.Example example(String template) {
    return Examples.named(template)
        .orElseThrow(() ->
            new RefusedException(
                new ScriptRefusal.UnknownTemplate(
                    template, Examples.ALL.stream().map(Examples.Example::template).toList())));
  }

  private static void refuseWhatIsInTheWay(Path file, boolean force) {
    if (Files.isDirectory(file)) {
      throw new RefusedException(new ScriptRefusal.IsDirectory(file));
    }
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !force) {
      throw new RefusedException(new ScriptRefusal.FileExists(file));
    }
  }

  private static void write(Path file, Examples.Example example) {
    try {
      Path parent = file.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      // References to the script's place in the source would lead nowhere from here.
      String text =
          Examples.text(example)
              .replace("examples/" + example.file(), String.valueOf(file.getFileName()));
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new RefusedException(new ScriptRefusal.NotWritten(file, FileErrors.reason(e)), e);
    }
  }
}
